#include "image.h"

#include <doctest/doctest.h>

#include <cstdlib>

using namespace pixazo::cli;

TEST_CASE("what is written as PNG is read back to the bit") {
  Image image = MakeImage(7, 5, 0x102030);
  for (size_t i = 0; i < image.rgba.size(); ++i) image.rgba[i] = static_cast<uint8_t>(i * 37);
  const auto back = DecodePng(EncodePng(image));
  REQUIRE(back.has_value());
  CHECK(back->width == 7);
  CHECK(back->rgba == image.rgba);
}

TEST_CASE("broken pictures are no pictures, wherever they are cut or bent") {
  Image noise = MakeImage(24, 24, 0);
  for (size_t i = 0; i < noise.rgba.size(); ++i) noise.rgba[i] = static_cast<uint8_t>(i * i * 31 >> 3);
  const std::string whole = EncodePng(noise);
  for (size_t size = 0; size < whole.size(); size += 7)
    CHECK_FALSE(DecodePng(whole.substr(0, size)).has_value());
  CHECK_FALSE(DecodeJpeg("\xFF\xD8\xFF\xE0 nothing more").has_value());
  CHECK_FALSE(DecodeWebp(std::string("RIFF\0\0\0\0WEBPVP8 ", 16)).has_value());
  CHECK_FALSE(Decode("/nowhere").has_value());
}

TEST_CASE("nobody is made to allocate for a picture of absurd size") {
  CHECK(Sane(8192, 8192));
  CHECK_FALSE(Sane(0, 5));
  CHECK_FALSE(Sane(65'000, 65'000));
  CHECK_FALSE(Sane(uint64_t{1} << 33, 1));
}

TEST_CASE("shrinking averages light and does not bleed the colour of what is transparent") {
  Image two = MakeImage(2, 1, 0x000000);
  two.At(1, 0)[0] = two.At(1, 0)[1] = two.At(1, 0)[2] = 255;
  CHECK(std::abs(Shrink(two, 1, 1).At(0, 0)[0] - 188) <= 1);  // half the light is 188 in sRGB, not 128
  Image red = MakeImage(2, 1, 0xFF0000);
  red.At(1, 0)[0] = 0, red.At(1, 0)[1] = 255, red.At(1, 0)[3] = 0;
  const Image one = Shrink(red, 1, 1);
  CHECK(one.At(0, 0)[0] == 255);
  CHECK(one.At(0, 0)[1] == 0);
  CHECK(one.At(0, 0)[3] == 128);
}
