// The shapes of the letters, as data.
#pragma once

#include <string_view>

namespace pixazo::cli {

// Strokes on a grid where a capital is 7 high, a small x is 5, and y grows upwards from the foot line: M x y
// begins a stroke, L x y goes on straight, E cx cy rx ry from to is an arc (degrees, counter-clockwise if
// `to` is larger).
struct Glyph {
  char32_t character;
  double width;
  const char* strokes;
};

const Glyph& GlyphOf(char32_t character);  // the empty frame for what is not there

// A letter with an accent is its letter and a mark over or under it; look-alikes are drawn as what they look
// like.
struct Composed {
  char32_t character, base, mark;  // mark 0: none
};
const Composed* ComposedOf(char32_t character);
std::string_view MarkStrokes(char32_t mark);  // around x = 0, for a small letter

}  // namespace pixazo::cli
