// WAITING and SUBMITTING: when the paid POST goes out, and what its answer makes of the job.
#include <algorithm>

#include "core/engine_impl.h"

namespace pixazo::core {

using wire::Charged;
using wire::Code;

void Engine::Impl::StartSubmits() {
  while (!submit_ready_.empty() && KeyUsable() && submits_running_ < policy_.max_submits &&
         submit_gate_.Admits(now_.mono_ms, submits_running_)) {
    Job& job = *Find(submit_ready_.begin()->second);
    submit_ready_.erase(submit_ready_.begin());
    if (job.deadline <= now_.mono_ms) {
      DeadlinePassed(job);
      continue;
    }
    ++submits_running_;
    ++stats_.submits;
    ++job.attempts;
    job.running = Job::Running::kSubmit;
    job.key_generation = key_generation_;
    job.progress = std::max(job.progress, 0.02);
    SetState(job, State::kSubmitting);
    Emit(Action::Kind::kSendSubmit, job);
  }
}

void Engine::Impl::FailSubmit(Job& job, wire::Error error) {
  if (job.running != Job::Running::kSubmit) return;
  job.running = Job::Running::kNothing;
  --submits_running_;
  if (job.end != Job::End::kNone)
    EndNow(job, job.end);
  else
    Fail(job, std::move(error));
}

void Engine::Impl::OnSubmit(Job& job, const wire::SubmitExchange& x) {
  if (job.running != Job::Running::kSubmit) return;
  job.running = Job::Running::kNothing;
  --submits_running_;
  SubmitJudgement j = JudgeSubmit(x, job.queued_endpoint, policy_, now_.unix_ms);
  // 429 keeps the gate half open; what never reached the gateway says nothing about it.
  if (!j.throttled && x.http_status != 0) submit_gate_.Open();
  if (j.verdict == Verdict::kQueued || j.verdict == Verdict::kCompleted) bucket_.Return(1);
  if (j.verdict == Verdict::kRejected) Rejected(job, j);
  if (job.end != Job::End::kNone) {
    EndInFlight(job, j);
    return;
  }
  if (!job.hint.empty() && j.verdict != Verdict::kQueued && j.verdict != Verdict::kCompleted &&
      j.verdict != Verdict::kUncertain && j.verdict != Verdict::kCancelled) {
    DoubtByHook(job);  // refused or not, as its answer says: its webhook says that the gateway has it
    return;
  }
  switch (j.verdict) {
    case Verdict::kQueued:
    case Verdict::kCompleted:
      Accepted(job, std::move(j));
      break;
    case Verdict::kNotSent:
    case Verdict::kNotProcessed:
      RetrySubmit(job, std::move(j));
      break;
    case Verdict::kUncertain:
      Doubt(job, j);
      break;
    case Verdict::kCancelled:  // aborted by nobody: the client is going down
      EndNow(job, Job::End::kCancel);
      break;
    default:
      job.request_id = j.reply.request_id;
      if (!job.request_id.empty()) Emit(Action::Kind::kRequestId, job, job.request_id);
      Fail(job, std::move(j.error));
      break;
  }
}

void Engine::Impl::Accepted(Job& job, SubmitJudgement j) {
  job.accepted_at = now_.mono_ms;
  job.charged = j.verdict == Verdict::kCompleted ? Charged::kYes : Charged::kUnknown;
  job.request_id = j.reply.request_id;
  job.accepted = std::make_unique<wire::Reply>(std::move(j.reply));
  if (!policy_.journal) {
    Proceed(job);
    return;
  }
  job.awaiting = Job::Awaiting::kAck;
  RecordAnswer(job, *job.accepted);
}

void Engine::Impl::RecordAnswer(const Job& job, const wire::Reply& reply) {
  Emit(Action::Kind::kRecord, job, job.request_id);
  actions_.back().urls = reply.urls;
}

// What was accepted is durable, if it can be: now it may be named.
void Engine::Impl::Proceed(Job& job) {
  const std::unique_ptr<wire::Reply> reply = std::move(job.accepted);
  if (!job.request_id.empty()) Emit(Action::Kind::kRequestId, job, job.request_id);
  if (job.charged == Charged::kYes) {
    StartOutputs(job, *reply);
    return;
  }
  job.progress = std::max(job.progress, 0.05);
  SetState(job, reply->status == wire::Status::kProcessing ? State::kProcessing : State::kQueued);
  if (job.hint == job.request_id)
    SchedulePollByHook(job);
  else
    ScheduleNextPoll(job);
}

// Latches: 401 until the key changes, 402 for what waits now, 403 for this job only.
void Engine::Impl::Rejected(Job& job, const SubmitJudgement& j) {
  if (j.error.http_status == 401) RefuseKey(job, j.error);
  if (j.error.http_status == 402) FailWaiting(j.error, "not sent, because another job was refused: ", &job);
}

void Engine::Impl::RetrySubmit(Job& job, SubmitJudgement j) {
  const int64_t asked = j.retry_after_ms.value_or(0);
  int64_t wait = std::max(asked, FullJitter(policy_, job.attempts - 1, random_.Unit()));
  if (j.throttled) {
    ++stats_.throttled;
    submit_gate_.Close(now_.mono_ms + std::min(wait, policy_.retry_after_cap_ms));
  }
  const bool hopeless = asked > policy_.retry_after_cap_ms || job.attempts >= policy_.max_attempts ||
                        (job.deadline != kNever && now_.mono_ms + wait >= job.deadline);
  if (hopeless || !bucket_.Take(j.throttled ? policy_.throttle_cost : policy_.transient_cost)) {
    Fail(job, std::move(j.error));
    return;
  }
  ++stats_.retries;
  Log(job, 2, "not taken, tried again in " + std::to_string(wait) + " ms: " + j.error.message);
  SetState(job, State::kWaiting);
  job.step = now_.mono_ms + wait;
  Arm(job);
}

void Engine::Impl::Doubt(Job& job, const SubmitJudgement& j) {
  job.charged = Charged::kUnknown;
  job.error = std::make_shared<wire::Error>(j.error);
  if (j.salvaged || !job.hint.empty()) {
    Confirm(job, j.salvaged ? wire::SharedText(*j.salvaged) : job.hint);
  } else if (job.webhook && job.queued_endpoint) {
    SetState(job, State::kUncertain);
    Arm(job);
  } else {
    Finish(job, State::kFailed, job.error);
  }
}

// The gateway has named an id for a request of ours that was thought not to be there. It is never sent again.
void Engine::Impl::DoubtByHook(Job& job) {
  submit_ready_.erase({-int64_t{job.priority}, job.id});
  wire::Error e =
      wire::MakeError(Code::kUncertain,
                      "a webhook says that the gateway has this request, which was thought not to be there");
  e.charged = Charged::kUnknown;
  job.charged = Charged::kUnknown;
  job.error = std::make_shared<wire::Error>(std::move(e));
  Confirm(job, job.hint);
}

// An id nobody vouches for: only a status reply with the same id makes it true.
void Engine::Impl::Confirm(Job& job, wire::SharedText candidate) {
  if (candidate != job.hint) Emit(Action::Kind::kCandidate, job, candidate);
  job.request_id = std::move(candidate);
  job.confirmations_left = policy_.salvage_attempts;
  job.accepted_at = now_.mono_ms;
  SetState(job, State::kUncertain);
  if (job.request_id == job.hint)
    SchedulePollByHook(job);
  else
    SchedulePoll(job, 0);
}

void Engine::Impl::Webhook(Job& job, std::string_view request_id) {
  if (!wire::ValidRequestId(request_id)) return;
  const bool between = job.state == State::kWaiting && job.attempts > 0;
  const bool sent = job.state == State::kSubmitting || job.state == State::kUncertain || between;
  const bool polled = job.state == State::kQueued || job.state == State::kProcessing;
  if (!sent && !(polled && job.request_id == request_id)) return;
  const bool accepted = job.awaiting == Job::Awaiting::kAck;  // its own answer has named it
  if (!polled && !accepted && job.hint != request_id) Emit(Action::Kind::kCandidate, job, request_id);
  if (job.hint != request_id) job.hint = request_id;
  if (between) {
    DoubtByHook(job);
  } else if (job.state == State::kUncertain && job.running == Job::Running::kNothing) {
    if (job.request_id != job.hint) Confirm(job, job.hint);  // otherwise it is being asked about
  } else if (polled) {
    if (job.running == Job::Running::kStatus)
      job.fresh_poll = true;
    else if (!job.poll_ready)
      SchedulePollByHook(job);
  }
}

// The answer of a POST whose job was cancelled, timed out or closed meanwhile.
void Engine::Impl::EndInFlight(Job& job, const SubmitJudgement& j) {
  const JobId id = job.id;
  const bool refused = j.verdict == Verdict::kNotSent || j.verdict == Verdict::kNotSentFinal ||
                       j.verdict == Verdict::kCancelled || j.verdict == Verdict::kNotProcessed ||
                       j.verdict == Verdict::kRejected || j.verdict == Verdict::kJobError;
  const bool told = refused && !job.hint.empty();  // its webhook says that the gateway has it
  const bool free = refused && !told;
  job.charged = free ? Charged::kNo : j.verdict == Verdict::kCompleted ? Charged::kYes : Charged::kUnknown;
  if (j.salvaged && policy_.journal && job.end == Job::End::kClose) {  // the next life asks about it
    if (*j.salvaged != job.hint) Emit(Action::Kind::kCandidate, job, *j.salvaged);
  } else {
    job.request_id = !j.reply.request_id.empty() ? j.reply.request_id : j.salvaged.value_or("");
  }
  if (!job.request_id.empty()) Emit(Action::Kind::kRequestId, job, job.request_id);
  if (job.end == Job::End::kDeadline && j.verdict == Verdict::kCompleted) {  // only its pictures are missing
    job.end = Job::End::kNone;
    StartOutputs(job, j.reply);
    if (Job* live = Find(id)) DeadlinePassed(*live);
    return;
  }
  if (job.end == Job::End::kClose && j.verdict == Verdict::kCompleted && policy_.journal)
    RecordAnswer(job, j.reply);  // its pictures are for another life
  const bool nothing_said = j.verdict == Verdict::kNotSent || j.verdict == Verdict::kCancelled ||
                            j.verdict == Verdict::kNotProcessed;
  if (job.end == Job::End::kDeadline && !nothing_said && !told && j.verdict != Verdict::kQueued) {
    Fail(job, j.error);
    return;
  }
  EndNow(job, job.end);
}

}  // namespace pixazo::core
