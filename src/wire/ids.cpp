#include <algorithm>

#include "wire/reply.h"

namespace pixazo::wire {
namespace {

bool IsIdCharacter(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
         c == '-';
}

std::string_view SkipSpace(std::string_view s) {
  s.remove_prefix(std::min(s.find_first_not_of(" \t\r\n"), s.size()));
  return s;
}

// What stands between the quotes after a key's colon, "" if it is not a whole, valid id.
std::string_view IdAfterKey(std::string_view rest) {
  rest = SkipSpace(rest);
  if (!rest.starts_with(':')) return {};
  rest = SkipSpace(rest.substr(1));
  if (!rest.starts_with('"')) return {};
  rest.remove_prefix(1);
  const size_t quote = rest.find('"');
  if (quote == std::string_view::npos || !ValidRequestId(rest.substr(0, quote))) return {};
  return rest.substr(0, quote);
}

}  // namespace

bool ValidRequestId(std::string_view id) {
  if (id.empty() || id.size() > 200 || id == "." || id == "..") return false;
  return std::all_of(id.begin(), id.end(), [](char c) { return IsIdCharacter(c); });
}

std::string_view ModelOfRequestId(std::string_view id) {
  const size_t underscore = id.rfind('_');
  return underscore == std::string_view::npos ? std::string_view() : id.substr(0, underscore);
}

std::optional<std::string> SalvageRequestId(std::string_view bytes) {
  constexpr std::string_view kKey = "\"request_id\"";
  std::string_view found;
  for (size_t at = bytes.find(kKey); at != std::string_view::npos; at = bytes.find(kKey, at + kKey.size())) {
    const std::string_view id = IdAfterKey(bytes.substr(at + kKey.size()));
    if (id.empty() || id == found) continue;
    if (!found.empty()) return std::nullopt;
    found = id;
  }
  if (found.empty()) return std::nullopt;
  return std::string(found);
}

}  // namespace pixazo::wire
