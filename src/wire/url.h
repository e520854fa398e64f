// URLs as text: parsed strictly, so that what is checked is what is fetched.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "wire/result.h"

namespace pixazo::wire {

struct Url {
  std::string scheme;  // lower case
  std::string host;    // lower case; an IPv6 literal without its brackets
  bool host_is_ipv6 = false;
  bool host_is_ipv4 =
      false;  // exactly four decimal octets; decimal, octal, hex and short forms are refused by ParseUrl
  uint16_t port = 0;           // the scheme's own port if none was written
  std::string path;            // begins with '/', as written
  std::string query;           // without '?', as written
  std::string Origin() const;  // scheme://host:port, the port always written
  std::string Text() const;    // what to fetch
};

// http and https only. Refused, with a message that says which: userinfo, other schemes, control or non-ASCII
// characters, backslashes, empty or malformed hosts, IPv4 in any but dotted-decimal form, percent signs in
// the host, zone ids, ports 0 or > 65535, more than 8192 bytes. A fragment is dropped.
Result<Url> ParseUrl(std::string_view text);

bool SameOrigin(const Url& a, const Url& b);
// "localhost", 127.0.0.0/8 and ::1 as literals. No name is resolved.
bool IsLoopbackHost(const Url& url);
// Resolves a Location header against the URL it came from (absolute, //host, /path and relative forms), then
// ParseUrl.
Result<Url> ResolveReference(const Url& base, std::string_view location);

// What kind of network an address belongs to; bytes in network order, 4 or 16 of them. IPv4-mapped, NAT64
// (64:ff9b::/96) and 6to4 addresses are judged by the IPv4 address inside.
enum class AddressKind {
  kPublic,
  kLoopback,
  kPrivate
};  // kPrivate: also link-local, CGNAT, multicast, reserved, unspecified
AddressKind ClassifyAddress(const uint8_t* bytes, size_t len);

}  // namespace pixazo::wire
