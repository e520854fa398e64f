// Pictures read by the libraries everybody uses.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sandbox_test {

struct Image {
  std::string format;  // "png", "jpeg", "webp"; "" if it could not be decoded
  int width = 0, height = 0;
  bool alpha = false;  // some pixel is not opaque
  std::vector<uint8_t> rgba;
};

Image Decode(const std::string& file);

}  // namespace sandbox_test
