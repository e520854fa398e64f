#include <webp/decode.h>

#include "image.h"

namespace pixazo::cli {

std::optional<Image> DecodeWebp(const std::string& bytes) {
  const auto* data = reinterpret_cast<const uint8_t*>(bytes.data());
  Image image;
  if (!WebPGetInfo(data, bytes.size(), &image.width, &image.height)) return std::nullopt;
  if (!Sane(static_cast<uint64_t>(image.width), static_cast<uint64_t>(image.height))) return std::nullopt;
  image.rgba.resize(static_cast<size_t>(image.width) * static_cast<size_t>(image.height) * 4);
  if (!WebPDecodeRGBAInto(data, bytes.size(), image.rgba.data(), image.rgba.size(), image.width * 4))
    return std::nullopt;
  return image;
}

}  // namespace pixazo::cli
