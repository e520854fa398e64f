#include "wire/time.h"

#include <doctest/doctest.h>

using namespace pixazo::wire;

TEST_CASE("the three forms of RFC 9110 name the same moment") {
  for (const char* text :
       {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"}) {
    CHECK(ParseHttpDate(text) == 784111777000);
  }
  CHECK(FormatHttpDate(784111777000) == "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST_CASE("P14: both grammars of status bodies are read, anything else is no date") {
  CHECK(ParseStatusDate("2026-05-22T13:17:32.110Z") == 1779455852110);
  CHECK(ParseStatusDate("2026-05-22 13:19:23") == 1779455963000);
  CHECK(ParseStatusDate("...") == std::nullopt);
  CHECK(FormatStatusDate(1779455852110) == "2026-05-22T13:17:32.110Z");
}

TEST_CASE("R2: a date in Retry-After is read against the server's own clock") {
  const std::string value[] = {"Sun, 06 Nov 1994 08:50:37 GMT"};
  CHECK(RetryAfterMs(value, "Sun, 06 Nov 1994 08:49:37 GMT", 0) == 60'000);
}
