// Pictures over HTTP: whole, in part (Range), or only their head.
#pragma once

#include "sandbox/http.h"
#include "sandbox/studio.h"
#include "wire/image.h"

namespace pixazo::sandbox {

// The reply to a GET or HEAD of a file: 200, 206, 304 or 416 (RFC 9110: one range; If-Range and If-None-Match
// with ETags).
Reply MediaReply(const HttpRequest& request, const PictureFile& file, wire::ImageFormat format);

}  // namespace pixazo::sandbox
