// UNCERTAIN with a candidate id, QUEUED and PROCESSING: when the status is asked for, and what the answer
// makes of the job.
#include <algorithm>
#include <cmath>
#include <utility>

#include "core/engine_impl.h"

namespace pixazo::core {

using wire::Charged;
using wire::Code;

void Engine::Impl::SchedulePoll(Job& job, int64_t wait) {
  const double jitter = 1 + policy_.poll_jitter * (2 * random_.Unit() - 1);
  job.step = now_.mono_ms + static_cast<int64_t>(static_cast<double>(wait) * jitter);
  Arm(job);
}

// At once, but for one job no oftener than polls may be: whoever has read a nonce can repeat it.
void Engine::Impl::SchedulePollByHook(Job& job) {
  const int64_t at = job.hooked_at < now_.mono_ms - policy_.poll_floor_ms
                         ? now_.mono_ms
                         : job.hooked_at + policy_.poll_floor_ms;
  if (job.step <= at && job.step >= now_.mono_ms) return;  // planned already
  job.hooked_at = at;
  job.step = at;
  Arm(job);
}

void Engine::Impl::StartPolls() {
  while (!poll_ready_.empty() && KeyUsable() && polls_running_ < policy_.max_polls &&
         poll_gate_.Admits(now_.mono_ms, polls_running_)) {
    Job* job = Find(poll_ready_.front());
    poll_ready_.pop_front();
    if (!job || !job->poll_ready) continue;  // ended meanwhile
    job->poll_ready = false;
    job->fresh_poll = false;
    job->running = Job::Running::kStatus;
    job->key_generation = key_generation_;
    ++polls_running_;
    ++stats_.polls;
    ++job->polls;
    Emit(Action::Kind::kGetStatus, *job, job->request_id);
  }
}

void Engine::Impl::OnStatus(Job& job, const wire::Exchange& x) {
  if (job.running != Job::Running::kStatus) return;
  job.running = Job::Running::kNothing;
  --polls_running_;
  PollJudgement j = JudgeStatus(x, job.request_id, now_.unix_ms);
  if (j.verdict != PollVerdict::kThrottled && x.http_status != 0) poll_gate_.Open();
  const bool refused = x.http_status >= 400 && x.http_status < 500;
  switch (j.verdict) {
    case PollVerdict::kKeyRefused:
      RefuseKey(job, j.error);
      job.poll_ready = true;  // goes out again as soon as there is another key
      poll_ready_.push_back(job.id);
      Arm(job);
      return;
    case PollVerdict::kThrottled: {
      const int64_t asked = std::min(j.retry_after_ms.value_or(0), policy_.retry_after_cap_ms);
      const int64_t wait = std::max(asked, PollErrorInterval(policy_, ++job.soft_errors));
      ++stats_.throttled;
      Dearer();
      poll_gate_.Close(now_.mono_ms + wait);
      job.first_poll_error = 0;  // the gateway lives: no reason to give up
      SchedulePoll(job, wait);
      return;
    }
    case PollVerdict::kError:
    case PollVerdict::kOtherJob:
    case PollVerdict::kNotFound:
      if (job.state == State::kUncertain && j.verdict == PollVerdict::kError &&
          (job.request_id == job.hint || !refused))
        SchedulePoll(job, PollErrorInterval(policy_, ++job.soft_errors));  // no answer refutes nothing
      else if (job.state == State::kUncertain)
        ConfirmationFailed(job);
      else if (job.refreshing)
        FailExpired(job);
      else if (j.verdict == PollVerdict::kNotFound)
        PollNotFound(job, std::move(j));
      else
        PollFailed(job, std::move(j));
      return;
    default:
      break;
  }
  if (job.state == State::kUncertain && !Confirmed(job, j)) return;
  Alive(job);
  if (job.refreshing) {
    Refreshed(job, j);
    return;
  }
  switch (j.verdict) {
    case PollVerdict::kCompleted:
      job.charged = Charged::kYes;
      Learn(job, j.reply);
      JudgeWebhooks(job);
      StartOutputs(job, j.reply);
      return;
    case PollVerdict::kNoOutput:
    case PollVerdict::kJobFailed:
    case PollVerdict::kJobError:
      JudgeWebhooks(job);
      Fail(job, std::move(j.error));
      return;
    default:
      break;
  }
  if (j.verdict == PollVerdict::kProcessing) SetState(job, State::kProcessing);
  if (j.verdict == PollVerdict::kQueued && job.state == State::kUncertain) SetState(job, State::kQueued);
  if (j.verdict == PollVerdict::kUnknown)
    Log(job, 2, "unknown status '" + j.reply.status_word + "': the job is taken to go on");
  if (job.state == State::kUncertain) SetState(job, State::kQueued);
  job.seen_running = now_.mono_ms;
  TellProgress(job);
  if (job.fresh_poll)
    SchedulePollByHook(job);
  else
    ScheduleNextPoll(job);
}

const Durations* Engine::Impl::Known(const Job& job) const {
  auto it = durations_.find(job.endpoint);
  return it != durations_.end() && it->second.learned() && job.kind == JobSpec::Kind::kSubmit ? &it->second
                                                                                              : nullptr;
}

// By what the endpoint's jobs took so far; without that, growing. Either way floor, cap and the average of
// one poll in 2.5 floors hold.
void Engine::Impl::ScheduleNextPoll(Job& job) {
  if (webhooks_come_ && job.webhook) {
    SchedulePoll(job, policy_.backstop_caps * policy_.poll_cap_ms);
    return;
  }
  const Durations* known = Known(job);
  if (!known) {
    SchedulePoll(job, PollInterval(policy_, job.polls));
    return;
  }
  const int64_t elapsed = now_.mono_ms - job.accepted_at;
  const int64_t best = Unscaled(known->Wait(Scaled(elapsed), poll_price_));
  const int64_t average = job.polls * policy_.poll_floor_ms * 5 / 2 - elapsed;
  SchedulePoll(job, std::min(std::max({best, average, policy_.poll_floor_ms}), policy_.poll_cap_ms));
}

// A job whose end a poll found first says that webhooks have stopped: the others are polled as before.
void Engine::Impl::JudgeWebhooks(const Job& ended) {
  if (!ended.webhook) return;
  const bool came = std::exchange(webhooks_come_, ended.hint == ended.request_id);
  if (!came || webhooks_come_) return;
  for (auto& [id, job] : jobs_) {
    const bool polled = job.state == State::kQueued || job.state == State::kProcessing;
    if (!polled || !job.webhook || job.step == kNever) continue;
    const int64_t planned = job.step;
    ScheduleNextPoll(job);
    if (planned >= job.step) continue;
    job.step = planned;
    Arm(job);
  }
}

void Engine::Impl::Learn(const Job& job, const wire::Reply& reply) {
  if (job.endpoint == 0 || job.kind != JobSpec::Kind::kSubmit) return;
  const double stated =
      reply.created_ms && reply.completed_ms ? Scaled(*reply.completed_ms - *reply.created_ms) : -1;
  const int64_t running = std::max(job.seen_running, job.accepted_at);
  durations_[job.endpoint].Add(stated, Scaled(running - job.accepted_at),
                               Scaled(now_.mono_ms - job.accepted_at));
}

void Engine::Impl::TellProgress(Job& job) {
  const double waited = Scaled(now_.mono_ms - job.accepted_at);
  const Durations* known = Known(job);
  const double ended = known ? known->Ended(waited) : 1 - std::exp(-waited / 20);
  Progress(job, job.state == State::kProcessing ? 0.10 + 0.75 * ended : 0.05);
  if (known) actions_.back().remaining_ms = Unscaled(known->Remaining(waited));
}
void Engine::Impl::Alive(Job& job) {
  job.poll_errors = 0;
  job.mismatches = 0;
  job.soft_errors = 0;
  job.first_poll_error = 0;
  bucket_.Return(1);
  poll_price_ = std::max(poll_price_ * 0.97, policy_.poll_price_s);
}

// True if the answer vouches for the candidate id; the answer is then read like any other.
bool Engine::Impl::Confirmed(Job& job, const PollJudgement& j) {
  if (j.reply.request_id != job.request_id) {
    ConfirmationFailed(job);
    return false;
  }
  job.error = nullptr;
  Emit(Action::Kind::kRequestId, job, job.request_id);
  return true;
}

void Engine::Impl::ConfirmationFailed(Job& job) {
  if (job.confirmations_left > 0 && --job.confirmations_left > 0) {
    SchedulePoll(job, PollErrorInterval(policy_, policy_.salvage_attempts - job.confirmations_left));
    return;
  }
  const wire::SharedText refuted = std::exchange(job.request_id, {});
  if (!job.hint.empty() && job.hint != refuted) {  // named while another one was asked about
    Emit(Action::Kind::kCandidate, job, job.hint);
    Confirm(job, job.hint);
  } else if (job.webhook && job.queued_endpoint) {
    Arm(job);  // stays UNCERTAIN until its webhook or its deadline
  } else {
    Finish(job, State::kFailed, job.error);
  }
}

void Engine::Impl::PollNotFound(Job& job, PollJudgement j) {
  if (now_.mono_ms - job.accepted_at < policy_.not_found_grace_ms) {
    SchedulePoll(job, PollErrorInterval(policy_, ++job.soft_errors));
    return;
  }
  j.error.code = Code::kNotFound;
  j.error.message =
      "the gateway does not know this request id" + (j.error.message.empty() ? "" : ": " + j.error.message);
  Fail(job, std::move(j.error));
}

void Engine::Impl::PollFailed(Job& job, PollJudgement j) {
  ++stats_.poll_errors;
  if (j.verdict == PollVerdict::kOtherJob) ++job.mismatches;
  ++job.poll_errors;
  if (job.first_poll_error == 0) job.first_poll_error = now_.mono_ms;
  const bool spent =
      job.poll_errors >= policy_.poll_error_limit ||
      (job.poll_errors > 1 && now_.mono_ms - job.first_poll_error >= policy_.poll_error_span_ms);
  if (spent) {
    wire::Error e = std::move(j.error);
    e.code = job.mismatches >= policy_.poll_error_limit ? Code::kProtocol : Code::kTimeout;
    e.message = "the status could not be read " + std::to_string(job.poll_errors) +
                " times in a row; the job may still be running, attach its id again: " + e.message;
    e.charged = Charged::kUnknown;
    e.retryable = false;
    Fail(job, std::move(e));
    return;
  }
  Log(job, 2, "poll failed: " + j.error.message);
  const int64_t asked = std::min(j.retry_after_ms.value_or(0), policy_.retry_after_cap_ms);
  SchedulePoll(job, std::max(asked, PollErrorInterval(policy_, job.poll_errors)));
}

}  // namespace pixazo::core
