#include "capi/text.h"

#include <cstring>

#include "pixazo/pixazo.h"
#include "wire/text.h"

namespace pixazo::capi {
namespace {

wire::Error Wrong(const char* message) { return wire::MakeError(wire::Code::kInvalidArg, message); }

}  // namespace

wire::Result<std::string_view> ReadText(const char* s, size_t len) {
  if (!s) {
    if (len == 0 || len == PZ_NUL) return std::string_view();
    return Wrong("a string is NULL, but its length is not 0");
  }
  const std::string_view text(s, len == PZ_NUL ? std::strlen(s) : len);
  if (std::memchr(text.data(), 0, text.size())) return Wrong("a string holds a NUL");
  if (!wire::IsValidUtf8(text)) return Wrong("a string is not valid UTF-8");
  return text;
}

wire::Result<std::string_view> ReadBytes(const void* bytes, size_t len) {
  if (len == PZ_NUL) return Wrong("bytes need a length");
  if (!bytes && len != 0) return Wrong("bytes are NULL, but their length is not 0");
  return std::string_view(static_cast<const char*>(bytes), len);
}

}  // namespace pixazo::capi
