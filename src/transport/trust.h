// Whose certificates are believed.
#pragma once

#include <memory>
#include <string>

#include "transport/transport.h"
#include "wire/result.h"

namespace pixazo::transport {

struct Trust {
  std::string file;  // a PEM bundle; "" : pem, or libcurl's own default
  std::string pem;
  std::shared_ptr<void> kept;  // keeps `file` readable
};

// The configuration's file or bytes; otherwise the bundle libcurl was built with if it is there, otherwise
// the first of the places where distributions keep theirs. A file named by the host that cannot be read is an
// error here, not at the first request.
// PEM bytes become a file in memory where the system can do that: libcurl keeps a parsed bundle for the next
// connection only if it came from a file, and parsing one of the usual size costs 28 ms of CPU
// (measured: 29.4 against 1.1 ms a fresh TLS connection).
wire::Result<Trust> ChooseTrust(const Config& config);

}  // namespace pixazo::transport
