#include <algorithm>
#include <array>

#include "wire/text.h"

namespace pixazo::wire {
namespace {

constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<int8_t, 256> MakeReverse() {
  std::array<int8_t, 256> table{};
  for (auto& entry : table) entry = -1;
  for (int i = 0; i < 64; ++i) table[static_cast<unsigned char>(kAlphabet[i])] = static_cast<int8_t>(i);
  return table;
}
constexpr auto kReverse = MakeReverse();

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

std::string LowerCase(std::string_view s) {
  std::string out(s);
  std::transform(out.begin(), out.end(), out.begin(), Lower);
  return out;
}

// type "/" subtype of RFC 9110 tokens, no parameters.
bool IsMediaType(std::string_view s) {
  constexpr std::string_view kTokenChars =
      "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  const size_t slash = s.find('/');
  if (slash == std::string_view::npos || slash == 0 || slash + 1 == s.size()) return false;
  return s.substr(0, slash).find_first_not_of(kTokenChars) == std::string_view::npos &&
         s.substr(slash + 1).find_first_not_of(kTokenChars) == std::string_view::npos;
}

}  // namespace

std::string EncodeBase64(const void* bytes, size_t len) {
  const auto* in = static_cast<const unsigned char*>(bytes);
  std::string out;
  out.reserve((len + 2) / 3 * 4);
  for (size_t i = 0; i < len; i += 3) {
    const uint32_t rest = static_cast<uint32_t>(std::min<size_t>(3, len - i));
    uint32_t group = static_cast<uint32_t>(in[i]) << 16;
    if (rest > 1) group |= static_cast<uint32_t>(in[i + 1]) << 8;
    if (rest > 2) group |= in[i + 2];
    out += kAlphabet[group >> 18];
    out += kAlphabet[group >> 12 & 63];
    out += rest > 1 ? kAlphabet[group >> 6 & 63] : '=';
    out += rest > 2 ? kAlphabet[group & 63] : '=';
  }
  return out;
}

std::optional<std::string> DecodeBase64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  const size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
  const std::string_view digits = text.substr(0, text.size() - padding);
  std::string out;
  out.reserve(text.size() / 4 * 3);
  uint32_t group = 0;
  unsigned bits = 0;
  for (const char c : digits) {
    const int value = kReverse[static_cast<unsigned char>(c)];
    if (value < 0) return std::nullopt;
    group = group << 6 | static_cast<uint32_t>(value);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out += static_cast<char>(group >> bits & 0xFF);
    }
  }
  // One encoding for each sequence of bytes: the bits that are left over are zero.
  if ((group & ((1u << bits) - 1)) != 0) return std::nullopt;
  return out;
}

std::optional<DataUri> ParseDataUri(std::string_view uri) {
  constexpr std::string_view kScheme = "data:", kBase64 = ";base64";
  const size_t comma = uri.substr(0, 256).find(',');
  if (comma == std::string_view::npos) return std::nullopt;
  const std::string head = LowerCase(uri.substr(0, comma));
  if (!head.starts_with(kScheme) || !head.ends_with(kBase64)) return std::nullopt;
  if (head.size() <= kScheme.size() + kBase64.size()) return std::nullopt;
  std::string type = head.substr(kScheme.size(), head.size() - kScheme.size() - kBase64.size());
  if (!IsMediaType(type)) return std::nullopt;
  std::optional<std::string> bytes = DecodeBase64(uri.substr(comma + 1));
  if (!bytes) return std::nullopt;
  return DataUri{std::move(type), std::move(*bytes)};
}

std::string MakeDataUri(std::string_view media_type, const void* bytes, size_t len) {
  std::string out = "data:";
  out += media_type;
  out += ";base64,";
  out += EncodeBase64(bytes, len);
  return out;
}

}  // namespace pixazo::wire
