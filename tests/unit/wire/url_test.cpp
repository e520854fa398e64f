#include "wire/url.h"

#include <doctest/doctest.h>

using namespace pixazo::wire;
using namespace std::string_view_literals;

namespace {

std::string WhyRefused(std::string_view text) {
  const auto url = ParseUrl(text);
  return url.ok() ? "accepted" : url.error().message;
}

}  // namespace

TEST_CASE("a URL is taken apart and put together again") {
  const auto url = ParseUrl("HTTPS://CDN.Pixazo.ai:8443/a/b.png?x=1&y#top");
  REQUIRE(url.ok());
  CHECK(url->scheme == "https");
  CHECK(url->host == "cdn.pixazo.ai");
  CHECK(url->port == 8443);
  CHECK(url->path == "/a/b.png");
  CHECK(url->query == "x=1&y");
  CHECK(url->Origin() == "https://cdn.pixazo.ai:8443");
  CHECK(url->Text() == "https://cdn.pixazo.ai:8443/a/b.png?x=1&y");
}

TEST_CASE("what is left out of a URL has its usual value") {
  const std::pair<const char*, const char*> table[] = {
      {"https://a.b", "https://a.b/"},
      {"https://a.b:443/x", "https://a.b/x"},
      {"http://a.b:80", "http://a.b/"},
      {"http://a.b:443", "http://a.b:443/"},
      {"https://a.b?q", "https://a.b/?q"},
      {"https://a.b#f", "https://a.b/"},
      {"https://a.b/?#f", "https://a.b/"},
      {"https://a.b/x@y:z//[q]?a@b", "https://a.b/x@y:z//[q]?a@b"},
      {"https://a.b/%2e%2E/%00", "https://a.b/%2e%2E/%00"},
      {"https://xn--bcher-kva.example/", "https://xn--bcher-kva.example/"},
      {"https://under_score.a-b.c1/", "https://under_score.a-b.c1/"},
      {"http://127.0.0.1:1/", "http://127.0.0.1:1/"},
      {"http://[0:0:0:0:0:0:0:1]:65535/", "http://[::1]:65535/"},
      {"http://[::FFFF:127.0.0.1]/", "http://[::ffff:7f00:1]/"},
  };
  for (const auto& [text, expected] : table) {
    const auto& text_shown = text;  // clang: a lambda captures no structured binding
    CAPTURE(text_shown);
    const auto url = ParseUrl(text);
    REQUIRE(url.ok());
    CHECK(url->Text() == expected);
    CHECK(ParseUrl(url->Text())->Text() == expected);
  }
  CHECK(ParseUrl("https://a.b")->Origin() == "https://a.b:443");
  CHECK(ParseUrl("http://[::1]")->Origin() == "http://[::1]:80");
}

TEST_CASE("T7: only http and https are schemes") {
  for (const char* text : {"file:///etc/passwd", "ftp://a.b/", "gopher://a.b/", "data:image/png;base64,Zg==",
                           "smb://a.b/c", "dict://a.b/", "ldap://a.b/", "javascript:alert(1)", "httpss://a.b",
                           "1http://a.b", "://a.b", "//a.b/c", "/a/b", "a.b/c", "https", "h ttps://a.b"}) {
    CAPTURE(text);
    CHECK_FALSE(ParseUrl(text).ok());
  }
  CHECK(WhyRefused("file:///etc/passwd").find("https://") != std::string::npos);
  CHECK(WhyRefused("https:/a.b").find("//") != std::string::npos);
  CHECK(WhyRefused("https:a.b").find("//") != std::string::npos);
}

TEST_CASE("T8: user names, passwords and strange ports are refused") {
  for (const char* text : {"https://user@a.b/", "https://user:pw@a.b/", "https://@a.b/",
                           "https://gateway.pixazo.ai@evil.example/", "https://a.b:443@evil.example/"}) {
    CAPTURE(text);
    CHECK(WhyRefused(text).find("user name") != std::string::npos);
  }
  for (const char* text : {"https://a.b:/", "https://a.b:0/", "https://a.b:65536/", "https://a.b:99999/",
                           "https://a.b:-1/", "https://a.b:+1/", "https://a.b:8o/", "https://a.b:000443/",
                           "https://a.b:1:2/", "https://[::1]:/", "https://[::1]:x/"}) {
    CAPTURE(text);
    CHECK(WhyRefused(text).find("port") != std::string::npos);
  }
}

TEST_CASE("T8: look-alikes and control characters are refused") {
  CHECK(WhyRefused("https://p\xC3\xADxazo.ai/").find("ASCII") != std::string::npos);
  CHECK(WhyRefused("https://a.b/\xC3\xAD").find("ASCII") != std::string::npos);
  CHECK(WhyRefused("https://a.b\\@evil.example/").find("backslash") != std::string::npos);
  CHECK(WhyRefused("https://a.b/x y").find("space") != std::string::npos);
  CHECK(WhyRefused(" https://a.b/").find("space") != std::string::npos);
  for (const std::string_view text : {"https://a.b/\r\nX: 1"sv, "https://a.b/\0"sv, "https://a\tb/"sv,
                                      "\nhttps://a.b"sv, "https://a.b/\x7F"sv}) {
    CHECK(WhyRefused(text).find("control") != std::string::npos);
  }
  CHECK(WhyRefused("").find("empty") != std::string::npos);
}

TEST_CASE("T8: hosts are plain names or addresses") {
  for (const char* text : {"https:///x",
                           "https://",
                           "https://?x",
                           "https://#x",
                           "https://:443/",
                           "https://a..b/",
                           "https://.a/",
                           "https://a.b./",
                           "https://localhost./",
                           "https://a%2eb/",
                           "https://a%00.b/",
                           "https://a,b/",
                           "https://a;b/",
                           "https://a*b/",
                           "https://a(b/",
                           "https://[::1/",
                           "https://::1/",
                           "https://[::1]x/",
                           "https://[]/",
                           "https://[:::]/",
                           "https://[1.2.3.4]/",
                           "https://[fe80::1%25eth0]/",
                           "https://[fe80::1%eth0]/",
                           "https://[::1%]/",
                           "https://]/",
                           "https://a]b/",
                           "https://[g::]/",
                           "https://[v1.x]/"}) {
    CAPTURE(text);
    CHECK_FALSE(ParseUrl(text).ok());
  }
  CHECK(WhyRefused("https://a%2eb/").find("percent") != std::string::npos);
  CHECK(WhyRefused("https://[fe80::1%25eth0]/").find("zone") != std::string::npos);
  const std::string label(63, 'a');
  CHECK(ParseUrl("https://" + label + ".b/").ok());
  CHECK_FALSE(ParseUrl("https://" + label + "a.b/").ok());
  CHECK(ParseUrl("https://" + label + "." + label + "." + label + "." + std::string(61, 'a') + "/").ok());
  CHECK_FALSE(
      ParseUrl("https://" + label + "." + label + "." + label + "." + std::string(62, 'a') + "/").ok());
}

TEST_CASE("T4: IPv4 addresses in decimal, octal, hexadecimal and short forms are refused") {
  for (const char* host : {"2130706433", "017700000001", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "127.1",
                           "127.0.1", "127.0.0.01", "127.0.0.256", "1.2.3.4.5", "00.0.0.0", "0x", "0xg",
                           "a.1", "a.0x7f", "1.2.3.0x4", "999999999999", "127.0.0.1."}) {
    CAPTURE(host);
    CHECK_FALSE(ParseUrl("http://" + std::string(host) + "/").ok());
  }
  for (const char* host : {"127.0.0.1", "0.0.0.0", "255.255.255.255", "1.10.100.0"}) {
    CAPTURE(host);
    const auto url = ParseUrl("http://" + std::string(host) + "/");
    REQUIRE(url.ok());
    CHECK(url->host_is_ipv4);
    CHECK(url->host == host);
  }
  CHECK_FALSE(ParseUrl("http://127.0.0.1.nip.io/")->host_is_ipv4);
  CHECK_FALSE(ParseUrl("http://1.2.3.com/")->host_is_ipv4);
}

TEST_CASE("a URL has at most 8192 bytes") {
  const std::string base = "https://a.b/";
  CHECK(ParseUrl(base + std::string(8192 - base.size(), 'x')).ok());
  CHECK(WhyRefused(base + std::string(8193 - base.size(), 'x')).find("8192") != std::string::npos);
}

TEST_CASE("two URLs have one origin if scheme, host and port agree") {
  const auto same = [](const char* a, const char* b) {
    return SameOrigin(ParseUrl(a).value(), ParseUrl(b).value());
  };
  CHECK(same("https://a.b/x", "HTTPS://A.B:443/y?z"));
  CHECK(same("http://[::1]/", "http://[0::0:1]:80/"));
  CHECK_FALSE(same("https://a.b/", "http://a.b/"));
  CHECK_FALSE(same("https://a.b/", "https://a.b:444/"));
  CHECK_FALSE(same("https://a.b/", "https://a.b.evil.example/"));
  CHECK_FALSE(same("https://a.b/", "https://xa.b/"));
}

TEST_CASE("T2: loopback hosts are three literals and nothing that only looks like them") {
  for (const char* text : {"http://localhost/", "http://LOCALHOST:1/", "http://127.0.0.1/",
                           "http://127.255.0.9/", "http://[::1]/", "http://[0:0:0:0:0:0:0.0.0.1]/"}) {
    CAPTURE(text);
    CHECK(IsLoopbackHost(ParseUrl(text).value()));
  }
  for (const char* text : {"http://localhost.evil.example/", "http://127.0.0.1.evil.example/",
                           "http://128.0.0.1/", "http://[::2]/", "http://[::ffff:127.0.0.1]/",
                           "http://0.0.0.0/", "http://xlocalhost/", "http://localhost.localdomain/"}) {
    CAPTURE(text);
    CHECK_FALSE(IsLoopbackHost(ParseUrl(text).value()));
  }
}

TEST_CASE("D2: a Location is resolved as RFC 3986 5.4 says") {
  const Url base = ParseUrl("http://a.c/b/c/d;p?q").value();
  const std::pair<const char*, const char*> table[] = {
      {"g", "http://a.c/b/c/g"},
      {"./g", "http://a.c/b/c/g"},
      {"g/", "http://a.c/b/c/g/"},
      {"/g", "http://a.c/g"},
      {"//g.h", "http://g.h/"},
      {"?y", "http://a.c/b/c/d;p?y"},
      {"g?y", "http://a.c/b/c/g?y"},
      {"#s", "http://a.c/b/c/d;p?q"},
      {"g#s", "http://a.c/b/c/g"},
      {"g?y#s", "http://a.c/b/c/g?y"},
      {";x", "http://a.c/b/c/;x"},
      {".", "http://a.c/b/c/"},
      {"./", "http://a.c/b/c/"},
      {"..", "http://a.c/b/"},
      {"../", "http://a.c/b/"},
      {"../g", "http://a.c/b/g"},
      {"../..", "http://a.c/"},
      {"../../g", "http://a.c/g"},
      {"../../../g", "http://a.c/g"},
      {"/./g", "http://a.c/g"},
      {"/../g", "http://a.c/g"},
      {"g.", "http://a.c/b/c/g."},
      {"..g", "http://a.c/b/c/..g"},
      {"./../g", "http://a.c/b/g"},
      {"./g/.", "http://a.c/b/c/g/"},
      {"g/./h", "http://a.c/b/c/g/h"},
      {"g/../h", "http://a.c/b/c/h"},
      {"g?y/../x", "http://a.c/b/c/g?y/../x"},
      {"https://e.f:9/x?y#z", "https://e.f:9/x?y"},
  };
  for (const auto& [reference, expected] : table) {
    const auto& reference_shown = reference;  // clang: a lambda captures no structured binding
    CAPTURE(reference_shown);
    const auto url = ResolveReference(base, reference);
    REQUIRE(url.ok());
    CHECK(url->Text() == expected);
  }
}

TEST_CASE("D2: a Location that leads anywhere else is refused") {
  const Url base = ParseUrl("https://a.c:8443/b").value();
  for (const std::string_view reference :
       {""sv, "http:g"sv, "file:///x"sv, "javascript:1"sv, "//u@h/"sv, "//h:0/"sv, "\\\\evil.example"sv,
        "/\\evil.example"sv, "g\r\nh"sv, "//"sv, "g\0"sv, " /g"sv, "//127.1/"sv, "///x"sv}) {
    CAPTURE(reference);
    CHECK_FALSE(ResolveReference(base, reference).ok());
  }
  CHECK(ResolveReference(base, "/x")->Origin() == "https://a.c:8443");
  CHECK(ResolveReference(base, "//d.e/x")->Origin() == "https://d.e:443");
  CHECK_FALSE(ResolveReference(base, "/" + std::string(8190, 'x')).ok());
}
