// Picture headers: any bytes have a format or none; nothing is read past the end.
#include "wire/image.h"
#include "fuzz.h"
#include "wire/text.h"

using namespace pixazo::wire;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const ImageInfo info = SniffImage(data, size);
  Require(info.format != ImageFormat::kUnknown || (info.width == 0 && info.height == 0),
          "no size without a format");
  Require(std::string_view(MediaType(info.format))
              .starts_with(info.format == ImageFormat::kUnknown ? "application/" : "image/"),
          "a format has its media type");
  const std::string_view bytes = Text(data, size);
  LooksComplete(info.format, bytes.substr(0, 64), bytes.substr(size - (size < 64 ? size : 64)), size);
  if (const auto uri = ParseDataUri(bytes))
    Require(
        ParseDataUri(MakeDataUri(uri->media_type, uri->bytes.data(), uri->bytes.size()))->bytes == uri->bytes,
        "a data-URI reads back");
  return 0;
}
