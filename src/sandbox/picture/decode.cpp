#include "sandbox/picture/decode.h"

#include <cstdio>

#include <jpeglib.h>
#include <png.h>
#include <webp/decode.h>

#include <algorithm>
#include <csetjmp>
#include <cstring>

namespace pixazo::sandbox {
namespace {

struct Input {
  std::string_view rest;
};

void ReadInput(png_structp png, png_bytep out, png_size_t size) {
  auto* input = static_cast<Input*>(png_get_io_ptr(png));
  if (input->rest.size() < size) png_error(png, "cut");
  std::memcpy(out, input->rest.data(), size);
  input->rest.remove_prefix(size);
}

// As in encode.cpp: libpng jumps here on errors, so this frame owns nothing.
bool ReadPng(png_structp png, png_infop info, Pixmap& out) {
  if (setjmp(png_jmpbuf(png))) return false;
  png_set_user_limits(png, kMaxDecodedSide, kMaxDecodedSide);
  png_read_info(png, info);
  png_set_expand(png);  // palettes, small depths and tRNS to whole bytes
  png_set_scale_16(png);
  png_set_gray_to_rgb(png);
  png_set_add_alpha(png, 255, PNG_FILLER_AFTER);
  int passes = png_set_interlace_handling(png);
  png_read_update_info(png, info);
  out.width = static_cast<int>(png_get_image_width(png, info));
  out.height = static_cast<int>(png_get_image_height(png, info));
  size_t row = static_cast<size_t>(out.width) * 4;
  if (uint64_t{png_get_image_width(png, info)} * png_get_image_height(png, info) > kMaxDecodedPixels)
    return false;
  if (png_get_rowbytes(png, info) != row) return false;
  out.rgba.resize(row * static_cast<size_t>(out.height));
  for (int pass = 0; pass < passes; ++pass)
    for (int y = 0; y < out.height; ++y)
      png_read_row(png, out.rgba.data() + row * static_cast<size_t>(y), nullptr);
  png_read_end(png, nullptr);
  return true;
}

bool DecodePng(std::string_view file, Pixmap& out) {
  Input input{file};
  png_structp png = png_create_read_struct(
      PNG_LIBPNG_VER_STRING, nullptr, [](png_structp self, png_const_charp) { png_longjmp(self, 1); },
      [](png_structp, png_const_charp) {});
  png_infop info = png ? png_create_info_struct(png) : nullptr;
  if (info) png_set_read_fn(png, &input, ReadInput);
  bool ok = info && ReadPng(png, info, out);
  png_destroy_read_struct(&png, &info, nullptr);
  return ok;
}

struct JpegFailure {
  jpeg_error_mgr base;  // first: libjpeg hands back a pointer to it
  std::jmp_buf jump;
};

bool ReadJpeg(jpeg_decompress_struct* jpeg, JpegFailure* failure, Pixmap& out) {
  if (setjmp(failure->jump)) return false;
  jpeg_read_header(jpeg, TRUE);
  if (uint64_t{jpeg->image_width} * jpeg->image_height > kMaxDecodedPixels) return false;
  jpeg->out_color_space = JCS_EXT_RGBA;
  jpeg_start_decompress(jpeg);
  out.width = static_cast<int>(jpeg->output_width);
  out.height = static_cast<int>(jpeg->output_height);
  size_t row = static_cast<size_t>(out.width) * 4;
  out.rgba.resize(row * static_cast<size_t>(out.height));
  while (jpeg->output_scanline < jpeg->output_height) {
    JSAMPROW line = out.rgba.data() + row * jpeg->output_scanline;
    jpeg_read_scanlines(jpeg, &line, 1);
  }
  jpeg_finish_decompress(jpeg);
  return true;
}

bool DecodeJpeg(std::string_view file, Pixmap& out) {
  jpeg_decompress_struct jpeg{};
  JpegFailure failure{};
  jpeg.err = jpeg_std_error(&failure.base);
  failure.base.error_exit = [](j_common_ptr self) {
    std::longjmp(reinterpret_cast<JpegFailure*>(self->err)->jump, 1);
  };
  failure.base.output_message = [](j_common_ptr) {};
  jpeg_create_decompress(&jpeg);
  jpeg_mem_src(&jpeg, reinterpret_cast<const unsigned char*>(file.data()),
               static_cast<unsigned long>(file.size()));
  bool ok = ReadJpeg(&jpeg, &failure, out);
  jpeg_destroy_decompress(&jpeg);
  return ok;
}

bool DecodeWebp(std::string_view file, Pixmap& out) {
  auto* data = reinterpret_cast<const uint8_t*>(file.data());
  if (!WebPGetInfo(data, file.size(), &out.width, &out.height)) return false;
  size_t row = static_cast<size_t>(out.width) * 4;
  if (row / 4 * static_cast<size_t>(out.height) > kMaxDecodedPixels) return false;
  out.rgba.resize(row * static_cast<size_t>(out.height));
  return WebPDecodeRGBAInto(data, file.size(), out.rgba.data(), out.rgba.size(), static_cast<int>(row)) !=
         nullptr;
}

}  // namespace

std::optional<Pixmap> Decode(std::string_view file) {
  Pixmap out;
  bool ok = false;
  switch (wire::SniffImage(file.data(), file.size()).format) {
    case wire::ImageFormat::kPng:
      ok = DecodePng(file, out);
      break;
    case wire::ImageFormat::kJpeg:
      ok = DecodeJpeg(file, out);
      break;
    case wire::ImageFormat::kWebp:
      ok = DecodeWebp(file, out);
      break;
    case wire::ImageFormat::kUnknown:
      break;
  }
  if (!ok || out.width < 1 || out.height < 1) return std::nullopt;
  out.opaque = true;
  for (size_t i = 3; i < out.rgba.size(); i += 4) out.opaque = out.opaque && out.rgba[i] == 255;
  return out;
}

}  // namespace pixazo::sandbox
