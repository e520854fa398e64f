#include <algorithm>
#include <cmath>

#include "core/durations.h"
#include "core/gate.h"
#include "harness.h"

namespace pixazo::test {

using core::Durations;

TEST_CASE("durations are believed only within what was seen from here") {
  Durations honest, lying, silent;
  for (int i = 0; i < 10; ++i) {
    honest.Add(20, 18, 22);
    lying.Add(9000, 18, 22);
    silent.Add(-1, 18, 22);
  }
  for (const Durations* d : {&honest, &lying, &silent}) {
    CHECK(d->Remaining(0) == doctest::Approx(20).epsilon(0.15));
    CHECK(d->Ended(10) < 0.15);
    CHECK(d->Ended(30) > 0.8);
  }
}

TEST_CASE("the part of jobs that have ended never shrinks with time, whatever was learned") {
  core::Random random(5);
  Durations d;
  for (int i = 0; i < 200; ++i) d.Add(100 * random.Unit(), 0, 100);
  double last = 0;
  for (double t = 0; t < 4000; t += 0.5) {
    CHECK(d.Ended(t) >= last);
    last = d.Ended(t);
    CHECK(d.Wait(t, 0.5) > 0);
    CHECK(std::isfinite(d.Wait(t, 0.5)));
  }
}

TEST_CASE("an endpoint that becomes twice as slow is followed within a dozen jobs") {
  Durations d;
  for (int i = 0; i < 50; ++i) d.Add(10, 9, 11);
  for (int i = 0; i < 12; ++i) d.Add(20, 19, 21);
  CHECK(d.Remaining(0) > 15);
}

TEST_CASE("a learned schedule polls where the ends are, and keeps floor, cap and average") {
  Harness h;
  JobSpec spec;
  spec.endpoint = 7;
  for (int i = 0; i < 12; ++i) {  // jobs of 30 s
    const auto job = h.Queued(spec);
    const int64_t start = h.time;
    while (h.Count(Kind::kDownload, job) == 0) {
      h.ToPoll(job);
      h.Answer(job, Status(200, h.time - start < 30'000 ? kProcessing : Completed()));
    }
    h.Answer(job, 0, Whole());
  }
  const auto job = h.Queued(spec);
  const int64_t start = h.time;
  std::vector<int64_t> at;
  while (h.time - start < 30'000) {
    h.ToPoll(job);
    at.push_back(h.time - start);
    h.Answer(job, Status(200, kProcessing));
  }
  CHECK(at[0] >= 9'000);  // nothing ends before: a schedule without history asks after 2 s
  for (size_t i = 0; i + 1 < at.size(); ++i) {
    CHECK(at[i + 1] - at[i] >= 1'600);
    CHECK(at[i + 1] - at[i] <= 18'000);
    CHECK(at[i + 1] >= static_cast<int64_t>(i + 1) * 5'000 * 8 / 10);
  }
  const Action* progress = h.Last(Kind::kProgress, job);
  REQUIRE(progress != nullptr);
  CHECK(progress->remaining_ms >= 0);
}

TEST_CASE("429s make polls dearer for the whole client") {
  for (const bool throttled : {false, true}) {
    Harness h;
    JobSpec spec;
    spec.endpoint = 7;
    for (int i = 0; i < 8; ++i) {
      const auto job = h.Queued(spec);
      const int64_t start = h.time;
      while (h.Count(Kind::kDownload, job) == 0) {
        h.ToPoll(job);
        h.Answer(job, Status(200, h.time - start < 12'000 ? kProcessing : Completed()));
      }
      h.Answer(job, 0, Whole());
    }
    const auto job = h.Queued(spec);
    for (int i = 0; i < 6 && throttled; ++i) {
      h.ToPoll(job);
      h.Answer(job, Status(429));
    }
    const auto next = h.Queued(spec);
    const int64_t start = h.time;
    h.ToPoll(next);
    static int64_t calm = 0;
    if (throttled)
      CHECK(h.time - start >= calm);
    else
      calm = h.time - start;
  }
}

}  // namespace pixazo::test
