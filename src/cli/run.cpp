#include "run.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

#include "text.h"

namespace pixazo::cli {
namespace {

constexpr size_t kWindow = 256;          // jobs that are live at once; the rest of a batch waits here
constexpr int64_t kAwaitAnswers = 3000;  // after Ctrl-C: for the id of a request that is on its way
constexpr int64_t kAwaitEnds = 2000;     // after cancelling: for DONE

}  // namespace

int64_t NowMs() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

Exit Runner::Run(std::vector<Item>& items) {
  items_ = &items;
  reporter_.Begin(items);
  while (ended_ < items.size()) {
    StartSome();
    if (ended_ == items.size()) break;
    reporter_.Tick(NowMs());
    Wait();
    TakeSignals();
    TakeEvents();
    if (give_up_ms_ == 0) continue;
    const bool in_journal = plan_.journal && !cancelled_ && !AwaitsAnswer();
    if (NowMs() < give_up_ms_ && !in_journal) continue;
    if (cancelled_) break;  // DONE did not come: what is known is told
    StopAll();
  }
  for (Item& item : items)
    if (!item.done) Finish(item);
  Exit exit = Exit::kOk;
  for (const Item& item : items) exit = Gravest(exit, item.exit);
  reporter_.End(items, exit, plan_.follow);
  return exit;
}

void Runner::StartSome() {
  while (signal_ == 0 && next_ < items_->size() && live_ < kWindow) Start((*items_)[next_++]);
}

void Runner::Start(Item& item) {
  item.started = true;
  item.started_ms = NowMs();
  Owned<pz_error> error;
  pz_status status = PZ_OK;
  if (item.request) {
    pz_request_set_tag(item.request.get(), item.number);
    status = pz_client_submit(client_, item.request.get(), Out(item.job), Out(error));
  } else {
    item.charged = PZ_CHARGED_UNKNOWN;
    item.request_id = item.attach_id;
    status = pz_client_attach(client_, item.attach_id.data(), item.attach_id.size(), item.endpoint.data(),
                              item.endpoint.size(), item.number, Out(item.job), Out(error));
  }
  if (status == PZ_OK) {
    ++live_;
    Refresh(item);
    return;
  }
  item.state = PZ_STATE_FAILED;
  item.failure = FailureOf(error.get());
  if (!error) item.failure = LocalFailure(status, pz_status_name(status));
  item.exit = error ? ExitOf(error.get()) : ExitOf(status);
  item.done = true;
  ++ended_;
  reporter_.Done(item);
}

void Runner::Wait() {
  pollfd fds[2] = {{signals_.fd(), POLLIN, 0},
                   {static_cast<int>(pz_client_wakeup_handle(client_)), POLLIN, 0}};
  int timeout = reporter_.Interval();
  if (give_up_ms_ > 0) {
    const int left = static_cast<int>(std::max<int64_t>(0, give_up_ms_ - NowMs()));
    timeout = timeout < 0 ? left : std::min(timeout, left);
  }
  ::poll(fds, 2, timeout);
}

void Runner::TakeSignals() {
  for (int signal = signals_.Take(); signal != 0; signal = signals_.Take()) {
    switch (signal) {
      case SIGINT:
      case SIGTERM:
      case SIGHUP:
        Interrupt(signal);
        break;
      case SIGTSTP:
        reporter_.Pause();
        signals_.Stop();
        break;
      default:  // SIGWINCH, SIGCONT: the next tick draws anew
        break;
    }
  }
}

// The first time nothing new is sent and what can be stopped without loss is stopped. A request that is on
// its way to a queued endpoint gets a moment for its answer: with its id it can be followed later, without it
// money would be lost. The second time: all stops.
void Runner::Interrupt(int signal) {
  if (signal_ == 0) {
    signal_ = signal;
    pz_client_pause(client_);
    LeaveUnsent();
    size_t awaited = 0;
    for (Item& item : *items_) {
      if (item.done || !item.job) continue;
      Refresh(item);
      awaited += item.state == PZ_STATE_SUBMITTING && item.queued;
      CancelOrAwait(item);
    }
    give_up_ms_ = NowMs() + kAwaitAnswers;
    reporter_.Interrupted(*items_, awaited);
  } else {
    StopAll();
  }
}

// In a journal the rows of jobs that were sent stay alive when their client ends.
void Runner::StopAll() {
  if (plan_.journal)
    pz_client_shutdown(client_, 0);
  else
    pz_client_cancel_all(client_);
  cancelled_ = true;
  give_up_ms_ = NowMs() + kAwaitEnds;
}

bool Runner::AwaitsAnswer() const {
  return std::any_of(items_->begin(), items_->end(), [](const Item& item) {
    return !item.done && item.job && item.state == PZ_STATE_SUBMITTING && item.queued;
  });
}

void Runner::LeaveUnsent() {
  for (; next_ < items_->size(); ++next_) {
    Item& item = (*items_)[next_];
    item.left_alone = item.done = true;
    item.state = PZ_STATE_CANCELLED;
    item.charged = item.request ? PZ_CHARGED_NO : PZ_CHARGED_UNKNOWN;
    item.request_id = item.attach_id;
    item.exit = signal_ == SIGINT ? Exit::kInterrupted : Exit::kTerminated;
    ++ended_;
    reporter_.Done(item);
  }
}

void Runner::CancelOrAwait(Item& item) {
  if (item.state == PZ_STATE_SUBMITTING && item.queued) return;
  if (plan_.journal && item.state != PZ_STATE_WAITING) return;
  pz_job_cancel(item.job.get());
}

void Runner::TakeEvents() {
  for (;;) {
    Owned<pz_event> event;
    if (pz_client_poll_event(client_, Out(event)) != PZ_OK) return;
    Take(event.get());
  }
}

void Runner::Take(const pz_event* event) {
  const pz_event_type type = pz_event_kind(event);
  if (type == PZ_EVENT_LOG) {
    reporter_.Log(Clean(pz_event_text(event, nullptr)));
    return;
  }
  if (type == PZ_EVENT_NEED_KEY) {  // nothing more will be heard; nothing is lost by letting go
    key_refused_ = true;
    pz_client_cancel_all(client_);
    return;
  }
  const uint64_t tag = pz_event_tag(event);
  if (tag == 0 || tag > items_->size()) return;
  Item& item = (*items_)[tag - 1];
  // Events of a job that a second one has replaced say nothing new.
  if (item.done || !item.job || pz_event_job_id(event) != pz_job_id(item.job.get())) return;
  if (type == PZ_EVENT_STATE || type == PZ_EVENT_PROGRESS) {
    const pz_state before = item.state;
    item.state = pz_event_state(event);
    const double progress =
        type == PZ_EVENT_PROGRESS ? pz_event_progress(event) : pz_job_progress(item.job.get());
    item.progress = std::max(item.progress, progress);
    // The event is of its time, the job's id of now: what was still being sent had none.
    if (const char* id = pz_job_remote_id(item.job.get()); *id && item.state > PZ_STATE_SUBMITTING)
      item.request_id = Clean(id);
    reporter_.Changed(item, type == PZ_EVENT_STATE || item.state != before);
    if (plan_.once) LookOnce(item, type);
    if (signal_ != 0 && !cancelled_) CancelOrAwait(item);
  } else if (type == PZ_EVENT_OUTPUT) {
    TakeOutput(item, event);
  } else if (type == PZ_EVENT_DONE) {
    TakeDone(item);
  }
}

// An attached job is QUEUED before it was looked at; progress, or another state, is an answer.
void Runner::LookOnce(Item& item, pz_event_type type) {
  const bool answer = type == PZ_EVENT_PROGRESS || item.state == PZ_STATE_PROCESSING;
  if (!answer || (item.state != PZ_STATE_QUEUED && item.state != PZ_STATE_PROCESSING)) return;
  item.not_ended = true;
  item.seen = item.state;
  pz_job_cancel(item.job.get());
}

namespace {

// `wanted`: it was to be fetched; otherwise its address is all there is to say.
Picture PictureOf(const pz_output* output, bool wanted) {
  Picture p;
  p.index = pz_output_index(output);
  p.here = pz_output_status(output) == PZ_OK;
  p.path = pz_output_path(output);
  p.url = Clean(pz_output_url(output));
  p.mime = pz_output_mime(output);
  p.bytes = pz_output_size(output);
  p.width = pz_output_width(output);
  p.height = pz_output_height(output);
  if (wanted) p.failure = FailureOf(pz_output_error(output));
  return p;
}

}  // namespace

// A picture that came inside the answer and could not become a file there is still in memory: it is paid for.
Picture Runner::SaveHeld(const Item& item, const pz_output* output, Picture p) const {
  const std::string kind = p.mime.substr(p.mime.find('/') + 1);
  p.path = plan_.save.directory + "/." + item.stem + "-" + std::to_string(::getpid()) + "-" +
           std::to_string(item.number) + "-" + std::to_string(p.index) + "." +
           (kind == "jpeg" ? "jpg" : kind);
  const pz_status saved = pz_output_save(output, p.path.data(), p.path.size());
  if (saved == PZ_OK) return p;
  p.here = false;
  p.path.clear();
  p.failure = LocalFailure(
      saved, "the picture is paid for and here, but cannot be written to " + plan_.save.directory);
  p.failure.charged = PZ_CHARGED_YES;
  return p;
}

void Runner::TakeOutput(Item& item, const pz_event* event) {
  const pz_output* output = pz_event_output(event);
  if (!output) return;
  Picture p = PictureOf(output, plan_.fetch);
  const bool several = pz_job_output_count(item.job.get()) > 1;
  // The library named the file of a request, so that the journal and a later process know it by that name, too.
  const bool named = item.request && !p.path.empty() && !plan_.save.overwrite;
  if (p.here && p.path.empty() && plan_.fetch) p = SaveHeld(item, output, std::move(p));
  if (p.here && named)
    p.path = Adopt(p.path, plan_.save);
  else if (p.here && !p.path.empty() && !item.stem.empty())
    p.path = Rename(p.path, item.stem, several, p.index, plan_.save);
  item.pictures.push_back(std::move(p));
  reporter_.Got(item, item.pictures.back());
}

void Runner::Refresh(Item& item) {
  const pz_job* job = item.job.get();
  item.state = pz_job_state(job);
  item.progress = std::max(item.progress, pz_job_progress(job));
  item.polls = pz_job_poll_count(job);
  item.attempts = pz_job_attempt_count(job);
  item.elapsed_ms = pz_job_elapsed_ms(job);
  item.gateway_ms = pz_job_gateway_ms(job);
  if (item.endpoint.empty()) item.endpoint = pz_job_endpoint_id(job);
  if (const char* id = pz_job_remote_id(job); *id) item.request_id = Clean(id);
}

void Runner::TakeDone(Item& item) {
  Refresh(item);
  if (Resubmit(item)) return;
  --live_;
  Finish(item);
}

bool Runner::Resubmit(Item& item) {
  const pz_error* error = pz_job_error(item.job.get());
  const bool wanted = plan_.second_charge && signal_ == 0 && !item.resubmitted && item.request && error &&
                      pz_error_status(error) == PZ_E_UNCERTAIN;
  if (!wanted) return false;
  Owned<pz_job> again;
  if (pz_client_resubmit(client_, item.job.get(), 1, Out(again), nullptr) != PZ_OK) return false;
  item.job = std::move(again);
  item.resubmitted = true;
  item.request_id.clear();
  reporter_.Resubmitted(item);
  return true;
}

void Runner::Finish(Item& item) {
  const pz_job* job = item.job.get();
  if (job) {
    Refresh(item);
    item.charged = pz_job_charged(job);
    item.failure = FailureOf(pz_job_error(job));
    if (key_refused_ && item.failure.status == PZ_E_CANCELLED) {
      item.failure.status = PZ_E_AUTH;
      item.failure.message = "the API key was refused; the gateway was not asked any more";
    }
    if (item.request_id.empty()) item.request_id = item.failure.request_id;
    if (item.state == PZ_STATE_COMPLETED) item.progress = 1;
    // Those that were not asked for, or not fetched before the end, are known by their addresses.
    for (uint32_t i = 0, n = pz_job_output_count(job); i < n; ++i) {
      const pz_output* output = pz_job_output(job, i);
      const auto same = [i](const Picture& p) { return p.index == i; };
      if (output && std::none_of(item.pictures.begin(), item.pictures.end(), same))
        item.pictures.push_back(PictureOf(output, plan_.fetch));
    }
  }
  std::sort(item.pictures.begin(), item.pictures.end(),
            [](const Picture& a, const Picture& b) { return a.index < b.index; });
  item.exit = Verdict(item);
  if (job && plan_.journal && item.exit == Exit::kUncertain)
    item.resubmit = "pz jobs resubmit " + std::to_string(pz_job_id(job)) + " --accepting-second-charge" + plan_.resubmit;
  item.done = true;
  ++ended_;
  item.job.reset();
  reporter_.Done(item);
}

Exit Runner::Verdict(const Item& item) const {
  if (item.state == PZ_STATE_COMPLETED) {
    const bool missing = plan_.fetch && (item.pictures.empty() || PicturesHere(item) < item.pictures.size());
    return missing ? Exit::kOutput : Exit::kOk;
  }
  if (item.not_ended) return Exit::kTimeout;
  const bool stopped = item.state != PZ_STATE_FAILED || item.failure.status == PZ_E_CANCELLED;
  if (stopped && signal_ != 0) return signal_ == SIGINT ? Exit::kInterrupted : Exit::kTerminated;
  if (item.failure.status == PZ_E_NOT_FOUND && item.failure.http_status != 0) return Exit::kGateway;
  return item.failure.any ? ExitOf(item.failure.status) : Exit::kFailure;
}

size_t PicturesHere(const Item& item) {
  return static_cast<size_t>(
      std::count_if(item.pictures.begin(), item.pictures.end(), [](const Picture& p) { return p.here; }));
}

}  // namespace pixazo::cli
