// Every way a job ends. Finish is the only place that says DONE.
#include <vector>

#include "core/engine_impl.h"

namespace pixazo::core {

using wire::Charged;
using wire::Code;

void Engine::Impl::Finish(Job& job, State state, std::shared_ptr<const wire::Error> error) {
  if (job.running == Job::Running::kStatus) {
    --polls_running_;
    Emit(Action::Kind::kAbort, job);
  }
  for (uint32_t i = 0; i < job.outputs.size(); ++i) {
    if (job.outputs[i].state != Output::State::kRunning) continue;
    --downloads_running_;
    Emit(Action::Kind::kAbort, job, {}, i);
  }
  const bool confirmed = job.state != State::kUncertain;  // otherwise nobody vouches for the id
  if (job.state == State::kWaiting) submit_ready_.erase({-int64_t{job.priority}, job.id});
  job.state = state;
  if (error) job.charged = error->charged;
  if (state == State::kCompleted) job.progress = 1;
  ++stats_.done;
  Emit(Action::Kind::kDone, job, confirmed ? job.request_id : wire::SharedText());
  actions_.back().error = std::move(error);
  schedule_.Remove(job);
  jobs_.erase(job.id);
}

void Engine::Impl::Fail(Job& job, wire::Error error) {
  if (error.request_id.empty()) error.request_id = job.request_id;
  Finish(job, State::kFailed, std::make_shared<wire::Error>(std::move(error)));
}

wire::Error Engine::Impl::EndError(const Job& job, Job::End why) const {
  wire::Error e;
  const bool sent = job.charged != Charged::kNo;
  switch (why) {
    case Job::End::kDeadline:
      e = wire::MakeError(
          sent && key_refused_ ? Code::kAuth : Code::kTimeout,
          sent && key_refused_ ? "the API key was refused, so nothing more was heard of the job before its "
                                 "deadline; with another key attach its id again"
          : !sent              ? "the job's deadline passed before anything was sent"
          : job.request_id.empty()
              ? "the job's deadline passed"
              : "the job's deadline passed; the gateway may go on with it, attach its id again");
      break;
    case Job::End::kClose:
      e = wire::MakeError(Code::kClosed, sent ? "the client was closed; the gateway goes on with the job"
                                              : "the client was closed before anything was sent");
      break;
    default:
      e = wire::MakeError(Code::kCancelled,
                          job.kind == JobSpec::Kind::kFetch ? "cancelled"
                          : sent ? "cancelled; the gateway cannot be told and may go on with the job"
                                 : "cancelled before anything was sent");
      break;
  }
  e.charged = job.charged;
  if (job.state != State::kUncertain) e.request_id = job.request_id;
  return e;
}

void Engine::Impl::EndNow(Job& job, Job::End why) {
  if (why == Job::End::kDeadline && job.state == State::kUncertain && job.error) {
    Finish(job, State::kFailed, job.error);
    return;
  }
  Finish(job, why == Job::End::kDeadline ? State::kFailed : State::kCancelled,
         std::make_shared<wire::Error>(EndError(job, why)));
}

// The paid POST on its way is aborted, and the job ends by what its exchange then says.
void Engine::Impl::Cancel(Job& job) {
  if (job.running != Job::Running::kSubmit) {
    EndNow(job, Job::End::kCancel);
    return;
  }
  const bool first = job.end == Job::End::kNone;
  job.end = Job::End::kCancel;
  if (first) Emit(Action::Kind::kAbort, job);
}

void Engine::Impl::DeadlinePassed(Job& job) {
  job.deadline = kNever;
  job.step = kNever;
  if (job.running == Job::Running::kSubmit) {
    const bool first = job.end == Job::End::kNone;
    if (first) job.end = Job::End::kDeadline;
    if (first) Emit(Action::Kind::kAbort, job);
    return;
  }
  if (job.awaiting == Job::Awaiting::kAck &&
      job.charged == Charged::kYes) {  // its pictures are known: say so first
    const JobId id = job.id;
    job.awaiting = Job::Awaiting::kNothing;
    Proceed(job);
    if (Job* live = Find(id)) DeadlinePassed(*live);
    return;
  }
  if (job.state == State::kDownloading) {  // the gateway made it: only pictures are missing
    FailPending(job, Code::kTimeout,
                "the job's deadline passed before this output was fetched; fetch it again");
    EndIfSettled(job);
    return;
  }
  EndNow(job, Job::End::kDeadline);
}

void Engine::Impl::Close() {
  std::vector<JobId> ids;
  for (const auto& [id, job] : jobs_) ids.push_back(id);
  for (JobId id : ids) {
    Job& job = *Find(id);
    if (job.running != Job::Running::kSubmit) {
      EndNow(job, Job::End::kClose);
      continue;
    }
    const bool first = job.end == Job::End::kNone;
    if (first) job.end = Job::End::kClose;
    if (first) Emit(Action::Kind::kAbort, job);
  }
}

void Engine::Impl::CancelAll() {
  std::vector<JobId> ids;
  for (const auto& [id, job] : jobs_) ids.push_back(id);
  for (JobId id : ids)
    if (Job* job = Find(id)) Cancel(*job);
}

}  // namespace pixazo::core
