#include "harness.h"

namespace pixazo::test {
namespace {

JobSpec WithWebhook() {
  JobSpec spec;
  spec.webhook = true;
  return spec;
}

void Deliver(Harness& h, core::JobId job, std::string_view id) {
  h.engine->Webhook(h.now(), job, id);
  h.Drain();
}

// A job that ends: told by its webhook, or found by a poll.
void End(Harness& h, bool told) {
  const auto job = h.Queued(WithWebhook());
  if (told) Deliver(h, job, "m_1");
  h.ToPoll(job);
  h.Answer(job, Status(200, Completed(1)));
}

int64_t UntilPoll(Harness& h, core::JobId job) {
  const int64_t from = h.time;
  h.ToPoll(job);
  return h.time - from;
}

core::Policy Unjittered() {
  core::Policy policy;
  policy.poll_jitter = 0;
  return policy;
}

}  // namespace

TEST_CASE("a job that ends while its POST is on its way is not 'not charged' where its webhook has come") {
  enum class End { kCancel, kClose, kDeadline };
  for (const End end : {End::kCancel, End::kClose, End::kDeadline})
    for (const auto& answer : {Reply(429), Reply(403), Lost(Fault::kConnect, 0), Lost(Fault::kAborted, 0)}) {
      Harness h;
      const auto job = h.Submit(WithWebhook());
      Deliver(h, job, "m_1");
      if (end == End::kCancel) h.engine->Cancel(h.now(), job);
      if (end == End::kClose) h.engine->Close(h.now());
      if (end == End::kDeadline) h.MoveTo(31 * 60'000);
      h.Drain();
      h.Answer(job, answer);
      CHECK(h.Done(job).charged == Charged::kUnknown);
      CHECK(h.Done(job).error->charged == Charged::kUnknown);
    }
}

TEST_CASE("W9: a webhook that comes before the answer is kept, and the job is polled at once") {
  for (const char* named : {"m_1", "other_1"}) {
    Harness h(Unjittered());
    const auto job = h.Submit(WithWebhook());
    Deliver(h, job, named);
    h.Answer(job, Reply(202, kAccepted));
    CHECK((UntilPoll(h, job) == 0) == (std::string(named) == "m_1"));
    CHECK(h.Last(Kind::kGetStatus, job)->text == "m_1");
  }
}

TEST_CASE("W1: while an accepted id is being written, a webhook does not replace it") {
  core::Policy policy;
  policy.journal = true;
  Harness h(policy);
  const auto job = h.Submit(WithWebhook());
  h.engine->OnRecorded(h.now(), job, {});
  h.Drain();
  h.Answer(job, Reply(202, kAccepted));
  Deliver(h, job, "forged_1");
  h.engine->OnRecorded(h.now(), job, {});
  h.Drain();
  CHECK(h.Last(Kind::kRequestId, job)->text == "m_1");
  h.ToPoll(job);
  CHECK(h.Last(Kind::kGetStatus, job)->text == "m_1");
}

TEST_CASE("S30: an id named while a wrong one is asked about is asked about next") {
  Harness h;
  const auto job = h.Submit(WithWebhook());
  h.Answer(job, Lost(Fault::kBroken));
  Deliver(h, job, "forged_1");
  h.ToPoll(job);
  Deliver(h, job, "m_1");
  while (h.Last(Kind::kGetStatus, job)->text != "m_1") {
    h.Answer(job, Status(404));
    h.ToPoll(job);
  }
  h.Answer(job, Status(200, kProcessing));
  CHECK(h.Last(Kind::kState, job)->state == State::kProcessing);
  CHECK(h.Last(Kind::kRequestId, job)->text == "m_1");
  CHECK(h.Count(Kind::kSendSubmit) == 1);
}

TEST_CASE("S30: an id that is named for a job is journaled, once, and not over its own answer") {
  core::Policy policy;
  policy.journal = true;
  Harness h(policy);
  const auto sent = h.Submit(WithWebhook());
  h.engine->OnRecorded(h.now(), sent, {});
  h.Drain();
  Deliver(h, sent, "m_7");
  Deliver(h, sent, "m_7");
  CHECK(h.Count(Kind::kCandidate, sent) == 1);
  CHECK(h.Last(Kind::kCandidate, sent)->text == "m_7");
  h.Answer(sent, Reply(202, kAccepted));
  Deliver(h, sent, "m_8");  // its row says accepted already
  CHECK(h.Count(Kind::kCandidate, sent) == 1);

  const auto cut = h.Submit();
  h.engine->OnRecorded(h.now(), cut, {});
  h.Drain();
  wire::SubmitExchange x = Reply(202, std::string(kAccepted).substr(0, 25));
  x.body_complete = false;
  h.Answer(cut, x);
  CHECK(h.Last(Kind::kCandidate, cut)->text == "m_1");
}

TEST_CASE("S30: a candidate of an earlier life is asked about at once, and never sent, sent before or not") {
  for (const JobSpec::Kind kind : {JobSpec::Kind::kSubmit, JobSpec::Kind::kUncertain}) {
    for (const bool true_id : {true, false}) {
      Harness h;
      JobSpec spec;
      spec.kind = kind;
      spec.recorded = true;
      spec.hint = "m_1";
      const auto job = h.Submit(spec);
      CHECK(h.Count(Kind::kRequestId) == 0);
      h.ToPoll(job);
      CHECK(h.time == 1000);
      CHECK(h.Last(Kind::kGetStatus, job)->text == "m_1");
      CHECK(h.Last(Kind::kState, job)->state == State::kUncertain);
      for (int i = 0; !true_id && i < 3; ++i) {
        h.Answer(job, Status(404));
        if (h.Count(Kind::kDone, job) == 0) h.ToPoll(job);
      }
      if (true_id) h.Answer(job, Status(200, kProcessing));
      CHECK(h.Count(Kind::kRequestId) == (true_id ? 1 : 0));
      if (true_id) CHECK(h.Last(Kind::kState, job)->state == State::kProcessing);
      if (!true_id) CHECK(h.Done(job).error->code == Code::kUncertain);
      CHECK(h.Count(Kind::kSendSubmit) == 0);
    }
  }
}

TEST_CASE("W12: polls are a slow backstop exactly while webhooks come") {
  const core::Policy policy = Unjittered();
  const int64_t usual = core::PollInterval(policy, 0), slow = policy.backstop_caps * policy.poll_cap_ms;
  struct Row {
    std::vector<bool> told;
    bool webhook;
    int64_t wait;
  };
  for (const Row& row : {Row{{}, true, usual},
                         {{true}, true, slow},
                         {{true}, false, usual},
                         {{false}, true, usual},
                         {{true, false}, true, usual},
                         {{true, false, true}, true, slow}}) {
    Harness h(policy);
    for (const bool told : row.told) End(h, told);
    JobSpec spec;
    spec.webhook = row.webhook;
    const auto job = h.Queued(spec);
    CHECK(UntilPoll(h, job) == row.wait);
  }
}

TEST_CASE("W12: when webhooks stop, jobs that waited for one are polled as before") {
  Harness h(Unjittered());
  End(h, true);
  const int64_t slow = h.policy.backstop_caps * h.policy.poll_cap_ms;
  const auto early = h.Queued(WithWebhook());
  h.MoveTo(h.time + slow / 2);
  const auto late = h.Queued(WithWebhook());
  CHECK(UntilPoll(h, early) == slow / 2);
  h.Answer(early, Status(200, Completed(1)));  // no webhook said so
  CHECK(UntilPoll(h, late) == core::PollInterval(h.policy, 0));
}

TEST_CASE("W5: what a webhook says after the end changes nothing") {
  Harness h;
  const auto job = h.Downloading(1, WithWebhook());
  h.Answer(job, 0, Whole());
  const size_t actions = h.seen.size();
  Deliver(h, job, "m_1");
  CHECK(h.seen.size() == actions);
  CHECK(h.Done(job).state == State::kCompleted);
}

}  // namespace pixazo::test
