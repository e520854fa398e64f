#include "client/journal_row.h"

#include <doctest/doctest.h>

namespace pixazo::client {
namespace {

using Stage = journal::Record::Stage;

journal::Record Row(Stage stage, int64_t created_ms, int64_t deadline_ms) {
  journal::Record row;
  row.job = 1;
  row.stage = stage;
  row.created_ms = created_ms;
  row.deadline_ms = deadline_ms;
  return row;
}

}  // namespace

TEST_CASE(
    "C3: what is unsent has what is left of its time, whatever the wall clock has done, and what is paid for "
    "all of it again") {
  constexpr int64_t kMinute = 60'000, kCreated = 1'000'000'000, kDeadline = kCreated + 30 * kMinute;
  const struct {
    const char* what;
    int64_t now, left;
  } rows[] = {
      {"ten minutes later", kCreated + 10 * kMinute, 20 * kMinute},
      {"the clock was put back a year", kCreated - 500'000 * kMinute, 30 * kMinute},
      {"the clock was put forward a year", kCreated + 500'000 * kMinute, 1},
      {"before 1970", -kMinute, 30 * kMinute},
      {"too late: ends at once, not charged", kDeadline + 1, 1},
  };
  for (const auto& row : rows) {
    INFO(row.what);
    CHECK(RemainingMs(Row(Stage::kIntent, kCreated, kDeadline), true, row.now) == row.left);
    CHECK(RemainingMs(Row(Stage::kAcked, kCreated, kDeadline), false, row.now) == 30 * kMinute);
  }
  CHECK(RemainingMs(Row(Stage::kAcked, kCreated, 0), false, kCreated + 10 * kMinute) ==
        0);  // never had an end
  CHECK(RemainingMs(Row(Stage::kAcked, kCreated, kCreated - kMinute), false, kCreated) ==
        1);  // nonsense is no loop
}

TEST_CASE("a row is another gateway's if it names another base URL") {
  Config config;
  config.transport.base = *wire::ParseUrl("http://127.0.0.1:8477/pixazo");
  journal::Record row;
  CHECK_FALSE(IsElsewhere(row, config));  // older formats do not say
  row.gateway = "http://127.0.0.1:8477/pixazo";
  CHECK_FALSE(IsElsewhere(row, config));
  config.transport.base.path = "/pixazo/";
  CHECK_FALSE(IsElsewhere(row, config));
  for (const char* other :
       {"http://127.0.0.1:8477", "http://127.0.0.1:8478/pixazo", "https://127.0.0.1:8477/pixazo"}) {
    row.gateway = other;
    CHECK(IsElsewhere(row, config));
  }
}

TEST_CASE("a row becomes a job with its request, but never one that is withheld or of an unknown endpoint") {
  Config config;
  config.catalogue = catalogue::Catalogue::BuiltIn();
  config.output_dir = "/elsewhere";
  journal::Record row = Row(Stage::kIntent, 5, 0);
  row.tag = 7;
  row.submit_key = "click";
  row.endpoint_id = "sdxl";
  row.body = R"({"prompt":"a fox"})";
  row.output_dir = "/pictures";
  row.reserved_microusd = 12'000;
  const Job::Make whole = MakeOf(row, config);
  REQUIRE(whole.submission);
  CHECK(whole.submission->body == row.body);
  CHECK(whole.submission->price_microusd == 12'000);
  CHECK(*whole.submission->output_dir == "/pictures");
  CHECK(whole.tag == 7);
  CHECK(whole.row()->submit_key == "click");
  CHECK(whole.row()->body.empty());  // kept once
  row.body_withheld = true;
  CHECK(MakeOf(row, config).submission->body.empty());
  row.endpoint_id = "of-another-catalogue";
  CHECK(MakeOf(row, config).submission == nullptr);
  CHECK(MakeOf(row, config).endpoint == nullptr);
}

}  // namespace pixazo::client
