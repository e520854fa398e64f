#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "transport/endpoint_url.h"
#include "transport/host_rules.h"
#include "transport/proxy.h"

using namespace pixazo;
using namespace pixazo::transport;

namespace {

wire::Url U(std::string_view text) { return *wire::ParseUrl(text); }

// libcurl hands out a curl_sockaddr that is followed by room for any address.
struct AnyAddress {
  curl_sockaddr base{};
  char more[sizeof(sockaddr_storage)] = {};
};

bool Opens(AddressRule rule, const char* text, bool proxied = false) {
  AnyAddress any;
  any.base.family = std::strchr(text, ':') ? AF_INET6 : AF_INET;
  any.base.socktype = SOCK_STREAM;
  sockaddr_in v4{};
  sockaddr_in6 v6{};
  v4.sin_family = AF_INET;
  v6.sin6_family = AF_INET6;
  char* to = reinterpret_cast<char*>(&any) + offsetof(curl_sockaddr, addr);
  if (any.base.family == AF_INET6) {
    REQUIRE(inet_pton(AF_INET6, text, &v6.sin6_addr) == 1);
    std::memcpy(to, &v6, sizeof v6);
  } else {
    REQUIRE(inet_pton(AF_INET, text, &v4.sin_addr) == 1);
    std::memcpy(to, &v4, sizeof v4);
  }
  SocketGuard guard{rule, proxied, 0, 0};
  const curl_socket_t fd = OpenSocket(&guard, CURLSOCKTYPE_IPCXN, &any.base);
  if (fd >= 0) close(fd);
  CHECK(guard.opened + guard.refused == 1);
  return guard.opened == 1;
}

}  // namespace

TEST_CASE("T4: the rule for addresses holds at the socket") {
  CHECK(Opens(AddressRule::kPublic, "93.184.216.34"));
  CHECK(Opens(AddressRule::kPublicOrLoopback, "127.0.0.1"));
  CHECK(Opens(AddressRule::kLoopback, "127.8.8.8"));
  CHECK(Opens(AddressRule::kAny, "10.0.0.1"));
  for (const char* address : {"127.0.0.1", "10.0.0.1", "169.254.169.254", "0.0.0.0", "::1",
                              "::ffff:127.0.0.1", "fd00::1", "fe80::1"}) {
    CHECK_FALSE(Opens(AddressRule::kPublic, address));
    CHECK(Opens(AddressRule::kPublic, address, true));  // the proxy's own address
  }
  for (const char* address : {"93.184.216.34", "10.0.0.1", "fd00::1"})
    CHECK_FALSE(Opens(AddressRule::kLoopback, address));
  CHECK_FALSE(Opens(AddressRule::kPublicOrLoopback, "192.168.0.1"));
}

TEST_CASE("an endpoint's URL stays below the base") {
  const wire::Url base = U("https://gateway.pixazo.ai/api/");
  CHECK(EndpointUrl(base, "/sd3/v1/getData")->Text() == "https://gateway.pixazo.ai/api/sd3/v1/getData");
  CHECK(EndpointUrl(U("https://gateway.pixazo.ai"), "/a")->Text() == "https://gateway.pixazo.ai/a");
  CHECK(EndpointUrl(base, "//evil.example/a")->host == "gateway.pixazo.ai");
  for (const char* path : {"", "a", "../a", "/../a", "/a/..", "/a/./b", "/a?x", "/a#x", "/a%2e%2e/", "/%2E/",
                           "/a%5c", "/a\\b", "/a b", "/\xc3\xa9", "@h/"})
    CHECK_FALSE_MESSAGE(EndpointUrl(base, path).ok(), path);
  CHECK(EndpointUrl(base, "/a..b/.c/d.").ok());
}

TEST_CASE("a request id is one encoded segment") {
  const wire::Url base = U("https://gateway.pixazo.ai");
  CHECK(StatusUrl(base, "sd3_0199")->path == "/v2/requests/status/sd3_0199");
  CHECK(StatusUrl(base, "a/b")->path == "/v2/requests/status/a%2Fb");
  CHECK_FALSE(StatusUrl(base, "").ok());
  CHECK_FALSE(StatusUrl(base, "..").ok());
}

TEST_CASE("T6: no_proxy names hosts and the domains they lie under") {
  CHECK(NoProxyNames("*", "a.example"));
  CHECK(NoProxyNames("a.example", "a.example"));
  CHECK(NoProxyNames("b.example, .example", "a.example"));
  CHECK(NoProxyNames("x EXAMPLE", "a.example"));
  CHECK(NoProxyNames("[::1]", "::1"));
  CHECK_FALSE(NoProxyNames("", "a.example"));
  CHECK_FALSE(NoProxyNames("ample", "a.example"));
  CHECK_FALSE(NoProxyNames("a.example.org", "a.example"));
  CHECK_FALSE(NoProxyNames(" , .,", "a.example"));
}

TEST_CASE("T6: the environment's proxies count only where they are asked for") {
  setenv("https_proxy", "http://proxy.example:1", 1);
  setenv("HTTP_PROXY", "http://evil.example:1", 1);
  setenv("no_proxy", "skipped.example", 1);
  Config config;
  CHECK(ProxyChoice(config).For(U("https://a.example")) == "");
  config.proxy_from_environment = true;
  const ProxyChoice asked(config);
  CHECK(asked.For(U("https://a.example")) == "http://proxy.example:1");
  CHECK(asked.For(U("https://a.skipped.example")) == "");
  CHECK(asked.For(U("http://a.example")) == "");  // upper case HTTP_PROXY can be forged through CGI
  config.proxy = "socks5h://own.example:1080";
  CHECK(ProxyChoice(config).For(U("https://a.skipped.example")) == "socks5h://own.example:1080");
  unsetenv("https_proxy");
  unsetenv("HTTP_PROXY");
  unsetenv("no_proxy");
}

TEST_CASE("what a URL chosen by a server may be") {
  Config config;
  const auto rule = [&](const char* url, bool proxied = false) {
    return CheckOutput(U(url), config, proxied);
  };
  CHECK(*rule("https://cdn.pixazo.ai/a.png") == AddressRule::kPublic);
  CHECK_FALSE(rule("http://cdn.pixazo.ai/a.png").ok());
  CHECK_FALSE(rule("https://cdn.pixazo.ai:444/a.png").ok());
  CHECK_FALSE(rule("https://127.0.0.1/").ok());
  CHECK_FALSE(rule("https://10.0.0.1/", true).ok());
  config.allow_loopback = true;
  CHECK(*rule("https://cdn.pixazo.ai/a.png") == AddressRule::kPublicOrLoopback);
  CHECK(*rule("http://127.0.0.1:8080/a") == AddressRule::kLoopback);
  CHECK(*rule("http://box.example:8080/a") == AddressRule::kLoopback);
  CHECK_FALSE(rule("http://box.example:8080/a", true).ok());
  CHECK_FALSE(rule("http://93.184.216.34/a").ok());
  CHECK_FALSE(rule("https://10.0.0.1/").ok());
  config.output_hosts = {".r2.dev", "cdn.pixazo.ai"};
  CHECK(rule("https://pub-1.r2.dev/a").ok());
  CHECK(rule("https://cdn.pixazo.ai/a").ok());
  CHECK_FALSE(rule("https://r2.dev/a").ok());
  CHECK_FALSE(rule("https://xr2.dev/a").ok());
  CHECK_FALSE(rule("https://cdn.pixazo.ai.evil.example/a").ok());
  CHECK(rule("https://evil.example/a").error().message ==
        "host 'evil.example' is refused: not among the hosts that outputs may come from");
}
