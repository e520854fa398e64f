// What bounds the attempts of a job, and of a client.
#include <sys/types.h>

#include "core/gate.h"
#include "harness.h"

namespace pixazo::test {

TEST_CASE("R9: the deadline covers all attempts, whatever attempts are left") {
  core::Policy policy;
  policy.max_attempts = 1000;
  Harness h(policy);
  const int64_t begin = h.time;
  JobSpec spec;
  spec.deadline_ms = 10'000;
  const auto job = h.Submit(std::move(spec));
  size_t answered = 0;
  while (h.Count(Kind::kDone, job) == 0) {
    if (h.Count(Kind::kSendSubmit, job) > answered) {
      ++answered;
      h.Answer(job, Lost(Fault::kConnect, 0, false));
    } else {
      REQUIRE(h.Advance());
    }
  }
  CHECK(answered > 1);
  CHECK(answered < 50);
  CHECK(h.time <= begin + 10'000);
  CHECK(h.Done(job).state == State::kFailed);
  CHECK(h.Done(job).charged == Charged::kNo);
}

TEST_CASE("R12: success after failures fills the bucket again, and never above its rim") {
  Harness h;
  const int32_t full = h.engine->stats().tokens;
  const auto job = h.Submit();
  h.Answer(job, Lost(Fault::kConnect, 0, false));
  while (h.Count(Kind::kSendSubmit, job) < 2) REQUIRE(h.Advance());
  const int32_t after = h.engine->stats().tokens;
  CHECK(after == full - 10);
  h.Answer(job, Reply(202, kAccepted));
  CHECK(h.engine->stats().tokens == after + 1);
  core::TokenBucket bucket(500);
  CHECK(bucket.Take(10));
  bucket.Return(1000);
  CHECK(bucket.tokens() == 500);
}

TEST_CASE("O10: offsets in files have 64 bits") { CHECK(sizeof(off_t) == 8); }

}  // namespace pixazo::test
