// Words on a terminal: UTF-8 by columns, names of files, amounts for people.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pixazo::cli {

// The code point at `at`, which moves past it; bad bytes give U+FFFD one by one.
char32_t NextChar(std::string_view text, size_t& at);
void AppendUtf8(std::string& out, char32_t c);

// For terminals that are not UTF-8: what pz itself draws is ASCII then.
void UseAscii(bool ascii);
bool Ascii();

// Text from elsewhere, fit for a terminal: control characters (escape sequences too) become spaces, bad UTF-8
// U+FFFD.
std::string Clean(std::string_view text);

int Columns(std::string_view text);                      // of text without control characters
std::string Fit(std::string_view text, int columns);     // cut with an ellipsis if it is longer
std::string FitPad(std::string_view text, int columns);  // and filled with spaces if it is shorter
std::vector<std::string> Wrap(std::string_view text, int columns);

// A file name from a prompt: lower case letters, digits and hyphens, at most `most` of them; "" if nothing is
// left.
std::string Slug(std::string_view text, size_t most = 48);

std::string Bytes(uint64_t bytes);      // "1.4 MB"
std::string Seconds(int64_t ms);        // "8.2 s", "3 min 05 s"
std::string Clock(int64_t ms);          // "0:08"
std::string Dollars(int64_t microusd);  // "$0.128"
std::string DollarRange(int64_t low, int64_t high);
std::string Plural(size_t n, const char* one, const char* many);  // "1 job", "2 jobs"
std::string ShellWord(std::string_view word);                     // quoted for sh where it must be

}  // namespace pixazo::cli
