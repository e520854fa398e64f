// The grammars of load.h.
#include <algorithm>

#include "catalogue/load.h"

namespace pixazo::catalogue {
namespace {

bool IsAlphanumeric(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool ConsistsOf(std::string_view s, size_t most, std::string_view more) {
  return !s.empty() && s.size() <= most && std::all_of(s.begin(), s.end(), [&](char c) {
    return IsAlphanumeric(c) || more.find(c) != std::string_view::npos;
  });
}

// Every piece between slashes.
template <class Predicate>
bool EverySegment(std::string_view s, Predicate is_good) {
  while (true) {
    const size_t slash = s.find('/');
    if (!is_good(s.substr(0, slash))) return false;
    if (slash == std::string_view::npos) return true;
    s.remove_prefix(slash + 1);
  }
}

}  // namespace

bool IsParamName(std::string_view s) {
  return ConsistsOf(s, 64, "_.-") && s.front() != '.' && s.front() != '-' &&
         !(s.front() >= '0' && s.front() <= '9');
}

bool IsEndpointId(std::string_view s) {
  return ConsistsOf(s, 64, "._-") && s.front() != '.' && s.front() != '-';
}

bool IsEndpointAlias(std::string_view s) { return s.size() <= 128 && EverySegment(s, IsEndpointId); }

bool IsRelativePath(std::string_view s) {
  if (s.size() < 2 || s.size() > 512 || s.front() != '/') return false;
  return EverySegment(s.substr(1), [](std::string_view segment) {
    return ConsistsOf(segment, 512, "._~-") && segment != "." && segment != "..";
  });
}

}  // namespace pixazo::catalogue
