// The prompt, written into its picture on a translucent band, with a line that says who made it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sandbox/picture/canvas.h"

namespace pixazo::sandbox {

// Lines of at most `columns` characters, broken between words where there is a place; at most max_lines, the
// last then ends in "...".
std::vector<std::string> WrapText(std::string_view utf8, int columns, int max_lines);

// inset: how far from the edges of the canvas, in pixels.
void PaintCaption(Canvas& canvas, std::string_view prompt, std::string_view signature, float inset = 0);

}  // namespace pixazo::sandbox
