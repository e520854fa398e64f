// printf into a string.
#pragma once

#include <string>

namespace pixazo::bench {

[[gnu::format(printf, 1, 2)]] std::string Text(const char* format, ...);

}  // namespace pixazo::bench
