// Pixels to files: PNG, JPEG and WebP, by the libraries everybody uses.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sandbox/picture/canvas.h"
#include "wire/image.h"

namespace pixazo::sandbox {

struct Pixmap {
  int width = 0, height = 0;
  std::vector<uint8_t> rgba;  // not premultiplied
  bool opaque = true;
};

Pixmap ToPixmap(const Canvas& canvas);

// quality 0..100; PNG has none, JPEG has no transparency. Empty if the library refused (out of memory, too
// large for the format).
std::string Encode(const Pixmap& pixmap, wire::ImageFormat format, int quality);

}  // namespace pixazo::sandbox
