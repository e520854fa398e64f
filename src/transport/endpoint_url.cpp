#include "transport/endpoint_url.h"

#include <string>

#include "transport/ascii.h"
#include "wire/text.h"

namespace pixazo::transport {
namespace {

wire::Error BadPath(std::string_view path, std::string_view why) {
  return wire::MakeError(wire::Code::kInvalidArg,
                         "path '" + wire::CleanForMessage(path, 200) + "' is refused: " + std::string(why));
}

bool HasEncodedDotOrSlash(std::string_view path) {
  for (size_t at = path.find('%'); at != std::string_view::npos; at = path.find('%', at + 1)) {
    const std::string_view code = path.substr(at + 1, 2);
    if (EqualsNoCase(code, "2e") || EqualsNoCase(code, "2f") || EqualsNoCase(code, "5c")) return true;
  }
  return false;
}

wire::Result<wire::Url> Below(const wire::Url& base, std::string_view path) {
  wire::Url url = base;
  while (!url.path.empty() && url.path.back() == '/') url.path.pop_back();
  url.path += path;
  wire::Result<wire::Url> parsed = wire::ParseUrl(url.Text());
  if (parsed.ok() && (!wire::SameOrigin(*parsed, base) || parsed->path != url.path))
    return BadPath(path, "it does not stay below the base URL");
  return parsed;
}

}  // namespace

wire::Result<wire::Url> EndpointUrl(const wire::Url& base, std::string_view path) {
  if (path.empty() || path.front() != '/') return BadPath(path, "it must begin with '/'");
  if (path.find_first_of("?#\\") != std::string_view::npos || wire::HasControl(path))
    return BadPath(path, "it must be a plain path");
  if (HasEncodedDotOrSlash(path)) return BadPath(path, "encoded dots and slashes are not allowed");
  std::string_view rest = path;
  while (!rest.empty()) {
    rest.remove_prefix(1);
    const std::string_view segment = rest.substr(0, rest.find('/'));
    if (segment == "." || segment == "..") return BadPath(path, "dot segments are not allowed");
    rest.remove_prefix(segment.size());
  }
  return Below(base, path);
}

wire::Result<wire::Url> StatusUrl(const wire::Url& base, std::string_view request_id) {
  if (request_id.empty() || request_id == "." || request_id == "..")
    return wire::MakeError(wire::Code::kInvalidArg, "not a request id");
  return Below(base, "/v2/requests/status/" + wire::PercentEncodeSegment(request_id));
}

}  // namespace pixazo::transport
