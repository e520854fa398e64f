#include "transport/host_rules.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <optional>
#include <string_view>

#include "transport/ascii.h"

namespace pixazo::transport {
namespace {

using wire::AddressKind;
using wire::Code;
using wire::Error;

Error Refused(const wire::Url& url, std::string_view why) {
  std::string host = url.host.substr(0, 255);
  return wire::MakeError(Code::kUnsupported, "host '" + host + "' is refused: " + std::string(why));
}

std::optional<AddressKind> LiteralKind(const wire::Url& url) {
  uint8_t bytes[16];
  if (url.host_is_ipv4 && inet_pton(AF_INET, url.host.c_str(), bytes) == 1)
    return wire::ClassifyAddress(bytes, 4);
  if (url.host_is_ipv6 && inet_pton(AF_INET6, url.host.c_str(), bytes) == 1)
    return wire::ClassifyAddress(bytes, 16);
  return wire::IsLoopbackHost(url) ? std::optional(AddressKind::kLoopback) : std::nullopt;
}

bool Listed(const std::string& host, const std::vector<std::string>& hosts) {
  for (const std::string& entry : hosts) {
    if (EqualsNoCase(host, entry)) return true;
    if (entry.size() > 1 && entry.front() == '.' && host.size() > entry.size() &&
        EqualsNoCase(std::string_view(host).substr(host.size() - entry.size()), entry))
      return true;
  }
  return false;
}

std::optional<AddressKind> KindOf(const curl_sockaddr& address) {
  if (address.family == AF_INET) {
    const auto* in = reinterpret_cast<const sockaddr_in*>(&address.addr);
    return wire::ClassifyAddress(reinterpret_cast<const uint8_t*>(&in->sin_addr), 4);
  }
  if (address.family == AF_INET6) {
    const auto* in = reinterpret_cast<const sockaddr_in6*>(&address.addr);
    return wire::ClassifyAddress(reinterpret_cast<const uint8_t*>(&in->sin6_addr), 16);
  }
  return std::nullopt;
}

bool Allows(AddressRule rule, std::optional<AddressKind> kind) {
  switch (rule) {
    case AddressRule::kAny:
      return true;
    case AddressRule::kPublic:
      return kind == AddressKind::kPublic;
    case AddressRule::kPublicOrLoopback:
      return kind == AddressKind::kPublic || kind == AddressKind::kLoopback;
    case AddressRule::kLoopback:
      return kind == AddressKind::kLoopback;
  }
  return false;
}

}  // namespace

wire::Result<AddressRule> CheckBase(const wire::Url& url, const Config& config, bool proxied) {
  const std::optional<AddressKind> literal = LiteralKind(url);
  if (!url.query.empty()) return wire::MakeError(Code::kInvalidArg, "the base URL must not have a query");
  if (literal == AddressKind::kPrivate) return Refused(url, "a private address");
  if (literal == AddressKind::kLoopback && !config.allow_loopback)
    return Refused(url, "a loopback address, which must be allowed by the option for it");
  if (url.scheme == "https") return AddressRule::kAny;
  if (!config.allow_loopback) return Refused(url, "plain http; the base URL must be https");
  if (proxied && literal != AddressKind::kLoopback)
    return Refused(url, "plain http through a proxy goes to loopback addresses only");
  return AddressRule::kLoopback;
}

wire::Result<AddressRule> CheckOutput(const wire::Url& url, const Config& config, bool proxied) {
  const std::optional<AddressKind> literal = LiteralKind(url);
  if (!config.output_hosts.empty() && !Listed(url.host, config.output_hosts))
    return Refused(url, "not among the hosts that outputs may come from");
  if (literal == AddressKind::kPrivate) return Refused(url, "a private address");
  if (literal == AddressKind::kLoopback && !config.allow_loopback) return Refused(url, "a loopback address");
  if (url.scheme == "https" && url.port == 443)
    return config.allow_loopback ? AddressRule::kPublicOrLoopback : AddressRule::kPublic;
  if (!config.allow_loopback) {
    return url.scheme == "https"
               ? Refused(url, "outputs come from port 443 only, not " + std::to_string(url.port))
               : Refused(url, "plain http; outputs come by https only");
  }
  if (literal == AddressKind::kPublic || (proxied && !literal))
    return Refused(url, "plain http and ports other than 443 are for loopback addresses only");
  return AddressRule::kLoopback;
}

curl_socket_t OpenSocket(void* guard, curlsocktype purpose, curl_sockaddr* address) {
  auto* g = static_cast<SocketGuard*>(guard);
  if (purpose != CURLSOCKTYPE_IPCXN || (!g->proxied && !Allows(g->rule, KindOf(*address)))) {
    ++g->refused;
    return CURL_SOCKET_BAD;
  }
#ifdef SOCK_CLOEXEC
  const int fd = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
#else
  const int fd = socket(address->family, address->socktype, address->protocol);
  if (fd >= 0) fcntl(fd, F_SETFD, FD_CLOEXEC);
#endif
  if (fd < 0) return CURL_SOCKET_BAD;
  ++g->opened;
  return fd;
}

}  // namespace pixazo::transport
