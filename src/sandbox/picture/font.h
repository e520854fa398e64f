// A small alphabet of our own: five by nine dots a character, drawn as round strokes through neighbouring
// dots, so that it is smooth at any size.
#pragma once

#include <string_view>

#include "sandbox/picture/canvas.h"

namespace pixazo::sandbox {

inline constexpr int kGlyphWidth = 5, kGlyphHeight = 9, kGlyphAdvance = 6;  // dots

// The next character of UTF-8 text, removed from its front; U+FFFD for bytes that are none.
char32_t TakeCharacter(std::string_view& utf8);
int TextLength(std::string_view utf8);  // characters

// top_left: of the first character's dots; dot: pixels from one dot to the next; pen: thickness of the
// strokes in pixels.
void DrawText(Canvas& canvas, Point top_left, float dot, float pen, std::string_view utf8, Color color,
              float alpha = 1);

}  // namespace pixazo::sandbox
