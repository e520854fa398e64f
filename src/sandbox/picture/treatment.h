// What becomes of reference pictures.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "sandbox/picture/canvas.h"
#include "sandbox/picture/encode.h"

namespace pixazo::sandbox {

// The pictures side by side, each filling its part, cut at the edges where the shapes differ.
Canvas Arrange(const std::vector<Pixmap>& pictures, int width, int height);
// In the prompt's light and colours, with whoever the prompt names standing in it.
void PaintOver(Canvas& canvas, std::string_view prompt, uint64_t seed);
// Lit anew: from one side, in the colour of the prompt's light.
void Relight(Canvas& canvas, std::string_view prompt, uint64_t seed);

// Where the mask says preserve, the source's own bytes, alpha included; elsewhere what was painted. Both have
// the painted picture's size when this returns: a source or mask of another size is taken pixel by pixel,
// nearest first. A mask that has transparent pixels means them as editable; one without means its white
// (brighter than half) ones.
void KeepProtected(Pixmap& painted, const Pixmap& source, const Pixmap& mask);

}  // namespace pixazo::sandbox
