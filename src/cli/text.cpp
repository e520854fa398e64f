#include "text.h"

#include <wchar.h>

#include <algorithm>
#include <array>
#include <cstdio>

namespace pixazo::cli {
namespace {

bool Continues(std::string_view text, size_t at) {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
}

int WidthOf(char32_t c) {
  if (c < 0x20 || (c >= 0x7F && c < 0xA0)) return 0;
  const int width = ::wcwidth(static_cast<wchar_t>(c));
  return width < 0 ? 1 : width;
}

bool ascii_only = false;

std::string_view Ellipsis() { return ascii_only ? "..." : "…"; }

}  // namespace

void UseAscii(bool ascii) { ascii_only = ascii; }
bool Ascii() { return ascii_only; }

char32_t NextChar(std::string_view text, size_t& at) {
  const auto lead = static_cast<unsigned char>(text[at++]);
  if (lead < 0x80) return lead;
  const int more = lead >= 0xF0 && lead < 0xF5 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC2 ? 1 : 0;
  if (more == 0 || lead >= 0xF5) return 0xFFFD;
  char32_t c = lead & (0x3F >> more);
  size_t next = at;
  for (int i = 0; i < more; ++i, ++next) {
    if (!Continues(text, next)) return 0xFFFD;
    c = (c << 6) | (static_cast<unsigned char>(text[next]) & 0x3F);
  }
  static constexpr char32_t least[] = {0, 0x80, 0x800, 0x10000};
  if (c < least[more] || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) return 0xFFFD;
  at = next;
  return c;
}

void AppendUtf8(std::string& out, char32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | (c >> 6));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | (c >> 12));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (c >> 18));
    out += static_cast<char>(0x80 | ((c >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  }
}

std::string Clean(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const char32_t c = NextChar(text, at);
    // Direction marks could make a terminal show another text than the one that is there.
    const bool mark = (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
    const bool control = c < 0x20 || (c >= 0x7F && c < 0xA0) || mark;
    AppendUtf8(out, control ? U' ' : c);
  }
  return out;
}

int Columns(std::string_view text) {
  int columns = 0;
  for (size_t at = 0; at < text.size();) columns += WidthOf(NextChar(text, at));
  return columns;
}

std::string Fit(std::string_view text, int columns) {
  if (columns <= 0) return {};
  if (Columns(text) <= columns) return std::string(text);
  std::string out;
  int used = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t begin = at;
    const int width = WidthOf(NextChar(text, at));
    if (used + width > columns - Columns(Ellipsis())) break;
    used += width;
    out.append(text.substr(begin, at - begin));
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  out += Ellipsis().substr(0, ascii_only ? static_cast<size_t>(columns) : std::string_view::npos);
  return out;
}

std::string FitPad(std::string_view text, int columns) {
  std::string out = Fit(text, columns);
  const int missing = columns - Columns(out);
  if (missing > 0) out.append(static_cast<size_t>(missing), ' ');
  return out;
}

std::vector<std::string> Wrap(std::string_view text, int columns) {
  std::vector<std::string> lines;
  std::string line;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find(' ', at), text.size());
    const std::string_view word = text.substr(at, end - at);
    at = std::min(end + 1, text.size());
    if (!line.empty() && Columns(line) + 1 + Columns(word) > columns) {
      lines.push_back(std::move(line));
      line.clear();
    }
    if (!line.empty()) line += ' ';
    line += word;
    if (end == text.size()) break;
  }
  if (!line.empty() || lines.empty()) lines.push_back(std::move(line));
  return lines;
}

std::string Slug(std::string_view text, size_t most) {
  std::string out;
  size_t word_end = 0;  // where the last whole word ended
  for (const char c : text) {
    const bool upper = c >= 'A' && c <= 'Z';
    if (upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
      if (out.size() == most) {
        if (word_end > 0) out.resize(word_end);
        break;
      }
      out += upper ? static_cast<char>(c - 'A' + 'a') : c;
    } else if (c != '\'' && !out.empty() && out.back() != '-') {
      word_end = out.size();
      if (out.size() + 2 > most) break;
      out += '-';
    }
  }
  while (!out.empty() && out.back() == '-') out.pop_back();
  return out;
}

std::string Bytes(uint64_t bytes) {
  if (bytes < 1000) return std::to_string(bytes) + " B";
  static constexpr std::array units = {"kB", "MB", "GB", "TB"};
  double value = static_cast<double>(bytes) / 1000;
  size_t unit = 0;
  while (value >= 999.5 && unit + 1 < units.size()) value /= 1000, ++unit;
  char text[32];
  std::snprintf(text, sizeof text, value < 9.95 ? "%.1f %s" : "%.0f %s", value, units[unit]);
  return text;
}

std::string Seconds(int64_t ms) {
  char text[48];
  if (ms < 60'000)
    std::snprintf(text, sizeof text, "%.1f s", static_cast<double>(ms) / 1000);
  else
    std::snprintf(text, sizeof text, "%lld min %02lld s", static_cast<long long>(ms / 60'000),
                  static_cast<long long>(ms / 1000 % 60));
  return text;
}

std::string Clock(int64_t ms) {
  char text[48];
  const long long s = ms / 1000;
  if (s < 3600)
    std::snprintf(text, sizeof text, "%lld:%02lld", s / 60, s % 60);
  else
    std::snprintf(text, sizeof text, "%lld:%02lld:%02lld", s / 3600, s / 60 % 60, s % 60);
  return text;
}

std::string Dollars(int64_t microusd) {
  char text[48];
  std::snprintf(text, sizeof text, "%lld.%06lld", static_cast<long long>(microusd / 1'000'000),
                static_cast<long long>(microusd % 1'000'000));
  std::string out = text;
  while (out.back() == '0' && out.find('.') + 3 < out.size()) out.pop_back();
  return "$" + out;
}

std::string DollarRange(int64_t low, int64_t high) {
  return low == high ? Dollars(low) : Dollars(low) + " to " + Dollars(high);
}

std::string Plural(size_t n, const char* one, const char* many) {
  return std::to_string(n) + " " + (n == 1 ? one : many);
}

std::string ShellWord(std::string_view word) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-_=./:,@%+").find(c) != std::string_view::npos;
  };
  if (!word.empty() && std::all_of(word.begin(), word.end(), plain)) return std::string(word);
  std::string out = "'";
  for (const char c : word) {
    if (c == '\'')
      out += "'\\''";
    else
      out += c;
  }
  return out + "'";
}

}  // namespace pixazo::cli
