// The dots of each character: nine rows from the top (the last two reach below the line), five bits a row,
// the highest bit on the left.
#pragma once

#include <array>
#include <cstdint>

namespace pixazo::sandbox {

using Glyph = std::array<uint8_t, 9>;

const Glyph& GlyphOf(char32_t character);  // an empty frame for what the alphabet lacks

}  // namespace pixazo::sandbox
