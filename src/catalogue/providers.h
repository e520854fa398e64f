// The files of catalogue/providers, as they were when the library was built (the definition is generated:
// src/CMakeLists.txt).
#pragma once

#include <span>
#include <string_view>

namespace pixazo::catalogue {

std::span<const std::string_view> ProviderTexts();

}  // namespace pixazo::catalogue
