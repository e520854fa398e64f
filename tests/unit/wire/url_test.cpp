#include "wire/url.h"

#include <doctest/doctest.h>

using namespace pixazo::wire;

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
