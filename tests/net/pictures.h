// Byte strings with the outer structure of pictures: enough for everything that looks at headers and end
// marks, nothing to see in them.
#pragma once

#include <cstdint>
#include <string>

namespace pixazo::testing {

inline std::string BigEndian(uint32_t v, int bytes) {
  std::string out;
  for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) out += static_cast<char>(v >> shift & 255);
  return out;
}
inline std::string LittleEndian(uint32_t v, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(v >> (8 * i) & 255);
  return out;
}
// Never repeats within a few megabytes, so that a part put in the wrong place is seen.
inline std::string Filling(size_t len) {
  std::string out(len, '\0');
  uint64_t x = 88172645463325252u;
  for (char& c : out) {
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    c = static_cast<char>(x);
  }
  return out;
}

inline std::string Png(uint32_t width, uint32_t height, size_t filling = 1000) {
  const std::string data = Filling(filling);
  return std::string("\x89PNG\r\n\x1a\n", 8) + BigEndian(13, 4) + "IHDR" + BigEndian(width, 4) +
         BigEndian(height, 4) + std::string("\x08\x02\0\0\0CRC1", 9) +
         BigEndian(static_cast<uint32_t>(data.size()), 4) + "IDAT" + data + "CRC2" +
         std::string("\0\0\0\0IEND\xAE\x42\x60\x82", 12);
}
// `metadata` bytes stand before the frame header that tells the size.
inline std::string Jpeg(uint32_t width, uint32_t height, size_t metadata = 0, size_t filling = 1000) {
  std::string out = "\xFF\xD8";
  for (size_t left = metadata; left > 0;) {
    const size_t len = left < 60'000 ? left : 60'000;
    out += "\xFF\xE1" + BigEndian(static_cast<uint32_t>(len + 2), 2) + std::string(len, 'm');
    left -= len;
  }
  if (metadata == 0) out += "\xFF\xE0" + BigEndian(4, 2) + "ab";
  out += "\xFF\xC0" + BigEndian(11, 2) + "\x08" + BigEndian(height, 2) + BigEndian(width, 2) +
         std::string("\x01\x01\x11\0", 4);
  std::string scan = Filling(filling);
  for (char& c : scan)
    if (c == '\xFF') c = '\x7F';
  return out + "\xFF\xDA" + scan + "\xFF\xD9";
}
inline std::string Webp(uint32_t width, uint32_t height, size_t filling = 1000) {
  const std::string rest = "WEBPVP8X" + LittleEndian(10, 4) + std::string(4, '\0') +
                           LittleEndian(width - 1, 3) + LittleEndian(height - 1, 3) + Filling(filling);
  return "RIFF" + LittleEndian(static_cast<uint32_t>(rest.size()), 4) + rest;
}

}  // namespace pixazo::testing
