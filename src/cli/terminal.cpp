#include "terminal.h"

#include <langinfo.h>
#include <locale.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "text.h"

namespace pixazo::cli {
namespace {

bool Dumb() {
  const char* term = std::getenv("TERM");
  return !term || !*term || std::strcmp(term, "dumb") == 0;
}

}  // namespace

Size SizeOf(std::FILE* stream) {
  Size size;
  winsize w{};
  if (::ioctl(::fileno(stream), TIOCGWINSZ, &w) != 0) return size;
  if (w.ws_col > 0) size.columns = w.ws_col;
  if (w.ws_row > 0) size.rows = w.ws_row;
  size.pixel_width = w.ws_xpixel;
  size.pixel_height = w.ws_ypixel;
  return size;
}

bool IsTerminal(std::FILE* stream) { return ::isatty(::fileno(stream)) == 1; }

bool CanRedraw(std::FILE* stream) { return IsTerminal(stream) && !Dumb(); }

Style::Style(std::FILE* stream, Color wish) {
  const char* no_color = std::getenv("NO_COLOR");
  if (wish == Color::kAuto)
    on_ = IsTerminal(stream) && !Dumb() && !(no_color && *no_color);
  else
    on_ = wish == Color::kAlways;
}

std::string Style::Wrapped(const char* code, std::string_view text) const {
  if (!on_ || text.empty()) return std::string(text);
  return std::string("\x1b[") + code + "m" + std::string(text) + "\x1b[0m";
}

void SetUpLocale() {
  ::setlocale(LC_CTYPE, "");
  const bool utf8 = std::strcmp(::nl_langinfo(CODESET), "UTF-8") == 0;
  if (!utf8) ::setlocale(LC_CTYPE, "C.UTF-8");
  UseAscii(!utf8);
}

bool Write(std::FILE* stream, std::string_view text) {
  return std::fwrite(text.data(), 1, text.size(), stream) == text.size() && std::fflush(stream) == 0;
}

bool WriteLine(std::FILE* stream, std::string_view text) { return Write(stream, std::string(text) + "\n"); }

}  // namespace pixazo::cli
