#include "sandbox/decode.h"

#include <cstdio>

#include <jpeglib.h>
#include <png.h>
#include <webp/decode.h>

#include <cstdlib>

namespace sandbox_test {
namespace {

const uint8_t* Bytes(const std::string& file) { return reinterpret_cast<const uint8_t*>(file.data()); }

Image DecodePng(const std::string& file) {
  Image image;
  png_image png{};
  png.version = PNG_IMAGE_VERSION;
  if (!png_image_begin_read_from_memory(&png, file.data(), file.size())) return image;
  png.format = PNG_FORMAT_RGBA;
  image.rgba.resize(PNG_IMAGE_SIZE(png));
  if (!png_image_finish_read(&png, nullptr, image.rgba.data(), 0, nullptr)) return {};
  image.format = "png";
  image.width = static_cast<int>(png.width);
  image.height = static_cast<int>(png.height);
  return image;
}

Image DecodeJpeg(const std::string& file) {
  Image image;
  jpeg_decompress_struct jpeg{};
  jpeg_error_mgr errors;
  jpeg.err = jpeg_std_error(&errors);
  errors.error_exit = [](j_common_ptr) { std::abort(); };  // a test's input that is no JPEG: fail loudly
  jpeg_create_decompress(&jpeg);
  jpeg_mem_src(&jpeg, Bytes(file), file.size());
  jpeg_read_header(&jpeg, TRUE);
  jpeg.out_color_space = JCS_RGB;
  jpeg_start_decompress(&jpeg);
  std::vector<uint8_t> row(jpeg.output_width * 3);
  while (jpeg.output_scanline < jpeg.output_height) {
    JSAMPROW rows = row.data();
    jpeg_read_scanlines(&jpeg, &rows, 1);
    for (size_t x = 0; x < row.size(); x += 3)
      image.rgba.insert(image.rgba.end(), {row[x], row[x + 1], row[x + 2], 255});
  }
  image.format = errors.num_warnings == 0 ? "jpeg" : "";
  image.width = static_cast<int>(jpeg.output_width);
  image.height = static_cast<int>(jpeg.output_height);
  jpeg_finish_decompress(&jpeg);
  jpeg_destroy_decompress(&jpeg);
  return image;
}

Image DecodeWebp(const std::string& file) {
  Image image;
  uint8_t* data = WebPDecodeRGBA(Bytes(file), file.size(), &image.width, &image.height);
  if (!data) return {};
  image.format = "webp";
  image.rgba.assign(data, data + static_cast<size_t>(image.width) * static_cast<size_t>(image.height) * 4);
  WebPFree(data);
  return image;
}

}  // namespace

Image Decode(const std::string& file) {
  Image image;
  if (file.compare(0, 4, "\x89PNG") == 0) image = DecodePng(file);
  if (file.compare(0, 3, "\xff\xd8\xff") == 0) image = DecodeJpeg(file);
  if (file.compare(0, 4, "RIFF") == 0) image = DecodeWebp(file);
  for (size_t i = 3; i < image.rgba.size(); i += 4) image.alpha |= image.rgba[i] != 255;
  return image;
}

}  // namespace sandbox_test
