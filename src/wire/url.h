// URLs as text: parsed strictly, so that what is checked is what is fetched.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "wire/address.h"  // ClassifyAddress, for those who look at what a host resolved to
#include "wire/result.h"

namespace pixazo::wire {

struct Url {
  std::string scheme;  // lower case
  std::string host;    // lower case; an IPv6 literal in its RFC 5952 spelling without brackets
  bool host_is_ipv6 = false;
  // Exactly four decimal octets; decimal, octal, hex and short forms are refused by ParseUrl.
  bool host_is_ipv4 = false;
  uint16_t port = 0;           // the scheme's own port if none was written
  std::string path;            // begins with '/', as written
  std::string query;           // without '?', as written
  std::string Origin() const;  // scheme://host:port, the port always written
  std::string Text() const;    // what to fetch
};

// http and https only. Refused, with a message that says which: userinfo, other schemes, control or non-ASCII
// characters, spaces, backslashes, empty or malformed hosts (a final dot too), IPv4 in any but dotted-decimal
// form, percent signs in the host, zone ids, ports 0 or > 65535, more than 8192 bytes. A fragment is dropped.
Result<Url> ParseUrl(std::string_view text);

bool SameOrigin(const Url& a, const Url& b);
// "localhost", 127.0.0.0/8 and ::1 as literals. No name is resolved.
bool IsLoopbackHost(const Url& url);
// Resolves a Location header against the URL it came from (absolute, //host, /path and relative forms), then
// ParseUrl.
Result<Url> ResolveReference(const Url& base, std::string_view location);

}  // namespace pixazo::wire
