// SHA-256 (FIPS 180-4), for hosts that do not want prompts on the disk.
#pragma once

#include <array>
#include <string_view>

namespace pixazo::journal {

std::array<char, 64> Sha256Hex(std::string_view bytes);  // lower case

}  // namespace pixazo::journal
