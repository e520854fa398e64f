// Which hosts and addresses may be talked to. URLs are checked as text before anything is resolved; addresses
// when a socket is opened for them, so that a name cannot mean one thing to the check and another to the
// connection.
#pragma once

#include <curl/curl.h>

#include <string>

#include "transport/transport.h"
#include "wire/result.h"
#include "wire/url.h"

namespace pixazo::transport {

enum class AddressRule : uint8_t {
  kAny,  // the gateway over TLS: its certificate says who it is
  kPublic,
  kPublicOrLoopback,
  kLoopback,  // plain http, or a port of its own
};

// The gateway's base URL: https; http only with allow_loopback and then to loopback addresses only. A literal
// private address is refused.
wire::Result<AddressRule> CheckBase(const wire::Url& url, const Config& config, bool proxied);
// A URL chosen by a server. https on port 443 to a public address; with allow_loopback also any scheme and
// port to loopback. Behind a proxy the address is out of sight: then a host that is written as an address or
// as "localhost" is all that can be checked.
wire::Result<AddressRule> CheckOutput(const wire::Url& url, const Config& config, bool proxied);

// Decides at socket time. Told through CURLOPT_OPENSOCKETDATA.
struct SocketGuard {
  AddressRule rule = AddressRule::kPublic;
  bool proxied = false;  // the socket goes to the proxy: nothing to check
  unsigned opened = 0;
  unsigned refused = 0;
};
curl_socket_t OpenSocket(void* guard, curlsocktype purpose, curl_sockaddr* address);

}  // namespace pixazo::transport
