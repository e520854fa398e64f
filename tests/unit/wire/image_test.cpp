#include "wire/image.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

using namespace pixazo::wire;
using namespace std::string_literals;

namespace {

struct Picture {
  const char* file;
  ImageFormat format;
  uint32_t width, height;
};

constexpr Picture kPictures[] = {
    {"rgb.png", ImageFormat::kPng, 21, 13},        {"interlaced_alpha.png", ImageFormat::kPng, 17, 9},
    {"baseline.jpg", ImageFormat::kJpeg, 21, 13},  {"progressive.jpg", ImageFormat::kJpeg, 33, 40},
    {"gray.jpg", ImageFormat::kJpeg, 40, 24},      {"lossy.webp", ImageFormat::kWebp, 21, 13},
    {"lossless.webp", ImageFormat::kWebp, 21, 13}, {"alpha.webp", ImageFormat::kWebp, 300, 200},
};

std::string Read(const char* file) {
  std::ifstream in(PZ_TEST_DATA "/images/"s + file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// A copy of exactly this size on the heap, so that a read beyond its end is noticed by the sanitizers.
ImageInfo Sniff(std::string_view bytes) {
  const auto copy = std::make_unique<char[]>(bytes.size());
  std::copy(bytes.begin(), bytes.end(), copy.get());
  return SniffImage(copy.get(), bytes.size());
}

bool Complete(ImageFormat format, std::string_view bytes) {
  return LooksComplete(format, bytes.substr(0, 12),
                       bytes.substr(bytes.size() - std::min<size_t>(bytes.size(), 16)), bytes.size());
}

std::string Segment(char marker, const std::string& body) {
  const size_t length = body.size() + 2;
  return "\xFF"s + marker + static_cast<char>(length >> 8) + static_cast<char>(length & 0xFF) + body;
}

std::string FrameHeader(char marker, uint16_t width, uint16_t height) {
  return Segment(marker, "\x08"s + static_cast<char>(height >> 8) + static_cast<char>(height & 0xFF) +
                             static_cast<char>(width >> 8) + static_cast<char>(width & 0xFF) +
                             "\x01\x01\x11\0"s);
}

const std::string kSoi = "\xFF\xD8", kEoi = "\xFF\xD9";

}  // namespace

TEST_CASE("D8: format and size come from the bytes of real pictures") {
  for (const Picture& picture : kPictures) {
    CAPTURE(picture.file);
    const ImageInfo info = Sniff(Read(picture.file));
    CHECK(info.format == picture.format);
    CHECK(info.width == picture.width);
    CHECK(info.height == picture.height);
  }
}

TEST_CASE("D8: a picture cut at any byte never has another format or size") {
  for (const Picture& picture : kPictures) {
    CAPTURE(picture.file);
    const std::string bytes = Read(picture.file);
    for (size_t n = 0; n < bytes.size(); ++n) {
      const ImageInfo info = Sniff(std::string_view(bytes).substr(0, n));
      const bool nothing = info.width == 0 && info.height == 0;
      const bool all = info.width == picture.width && info.height == picture.height;
      const bool right = info.format == picture.format || (info.format == ImageFormat::kUnknown && n < 12);
      if (!right || !(nothing || all)) FAIL("cut after " << n << " bytes");
    }
  }
}

TEST_CASE("D6: a picture is complete when its end is there, and at no byte before") {
  for (const Picture& picture : kPictures) {
    CAPTURE(picture.file);
    const std::string bytes = Read(picture.file);
    CHECK(Complete(picture.format, bytes));
    for (size_t n = 0; n < bytes.size(); ++n) {
      if (Complete(picture.format, std::string_view(bytes).substr(0, n)))
        FAIL("complete after " << n << " bytes");
    }
    CHECK_FALSE(Complete(ImageFormat::kUnknown, bytes));
  }
}

TEST_CASE("D6: padding after the end of a JPEG is allowed, the end of a thumbnail is no end") {
  const std::string jpeg = Read("baseline.jpg");
  CHECK(Complete(ImageFormat::kJpeg, jpeg + std::string(5, '\0')));
  const std::string thumbnail = Segment('\xE1', "Exif\0\0"s + jpeg);
  CHECK_FALSE(Complete(ImageFormat::kJpeg, kSoi + thumbnail + "more"));
  CHECK_FALSE(Complete(ImageFormat::kJpeg, kEoi));
  CHECK_FALSE(LooksComplete(ImageFormat::kWebp, "RIFF", "RIFF", 4));
  CHECK_FALSE(LooksComplete(ImageFormat::kPng, "", "", 0));
}

TEST_CASE("a JPEG's size is that of the picture, not of its thumbnail") {
  const std::string picture = Read("progressive.jpg"), thumbnail = Read("baseline.jpg");
  const std::string exif = Segment('\xE1', "Exif\0\0"s + thumbnail);
  const ImageInfo info = Sniff(kSoi + exif + picture.substr(2));
  CHECK(info.width == 33);
  CHECK(info.height == 40);
}

TEST_CASE("every frame header of a JPEG tells the size, and nothing that looks like one does") {
  for (int marker = 0xC0; marker <= 0xCF; ++marker) {
    CAPTURE(marker);
    const bool frame = marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    const ImageInfo info = Sniff(kSoi + FrameHeader(static_cast<char>(marker), 4000, 3000));
    CHECK(info.format == ImageFormat::kJpeg);
    CHECK(info.width == (frame ? 4000 : 0));
    CHECK(info.height == (frame ? 3000 : 0));
  }
}

TEST_CASE("fill bytes and markers without a length are passed over in a JPEG") {
  const std::string frame = FrameHeader('\xC0', 640, 480);
  CHECK(Sniff(kSoi + "\xFF\xFF\xFF" + frame).width == 640);
  CHECK(Sniff(kSoi + "\xFF\x01\xFF\xD0" + frame).width == 640);
  CHECK(Sniff(kSoi + Segment('\xE0', "JFIF") + Segment('\xFE', "") + frame).height == 480);
}

TEST_CASE("a damaged JPEG has no size") {
  const std::string frame = FrameHeader('\xC0', 640, 480);
  CHECK(Sniff(kSoi + "\xFF\xDA\0\x02" + frame).width == 0);    // a scan before any frame
  CHECK(Sniff(kSoi + kEoi + frame).width == 0);                // the end before any frame
  CHECK(Sniff(kSoi + "\xFF\xE0\0\0"s + frame).width == 0);     // a length that covers not even itself
  CHECK(Sniff(kSoi + "\xFF\xE0\0\x01"s + frame).width == 0);   //
  CHECK(Sniff(kSoi + "\xFF\xE0\xFF\xFF" + frame).width == 0);  // a length beyond the end
  CHECK(Sniff(kSoi + "\xFF\xC0\0\x07\x08\x01\xE0\x02\x80"s).width ==
        0);  // a frame header too short to be one
  CHECK(Sniff(kSoi + Segment('\xE0', "x") + "garbage" + frame).width == 0);
  CHECK(Sniff(kSoi + FrameHeader('\xC0', 640, 0)).width == 0);  // the height would follow later
  CHECK(Sniff(std::string("\xFF\xD8\xFF")).format == ImageFormat::kJpeg);
  CHECK(Sniff(kSoi + std::string(100'000, '\xFF')).width == 0);
}

TEST_CASE("a PNG has a size only if its first chunk is a header with one") {
  const std::string signature("\x89PNG\r\n\x1a\n", 8), ihdr("\0\0\0\x0dIHDR", 8);
  const auto size = [&](const std::string& rest) { return Sniff(signature + rest); };
  CHECK(size(ihdr + "\0\0\x04\0\0\0\x03\0"s).width == 1024);
  CHECK(size(ihdr + "\x7F\xFF\xFF\xFF\0\0\0\x01"s).width == INT32_MAX);
  CHECK(size(ihdr + "\x80\0\0\0\0\0\0\x01"s).width == 0);
  CHECK(size(ihdr + "\0\0\0\0\0\0\0\x01"s).height == 0);
  CHECK(size(ihdr + "\0\0\0\x01\0\0\0\0"s).width == 0);
  CHECK(size("\0\0\0\x0cIHDR\0\0\x04\0\0\0\x03\0"s).width == 0);
  CHECK(size("\0\0\0\x0dIDAT\0\0\x04\0\0\0\x03\0"s).width == 0);
  CHECK(size("").format == ImageFormat::kPng);
}

TEST_CASE("a WebP has a size only if its first chunk is one of the three") {
  const auto riff = [](const std::string& chunk) { return "RIFF\xFF\0\0\0WEBP"s + chunk; };
  CHECK(Sniff(riff("VP8X\x0a\0\0\0\0\0\0\0\xFF\xFF\xFF\xFF\xFF\xFF"s)).width == 1u << 24);
  CHECK(Sniff(riff("VP8L\x08\0\0\0\x2F\xFF\xFF\xFF\xFF"s)).width == 16384);
  CHECK(Sniff(riff("VP8L\x08\0\0\0\x2E\xFF\xFF\xFF\xFF"s)).width == 0);
  CHECK(Sniff(riff("VP8 \x0a\0\0\0\x10\0\0\x9D\x01\x2A\x80\x42\xE0\x81"s)).width == 640);
  CHECK(Sniff(riff("VP8 \x0a\0\0\0\x10\0\0\x9D\x01\x2A\x80\x42\xE0\x81"s)).height == 480);
  CHECK(Sniff(riff("VP8 \x0a\0\0\0\x11\0\0\x9D\x01\x2A\x80\x42\xE0\x81"s)).width == 0);  // not a key frame
  CHECK(Sniff(riff("VP8 \x0a\0\0\0\x10\0\0\x9D\x01\x2B\x80\x42\xE0\x81"s)).width == 0);
  CHECK(Sniff(riff("ALPH")).format == ImageFormat::kWebp);
  CHECK(Sniff("RIFF\xFF\0\0\0WAVE"s).format == ImageFormat::kUnknown);
}

TEST_CASE("D8: pages, texts and other formats are no picture") {
  for (const std::string& bytes : {""s, "<html><body>502</body></html>"s, "{\"error\":\"x\"}"s, "GIF89a"s,
                                   "BM"s, "\x89PNX\r\n\x1a\n"s, "\xFF\xD8"s, "\xFF\xD8\x00"s, "RIFF"s,
                                   "\0\0\0\x20"
                                   "ftypavif"s,
                                   "%PDF"s}) {
    CAPTURE(bytes);
    const ImageInfo info = Sniff(bytes);
    CHECK(info.format == ImageFormat::kUnknown);
    CHECK(info.width == 0);
  }
}

TEST_CASE("D8: media type and extension follow the format") {
  CHECK(MediaType(ImageFormat::kPng) == "image/png"s);
  CHECK(MediaType(ImageFormat::kJpeg) == "image/jpeg"s);
  CHECK(MediaType(ImageFormat::kWebp) == "image/webp"s);
  CHECK(MediaType(ImageFormat::kUnknown) == "application/octet-stream"s);
  CHECK(Extension(ImageFormat::kPng) == "png"s);
  CHECK(Extension(ImageFormat::kJpeg) == "jpg"s);
  CHECK(Extension(ImageFormat::kWebp) == "webp"s);
  CHECK(Extension(ImageFormat::kUnknown) == "bin"s);
}
