// The one picture that every job makes.
#pragma once

#include <cstddef>
#include <string>

namespace pixazo::bench {

// A valid PNG of exactly `bytes` bytes, at least 100: what the pixels do not fill is a text chunk.
std::string MakePng(size_t bytes);

std::string Base64(const std::string& bytes);

}  // namespace pixazo::bench
