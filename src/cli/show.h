// Pictures in the terminal, through libchafa where pz was built with it.
#pragma once

#include <string>

#include "image.h"

namespace pixazo::cli {

bool CanShow();             // built with libchafa
std::string ShowFeature();  // for --version: ", libchafa 1.12", or ""

// The picture as text for the terminal that `out` is: how is "auto", "kitty", "sixel" or "half". At most
// `columns` wide, `rows` high.
std::string Draw(const Image& image, const std::string& how, int columns, int rows);

}  // namespace pixazo::cli
