// Which proxy an exchange goes through: decided here and always told to libcurl, so that the environment
// counts only where asked for.
#pragma once

#include <string>
#include <string_view>

#include "transport/transport.h"
#include "wire/url.h"

namespace pixazo::transport {

// True if `list` (comma or space separated, as in no_proxy) names the host: "*", the host itself, or a domain
// it lies under.
bool NoProxyNames(std::string_view list, std::string_view host);

class ProxyChoice {
 public:
  // Reads the environment once, and only if the configuration opts in (http_proxy in lower case only, as a
  // CGI host could be sent HTTP_PROXY by a client; https_proxy, all_proxy and no_proxy in either).
  explicit ProxyChoice(const Config& config);
  std::string For(const wire::Url& url) const;  // "" : none

 private:
  std::string http_, https_, no_proxy_;
};

}  // namespace pixazo::transport
