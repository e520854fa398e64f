// URLs below the gateway's base, which nothing that is appended can leave.
#pragma once

#include <string_view>

#include "wire/result.h"
#include "wire/url.h"

namespace pixazo::transport {

// path: "/a/b", without query, fragment, dot segments or percent-encoded dots and slashes.
wire::Result<wire::Url> EndpointUrl(const wire::Url& base, std::string_view path);
// <base>/v2/requests/status/<id>, the id percent-encoded as one segment.
wire::Result<wire::Url> StatusUrl(const wire::Url& base, std::string_view request_id);

}  // namespace pixazo::transport
