// Strings as hosts pass them: (pointer, length), PZ_NUL for NUL-terminated ones.
#pragma once

#include <cstddef>
#include <string_view>

#include "wire/result.h"

namespace pixazo::capi {

// Errors: NULL with a length, embedded NUL, bad UTF-8.
wire::Result<std::string_view> ReadText(const char* s, size_t len);
// Bytes of any kind. Errors: NULL with a length; PZ_NUL.
wire::Result<std::string_view> ReadBytes(const void* bytes, size_t len);

}  // namespace pixazo::capi
