#include "image.h"

#include <png.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>

namespace pixazo::cli {
namespace {

constexpr uint64_t kMostPixels = 100'000'000;

const std::array<float, 256>& Linear() {
  static const std::array<float, 256> table = [] {
    std::array<float, 256> t{};
    for (size_t i = 0; i < t.size(); ++i) {
      const double c = static_cast<double>(i) / 255;
      t[i] = static_cast<float>(c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4));
    }
    return t;
  }();
  return table;
}

uint8_t FromLinear(float value) {
  const float c = value <= 0.0031308F ? value * 12.92F : 1.055F * std::pow(value, 1 / 2.4F) - 0.055F;
  return static_cast<uint8_t>(std::clamp(c * 255 + 0.5F, 0.0F, 255.0F));
}

// The source pixels that destination pixel `at` of `count` covers, with how much of each.
struct Span {
  int first = 0;
  std::vector<float> weights;
};
std::vector<Span> Spans(int from, int to) {
  std::vector<Span> spans(static_cast<size_t>(to));
  const double step = static_cast<double>(from) / to;
  for (int i = 0; i < to; ++i) {
    const double begin = i * step, end = std::min<double>(from, (i + 1) * step);
    Span& span = spans[static_cast<size_t>(i)];
    span.first = static_cast<int>(begin);
    for (int p = span.first; p < end && p < from; ++p)
      span.weights.push_back(
          static_cast<float>((std::min<double>(end, p + 1) - std::max<double>(begin, p)) / (end - begin)));
  }
  return spans;
}

}  // namespace

bool Sane(uint64_t width, uint64_t height) {
  return width > 0 && height > 0 && width <= 65'535 && height <= 65'535 && width * height <= kMostPixels;
}

Image MakeImage(int width, int height, uint32_t rgb) {
  Image image{width, height, {}};
  image.rgba.resize(static_cast<size_t>(width) * static_cast<size_t>(height) * 4);
  for (size_t i = 0; i < image.rgba.size(); i += 4) {
    image.rgba[i] = static_cast<uint8_t>(rgb >> 16);
    image.rgba[i + 1] = static_cast<uint8_t>(rgb >> 8);
    image.rgba[i + 2] = static_cast<uint8_t>(rgb);
    image.rgba[i + 3] = 255;
  }
  return image;
}

std::optional<Image> Decode(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (bytes.starts_with("\x89PNG")) return DecodePng(bytes);
  if (bytes.starts_with("\xFF\xD8")) return DecodeJpeg(bytes);
  if (bytes.starts_with("RIFF") && bytes.compare(8, 4, "WEBP") == 0) return DecodeWebp(bytes);
  return std::nullopt;
}

std::optional<Image> DecodePng(const std::string& bytes) {
  // libpng's simple reader takes a file that stops right behind its last pixel.
  if (bytes.find("IEND\xAE\x42\x60\x82") == std::string::npos) return std::nullopt;
  png_image png{};
  png.version = PNG_IMAGE_VERSION;
  if (!png_image_begin_read_from_memory(&png, bytes.data(), bytes.size())) return std::nullopt;
  png.format = PNG_FORMAT_RGBA;
  Image image;
  const bool sane = Sane(png.width, png.height);
  if (sane) {
    image = {static_cast<int>(png.width), static_cast<int>(png.height), {}};
    image.rgba.resize(PNG_IMAGE_SIZE(png));
  }
  const bool read = sane && png_image_finish_read(&png, nullptr, image.rgba.data(), 0, nullptr);
  png_image_free(&png);
  return read ? std::optional<Image>(std::move(image)) : std::nullopt;
}

Image Shrink(const Image& image, int width, int height) {
  const std::vector<Span> columns = Spans(image.width, width), rows = Spans(image.height, height);
  const auto& linear = Linear();
  Image out{width, height, {}};
  out.rgba.resize(static_cast<size_t>(width) * static_cast<size_t>(height) * 4);
  for (int y = 0; y < height; ++y) {
    const Span& row = rows[static_cast<size_t>(y)];
    for (int x = 0; x < width; ++x) {
      const Span& column = columns[static_cast<size_t>(x)];
      float r = 0, g = 0, b = 0, a = 0;
      for (size_t j = 0; j < row.weights.size(); ++j) {
        const uint8_t* p = image.At(column.first, row.first + static_cast<int>(j));
        for (size_t i = 0; i < column.weights.size(); ++i, p += 4) {
          const float weight = row.weights[j] * column.weights[i] * static_cast<float>(p[3]) / 255;
          r += linear[p[0]] * weight;
          g += linear[p[1]] * weight;
          b += linear[p[2]] * weight;
          a += weight;
        }
      }
      uint8_t* to = out.At(x, y);
      if (a > 0) to[0] = FromLinear(r / a), to[1] = FromLinear(g / a), to[2] = FromLinear(b / a);
      to[3] = static_cast<uint8_t>(std::clamp(a * 255 + 0.5F, 0.0F, 255.0F));
    }
  }
  return out;
}

void Paste(Image& to, const Image& from, int x, int y) {
  for (int j = std::max(0, -y); j < from.height && y + j < to.height; ++j) {
    for (int i = std::max(0, -x); i < from.width && x + i < to.width; ++i) {
      const uint8_t* p = from.At(i, j);
      uint8_t* q = to.At(x + i, y + j);
      for (int c = 0; c < 3; ++c)
        q[c] = static_cast<uint8_t>((p[c] * p[3] + q[c] * (255 - p[3]) + 127) / 255);
      q[3] = static_cast<uint8_t>(p[3] + q[3] * (255 - p[3]) / 255);
    }
  }
}

std::string EncodePng(const Image& image) {
  // Opaque pictures are written without their alpha.
  bool opaque = true;
  for (size_t i = 3; i < image.rgba.size() && opaque; i += 4) opaque = image.rgba[i] == 255;
  std::vector<uint8_t> rgb;
  if (opaque) {
    rgb.reserve(image.rgba.size() / 4 * 3);
    for (size_t i = 0; i < image.rgba.size(); i += 4)
      rgb.insert(rgb.end(), &image.rgba[i], &image.rgba[i] + 3);
  }
  png_image png{};
  png.version = PNG_IMAGE_VERSION;
  png.width = static_cast<png_uint_32>(image.width);
  png.height = static_cast<png_uint_32>(image.height);
  png.format = opaque ? PNG_FORMAT_RGB : PNG_FORMAT_RGBA;
  const void* pixels = opaque ? rgb.data() : image.rgba.data();
  png_alloc_size_t size = 0;
  std::string bytes;
  if (png_image_write_to_memory(&png, nullptr, &size, 0, pixels, 0, nullptr)) {
    bytes.resize(size);
    if (!png_image_write_to_memory(&png, bytes.data(), &size, 0, pixels, 0, nullptr)) bytes.clear();
  }
  return bytes;
}

}  // namespace pixazo::cli
