// Pictures for the URLs that the documents' own examples name: they are answered here, so that the examples
// run offline as printed.
#pragma once

#include <optional>
#include <string_view>

#include "sandbox/picture/picture.h"

namespace pixazo::sandbox {

inline constexpr int kSampleSide = 1024;

// What stands for the picture at a URL of the documents (hosts r2.dev and example.com), none for other URLs.
// The data-URI that the documents print cut short counts as one.
struct Sample {
  bool is_mask = false;
  PictureSpec spec;  // unless it is a mask
};
std::optional<Sample> SampleOf(std::string_view url);
std::string MakeSample(const Sample& sample);  // takes as long as a picture

}  // namespace pixazo::sandbox
