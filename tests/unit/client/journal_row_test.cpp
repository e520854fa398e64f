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

TEST_CASE("C3: a job of an earlier life has what is left of its time, whatever the wall clock has done since") {
  constexpr int64_t kMinute = 60'000, kCreated = 1'000'000'000, kDeadline = kCreated + 30 * kMinute;
  const struct {
    const char* what;
    Stage stage;
    int64_t now, left;
  } rows[] = {
      {"ten minutes later", Stage::kAcked, kCreated + 10 * kMinute, 20 * kMinute},
      {"the clock was put back a year", Stage::kAcked, kCreated - 500'000 * kMinute, 30 * kMinute},
      {"the clock was put forward a year", Stage::kAcked, kCreated + 500'000 * kMinute, kMinute},
      {"before 1970", Stage::kAcked, -kMinute, 30 * kMinute},
      {"unsent, in time", Stage::kIntent, kCreated + 10 * kMinute, 20 * kMinute},
      {"unsent, too late: ends at once, not charged", Stage::kIntent, kDeadline + 1, 1},
  };
  for (const auto& row : rows) {
    INFO(row.what);
    CHECK(RemainingMs(Row(row.stage, kCreated, kDeadline), row.stage == Stage::kIntent, row.now) == row.left);
  }
  CHECK(RemainingMs(Row(Stage::kAcked, kCreated, 0), false, kCreated + 10 * kMinute) == 0);  // never had an end
  CHECK(RemainingMs(Row(Stage::kAcked, kCreated, kCreated + 10), false, kCreated + kMinute) == 10);  // nor gets more than all
  CHECK(RemainingMs(Row(Stage::kAcked, kCreated, kCreated - kMinute), false, kCreated) == 1);  // nonsense is no loop
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
  CHECK(whole.row->submit_key == "click");
  CHECK(whole.row->body.empty());  // kept once
  row.body_withheld = true;
  CHECK(MakeOf(row, config).submission->body.empty());
  row.endpoint_id = "of-another-catalogue";
  CHECK(MakeOf(row, config).submission == nullptr);
  CHECK(MakeOf(row, config).endpoint == nullptr);
}

}  // namespace pixazo::client
