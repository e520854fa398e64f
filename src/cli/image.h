// Pictures as pixels: decoded for contact sheets and for the terminal.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace pixazo::cli {

struct Image {
  int width = 0, height = 0;
  std::vector<uint8_t> rgba;  // not premultiplied, top row first

  uint8_t* At(int x, int y) {
    return &rgba[(static_cast<size_t>(y) * static_cast<size_t>(width) + static_cast<size_t>(x)) * 4];
  }
  const uint8_t* At(int x, int y) const {
    return &rgba[(static_cast<size_t>(y) * static_cast<size_t>(width) + static_cast<size_t>(x)) * 4];
  }
};
Image MakeImage(int width, int height, uint32_t rgb);

// PNG, JPEG or WebP, told by its first bytes; nothing if it is broken, something else, or larger than 100
// megapixels.
std::optional<Image> Decode(const std::string& path);
std::optional<Image> DecodePng(const std::string& bytes);
std::optional<Image> DecodeJpeg(const std::string& bytes);
std::optional<Image> DecodeWebp(const std::string& bytes);
bool Sane(uint64_t width, uint64_t height);

Image Shrink(const Image& image, int width, int height);  // by averaging areas in linear light
void Paste(Image& to, const Image& from, int x, int y);   // over what is there
std::string EncodePng(const Image& image);                // "" if there is no memory

}  // namespace pixazo::cli
