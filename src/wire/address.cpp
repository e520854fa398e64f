#include "wire/address.h"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace pixazo::wire {
namespace {

struct Range {
  Ipv4Bytes first;
  int bits;
  AddressKind kind;
};

// The IANA special-purpose registry, everything that is not globally reachable.
constexpr Range kSpecialIpv4[] = {
    {{0, 0, 0, 0}, 8, AddressKind::kPrivate},        // this network
    {{10, 0, 0, 0}, 8, AddressKind::kPrivate},       // private use
    {{100, 64, 0, 0}, 10, AddressKind::kPrivate},    // carrier-grade NAT
    {{127, 0, 0, 0}, 8, AddressKind::kLoopback},     //
    {{169, 254, 0, 0}, 16, AddressKind::kPrivate},   // link-local: cloud metadata lives here
    {{172, 16, 0, 0}, 12, AddressKind::kPrivate},    // private use
    {{192, 0, 0, 0}, 24, AddressKind::kPrivate},     // protocol assignments
    {{192, 0, 2, 0}, 24, AddressKind::kPrivate},     // documentation
    {{192, 88, 99, 0}, 24, AddressKind::kPrivate},   // 6to4 relays
    {{192, 168, 0, 0}, 16, AddressKind::kPrivate},   // private use
    {{198, 18, 0, 0}, 15, AddressKind::kPrivate},    // benchmarks
    {{198, 51, 100, 0}, 24, AddressKind::kPrivate},  // documentation
    {{203, 0, 113, 0}, 24, AddressKind::kPrivate},   // documentation
    {{224, 0, 0, 0}, 4, AddressKind::kPrivate},      // multicast
    {{240, 0, 0, 0}, 4, AddressKind::kPrivate},      // reserved, broadcast
};

bool HasPrefix(const uint8_t* bytes, const uint8_t* prefix, int bits) {
  const int whole = bits / 8;
  if (std::memcmp(bytes, prefix, static_cast<size_t>(whole)) != 0) return false;
  const int rest = bits % 8;
  return rest == 0 || ((bytes[whole] ^ prefix[whole]) >> (8 - rest)) == 0;
}

AddressKind ClassifyIpv4(const uint8_t* bytes) {
  for (const Range& range : kSpecialIpv4) {
    if (HasPrefix(bytes, range.first.data(), range.bits)) return range.kind;
  }
  return AddressKind::kPublic;
}

AddressKind ClassifyIpv6(const uint8_t* bytes) {
  constexpr uint8_t kMapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  constexpr uint8_t kNat64[12] = {0, 0x64, 0xFF, 0x9B};
  constexpr uint8_t kLoopback[16] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  constexpr uint8_t k6to4[2] = {0x20, 0x02};
  constexpr uint8_t kGlobal[1] = {0x20};              // 2000::/3, all that is handed out
  constexpr uint8_t kProtocols[3] = {0x20, 0x01, 0};  // 2001::/23: Teredo, ORCHID, benchmarks
  constexpr uint8_t kExamples[4] = {0x20, 0x01, 0x0D, 0xB8};
  constexpr uint8_t kMoreExamples[3] = {0x3F, 0xFF, 0};  // 3fff::/20
  if (HasPrefix(bytes, kMapped, 96) || HasPrefix(bytes, kNat64, 96)) return ClassifyIpv4(bytes + 12);
  if (HasPrefix(bytes, kLoopback, 128)) return AddressKind::kLoopback;
  if (HasPrefix(bytes, k6to4, 16)) return ClassifyIpv4(bytes + 2);
  const bool global = HasPrefix(bytes, kGlobal, 3) && !HasPrefix(bytes, kProtocols, 23) &&
                      !HasPrefix(bytes, kExamples, 32) && !HasPrefix(bytes, kMoreExamples, 20);
  return global ? AddressKind::kPublic : AddressKind::kPrivate;
}

std::optional<uint16_t> ParseGroup(std::string_view digits) {
  uint16_t value = 0;
  const char* const end = digits.data() + digits.size();
  if (digits.empty() || digits.size() > 4) return std::nullopt;
  const auto [stop, error] = std::from_chars(digits.data(), end, value, 16);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

// Groups of one side of "::" (or of the whole text); a dotted quad may stand at the end of the last side.
bool ParseGroups(std::string_view text, bool last_side, Ipv6Bytes& out, size_t& count) {
  count = 0;
  if (text.empty()) return true;
  while (true) {
    const std::string_view group = text.substr(0, text.find(':'));
    const bool last = group.size() == text.size();
    if (last && last_side && group.find('.') != std::string_view::npos) {
      const auto quad = ParseIpv4(group);
      if (!quad || count > 12) return false;
      std::copy(quad->begin(), quad->end(), out.begin() + static_cast<std::ptrdiff_t>(count));
      count += 4;
      return true;
    }
    const auto value = ParseGroup(group);
    if (!value || count > 14) return false;
    out[count++] = static_cast<uint8_t>(*value >> 8);
    out[count++] = static_cast<uint8_t>(*value & 0xFF);
    if (last) return true;
    text.remove_prefix(group.size() + 1);
  }
}

}  // namespace

std::optional<Ipv4Bytes> ParseIpv4(std::string_view text) {
  Ipv4Bytes out{};
  for (size_t i = 0; i < 4; ++i) {
    const std::string_view octet = text.substr(0, text.find('.'));
    const bool last = octet.size() == text.size();
    if (last != (i == 3) || octet.empty() || octet.size() > 3) return std::nullopt;
    if (octet.size() > 1 && octet[0] == '0') return std::nullopt;
    const char* const end = octet.data() + octet.size();
    const auto [stop, error] = std::from_chars(octet.data(), end, out[i]);
    if (error != std::errc() || stop != end) return std::nullopt;
    if (!last) text.remove_prefix(octet.size() + 1);
  }
  return out;
}

std::optional<Ipv6Bytes> ParseIpv6(std::string_view text) {
  Ipv6Bytes head{}, tail{};
  size_t head_size = 0, tail_size = 0;
  const size_t gap = text.find("::");
  if (gap == std::string_view::npos) {
    if (!ParseGroups(text, true, head, head_size) || head_size != 16) return std::nullopt;
    return head;
  }
  if (!ParseGroups(text.substr(0, gap), false, head, head_size)) return std::nullopt;
  if (!ParseGroups(text.substr(gap + 2), true, tail, tail_size)) return std::nullopt;
  if (head_size + tail_size > 14) return std::nullopt;
  std::copy_n(tail.begin(), tail_size, head.end() - static_cast<std::ptrdiff_t>(tail_size));
  return head;
}

std::string FormatIpv6(const Ipv6Bytes& bytes) {
  std::array<unsigned, 8> groups{};
  for (size_t i = 0; i < 8; ++i) groups[i] = static_cast<unsigned>(bytes[2 * i] << 8 | bytes[2 * i + 1]);
  size_t gap = 8, gap_size = 1;  // the first longest run of at least two zero groups
  for (size_t i = 0; i < 8; ++i) {
    size_t run = 0;
    while (i + run < 8 && groups[i + run] == 0) ++run;
    if (run > gap_size) gap = i, gap_size = run;
  }
  std::string out;
  for (size_t i = 0; i < 8;) {
    if (i == gap) {
      out += "::";
      i += gap_size;
      continue;
    }
    if (!out.empty() && out.back() != ':') out += ':';
    char digits[4];
    out.append(digits, std::to_chars(digits, digits + 4, groups[i++], 16).ptr);
  }
  return out;
}

AddressKind ClassifyAddress(const uint8_t* bytes, size_t len) {
  if (len == 4) return ClassifyIpv4(bytes);
  if (len == 16) return ClassifyIpv6(bytes);
  return AddressKind::kPrivate;
}

}  // namespace pixazo::wire
