#include "wire/time.h"

#include <doctest/doctest.h>

#include <ctime>
#include <random>

using namespace pixazo::wire;

namespace {

constexpr const char* kNow = "Sun, 06 Nov 1994 08:49:37 GMT";
constexpr int64_t kNowMs = 784111777000;
constexpr int64_t kTenYearsMs = 3650LL * 86'400'000;

std::optional<int64_t> Wait(std::vector<std::string> values, std::string_view date = kNow,
                            int64_t local = 0) {
  return RetryAfterMs(values, date, local);
}

}  // namespace

TEST_CASE("the three forms of RFC 9110 name the same moment") {
  for (const char* text : {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
                           "Sun Nov  6 08:49:37 1994", " Sun, 06 Nov 1994 08:49:37 GMT\t"}) {
    CAPTURE(text);
    CHECK(ParseHttpDate(text) == kNowMs);
  }
  CHECK(ParseHttpDate("Wed Nov 16 08:49:37 1994") == kNowMs + 10 * 86'400'000LL);
  CHECK(FormatHttpDate(kNowMs) == kNow);
}

TEST_CASE("two-digit years are those from 1970 to 2069") {
  CHECK(ParseHttpDate("Thursday, 01-Jan-70 00:00:00 GMT") == 0);
  CHECK(ParseHttpDate("Friday, 31-Dec-99 23:59:59 GMT") == 946684799000);
  CHECK(ParseHttpDate("Tuesday, 31-Dec-69 23:59:59 GMT") == 3155759999000);
}

TEST_CASE("what is no date of HTTP is none") {
  for (const char* text : {"",
                           " ",
                           "...",
                           "0",
                           "Sun, 06 Nov 1994 08:49:37",
                           "Sun, 06 Nov 1994 08:49:37 UTC",
                           "Sun, 06 Nov 1994 08:49:37 +0000",
                           "sun, 06 Nov 1994 08:49:37 GMT",
                           "Sun, 06 nov 1994 08:49:37 GMT",
                           "Sun, 6 Nov 1994 08:49:37 GMT",
                           "Sun 06 Nov 1994 08:49:37 GMT",
                           "Sun, 06 Nov 94 08:49:37 GMT",
                           "Sun, 32 Oct 1994 08:49:37 GMT",
                           "Tue, 29 Feb 1994 08:49:37 GMT",
                           "Sun, 00 Nov 1994 08:49:37 GMT",
                           "Sun, 06 Nov 1994 24:00:00 GMT",
                           "Sun, 06 Nov 1994 08:60:00 GMT",
                           "Sun, 06 Nov 1994 08:49:61 GMT",
                           "Sun, 06 Nov 1994 8:49:37 GMT",
                           "Sun, 06 Nov 1969 08:49:37 GMT",
                           "Sun, 06 Nov 0000 08:49:37 GMT",
                           "Sun, 06 Nov 10000 08:49:37 GMT",
                           "Sun, 06 Nov 1994 08:49:37 GMTx",
                           "Sun, -6 Nov 1994 08:49:37 GMT",
                           "Sunday, 06-Nov-1994 08:49:37 GMT",
                           "Sun Nov 6 08:49:37 1994",
                           "1994-11-06T08:49:37Z"}) {
    CAPTURE(text);
    CHECK(ParseHttpDate(text) == std::nullopt);
  }
}

TEST_CASE("every second of the calendar reads and writes as the system's calendar says") {
  std::mt19937_64 random(11);
  for (int i = 0; i < 20'000; ++i) {
    const auto seconds = static_cast<std::time_t>(random() % 253'402'300'800);
    std::tm t{};
    gmtime_r(&seconds, &t);
    char http[64], iso[64], plain[64], asctime[64];
    std::strftime(http, sizeof http, "%a, %d %b %Y %H:%M:%S GMT", &t);
    std::strftime(iso, sizeof iso, "%Y-%m-%dT%H:%M:%S.000Z", &t);
    std::strftime(plain, sizeof plain, "%Y-%m-%d %H:%M:%S", &t);
    std::strftime(asctime, sizeof asctime, "%a %b %e %H:%M:%S %Y", &t);
    const int64_t ms = int64_t{seconds} * 1000;
    REQUIRE(FormatHttpDate(ms) == http);
    REQUIRE(FormatStatusDate(ms) == iso);
    REQUIRE(ParseHttpDate(http) == ms);
    REQUIRE(ParseHttpDate(asctime) == ms);
    REQUIRE(ParseStatusDate(iso) == ms);
    REQUIRE(ParseStatusDate(plain) == ms);
  }
}

TEST_CASE("P14: both grammars of status bodies are read, anything else is no date and no error") {
  CHECK(ParseStatusDate("2026-05-22T13:17:32.110Z") == 1779455852110);
  CHECK(ParseStatusDate("2026-05-22T13:17:32Z") == 1779455852000);
  CHECK(ParseStatusDate("2026-05-22T13:17:32.1Z") == 1779455852100);
  CHECK(ParseStatusDate("2026-05-22T13:17:32.110999Z") == 1779455852110);
  CHECK(ParseStatusDate("2026-05-22 13:19:23") == 1779455963000);
  CHECK(ParseStatusDate("2024-02-29 00:00:00") == 1709164800000);
  for (const char* text : {"...",
                           "",
                           "null",
                           "2026-05-22",
                           "2026-05-22T13:17:32",
                           "2026-05-22T13:17:32.Z",
                           "2026-05-22T13:17:32.1234567890Z",
                           "2026-05-22T13:17:32+00:00",
                           "2026-05-22 13:19:23Z",
                           "2026-05-22 13:19:23.5",
                           "2026-05-22  13:19:23",
                           "2026-5-22 13:19:23",
                           "2026-13-01 00:00:00",
                           "2026-00-01 00:00:00",
                           "2026-02-29 00:00:00",
                           "2026-05-32 00:00:00",
                           "2026-05-22 24:00:00",
                           "2026-05-22 13:60:00",
                           "2026-05-22 13:19:61",
                           "1969-12-31 23:59:59",
                           "0000-00-00 00:00:00",
                           "12026-05-22 13:19:23",
                           "2026-05-22t13:17:32z",
                           " 2026-05-22 13:19:23",
                           "2026-05-22 13:19:23 ",
                           "-2026-05-22 13:19:23",
                           "1779455852110"}) {
    CAPTURE(text);
    CHECK(ParseStatusDate(text) == std::nullopt);
  }
}

TEST_CASE("C4: dates beyond 2038 and up to the end of 9999 do not overflow") {
  CHECK(ParseStatusDate("2038-01-19 03:14:08") == 2147483648000);
  CHECK(ParseHttpDate("Fri, 31 Dec 9999 23:59:59 GMT") == 253402300799000);
  CHECK(FormatStatusDate(253402300799999) == "9999-12-31T23:59:59.999Z");
  CHECK(FormatStatusDate(INT64_MAX) == "9999-12-31T23:59:59.999Z");
  CHECK(FormatStatusDate(INT64_MIN) == "1970-01-01T00:00:00.000Z");
  CHECK(FormatHttpDate(INT64_MAX) == "Fri, 31 Dec 9999 23:59:59 GMT");
  CHECK(FormatHttpDate(-1) == "Thu, 01 Jan 1970 00:00:00 GMT");
  CHECK(ParseHttpDate("Sat, 31 Dec 2016 23:59:60 GMT") == 1483228800000);
}

TEST_CASE("R2: a date in Retry-After is read against the server's own clock, whatever the local one says") {
  CHECK(Wait({"Sun, 06 Nov 1994 08:50:37 GMT"}, kNow, kNowMs + 3'600'000) == 60'000);
  CHECK(Wait({"Sun, 06 Nov 1994 08:50:37 GMT"}, kNow, kNowMs - 3'600'000) == 60'000);
  CHECK(Wait({"Sun, 06 Nov 1994 08:50:37 GMT"}, "", kNowMs + 1000) == 59'000);
  CHECK(Wait({"Sun, 06 Nov 1994 08:50:37 GMT"}, "yesterday", kNowMs) == 60'000);
  CHECK(Wait({"Sunday, 06-Nov-94 08:50:37 GMT"}) == 60'000);
  CHECK(Wait({"Sun Nov  6 08:50:37 1994"}) == 60'000);
}

TEST_CASE("R2: a date that has passed asks for no wait") {
  CHECK(Wait({"Sun, 06 Nov 1994 08:49:36 GMT"}) == 0);
  CHECK(Wait({kNow}) == 0);
  CHECK(Wait({"Thu, 01 Jan 1970 00:00:00 GMT"}, "", INT64_MAX) == 0);
}

TEST_CASE("R3: huge waits are clamped to ten years") {
  for (const char* text :
       {"315360000", "315360001", "1000000000000", "9223372036854775807", "9223372036854775808",
        "18446744073709551616", "99999999999999999999999999999999999999999999"}) {
    CAPTURE(text);
    CHECK(Wait({text}) == kTenYearsMs);
  }
  CHECK(Wait({"315359999"}) == kTenYearsMs - 1000);
  CHECK(Wait({"Fri, 31 Dec 9999 23:59:59 GMT"}) == kTenYearsMs);
  CHECK(Wait({"Fri, 31 Dec 9999 23:59:59 GMT"}, "", INT64_MIN) == kTenYearsMs);
}

TEST_CASE("R4: negative, fractional, empty and malformed waits are ignored") {
  for (const char* text : {"-1", "-0", "+5", "1.5", "", " ", ",", "abc", "5s", "0x10", "1e3", "NaN", "inf",
                           "5 6", "Sunday", "\xC2\xB2"}) {
    CAPTURE(text);
    CHECK(Wait({text}) == std::nullopt);
  }
  CHECK(Wait({std::string("1\0"
                          "2",
                          3)}) == std::nullopt);
  CHECK(Wait({}) == std::nullopt);
}

TEST_CASE("R4: of several waits the longest valid one counts") {
  CHECK(Wait({"0"}) == 0);
  CHECK(Wait({" 2\t"}) == 2000);
  CHECK(Wait({"2", "7", "3"}) == 7000);
  CHECK(Wait({"abc", "7", "-9"}) == 7000);
  CHECK(Wait({"2, 7,3"}) == 7000);
  CHECK(Wait({"2, abc"}) == 2000);
  CHECK(Wait({"10", "Sun, 06 Nov 1994 08:49:57 GMT"}) == 20'000);
  CHECK(Wait({"30", "Sun, 06 Nov 1994 08:49:57 GMT"}) == 30'000);
}
