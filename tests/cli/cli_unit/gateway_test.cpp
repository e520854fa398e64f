#include "gateway.h"

#include <doctest/doctest.h>

#include "exit_code.h"

using namespace pixazo::cli;

TEST_CASE("only a literal loopback address counts as one") {
  for (const char* url : {"http://127.0.0.1", "http://127.0.0.1:8080/", "http://127.9.8.7/x", "http://[::1]",
                          "http://[::1]:80/", "https://127.0.0.1"})
    CHECK_MESSAGE(IsLoopbackAddress(url), url);
  for (const char* url :
       {"http://localhost", "http://127.0.0.1.example.com", "http://127.example.com",
        "http://127.0.0.1@evil.com", "http://user@127.0.0.1", "http://128.0.0.1", "http://[::2]",
        "http://[::1].evil", "127.0.0.1", "http://127.1", "ftp://127.0.0.1", ""})
    CHECK_FALSE_MESSAGE(IsLoopbackAddress(url), url);
}

TEST_CASE("times have units") {
  CHECK(ParseDuration("90") == 90'000u);
  CHECK(ParseDuration("1.5s") == 1'500u);
  CHECK(ParseDuration("250ms") == 250u);
  CHECK(ParseDuration("10m") == 600'000u);
  CHECK(ParseDuration("1h") == 3'600'000u);
  CHECK(ParseDuration("0") == 0u);
  for (const char* bad : {"", "s", "-1", "5 m", "10d", "nan", "inf", "1e9", "25h"})
    CHECK_FALSE_MESSAGE(ParseDuration(bad).has_value(), bad);
}

TEST_CASE("amounts are dollars") {
  CHECK(ParseDollars("5") == 5'000'000);
  CHECK(ParseDollars("$0.128") == 128'000);
  CHECK(ParseDollars("0") == 0);
  for (const char* bad : {"", "$", "-1", "5 USD", "1e3", "nan"})
    CHECK_FALSE_MESSAGE(ParseDollars(bad).has_value(), bad);
}

TEST_CASE("every status has an exit code, and doubt about money goes before any certain failure") {
  for (const ExitRow& row : ExitTable()) CHECK(Gravest(row.code, Exit::kOk) == row.code);
  CHECK(ExitOf(PZ_E_UNCERTAIN) == Exit::kUncertain);
  CHECK(ExitOf(PZ_E_BUDGET) == Exit::kBalance);
  CHECK(ExitOf(PZ_E_TLS) == Exit::kNetwork);
  CHECK(ExitOf(-12345) == Exit::kFailure);
  for (const Exit certain : {Exit::kGateway, Exit::kUsage, Exit::kAuth, Exit::kBalance, Exit::kNetwork,
                             Exit::kOutput, Exit::kTimeout})
    CHECK(Gravest(certain, Exit::kUncertain) == Exit::kUncertain);
}
