#include "core/engine.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "core/engine_impl.h"

namespace pixazo::core {

using wire::Code;

Job* Engine::Impl::Find(JobId id) {
  auto it = jobs_.find(id);
  return it == jobs_.end() ? nullptr : &it->second;
}

void Engine::Impl::Emit(Action::Kind kind, const Job& job, wire::SharedText text, uint32_t index) {
  Action a;
  a.kind = kind;
  a.job = job.id;
  a.index = index;
  a.state = job.state;
  a.charged = job.charged;
  a.progress = job.progress;
  a.polls = job.polls;
  a.attempts = job.attempts;
  a.text = std::move(text);
  actions_.push_back(std::move(a));
}

void Engine::Impl::Log(const Job& job, int level, std::string text) {
  Emit(Action::Kind::kLog, job, wire::CleanForMessage(text));
  actions_.back().log_level = level;
}

void Engine::Impl::SetState(Job& job, State state) {
  if (job.state == state) return;
  job.state = state;
  if (!IsTerminal(state)) Emit(Action::Kind::kState, job);
}

void Engine::Impl::Progress(Job& job, double progress) {
  job.progress = std::max(job.progress, std::min(progress, 1.0));
  Emit(Action::Kind::kProgress, job);
}

void Engine::Impl::Submit(Now now, JobSpec spec) {
  Job& job = jobs_[spec.id];
  job.id = spec.id;
  job.kind = spec.kind;
  job.queued_endpoint = spec.queued_endpoint;
  job.webhook = spec.webhook;
  job.fetch_outputs = spec.fetch_outputs;
  job.endpoint = spec.endpoint;
  job.priority = spec.priority;
  job.needs_urls = spec.needs_urls;
  if (spec.deadline_ms > 0) job.deadline = now.mono_ms + spec.deadline_ms;
  switch (spec.kind) {
    case JobSpec::Kind::kSubmit:
      if (!KeyUsable()) AskForKey();
      if (!KeyUsable() && !policy_.ask_key && !paused_) {
        Fail(job, wire::MakeError(Code::kAuth, key_present_ ? "the API key was refused; set another one"
                                                            : "no API key is set"));
        return;
      }
      job.attempts = spec.attempts;
      if (wire::ValidRequestId(spec.hint)) {
        job.hint = spec.hint;
        DoubtByHook(job);
        return;
      }
      if (policy_.journal && !spec.recorded) {
        job.awaiting = Job::Awaiting::kIntent;
        Emit(Action::Kind::kRecord, job);
      } else {
        Begin(job);
      }
      break;
    case JobSpec::Kind::kUncertain: {
      job.charged = wire::Charged::kUnknown;
      wire::Error e = wire::MakeError(
          Code::kUncertain,
          "the process ended while the request was on its way; the gateway may have accepted it");
      e.charged = wire::Charged::kUnknown;
      job.error = std::make_shared<wire::Error>(std::move(e));
      SetState(job, State::kUncertain);
      if (wire::ValidRequestId(spec.hint)) {
        job.hint = spec.hint;
        Confirm(job, job.hint);
        return;
      }
      break;
    }
    case JobSpec::Kind::kAttach:
      job.request_id = spec.request_id;
      job.charged = wire::Charged::kUnknown;
      job.accepted_at = now.mono_ms;
      Emit(Action::Kind::kRequestId, job, job.request_id);
      if (!KeyUsable()) AskForKey();
      SetState(job, State::kQueued);
      SchedulePoll(job, 0);
      break;
    case JobSpec::Kind::kFetch: {
      wire::Reply reply;
      reply.urls = std::move(spec.urls);
      job.charged = spec.charged;
      job.request_id = spec.request_id;
      StartOutputs(job, reply);
      return;  // may have ended
    }
  }
  Arm(job);
}

void Engine::Impl::Begin(Job& job) {
  if (job.needs_urls > 0)
    Emit(Action::Kind::kNeedUrl, job);
  else
    MakeReady(job);
}

void Engine::Impl::OnRecorded(Job& job, const wire::Error& error) {
  const Job::Awaiting awaited = std::exchange(job.awaiting, Job::Awaiting::kNothing);
  if (awaited == Job::Awaiting::kIntent) {
    if (error.ok()) {
      Begin(job);
      return;
    }
    wire::Error e = error;  // no record, no spend
    e.message =
        wire::CleanForMessage("nothing was sent, because the journal could not be written: " + error.message);
    e.charged = wire::Charged::kNo;
    Fail(job, std::move(e));
  } else if (awaited == Job::Awaiting::kAck) {
    if (!error.ok()) Log(job, 1, "the journal could not be written, the job goes on: " + error.message);
    Proceed(job);
  }
}

void Engine::Impl::MakeReady(Job& job) {
  job.step = kNever;
  submit_ready_.emplace(-int64_t{job.priority}, job.id);
}

void Engine::Impl::UrlProvided(JobId id) {
  Job* job = Find(id);
  if (!job || job->state != State::kWaiting || job->needs_urls == 0) return;
  if (--job->needs_urls == 0 && job->awaiting == Job::Awaiting::kNothing) MakeReady(*job);
}

void Engine::Impl::AskForKey() {
  if (key_asked_) return;
  key_asked_ = true;
  Action a;
  a.kind = Action::Kind::kNeedKey;
  a.text = key_present_ ? "the API key was refused" : "no API key is set";
  actions_.push_back(std::move(a));
}

// A 401 for a key that has been replaced meanwhile says nothing about the new one.
void Engine::Impl::RefuseKey(const Job& job, const wire::Error& error) {
  if (job.key_generation != key_generation_ || key_refused_) return;
  key_refused_ = true;
  Log(job, 2, "the API key was refused: nothing is sent or asked until there is another one");
  AskForKey();
  if (!policy_.ask_key && !paused_) FailWaiting(error, "not sent, because the API key was refused: ", &job);
}

void Engine::Impl::FailWaiting(const wire::Error& error, const char* why, const Job* but) {
  std::vector<JobId> ids;
  for (const auto& [id, job] : jobs_)
    if (job.state == State::kWaiting && &job != but) ids.push_back(id);
  for (JobId id : ids) {
    wire::Error e = error;
    e.message = wire::CleanForMessage(why + error.message);
    e.request_id.clear();
    e.charged = wire::Charged::kNo;
    Fail(*Find(id), std::move(e));
  }
}

void Engine::Impl::SetKey(bool present) {
  key_present_ = present;
  key_refused_ = false;
  key_asked_ = false;
  ++key_generation_;
}

void Engine::Impl::Arm(Job& job) { schedule_.Set(job, std::min(job.step, job.deadline)); }

void Engine::Impl::Step(Job& job) {
  if (now_.mono_ms >= job.deadline) {
    DeadlinePassed(job);
    return;
  }
  job.step = kNever;
  switch (job.state) {
    case State::kWaiting:
      MakeReady(job);
      break;
    case State::kQueued:
    case State::kProcessing:
    case State::kUncertain:
      PollSoon(job);
      break;
    case State::kDownloading:
      if (job.refreshing) PollSoon(job);  // it was throttled
      ReadyOutputs(job);
      break;
    default:
      break;
  }
  Arm(job);
}

void Engine::Impl::PollSoon(Job& job) {
  if (job.poll_ready || job.running != Job::Running::kNothing) return;
  job.poll_ready = true;
  poll_ready_.push_back(job.id);
}

void Engine::Impl::Tick() {
  while (!schedule_.empty() && schedule_.due() <= now_.mono_ms) {
    Job& job = schedule_.first();
    schedule_.Remove(job);
    Step(job);
  }
}

// What was not to be sent anyhow does not fail for want of a key until it is.
void Engine::Impl::SetPaused(bool paused) {
  paused_ = paused;
  if (paused || KeyUsable() || policy_.ask_key) return;
  FailWaiting(wire::MakeError(Code::kAuth, key_present_ ? "the API key was refused" : "no API key is set"),
              "not sent: ", nullptr);
}

void Engine::Impl::Pump() {
  if (!paused_) StartSubmits();
  StartPolls();
  StartDownloads();
}

int64_t Engine::Impl::NextWake() {
  int64_t wake = schedule_.empty() ? kNever : schedule_.due();
  if (!KeyUsable()) return wake;
  if (!paused_ && !submit_ready_.empty() && submit_gate_.until() > now_.mono_ms)
    wake = std::min(wake, submit_gate_.until());
  if (!poll_ready_.empty() && poll_gate_.until() > now_.mono_ms) wake = std::min(wake, poll_gate_.until());
  return wake;
}

// -- The public face: each input is handled, then whatever became possible is started. --

Engine::Engine(const Policy& policy, uint64_t seed) : impl_(std::make_unique<Impl>(policy, seed)) {}
Engine::~Engine() = default;

void Engine::Submit(Now now, JobSpec spec) {
  impl_->At(now);
  impl_->Submit(now, std::move(spec));
  impl_->Pump();
}
void Engine::SubmitFailedLocally(Now now, JobId job, wire::Error error) {
  impl_->At(now);
  if (Job* j = impl_->Find(job)) impl_->FailSubmit(*j, std::move(error));
  impl_->Pump();
}
void Engine::OnSubmit(Now now, JobId job, const wire::SubmitExchange& x) {
  impl_->At(now);
  if (Job* j = impl_->Find(job)) impl_->OnSubmit(*j, x);
  impl_->Pump();
}
void Engine::OnRecorded(Now now, JobId job, const wire::Error& error) {
  impl_->At(now);
  if (Job* j = impl_->Find(job)) impl_->OnRecorded(*j, error);
  impl_->Pump();
}
void Engine::OnStatus(Now now, JobId job, const wire::Exchange& x) {
  impl_->At(now);
  if (Job* j = impl_->Find(job)) impl_->OnStatus(*j, x);
  impl_->Pump();
}
void Engine::OnDownload(Now now, JobId job, uint32_t index, const wire::DownloadExchange& x) {
  impl_->At(now);
  if (Job* j = impl_->Find(job)) impl_->OnDownload(*j, index, x);
  impl_->Pump();
}
void Engine::HoldDownload(Now now, JobId job, uint32_t index) {
  impl_->At(now);
  if (Job* j = impl_->Find(job)) impl_->HoldDownload(*j, index);
  impl_->Pump();
}
void Engine::ReleaseDownload(Now now, JobId job, uint32_t index) {
  impl_->At(now);
  if (Job* j = impl_->Find(job)) impl_->ReleaseDownload(*j, index);
  impl_->Pump();
}
void Engine::OnDownloadProgress(Now now, JobId job, double fraction) {
  impl_->At(now);
  if (Job* j = impl_->Find(job)) impl_->OnDownloadProgress(*j, fraction);
}
void Engine::Cancel(Now now, JobId job) {
  impl_->At(now);
  if (Job* j = impl_->Find(job)) impl_->Cancel(*j);
  impl_->Pump();
}
void Engine::CancelAll(Now now) {
  impl_->At(now);
  impl_->CancelAll();
}
void Engine::UrlProvided(Now now, JobId job) {
  impl_->At(now);
  impl_->UrlProvided(job);
  impl_->Pump();
}
void Engine::SetKey(Now now, bool present) {
  impl_->At(now);
  impl_->SetKey(present);
  impl_->Pump();
}
void Engine::Webhook(Now now, JobId job, std::string_view request_id) {
  impl_->At(now);
  if (Job* j = impl_->Find(job)) impl_->Webhook(*j, request_id);
  impl_->Pump();
}
void Engine::Pause(Now now, bool paused) {
  impl_->At(now);
  impl_->SetPaused(paused);
  impl_->Pump();
}
void Engine::Close(Now now) {
  impl_->At(now);
  impl_->Close();
}
void Engine::Tick(Now now) {
  impl_->At(now);
  impl_->Tick();
  impl_->Pump();
}

bool Engine::Next(Action& out) {
  if (impl_->actions_.empty()) return false;
  out = std::move(impl_->actions_.front());
  impl_->actions_.pop_front();
  return true;
}

int64_t Engine::NextWake() const { return impl_->NextWake(); }
size_t Engine::live_jobs() const { return impl_->jobs_.size(); }

Engine::Stats Engine::stats() const {
  Stats s = impl_->stats_;
  s.tokens = impl_->bucket().tokens();
  return s;
}

}  // namespace pixazo::core
