// One value against one parameter: type, length, range, choices; converted where that is exact, refused where
// it is not.
#pragma once

#include "catalogue/message.h"

namespace pixazo::catalogue {

// Every type but kImage and kImages (picture.h).
wire::Result<wire::Json> ConvertValue(const Param& param, const Where& where, const wire::Json& value,
                                      const CheckOptions& options);

// What JSON can carry: valid UTF-8 without NUL, finite numbers, not nested deeper than 32. For values that
// are not checked otherwise.
wire::Error CheckJsonSafe(const Where& where, const wire::Json& value);

enum class TextKind { kFree, kStrict };  // kFree: prompts; only NUL, CR and LF are refused
wire::Error CheckText(const Where& where, std::string_view text, TextKind kind);

// http or https as wire/url.h reads it, no private host unless allowed.
wire::Error CheckPublicUrl(const Where& where, std::string_view text, bool https_only,
                           const CheckOptions& options);

}  // namespace pixazo::catalogue
