// The lettering of contact sheets: one pen, drawn along lines and arcs. Latin letters with their accents,
// digits and signs; other scripts appear as an empty frame.
#pragma once

#include <string_view>

#include "image.h"

namespace pixazo::cli {

// `size` is the height of a capital in pixels.
double LetterWidth(std::string_view text, double size);
std::string FitLetters(std::string_view text, double size, double width);  // cut with an ellipsis
// With its left end at x and the feet of its letters at y.
void DrawLetters(Image& image, std::string_view text, double x, double y, double size, uint32_t rgb);

}  // namespace pixazo::cli
