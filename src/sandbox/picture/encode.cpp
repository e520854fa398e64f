#include "sandbox/picture/encode.h"

#include <cstdio>

#include <jpeglib.h>
#include <png.h>
#include <webp/encode.h>

#include <csetjmp>
#include <cstdlib>

namespace pixazo::sandbox {
namespace {

std::vector<uint8_t> Rgb(const Pixmap& p) {
  std::vector<uint8_t> rgb;
  rgb.reserve(p.rgba.size() / 4 * 3);
  for (size_t i = 0; i < p.rgba.size(); i += 4)
    rgb.insert(rgb.end(), {p.rgba[i], p.rgba[i + 1], p.rgba[i + 2]});
  return rgb;
}

// libpng reports errors by a jump over C frames: nothing between here and there may have a destructor.
bool WritePng(png_structp png, png_infop info, const Pixmap& p, const uint8_t* pixels, int channels) {
  if (setjmp(png_jmpbuf(png))) return false;
  png_set_IHDR(png, info, static_cast<png_uint_32>(p.width), static_cast<png_uint_32>(p.height), 8,
               channels == 4 ? PNG_COLOR_TYPE_RGBA : PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_set_compression_level(png, 2);
  png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_SUB | PNG_FILTER_UP);
  png_write_info(png, info);
  for (int y = 0; y < p.height; ++y)
    png_write_row(
        png, pixels + static_cast<size_t>(y) * static_cast<size_t>(p.width) * static_cast<size_t>(channels));
  png_write_end(png, info);
  return true;
}

std::string EncodePng(const Pixmap& p) {
  std::string out;
  png_structp png =
      png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, [](png_structp, png_const_charp) {});
  png_infop info = png ? png_create_info_struct(png) : nullptr;
  std::vector<uint8_t> rgb = p.opaque ? Rgb(p) : std::vector<uint8_t>();
  bool ok = false;
  if (info) {
    png_set_write_fn(
        png, &out,
        [](png_structp self, png_bytep data, png_size_t size) {
          static_cast<std::string*>(png_get_io_ptr(self))->append(reinterpret_cast<const char*>(data), size);
        },
        nullptr);
    ok = WritePng(png, info, p, p.opaque ? rgb.data() : p.rgba.data(), p.opaque ? 3 : 4);
  }
  png_destroy_write_struct(&png, &info);
  return ok ? out : std::string();
}

struct JpegFailure {
  jpeg_error_mgr base;  // first: libjpeg hands back a pointer to it
  std::jmp_buf jump;
};

bool WriteJpeg(jpeg_compress_struct* jpeg, JpegFailure* failure, const Pixmap& p, uint8_t* pixels,
               int quality) {
  if (setjmp(failure->jump)) return false;
  jpeg->image_width = static_cast<JDIMENSION>(p.width);
  jpeg->image_height = static_cast<JDIMENSION>(p.height);
  jpeg->input_components = 3;
  jpeg->in_color_space = JCS_RGB;
  jpeg_set_defaults(jpeg);
  jpeg_set_quality(jpeg, quality < 1 ? 1 : quality, TRUE);
  jpeg_start_compress(jpeg, TRUE);
  while (jpeg->next_scanline < jpeg->image_height) {
    JSAMPROW row = pixels + static_cast<size_t>(jpeg->next_scanline) * static_cast<size_t>(p.width) * 3;
    jpeg_write_scanlines(jpeg, &row, 1);
  }
  jpeg_finish_compress(jpeg);
  return true;
}

std::string EncodeJpeg(const Pixmap& p, int quality) {
  std::vector<uint8_t> rgb = Rgb(p);
  jpeg_compress_struct jpeg{};
  JpegFailure failure{};
  jpeg.err = jpeg_std_error(&failure.base);
  failure.base.error_exit = [](j_common_ptr self) {
    std::longjmp(reinterpret_cast<JpegFailure*>(self->err)->jump, 1);
  };
  failure.base.output_message = [](j_common_ptr) {};
  jpeg_create_compress(&jpeg);
  unsigned char* data = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&jpeg, &data, &size);
  bool ok = WriteJpeg(&jpeg, &failure, p, rgb.data(), quality);
  jpeg_destroy_compress(&jpeg);
  std::string out = ok ? std::string(reinterpret_cast<char*>(data), size) : std::string();
  std::free(data);
  return out;
}

std::string EncodeWebp(const Pixmap& p, int quality) {
  WebPConfig config;
  WebPPicture picture;
  if (!WebPConfigPreset(&config, WEBP_PRESET_DRAWING, static_cast<float>(quality)) ||
      !WebPPictureInit(&picture))
    return {};
  config.method = 1;
  picture.width = p.width;
  picture.height = p.height;
  WebPMemoryWriter writer;
  WebPMemoryWriterInit(&writer);
  picture.writer = WebPMemoryWrite;
  picture.custom_ptr = &writer;
  auto import = p.opaque ? WebPPictureImportRGBX : WebPPictureImportRGBA;
  bool ok = import(&picture, p.rgba.data(), p.width * 4) && WebPEncode(&config, &picture);
  std::string out = ok ? std::string(reinterpret_cast<char*>(writer.mem), writer.size) : std::string();
  WebPPictureFree(&picture);
  WebPMemoryWriterClear(&writer);
  return out;
}

}  // namespace

Pixmap ToPixmap(const Canvas& canvas) {
  Pixmap p{canvas.width(), canvas.height(), {}, true};
  p.rgba.reserve(static_cast<size_t>(p.width) * static_cast<size_t>(p.height) * 4);
  auto byte = [](float v) { return static_cast<uint8_t>(Clamp01(v) * 255 + 0.5f); };
  for (int y = 0; y < p.height; ++y) {
    for (int x = 0; x < p.width; ++x) {
      const Color& c = canvas.At(x, y);
      p.rgba.insert(p.rgba.end(), {byte(c.r), byte(c.g), byte(c.b), 255});
    }
  }
  return p;
}

std::string Encode(const Pixmap& pixmap, wire::ImageFormat format, int quality) {
  switch (format) {
    case wire::ImageFormat::kJpeg:
      return EncodeJpeg(pixmap, quality);
    case wire::ImageFormat::kWebp:
      return EncodeWebp(pixmap, quality);
    default:
      return EncodePng(pixmap);
  }
}

}  // namespace pixazo::sandbox
