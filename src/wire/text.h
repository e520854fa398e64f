// UTF-8, base64 and small text rules used by every check.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pixazo::wire {

// Bytes of the character s begins with (1 to 4), 0 if it begins with none: overlong forms, surrogates, >
// U+10FFFF, cut sequences.
size_t Utf8SequenceLength(std::string_view s);
bool IsValidUtf8(std::string_view s);
size_t CountCodePoints(std::string_view utf8);  // characters, not bytes; s must be valid
// Valid UTF-8 of at most max_bytes, cut at a character, with control characters and Unicode line ends made
// spaces and each byte that is no character made U+FFFD: for messages shown to people.
std::string CleanForMessage(std::string_view s, size_t max_bytes = 1024);
bool HasControl(std::string_view s);  // CR, LF, NUL and every other C0 character or DEL
bool IsHeaderValue(
    std::string_view s);  // not empty, visible ASCII and inner spaces only: safe in an HTTP header
size_t EditDistance(std::string_view a, std::string_view b, size_t limit);  // Levenshtein, limit+1 if larger

std::string EncodeBase64(const void* bytes, size_t len);
std::optional<std::string> DecodeBase64(
    std::string_view text);  // canonical RFC 4648 only: padded, no white space, no stray bits
struct DataUri {
  std::string media_type;
  std::string bytes;
};
std::optional<DataUri> ParseDataUri(std::string_view uri);  // data:<type>;base64,<...> only
std::string MakeDataUri(std::string_view media_type, const void* bytes, size_t len);

std::string PercentEncodeSegment(std::string_view s);  // everything but unreserved characters

// Equal in time that does not depend on where they differ.
bool ConstantTimeEqual(std::string_view a, std::string_view b);

}  // namespace pixazo::wire
