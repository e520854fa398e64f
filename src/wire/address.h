// IP addresses as text and as bytes. Names are not resolved.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pixazo::wire {

using Ipv4Bytes = std::array<uint8_t, 4>;
using Ipv6Bytes = std::array<uint8_t, 16>;

std::optional<Ipv4Bytes> ParseIpv4(std::string_view text);  // four decimal octets without leading zeros
std::optional<Ipv6Bytes> ParseIpv6(
    std::string_view text);                      // RFC 4291 2.2, without brackets and without a zone
std::string FormatIpv6(const Ipv6Bytes& bytes);  // the one spelling of RFC 5952 (groups only, no dotted quad)

// What kind of network an address belongs to; bytes in network order, 4 or 16 of them (anything else:
// kPrivate). IPv4-mapped, NAT64 (64:ff9b::/96) and 6to4 addresses are judged by the IPv4 address inside.
// kPrivate: also link-local, CGNAT, multicast, reserved, documentation, unspecified.
enum class AddressKind { kPublic, kLoopback, kPrivate };
AddressKind ClassifyAddress(const uint8_t* bytes, size_t len);

}  // namespace pixazo::wire
