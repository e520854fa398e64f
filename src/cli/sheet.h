// The contact sheet of a batch: every picture small, in a grid, with its prompt under it.
#pragma once

#include <string>
#include <vector>

#include "image.h"

namespace pixazo::cli {

struct Thumbnail {
  std::string path;     // of the picture
  std::string caption;  // its prompt
  std::string detail;   // its file name
};

constexpr size_t kMostOnSheet = 100;  // more pictures make more sheets

// One sheet of at most kMostOnSheet pictures. A picture that cannot be decoded keeps its place, empty.
Image MakeSheet(const std::vector<Thumbnail>& pictures, const std::string& title,
                const std::string& subtitle);

}  // namespace pixazo::cli
