#include "sandbox/picture/font.h"

#include "sandbox/picture/glyphs.h"

namespace pixazo::sandbox {
namespace {

bool Lit(const Glyph& glyph, int column, int row) {
  return column >= 0 && column < kGlyphWidth && row >= 0 && row < kGlyphHeight &&
         (glyph[static_cast<size_t>(row)] >> (kGlyphWidth - 1 - column) & 1) != 0;
}

// Joins a dot to its neighbours to the right and below; diagonally only where no straight way joins the two.
void DrawDot(Canvas& canvas, const Glyph& glyph, int column, int row, Point origin, float dot, float pen,
             Color color, float alpha) {
  auto place = [&](int c, int r) {
    return Point{origin.x + dot * static_cast<float>(c), origin.y + dot * static_cast<float>(r)};
  };
  bool right = Lit(glyph, column + 1, row), down = Lit(glyph, column, row + 1),
       left = Lit(glyph, column - 1, row);
  bool alone = !right && !down && !left && !Lit(glyph, column, row - 1);
  if (right) canvas.Stroke(place(column, row), place(column + 1, row), pen, pen, color, alpha);
  if (down) canvas.Stroke(place(column, row), place(column, row + 1), pen, pen, color, alpha);
  if (!right && !down && Lit(glyph, column + 1, row + 1)) {
    canvas.Stroke(place(column, row), place(column + 1, row + 1), pen, pen, color, alpha);
    alone = false;
  }
  if (!left && !down && Lit(glyph, column - 1, row + 1)) {
    canvas.Stroke(place(column, row), place(column - 1, row + 1), pen, pen, color, alpha);
    alone = false;
  }
  if (alone) canvas.Disc(place(column, row), pen * 0.6f, color, alpha);
}

}  // namespace

char32_t TakeCharacter(std::string_view& utf8) {
  auto lead = static_cast<uint8_t>(utf8[0]);
  size_t length = lead < 0x80 ? 1 : lead < 0xc0 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (length == 0 || length > utf8.size()) {
    utf8.remove_prefix(1);
    return 0xfffd;
  }
  char32_t character = length == 1 ? lead : lead & (0x7fu >> length);
  for (size_t i = 1; i < length; ++i) character = character << 6 | (static_cast<uint8_t>(utf8[i]) & 0x3f);
  utf8.remove_prefix(length);
  return character;
}

int TextLength(std::string_view utf8) {
  int n = 0;
  for (; !utf8.empty(); ++n) TakeCharacter(utf8);
  return n;
}

void DrawText(Canvas& canvas, Point top_left, float dot, float pen, std::string_view utf8, Color color,
              float alpha) {
  Point at{top_left.x + dot / 2, top_left.y + dot / 2};
  while (!utf8.empty()) {
    const Glyph& glyph = GlyphOf(TakeCharacter(utf8));
    for (int row = 0; row < kGlyphHeight; ++row)
      for (int column = 0; column < kGlyphWidth; ++column)
        if (Lit(glyph, column, row)) DrawDot(canvas, glyph, column, row, at, dot, pen, color, alpha);
    at.x += dot * kGlyphAdvance;
  }
}

}  // namespace pixazo::sandbox
