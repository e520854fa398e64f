// Certificates made on the spot for tests: a private authority and a server certificate signed by it.
#pragma once

#include <string>

namespace pixazo::testing {

struct TlsIdentity {
  std::string ca_pem;    // what a client must trust
  std::string cert_pem;  // the server's certificate
  std::string key_pem;
};

struct TlsIdentityOptions {
  std::string names = "DNS:localhost,IP:127.0.0.1,IP:::1";  // subjectAltName
  long valid_from_s = -3600;                                // from now
  long valid_to_s = 86400;                                  // from now
};

TlsIdentity MakeTlsIdentity(const TlsIdentityOptions& options = {});

}  // namespace pixazo::testing
