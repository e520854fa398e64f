#include "text.h"

#include <cstdarg>
#include <cstdio>

namespace pixazo::bench {

std::string Text(const char* format, ...) {
  char buffer[2048];
  va_list arguments;
  va_start(arguments, format);
  const int length = vsnprintf(buffer, sizeof buffer, format, arguments);
  va_end(arguments);
  return std::string(
      buffer, static_cast<size_t>(length) < sizeof buffer ? static_cast<size_t>(length) : sizeof buffer - 1);
}

}  // namespace pixazo::bench
