// What a picture's own bytes say: format, size, whether it is whole. Nothing is decoded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace pixazo::wire {

enum class ImageFormat { kUnknown, kPng, kJpeg, kWebp };

struct ImageInfo {
  ImageFormat format = ImageFormat::kUnknown;
  uint32_t width = 0;  // 0 if the bytes given end before the size is known
  uint32_t height = 0;
};

// Looks at the first bytes (a few KiB suffice for PNG and WebP; JPEG may need more, up to its SOF marker).
// Never reads past len.
ImageInfo SniffImage(const void* bytes, size_t len);
const char* MediaType(ImageFormat format);  // "image/png", ...; "application/octet-stream"
const char* Extension(ImageFormat format);  // "png", "jpg", "webp"; "bin"

// Whether a file that was delimited only by the closing of the connection is whole (faults.md D6): PNG IEND,
// JPEG EOI, WebP RIFF length. tail holds the last bytes (at least 16 if the file has them), head the first
// (at least 12); total is the length of all.
bool LooksComplete(ImageFormat format, std::string_view head, std::string_view tail, uint64_t total);

}  // namespace pixazo::wire
