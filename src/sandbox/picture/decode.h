// Files to pixels, for pictures that come from others: reference pictures and masks.
#pragma once

#include <optional>
#include <string_view>

#include "sandbox/picture/encode.h"

namespace pixazo::sandbox {

inline constexpr uint32_t kMaxDecodedSide = 16'384;
inline constexpr uint64_t kMaxDecodedPixels = 64'000'000;

// PNG, JPEG or WebP, eight bits a channel; values are the file's own: no colour correction. None: damaged,
// another format, too large.
std::optional<Pixmap> Decode(std::string_view file);

}  // namespace pixazo::sandbox
