#include "transport/proxy.h"

#include <cstdlib>

#include "transport/ascii.h"

namespace pixazo::transport {
namespace {

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

std::string FirstOf(std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (std::string value = Environment(name); !value.empty()) return value;
  return {};
}

}  // namespace

bool NoProxyNames(std::string_view list, std::string_view host) {
  while (!list.empty()) {
    const size_t end = list.find_first_of(", ");
    std::string_view entry = Trim(list.substr(0, end));
    list.remove_prefix(end == std::string_view::npos ? list.size() : end + 1);
    if (entry == "*") return true;
    if (!entry.empty() && entry.front() == '.') entry.remove_prefix(1);
    if (!entry.empty() && entry.front() == '[' && entry.back() == ']')
      entry = entry.substr(1, entry.size() - 2);
    if (entry.empty() || host.size() < entry.size()) continue;
    if (!EqualsNoCase(host.substr(host.size() - entry.size()), entry)) continue;
    if (host.size() == entry.size() || host[host.size() - entry.size() - 1] == '.') return true;
  }
  return false;
}

ProxyChoice::ProxyChoice(const Config& config) : http_(config.proxy), https_(config.proxy) {
  if (!config.proxy.empty() || !config.proxy_from_environment) return;
  http_ = FirstOf({"http_proxy", "all_proxy", "ALL_PROXY"});
  https_ = FirstOf({"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"});
  no_proxy_ = FirstOf({"no_proxy", "NO_PROXY"});
}

std::string ProxyChoice::For(const wire::Url& url) const {
  // Without TLS a proxy would read the key, and its own loopback is not this machine's.
  if (url.scheme == "http" && wire::IsLoopbackHost(url)) return {};
  const std::string& proxy = url.scheme == "https" ? https_ : http_;
  return proxy.empty() || NoProxyNames(no_proxy_, url.host) ? std::string() : proxy;
}

}  // namespace pixazo::transport
