#include <map>

#include "harness.h"

namespace pixazo::test {

TEST_CASE(
    "a queued job goes WAITING, SUBMITTING, QUEUED, PROCESSING, DOWNLOADING, COMPLETED and is charged") {
  Harness h;
  const auto job = h.Queued();
  h.ToPoll(job);
  h.Answer(job, Status(200, kProcessing));
  h.ToPoll(job);
  h.Answer(job, Status(200, Completed(2)));
  CHECK(h.Last(Kind::kOutputs, job)->index == 2);
  h.Answer(job, 0, Whole());
  h.Answer(job, 1, Whole());
  CHECK(h.Done(job).state == State::kCompleted);
  CHECK(h.Done(job).charged == Charged::kYes);
  CHECK(h.Done(job).polls == 2);
  std::vector<State> states;
  for (const auto& a : h.seen)
    if (a.kind == Kind::kState) states.push_back(a.state);
  CHECK(states ==
        std::vector<State>{State::kSubmitting, State::kQueued, State::kProcessing, State::kDownloading});
  CHECK(h.engine->live_jobs() == 0);
  CHECK(h.engine->NextWake() == INT64_MAX);
}

TEST_CASE("a sync job is the same job without polls") {
  Harness h;
  const auto job = h.Submit();
  h.Answer(job, Reply(200, R"({"output":"https://cdn.example/a.jpg"})"));
  CHECK(h.Last(Kind::kDownload, job)->text == "https://cdn.example/a.jpg");
  h.Answer(job, 0, Whole());
  CHECK(h.Done(job).state == State::kCompleted);
  CHECK(h.Count(Kind::kGetStatus) == 0);
}

TEST_CASE("S1: what was proven unsent is tried three times, then fails, not charged") {
  Harness h;
  const auto job = h.Submit();
  for (int i = 0; i < 3; ++i) {
    CHECK(h.Count(Kind::kSendSubmit, job) == static_cast<size_t>(i + 1));
    h.Answer(job, Lost(Fault::kConnect, 0, false));
    while (h.Count(Kind::kDone, job) == 0 && h.Count(Kind::kSendSubmit, job) == static_cast<size_t>(i + 1))
      REQUIRE(h.Advance());
  }
  CHECK(h.Count(Kind::kSendSubmit, job) == 3);
  CHECK(h.Done(job).error->code == Code::kNetwork);
  CHECK(h.Done(job).charged == Charged::kNo);
}

TEST_CASE("S13: a lost answer without a webhook ends at once as UNCERTAIN and is never sent again") {
  Harness h;
  const auto job = h.Submit();
  h.Answer(job, Lost(Fault::kTimeout));
  CHECK(h.Done(job).error->code == Code::kUncertain);
  CHECK(h.Done(job).charged == Charged::kUnknown);
  CHECK(h.Count(Kind::kSendSubmit) == 1);
}

TEST_CASE("S30: with a webhook the job waits in UNCERTAIN, and a confirmed id brings it back") {
  Harness h;
  JobSpec spec;
  spec.webhook = true;
  const auto job = h.Submit(spec);
  h.Answer(job, Lost(Fault::kBroken));
  CHECK(h.Count(Kind::kDone, job) == 0);
  CHECK(h.Last(Kind::kState, job)->state == State::kUncertain);
  h.engine->Webhook(h.now(), job, "m_1");
  h.Drain();
  h.ToPoll(job);
  h.Answer(job, Status(200, kProcessing));
  CHECK(h.Last(Kind::kState, job)->state == State::kProcessing);
  CHECK(h.Last(Kind::kRequestId, job)->text == "m_1");
  CHECK(h.Count(Kind::kSendSubmit) == 1);
}

TEST_CASE("W1: a forged webhook changes nothing") {
  Harness h;
  JobSpec spec;
  spec.webhook = true;
  const auto job = h.Submit(spec);
  h.Answer(job, Lost(Fault::kBroken));
  h.engine->Webhook(h.now(), job, "forged_1");
  for (int i = 0; i < 3; ++i) {
    h.ToPoll(job);
    h.Answer(job, Status(404));
  }
  CHECK(h.Count(Kind::kDone, job) == 0);
  CHECK(h.Count(Kind::kRequestId, job) == 0);
  h.MoveTo(31 * 60'000);
  CHECK(h.Done(job).error->code == Code::kUncertain);
}

TEST_CASE("S16: a salvaged id is believed only when the gateway repeats it") {
  for (const bool honest : {true, false}) {
    Harness h;
    const auto job = h.Submit();
    h.Answer(job, Reply(202, R"({"request_id":"m_1","stat)"));
    CHECK(h.Last(Kind::kState, job)->state == State::kUncertain);
    CHECK(h.Count(Kind::kRequestId, job) == 0);
    for (int i = 0; i < 3 && h.Count(Kind::kDone, job) == 0 && h.Count(Kind::kRequestId, job) == 0; ++i) {
      h.ToPoll(job);
      h.Answer(job, Status(200, honest ? kProcessing : R"({"request_id":"m_2","status":"PROCESSING"})"));
    }
    if (honest)
      CHECK(h.Last(Kind::kState, job)->state == State::kProcessing);
    else
      CHECK(h.Done(job).error->code == Code::kUncertain);
    CHECK(h.Count(Kind::kSendSubmit) == 1);
  }
}

TEST_CASE(
    "S16: a status call that gets no answer refutes no salvaged id: what cut the first answer may last") {
  Harness h;
  const auto job = h.Submit();
  h.Answer(job, Reply(202, R"({"request_id":"m_1","stat)"));
  auto nothing = Status(0);
  nothing.fault = Fault::kConnect;
  for (int i = 0; i < 10; ++i) {
    h.ToPoll(job);
    h.Answer(job, i % 2 ? Status(503) : nothing);
  }
  CHECK(h.Count(Kind::kDone, job) == 0);
  h.ToPoll(job);
  h.Answer(job, Status(200, kProcessing));
  CHECK(h.Last(Kind::kState, job)->state == State::kProcessing);
  CHECK(h.Last(Kind::kRequestId, job)->text == "m_1");
  CHECK(h.Count(Kind::kSendSubmit) == 1);
}

TEST_CASE("S16: an id in an answer that closing the client broke off is a candidate of its row, not its id") {
  for (const bool journal : {false, true}) {
    core::Policy policy;
    policy.journal = journal;
    Harness h(policy);
    const auto job = h.Submit();
    if (journal) h.engine->OnRecorded(h.now(), job, {});
    h.engine->Close(h.now());
    h.Drain();
    auto cut = Reply(202, R"({"request_id":"m_1","stat)");
    cut.fault = Fault::kAborted;
    h.Answer(job, cut);
    CHECK(h.Done(job).charged == Charged::kUnknown);
    CHECK(h.Count(Kind::kCandidate, job) == (journal ? 1 : 0));
    CHECK(h.Count(Kind::kRequestId, job) == (journal ? 0 : 1));  // without a row nobody else would know it
    CHECK(h.Done(job).text == (journal ? "" : "m_1"));
  }
}

TEST_CASE("R1: one 429 holds back the whole client until Retry-After, then one probe goes") {
  Harness h;
  std::vector<core::JobId> jobs;
  for (int i = 0; i < 20; ++i) jobs.push_back(h.Submit());
  CHECK(h.Count(Kind::kSendSubmit) == 8);
  auto x = Reply(429);
  x.retry_after = {"5"};
  const int64_t closed_at = h.time;
  for (int i = 0; i < 8; ++i) h.Answer(jobs[i], x);
  CHECK(h.Count(Kind::kSendSubmit) == 8);
  while (h.Count(Kind::kSendSubmit) == 8) REQUIRE(h.Advance());
  CHECK(h.time >= closed_at + 5000);
  CHECK(h.Count(Kind::kSendSubmit) == 9);  // the probe
  const auto probe = h.seen.back().job;
  h.Answer(probe, Reply(202, kAccepted));
  CHECK(h.Count(Kind::kSendSubmit) == 9 + 8);
}

TEST_CASE("R3: a Retry-After beyond two minutes fails at once and names the value") {
  Harness h;
  const auto job = h.Submit();
  auto x = Reply(429);
  x.retry_after = {"3600"};
  h.Answer(job, x);
  CHECK(h.Done(job).error->code == Code::kRateLimited);
  CHECK(h.Done(job).error->retry_after_ms == 3'600'000);
  CHECK(h.Done(job).charged == Charged::kNo);
}

TEST_CASE("R5: a 429 for ever ends as rate limited, not as uncertain") {
  Harness h;
  const auto job = h.Submit();
  while (h.Count(Kind::kDone, job) == 0) {
    if (h.Last(Kind::kSendSubmit, job) == &h.seen.back()) h.Answer(job, Reply(429));
    if (h.Count(Kind::kDone, job) == 0) REQUIRE(h.Advance());
  }
  CHECK(h.Count(Kind::kSendSubmit) == 3);
  CHECK(h.Done(job).error->code == Code::kRateLimited);
}

TEST_CASE("R6: retries of a hundred jobs against a dead gateway are bounded by the token bucket") {
  Harness h;
  std::vector<core::JobId> jobs;
  for (int i = 0; i < 100; ++i) jobs.push_back(h.Submit());
  size_t answered = 0;
  while (h.engine->live_jobs() > 0) {
    for (; answered < h.seen.size(); ++answered) {
      const Action a = h.seen[answered];
      if (a.kind == Kind::kSendSubmit) h.Answer(a.job, Lost(Fault::kConnect, 0, false));
    }
    if (h.engine->live_jobs() > 0 && answered == h.seen.size()) REQUIRE(h.Advance());
  }
  CHECK(h.Count(Kind::kSendSubmit) == 100 + 500 / 10);
}

TEST_CASE("R10: after a 401 what waits fails fast and nothing is sent until the key changes") {
  Harness h;
  std::vector<core::JobId> jobs;
  for (int i = 0; i < 12; ++i) jobs.push_back(h.Submit());
  h.Answer(jobs[0], Reply(401));
  CHECK(h.Done(jobs[0]).error->code == Code::kAuth);
  for (int i = 8; i < 12; ++i) CHECK(h.Done(jobs[i]).error->code == Code::kAuth);
  CHECK(h.Count(Kind::kSendSubmit) == 8);
  CHECK(h.Count(Kind::kNeedKey) == 1);
  const auto late = h.Submit();
  CHECK(h.Done(late).charged == Charged::kNo);
  h.engine->SetKey(h.now(), true);
  h.Submit();
  CHECK(h.Count(Kind::kSendSubmit) == 9);
}

TEST_CASE("a host that answers NEED_KEY has its jobs wait for the key") {
  core::Policy p;
  p.ask_key = true;
  Harness h(p, false);
  const auto job = h.Submit();
  CHECK(h.Count(Kind::kNeedKey) == 1);
  CHECK(h.Count(Kind::kSendSubmit) == 0);
  h.engine->SetKey(h.now(), true);
  h.Drain();
  CHECK(h.Count(Kind::kSendSubmit, job) == 1);
}

TEST_CASE("a 401 for a key that was replaced meanwhile does not latch the new one") {
  Harness h;
  const auto job = h.Submit();
  h.engine->SetKey(h.now(), true);
  h.Answer(job, Reply(401));
  CHECK(h.Count(Kind::kNeedKey) == 0);
  h.Submit();
  CHECK(h.Count(Kind::kSendSubmit) == 2);
}

TEST_CASE("S24: a 402 fails what waits, and the next explicit submit probes") {
  Harness h;
  std::vector<core::JobId> jobs;
  for (int i = 0; i < 10; ++i) jobs.push_back(h.Submit());
  h.Answer(jobs[0], Reply(402, R"({"error":"Insufficient Balance","message":"Required: $0.01"})"));
  CHECK(h.Done(jobs[0]).error->required_microusd == 10'000);
  CHECK(h.Done(jobs[8]).error->code == Code::kBalance);
  CHECK(h.Done(jobs[9]).charged == Charged::kNo);
  h.Submit();
  CHECK(h.Count(Kind::kSendSubmit) == 9);
}

TEST_CASE("a 403 is that job's only") {
  Harness h;
  std::vector<core::JobId> jobs;
  for (int i = 0; i < 10; ++i) jobs.push_back(h.Submit());
  h.Answer(jobs[0], Reply(403));
  CHECK(h.Done(jobs[0]).error->code == Code::kAuth);
  CHECK(h.Count(Kind::kDone) == 1);
  CHECK(h.Count(Kind::kSendSubmit) == 9);
}

TEST_CASE("S27: cancelled before anything was sent is not charged, S28: afterwards it is unknown") {
  Harness h;
  std::vector<core::JobId> jobs;
  for (int i = 0; i < 10; ++i) jobs.push_back(h.Submit());
  h.engine->Cancel(h.now(), jobs[9]);  // waiting
  h.engine->Cancel(h.now(), jobs[0]);
  h.engine->Cancel(h.now(), jobs[1]);
  h.Drain();
  CHECK(h.Done(jobs[9]).charged == Charged::kNo);
  CHECK(h.Count(Kind::kAbort) == 2);
  h.Answer(jobs[0], Lost(Fault::kAborted, 0, false));
  h.Answer(jobs[1], Lost(Fault::kAborted, 1, true));
  CHECK(h.Done(jobs[0]).state == State::kCancelled);
  CHECK(h.Done(jobs[0]).charged == Charged::kNo);
  CHECK(h.Done(jobs[1]).charged == Charged::kUnknown);
}

TEST_CASE("a cancel that races with the answer keeps the id") {
  Harness h;
  const auto job = h.Submit();
  h.engine->Cancel(h.now(), job);
  h.Answer(job, Reply(202, kAccepted));
  CHECK(h.Done(job).state == State::kCancelled);
  CHECK(h.Done(job).error->request_id == "m_1");
  CHECK(h.Done(job).charged == Charged::kUnknown);
}

TEST_CASE("P1: failed polls do not fail the job, a budget of their own ends the polling") {
  Harness h;
  const auto job = h.Queued();
  for (int i = 0; i < 9; ++i) {
    h.ToPoll(job);
    h.Answer(job, Status(i % 2 ? 500 : 0));
    REQUIRE(h.Count(Kind::kDone, job) == 0);
  }
  h.ToPoll(job);
  h.Answer(job, Status(200, kProcessing));  // alive again: the count starts anew
  for (int i = 0; i < 9; ++i) {
    h.ToPoll(job);
    auto x = Status(0);
    x.fault = Fault::kBroken;
    h.Answer(job, x);
    REQUIRE(h.Count(Kind::kDone, job) == 0);
  }
  h.ToPoll(job);
  h.Answer(job, Status(502));
  CHECK(h.Done(job).error->code == Code::kTimeout);
  CHECK(h.Done(job).error->request_id == "m_1");
  CHECK(h.Done(job).charged == Charged::kUnknown);
}

TEST_CASE("P2: a 404 right after the submit has grace, later it ends the job with its id kept") {
  Harness h;
  const auto job = h.Queued();
  h.ToPoll(job);
  h.Answer(job, Status(404));
  CHECK(h.Count(Kind::kDone, job) == 0);
  while (h.Count(Kind::kDone, job) == 0) {
    h.ToPoll(job);
    h.Answer(job, Status(404));
  }
  CHECK(h.time >= 60'000);
  CHECK(h.Done(job).error->code == Code::kNotFound);
  CHECK(h.Done(job).error->request_id == "m_1");
}

TEST_CASE("P3: a 401 on a poll stops the polling until there is another key, and loses nothing") {
  Harness h;
  const auto job = h.Queued();
  h.ToPoll(job);
  h.Answer(job, Status(401));
  h.MoveTo(h.time + 600'000);
  CHECK(h.Count(Kind::kGetStatus, job) == 1);
  CHECK(h.Count(Kind::kDone, job) == 0);
  REQUIRE(h.Last(Kind::kLog, job));
  CHECK(h.Last(Kind::kLog, job)->text.view().find("key was refused") != std::string_view::npos);
  h.engine->SetKey(h.now(), true);
  h.Drain();
  CHECK(h.Count(Kind::kGetStatus, job) == 2);
}

TEST_CASE(
    "P3: the deadline of a job that could not be asked about for want of a key says so, and keeps its id") {
  Harness h;
  const auto job = h.Queued();
  h.ToPoll(job);
  h.Answer(job, Status(401));
  h.MoveTo(h.time + 60 * 60'000);
  CHECK(h.Done(job).error->code == Code::kAuth);
  CHECK(h.Done(job).error->request_id == "m_1");
  CHECK(h.Done(job).charged == Charged::kUnknown);
}

TEST_CASE("P4: a 429 on a poll slows every poll of the client and fails nobody") {
  Harness h;
  const auto a = h.Queued();
  const auto b = h.Submit();
  h.Answer(b, Reply(202, R"({"request_id":"m_2","status":"QUEUED"})"));
  h.ToPoll(a);
  auto x = Status(429);
  x.retry_after = {"60"};
  const int64_t at = h.time;
  const size_t before = h.Count(Kind::kGetStatus);
  h.Answer(a, x);
  while (h.Count(Kind::kGetStatus) == before) REQUIRE(h.Advance());
  CHECK(h.time >= at + (before == 1 ? 60'000 : 0));
}

TEST_CASE("P7: unknown status words keep a job alive, P8: the first end wins") {
  Harness h;
  const auto job = h.Queued();
  for (const char* word : {"CANCELED", "paused", "", "null"}) {
    h.ToPoll(job);
    h.Answer(job, Status(200, std::string(R"({"request_id":"m_1","status":")") + word + "\"}"));
    CHECK(h.Count(Kind::kDone, job) == 0);
  }
  h.ToPoll(job);
  h.Answer(
      job,
      Status(
          200,
          R"({"request_id":"m_1","status":"completed","output":{"media_url":["https://cdn.example/0.png"]}})"));
  h.Answer(job, Status(200, kProcessing));  // late, from a stale replica
  h.Answer(job, 0, Whole());
  CHECK(h.Done(job).state == State::kCompleted);
}

TEST_CASE("P9: COMPLETED without a picture is NO_OUTPUT, charged unknown") {
  for (const char* output :
       {"null", "{}", R"({"media_url":[]})", R"({"media_url":[""]})", R"({"media_url":[1,null]})", R"("")"}) {
    Harness h;
    const auto job = h.Queued();
    h.ToPoll(job);
    h.Answer(job, Status(200, std::string(R"({"request_id":"m_1","status":"COMPLETED","output":)") + output +
                                  "}"));
    CHECK_MESSAGE(h.Done(job).error->code == Code::kNoOutput, output);
    CHECK(h.Done(job).charged == Charged::kUnknown);
  }
}

TEST_CASE("P10: FAILED may be charged, ERROR is not") {
  for (const bool error : {true, false}) {
    Harness h;
    const auto job = h.Queued();
    h.ToPoll(job);
    h.Answer(job, Status(200, std::string(R"({"request_id":"m_1","status":")") +
                                  (error ? "ERROR" : "FAILED") + R"(","error":"too dark"})"));
    CHECK(h.Done(job).error->code == (error ? Code::kJobError : Code::kJobFailed));
    CHECK(h.Done(job).charged == (error ? Charged::kNo : Charged::kUnknown));
    CHECK(h.Done(job).error->message.find("too dark") != std::string::npos);
  }
}

TEST_CASE("P11: answers about another job are ignored, ten in a row are a protocol error") {
  Harness h;
  const auto job = h.Queued();
  for (int i = 0; i < 10; ++i) {
    REQUIRE(h.Count(Kind::kDone, job) == 0);
    h.ToPoll(job);
    h.Answer(
        job,
        Status(
            200,
            R"({"request_id":"m_2","status":"COMPLETED","output":{"media_url":["https://evil.example/0.png"]}})"));
  }
  CHECK(h.Done(job).error->code == Code::kProtocol);
  CHECK(h.Count(Kind::kDownload) == 0);
}

TEST_CASE("P12: a job that never ends times out with its id kept") {
  Harness h;
  const auto job = h.Queued();
  while (h.Count(Kind::kDone, job) == 0) {
    REQUIRE(h.Advance());
    if (h.seen.back().kind == Kind::kGetStatus) h.Answer(job, Status(200, kProcessing));
  }
  CHECK(h.Done(job).error->code == Code::kTimeout);
  CHECK(h.Done(job).error->request_id == "m_1");
  CHECK(h.time == 1000 + 30 * 60'000);
  // On average no denser than one poll in five seconds.
  CHECK(h.Count(Kind::kGetStatus, job) <= 30 * 60 / 5);
}

TEST_CASE("P13: polls of a thousand jobs spread and stay within the concurrency") {
  Harness h;
  for (int i = 0; i < 1000; ++i) {
    JobSpec spec;
    spec.kind = JobSpec::Kind::kAttach;
    spec.request_id = "m_1";
    h.Submit(spec);
  }
  size_t answered = 0;
  std::map<int64_t, int> histogram;
  while (h.time < 60'000) {
    size_t running = 0;
    for (; answered < h.seen.size(); ++answered) {
      const Action a = h.seen[answered];
      if (a.kind != Kind::kGetStatus) continue;
      ++running;
      ++histogram[h.time / 1000];
      h.Answer(a.job, Status(200, kProcessing));
    }
    REQUIRE(running <= 1000);
    if (!h.Advance()) break;
  }
  for (const auto& [second, polls] : histogram)
    if (second > 2) CHECK(polls < 600);
}

TEST_CASE("D12: one of four outputs failing loses one") {
  Harness h;
  const auto job = h.Downloading(4);
  CHECK(h.Count(Kind::kDownload) == 4);
  for (uint32_t i : {0u, 1u, 3u}) h.Answer(job, i, Whole());
  for (int attempt = 0; attempt < 4; ++attempt) {
    h.Answer(job, 2, Broken(Fault::kBroken));
    if (attempt < 3)
      while (h.Count(Kind::kDownload) == static_cast<size_t>(4 + attempt)) REQUIRE(h.Advance());
  }
  CHECK(h.Done(job).state == State::kCompleted);
  size_t failed = 0;
  for (const auto& a : h.seen) failed += a.kind == Kind::kOutput && a.error;
  CHECK(failed == 1);
  CHECK(h.Count(Kind::kSendSubmit) == 1);
}

TEST_CASE("D13, P4: fresh URLs that a 429 refuses are asked for again") {
  Harness h;
  const auto job = h.Downloading(1);
  h.Answer(job, 0, Broken(Fault::kNone, 404));
  while (h.Count(Kind::kDownload) == 1) REQUIRE(h.Advance());
  h.Answer(job, 0, Broken(Fault::kNone, 404));
  REQUIRE(h.Count(Kind::kGetStatus, job) == 2);
  const int64_t refused = h.time;
  h.Answer(job, Status(429));
  h.ToPoll(job);
  CHECK(h.time > refused);
  h.Answer(job, Status(200, Completed()));
  h.Answer(job, 0, Whole());
  CHECK(h.Done(job).state == State::kCompleted);
  CHECK(h.Last(Kind::kOutput, job)->error == nullptr);
}

TEST_CASE("a download that waits for memory leaves its place to others, and loses no attempt by it") {
  core::Policy policy;
  policy.max_downloads = 1;
  policy.download_attempts = 1;
  Harness h(policy);
  const auto held = h.Downloading();
  h.engine->HoldDownload(h.now(), held, 0);
  const auto other = h.Downloading();
  CHECK(h.Count(Kind::kDownload, other) == 1);
  h.engine->ReleaseDownload(h.now(), held, 0);
  h.Drain();
  CHECK(h.Count(Kind::kDownload, held) == 1);  // its turn comes
  h.Answer(other, 0, Whole());
  CHECK(h.Count(Kind::kDownload, held) == 2);
  h.engine->ReleaseDownload(h.now(), held, 0);  // it is not held any more
  h.Answer(held, 0, Whole());
  CHECK(h.Done(held).state == State::kCompleted);
  CHECK(h.engine->stats().downloads == 2);
}

TEST_CASE("a job whose download waits for memory can be cancelled, and its deadline ends it") {
  Harness h;
  const auto job = h.Downloading(), other = h.Downloading();
  for (const auto id : {job, other}) h.engine->HoldDownload(h.now(), id, 0);
  h.engine->Cancel(h.now(), job);
  h.Drain();
  CHECK(h.Done(job).state == State::kCancelled);
  h.engine->ReleaseDownload(h.now(), job, 0);
  h.MoveTo(h.time + 60 * 60'000);
  CHECK(h.Done(other).state == State::kCompleted);
  CHECK(h.Last(Kind::kOutput, other)->error->code == Code::kTimeout);
}

TEST_CASE("D13: a URL that is gone is asked for anew once, then given up, and the job is COMPLETED") {
  Harness h;
  const auto job = h.Downloading(1);
  h.Answer(job, 0, Broken(Fault::kNone, 403));
  while (h.Count(Kind::kDownload) == 1) REQUIRE(h.Advance());
  h.Answer(job, 0, Broken(Fault::kNone, 403));
  CHECK(h.Count(Kind::kGetStatus, job) == 2);
  h.Answer(
      job,
      Status(
          200,
          R"({"request_id":"m_1","status":"COMPLETED","output":{"media_url":["https://cdn.example/fresh.png"]}})"));
  CHECK(h.Last(Kind::kDownload, job)->text == "https://cdn.example/fresh.png");
  h.Answer(job, 0, Broken(Fault::kNone, 410));
  CHECK(h.Done(job).state == State::kCompleted);
  CHECK(h.Last(Kind::kOutput, job)->error->code == Code::kOutput);
  CHECK(h.Done(job).charged == Charged::kYes);
}

TEST_CASE("a deadline while downloading keeps the job COMPLETED and says which outputs are missing") {
  Harness h;
  JobSpec spec;
  spec.deadline_ms = 10'000;
  const auto job = h.Downloading(2, spec);
  h.Answer(job, 0, Whole());
  h.MoveTo(20'000);
  CHECK(h.Done(job).state == State::kCompleted);
  CHECK(h.Last(Kind::kOutput, job)->index == 1);
  CHECK(h.Last(Kind::kOutput, job)->error->code == Code::kTimeout);
  CHECK(h.Count(Kind::kAbort) == 1);
}

TEST_CASE("a deadline while the POST is on its way ends by what the exchange then says") {
  struct Row {
    wire::SubmitExchange x;
    State state;
    Code code;
    Charged charged;
  };
  const Row rows[] = {
      {Lost(Fault::kAborted, 0, false), State::kFailed, Code::kTimeout, Charged::kNo},
      {Lost(Fault::kAborted, 1, true), State::kFailed, Code::kUncertain, Charged::kUnknown},
      {Reply(202, kAccepted), State::kFailed, Code::kTimeout, Charged::kUnknown},
      {Reply(400), State::kFailed, Code::kBadRequest, Charged::kNo},
      {Reply(200, R"({"url":"https://cdn.example/a.png"})"), State::kCompleted, Code::kOk, Charged::kYes},
  };
  for (const Row& row : rows) {
    Harness h;
    JobSpec spec;
    spec.deadline_ms = 5'000;
    const auto job = h.Submit(spec);
    h.MoveTo(7'000);
    CHECK(h.Count(Kind::kAbort, job) == 1);
    h.Answer(job, row.x);
    CHECK(h.Done(job).state == row.state);
    CHECK(h.Done(job).charged == row.charged);
    if (row.code != Code::kOk) CHECK(h.Done(job).error->code == row.code);
  }
}

TEST_CASE("the best waiting job goes first, and among equals the oldest") {
  core::Policy p;
  p.max_submits = 1;
  Harness h(p);
  const auto first = h.Submit();
  JobSpec low, high;
  low.priority = -5;
  high.priority = 5;
  const auto l = h.Submit(low), n1 = h.Submit(), n2 = h.Submit(), top = h.Submit(high);
  std::vector<core::JobId> order;
  for (auto id : {first, top, n1, n2, l}) {
    REQUIRE(h.Last(Kind::kSendSubmit, id) != nullptr);
    order.push_back(id);
    h.Answer(id, Reply(400));
  }
  CHECK(h.Count(Kind::kDone) == 5);
}

TEST_CASE("a paused client sends nothing new, and what was sent goes on") {
  Harness h;
  const auto running = h.Queued();
  h.engine->Pause(h.now(), true);
  const auto job = h.Submit();
  h.MoveTo(h.time + 60'000);
  CHECK(h.Count(Kind::kSendSubmit, job) == 0);
  CHECK(h.Count(Kind::kGetStatus, running) == 1);
  h.Answer(running, Status(200, Completed()));
  h.Answer(running, 0, Whole());
  CHECK(h.Done(running).state == State::kCompleted);
  h.engine->Pause(h.now(), false);
  h.Drain();
  CHECK(h.Count(Kind::kSendSubmit, job) == 1);
}

TEST_CASE("R10: what a paused client was not to send does not fail for want of a key until it is resumed") {
  Harness h;
  const auto running = h.Queued();
  h.engine->Pause(h.now(), true);
  const auto before = h.Submit();
  h.ToPoll(running);
  h.Answer(running, Status(401));
  const auto after = h.Submit();
  CHECK(h.Count(Kind::kDone) == 0);
  h.engine->Pause(h.now(), false);
  h.Drain();
  for (const auto job : {before, after}) {
    CHECK(h.Done(job).error->code == Code::kAuth);
    CHECK(h.Done(job).charged == Charged::kNo);
  }
  CHECK(h.Count(Kind::kDone, running) == 0);
}

TEST_CASE("a job waits until every picture has its URL") {
  Harness h;
  JobSpec spec;
  spec.needs_urls = 2;
  const auto job = h.Submit(spec);
  CHECK(h.Count(Kind::kNeedUrl, job) == 1);
  h.engine->UrlProvided(h.now(), job);
  h.Drain();
  CHECK(h.Count(Kind::kSendSubmit, job) == 0);
  h.engine->UrlProvided(h.now(), job);
  h.Drain();
  CHECK(h.Count(Kind::kSendSubmit, job) == 1);
}

TEST_CASE("I1: closing ends every job exactly once, wherever it is") {
  Harness h;
  std::vector<core::JobId> jobs;
  jobs.push_back(h.Queued());
  jobs.push_back(h.Downloading(2));
  for (int i = 0; i < 12; ++i) jobs.push_back(h.Submit());
  h.engine->Close(h.now());
  h.Drain();
  for (size_t i = 0; i < jobs.size(); ++i)
    if (h.Count(Kind::kDone, jobs[i]) == 0) h.Answer(jobs[i], Lost(Fault::kAborted));
  for (auto id : jobs) {
    CHECK(h.Done(id).error->code == Code::kClosed);
    CHECK(h.Done(id).state == State::kCancelled);
  }
  CHECK(h.engine->live_jobs() == 0);
}

TEST_CASE("an answer that comes while the client closes is recorded for another life") {
  core::Policy policy;
  policy.journal = true;
  Harness h(policy);
  JobSpec spec;
  spec.queued_endpoint = false;
  const auto job = h.Submit(spec);
  h.engine->OnRecorded(h.now(), job, {});
  h.Drain();
  REQUIRE(h.Count(Kind::kSendSubmit, job) == 1);
  h.engine->Close(h.now());
  h.Answer(job, Reply(200, Completed()));
  REQUIRE(h.Count(Kind::kRecord, job) == 2);
  CHECK(h.Last(Kind::kRecord, job)->urls.size() == 1);
  CHECK(h.Done(job).error->code == Code::kClosed);
  CHECK(h.Done(job).charged == Charged::kYes);
}

TEST_CASE("outputs are fetched again without a POST") {
  Harness h;
  JobSpec spec;
  spec.kind = JobSpec::Kind::kFetch;
  spec.urls = {"https://cdn.example/0.png"};
  const auto job = h.Submit(spec);
  h.Answer(job, 0, Whole());
  CHECK(h.Done(job).state == State::kCompleted);
  CHECK(h.Done(job).charged == Charged::kNo);
  CHECK(h.Count(Kind::kSendSubmit) == 0);
}

}  // namespace pixazo::test
