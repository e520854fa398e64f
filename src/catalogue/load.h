// From JSON to rows. The pieces of Catalogue::Load.
#pragma once

#include <string>
#include <string_view>

#include "catalogue/catalogue.h"
#include "catalogue/reader.h"

namespace pixazo::catalogue {

// Sets error (naming the place) if the row is not sound.
Param ReadParam(const wire::Json& json, const std::string& place, wire::Error* error);
Endpoint ReadEndpoint(const wire::Json& json, const std::string& place, wire::Error* error);
StatusCall ReadStatusCall(const wire::Json& json, const std::string& place, wire::Error* error);

bool IsParamName(std::string_view s);      // 1..64 of [A-Za-z0-9_.-], a letter or underscore first
bool IsEndpointId(std::string_view s);     // 1..64 of [A-Za-z0-9._-], no dot first: safe as a file name
bool IsEndpointAlias(std::string_view s);  // an id, or several with slashes between
bool IsRelativePath(std::string_view s);  // "/a/b": only unreserved characters, no empty, "." or ".." segment

}  // namespace pixazo::catalogue
