#include "wire/image.h"

#include <algorithm>

namespace pixazo::wire {
namespace {

constexpr std::string_view kPngSignature("\x89PNG\r\n\x1a\n", 8);
constexpr std::string_view kPngEnd("\0\0\0\0IEND\xAE\x42\x60\x82", 12);

// Big- and little-endian reads; the caller has checked the length.
class Bytes {
 public:
  explicit Bytes(std::string_view s) : s_(s) {}
  uint32_t at(size_t i) const { return static_cast<unsigned char>(s_[i]); }
  uint32_t be16(size_t i) const { return at(i) << 8 | at(i + 1); }
  uint32_t be32(size_t i) const { return be16(i) << 16 | be16(i + 2); }
  uint32_t le16(size_t i) const { return at(i + 1) << 8 | at(i); }
  uint32_t le24(size_t i) const { return at(i + 2) << 16 | le16(i); }
  uint32_t le32(size_t i) const { return le16(i + 2) << 16 | le16(i); }
  bool has(size_t i, size_t n) const { return i <= s_.size() && s_.size() - i >= n; }
  bool is(size_t i, std::string_view text) const {
    return has(i, text.size()) && s_.substr(i, text.size()) == text;
  }

 private:
  std::string_view s_;
};

void SetSize(ImageInfo& info, uint32_t width, uint32_t height) {
  if (width == 0 || height == 0) return;
  info.width = width;
  info.height = height;
}

void ReadPngSize(const Bytes& b, ImageInfo& info) {
  if (!b.has(16, 8) || b.be32(8) != 13 || !b.is(12, "IHDR")) return;
  const uint32_t width = b.be32(16), height = b.be32(20);
  if (width <= INT32_MAX && height <= INT32_MAX) SetSize(info, width, height);
}

bool IsFrameHeader(uint32_t marker) {  // SOF0..SOF15 without DHT, JPG, DAC
  return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

bool StandsAlone(uint32_t marker) { return marker == 0x01 || (marker >= 0xD0 && marker <= 0xD7); }

void ReadJpegSize(const Bytes& b, ImageInfo& info) {
  size_t i = 2;
  while (b.has(i, 2) && b.at(i) == 0xFF) {
    const uint32_t marker = b.at(i + 1);
    if (marker == 0xFF) {  // fill byte
      ++i;
      continue;
    }
    if (StandsAlone(marker)) {
      i += 2;
      continue;
    }
    if (marker == 0xDA || marker == 0xD9 || !b.has(i + 2, 2)) return;
    const size_t length = b.be16(i + 2);
    if (IsFrameHeader(marker)) {
      if (length >= 8 && b.has(i + 4, 5)) SetSize(info, b.be16(i + 7), b.be16(i + 5));
      return;
    }
    i += 2 + length;
  }
}

void ReadWebpSize(const Bytes& b, ImageInfo& info) {
  if (b.is(12, "VP8X") && b.has(24, 6)) {
    SetSize(info, b.le24(24) + 1, b.le24(27) + 1);
  } else if (b.is(12, "VP8L") && b.has(20, 5) && b.at(20) == 0x2F) {
    const uint32_t bits = b.le32(21);
    SetSize(info, (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1);
  } else if (b.is(12, "VP8 ") && b.has(20, 10) && (b.at(20) & 1) == 0 && b.is(23, "\x9D\x01\x2A")) {
    SetSize(info, b.le16(26) & 0x3FFF, b.le16(28) & 0x3FFF);
  }
}

}  // namespace

ImageInfo SniffImage(const void* bytes, size_t len) {
  const Bytes b(std::string_view(static_cast<const char*>(bytes), len));
  ImageInfo info;
  if (b.is(0, kPngSignature)) {
    info.format = ImageFormat::kPng;
    ReadPngSize(b, info);
  } else if (b.is(0, "\xFF\xD8\xFF")) {
    info.format = ImageFormat::kJpeg;
    ReadJpegSize(b, info);
  } else if (b.is(0, "RIFF") && b.is(8, "WEBP")) {
    info.format = ImageFormat::kWebp;
    ReadWebpSize(b, info);
  }
  return info;
}

const char* MediaType(ImageFormat format) {
  switch (format) {
    case ImageFormat::kPng:
      return "image/png";
    case ImageFormat::kJpeg:
      return "image/jpeg";
    case ImageFormat::kWebp:
      return "image/webp";
    case ImageFormat::kUnknown:
      break;
  }
  return "application/octet-stream";
}

const char* Extension(ImageFormat format) {
  switch (format) {
    case ImageFormat::kPng:
      return "png";
    case ImageFormat::kJpeg:
      return "jpg";
    case ImageFormat::kWebp:
      return "webp";
    case ImageFormat::kUnknown:
      break;
  }
  return "bin";
}

bool LooksComplete(ImageFormat format, std::string_view head, std::string_view tail, uint64_t total) {
  switch (format) {
    case ImageFormat::kPng:
      return total > kPngSignature.size() && tail.find(kPngEnd) != std::string_view::npos;
    case ImageFormat::kJpeg:
      // Encoders may pad with zeros; an end marker further inside belongs to a thumbnail.
      tail = tail.substr(0, tail.find_last_not_of('\0') + 1);
      return total > 4 && tail.ends_with("\xFF\xD9");
    case ImageFormat::kWebp:
      return head.size() >= 12 && total >= 8 + uint64_t{Bytes(head).le32(4)};
    case ImageFormat::kUnknown:
      break;
  }
  return false;
}

}  // namespace pixazo::wire
