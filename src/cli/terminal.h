// What the streams are, and how they may be written to.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

namespace pixazo::cli {

enum class Color { kAuto, kAlways, kNever };

struct Size {
  int columns = 80, rows = 24;
  int pixel_width = 0, pixel_height = 0;  // 0: the terminal does not say
};
Size SizeOf(std::FILE* stream);
bool IsTerminal(std::FILE* stream);

// Colours of one stream: the 16 of the terminal's own theme, or none (not a terminal, NO_COLOR, TERM=dumb,
// --color never).
class Style {
 public:
  Style() = default;
  Style(std::FILE* stream, Color wish);

  bool on() const { return on_; }
  std::string Bold(std::string_view text) const { return Wrapped("1", text); }
  std::string Dim(std::string_view text) const { return Wrapped("2", text); }
  std::string Good(std::string_view text) const { return Wrapped("32", text); }
  std::string Bad(std::string_view text) const { return Wrapped("31", text); }
  std::string Doubt(std::string_view text) const { return Wrapped("33", text); }
  std::string Accent(std::string_view text) const { return Wrapped("36", text); }

 private:
  std::string Wrapped(const char* code, std::string_view text) const;
  bool on_ = false;
};

// Can lines be drawn over again there?
bool CanRedraw(std::FILE* stream);

// Reads the locale for the width of characters; decides whether the terminal is UTF-8 (text.h: UseAscii).
void SetUpLocale();

// All of it, and flushed. False if the stream is gone (a closed pipe, a full disk).
bool Write(std::FILE* stream, std::string_view text);
bool WriteLine(std::FILE* stream, std::string_view text);

}  // namespace pixazo::cli
