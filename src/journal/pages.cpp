#include "journal/pages.h"

#include <algorithm>
#include <utility>

namespace pixazo::journal {
namespace {

// https://sqlite.org/fileformat2.html, "The Write-Ahead Log"
constexpr size_t kLogHeader = 32, kFrameHeader = 24;
constexpr uint32_t kLogMagic = 0x377f0682;  // lowest bit: checksums read words big endian

uint32_t BigEndian(std::string_view s, size_t at) {
  uint32_t n = 0;
  for (size_t i = 0; i < 4; ++i) n = n << 8 | static_cast<uint8_t>(s[at + i]);
  return n;
}

bool IsPageSize(uint32_t n) { return n >= 512 && n <= 65536 && (n & (n - 1)) == 0; }

struct LogSum {
  uint32_t a = 0, b = 0;
  void Add(std::string_view bytes, bool big_endian) {
    for (size_t i = 0; i + 8 <= bytes.size(); i += 8) {
      uint32_t x = BigEndian(bytes, i), y = BigEndian(bytes, i + 4);
      if (!big_endian) {
        x = __builtin_bswap32(x);
        y = __builtin_bswap32(y);
      }
      a += x + b;
      b += y + a;
    }
  }
  bool Is(std::string_view bytes, size_t at) const {
    return BigEndian(bytes, at) == a && BigEndian(bytes, at + 4) == b;
  }
};

}  // namespace

std::vector<uint32_t> PageSizes(const RawFiles& files) {
  std::vector<uint32_t> sizes;
  const auto add = [&](uint32_t n) {
    if (IsPageSize(n) && std::find(sizes.begin(), sizes.end(), n) == sizes.end()) sizes.push_back(n);
  };
  const std::string_view db = files.database;
  if (db.size() >= 18) {
    const uint32_t n = BigEndian(db, 14) & 0xffff;
    add(n == 1 ? 65536 : n);
  }
  if (files.log.size() >= kLogHeader) add(BigEndian(files.log, 8));
  add(4096);
  return sizes;
}

Pages::Pages(const RawFiles& files, uint32_t page_size, Log log) : page_size_(page_size) {
  const std::string_view db = files.database;
  uint32_t number = 0;
  for (size_t at = 0; at < db.size(); at += page_size)
    pages_.emplace_hint(pages_.end(), ++number, db.substr(at, page_size));
  ApplyLog(files.log, log);
}

std::string_view Pages::page(uint32_t number) const {
  const auto found = pages_.find(number);
  return found == pages_.end() ? std::string_view() : found->second;
}

void Pages::ApplyLog(std::string_view log, Log mode) {
  const size_t frame_size = kFrameHeader + page_size_;
  if (log.size() < kLogHeader + frame_size) return;
  const std::string_view header = log.substr(0, kLogHeader);
  const bool big_endian = (BigEndian(header, 0) & 1) != 0;
  LogSum sum;
  sum.Add(header.substr(0, 24), big_endian);
  bool whole = (BigEndian(header, 0) & ~1u) == kLogMagic && sum.Is(header, 24);
  // Frames of an earlier use of the file carry other salts. Where the header is damaged the first frame's
  // count.
  const std::string_view salts = whole ? header.substr(16, 8) : log.substr(kLogHeader + 8, 8);
  std::vector<std::pair<uint32_t, std::string_view>> pending;  // until their commit
  for (size_t at = kLogHeader; at + frame_size <= log.size(); at += frame_size) {
    const std::string_view frame = log.substr(at, frame_size), page = frame.substr(kFrameHeader);
    sum.Add(frame.substr(0, 8), big_endian);
    sum.Add(page, big_endian);
    whole = whole && frame.substr(8, 8) == salts && sum.Is(frame, 16);
    if (!whole && mode == Log::kCommitted) break;
    if (frame.substr(8, 8) != salts) continue;
    pending.emplace_back(BigEndian(frame, 0), page);
    if (mode == Log::kCommitted && BigEndian(frame, 4) == 0) continue;
    for (const auto& [number, bytes] : pending) pages_[number] = bytes;
    pending.clear();
  }
}

}  // namespace pixazo::journal
