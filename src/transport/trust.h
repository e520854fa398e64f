// Whose certificates are believed.
#pragma once

#include <string>

#include "transport/transport.h"
#include "wire/result.h"

namespace pixazo::transport {

struct Trust {
  std::string file;  // a PEM bundle; "" : pem, or libcurl's own default
  std::string pem;
};

// The configuration's file or bytes; otherwise the bundle libcurl was built with if it is there, otherwise
// the first of the places where distributions keep theirs. A file named by the host that cannot be read is an
// error here, not at the first request.
wire::Result<Trust> ChooseTrust(const Config& config);

}  // namespace pixazo::transport
