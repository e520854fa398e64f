#include <csetjmp>
#include <cstdio>

#include <jpeglib.h>  // needs the one above

#include "image.h"

namespace pixazo::cli {
namespace {

struct Errors {
  jpeg_error_mgr manager;
  std::jmp_buf back;
};

[[noreturn]] void Fail(j_common_ptr info) { std::longjmp(reinterpret_cast<Errors*>(info->err)->back, 1); }
void Silent(j_common_ptr) {}

// Everything that libjpeg jumps over lives outside; here are only its own structures.
bool Read(const std::string& bytes, Image& image, std::vector<uint8_t>& row) {
  jpeg_decompress_struct jpeg{};
  Errors errors;
  jpeg.err = jpeg_std_error(&errors.manager);
  errors.manager.error_exit = Fail;
  errors.manager.output_message = Silent;
  if (setjmp(errors.back)) {
    jpeg_destroy_decompress(&jpeg);
    return false;
  }
  jpeg_create_decompress(&jpeg);
  jpeg_mem_src(&jpeg, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  jpeg_read_header(&jpeg, TRUE);
  if (!Sane(jpeg.image_width, jpeg.image_height)) {
    jpeg_destroy_decompress(&jpeg);
    return false;
  }
  jpeg.out_color_space = JCS_RGB;
  jpeg_start_decompress(&jpeg);
  image.width = static_cast<int>(jpeg.output_width);
  image.height = static_cast<int>(jpeg.output_height);
  image.rgba.resize(static_cast<size_t>(image.width) * static_cast<size_t>(image.height) * 4);
  row.resize(static_cast<size_t>(image.width) * 3);
  while (jpeg.output_scanline < jpeg.output_height) {
    uint8_t* to = image.At(0, static_cast<int>(jpeg.output_scanline));
    JSAMPROW rows[] = {row.data()};
    jpeg_read_scanlines(&jpeg, rows, 1);
    for (size_t i = 0; i < row.size(); i += 3, to += 4)
      to[0] = row[i], to[1] = row[i + 1], to[2] = row[i + 2], to[3] = 255;
  }
  jpeg_finish_decompress(&jpeg);
  jpeg_destroy_decompress(&jpeg);
  return true;
}

}  // namespace

std::optional<Image> DecodeJpeg(const std::string& bytes) {
  Image image;
  std::vector<uint8_t> row;
  if (!Read(bytes, image, row)) return std::nullopt;
  return image;
}

}  // namespace pixazo::cli
