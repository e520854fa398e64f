#include "wire/image.h"

#include <doctest/doctest.h>

using namespace pixazo::wire;

TEST_CASE("a PNG header says format and size") {
  const std::string_view png("\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x04\0\0\0\x03\0", 24);
  const ImageInfo info = SniffImage(png.data(), png.size());
  CHECK(info.format == ImageFormat::kPng);
  CHECK(info.width == 1024);
  CHECK(info.height == 768);
}
