#include "ends.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "json.h"
#include "run.h"
#include "save.h"
#include "text.h"
#include "words.h"

namespace pixazo::cli {
namespace {

constexpr int64_t kSettle = 100;  // until the client's thread has surely seen that nothing more is to be sent
constexpr int64_t kAwaitAnswers = 3000;  // for the id of a request that is on its way

bool IsOnItsWay(const Owned<pz_job>& job) { return pz_job_state(job.get()) == PZ_STATE_SUBMITTING; }

}  // namespace

bool IsQueued(const std::string& endpoint) {
  const pz_endpoint* found = pz_catalogue_find(pz_catalogue_builtin(), endpoint.data(), endpoint.size());
  return !found || pz_endpoint_is_queued(found);
}

Exit TakeOutput(const pz_event* event, const Args& args, std::string& made) {
  const pz_output* output = pz_event_output(event);
  if (!output || pz_output_status(output) != PZ_OK) return Exit::kOk;
  // What a row says an earlier process made may be any file by now: only this event speaks of a new one.
  if (const char* path = pz_output_path(output); *path) {
    Share(path);
    return Exit::kOk;
  }
  size_t size = 0;
  const auto* bytes = static_cast<const char*>(pz_output_data(output, &size));
  const std::string mime = pz_output_mime(output), kind = mime.substr(mime.find('/') + 1);
  const std::string stem = "job-" + std::to_string(pz_event_job_id(event));
  made = WriteWhole(std::string(bytes, size), stem, kind == "jpeg" ? ".jpg" : "." + kind,
                    {args.directory, false});
  if (!made.empty()) return Exit::kOk;
  const std::string why = std::strerror(errno), id = Clean(pz_job_remote_id(pz_event_job(event)));
  WriteLine(stderr, "pz: " + stem + ": a picture cannot be written to " + Clean(args.directory) + ": " + why +
                        (id.empty() ? "" : "; `pz wait " + id + "` fetches it"));
  return Exit::kOutput;
}

Exit TellOutput(const pz_event* event, const Args& args) {
  std::string made;
  const Exit exit = TakeOutput(event, args, made);
  if (!made.empty() && args.report.json)
    Print({{"type", "output"}, {"job_id", std::to_string(pz_event_job_id(event))}, {"path", made}});
  else if (!made.empty())
    WriteLine(stdout, made);
  return exit;
}

Exit TellEnd(const pz_event* event, bool json) {
  const pz_job* job = pz_event_job(event);
  const pz_error* error = pz_event_error(event);
  std::string line = "job " + std::to_string(pz_job_id(job)) + ": " + StateWord(pz_event_state(event));
  if (error) line += std::string(": ") + FailureOf(error).message;
  Exit exit = error ? ExitOf(error) : Exit::kOk;
  Json paths = Json::array();
  for (uint32_t i = 0; i < pz_job_output_count(job); ++i) {
    const pz_output* output = pz_job_output(job, i);
    if (const char* path = pz_output_path(output); *path) {
      paths.push_back(path);
      if (!json) WriteLine(stdout, path);
    }
    const pz_error* missing = error ? nullptr : pz_output_error(output);
    if (!missing) continue;
    line += ", but picture " + std::to_string(i + 1) + " is missing: " + FailureOf(missing).message +
            " (`pz jobs resume` tries again)";
    exit = Gravest(exit, Exit::kOutput);
  }
  WriteLine(stderr, line);
  if (json)
    Print({{"type", "done"},
           {"job_id", std::to_string(pz_job_id(job))},
           {"state", pz_state_name(pz_event_state(event))},
           {"charged", pz_charged_name(pz_job_charged(job))},
           {"paths", paths},
           {"exit", static_cast<int>(exit)}});
  return exit;
}

Exit Ends::Await(pz_client* client, uint32_t left) {
  left_ = left;
  while (left_ > 0) {
    Wait(client);
    TakeSignals(client);
    if (TakeEvents(client) < 0) return Exit::kFailure;
    if (key_refused_ && left_ > 0) {
      WriteLine(stderr, "pz: the API key was refused");
      Stop(client);
      return Gravest(exit_, Exit::kAuth);
    }
    if (signal_ == 0 || left_ == 0) continue;
    const int64_t now = NowMs();
    if (now < give_up_ms_ && (now < settled_ms_ || Awaited() > 0)) continue;
    Stop(client);
    if (left_alone_ > 0) exit_ = Gravest(exit_, signal_ == SIGINT ? Exit::kInterrupted : Exit::kTerminated);
    break;
  }
  return exit_;
}

void Ends::Wait(pz_client* client) const {
  pollfd fds[] = {{signals_.fd(), POLLIN, 0}, {static_cast<int>(pz_client_wakeup_handle(client)), POLLIN, 0}};
  const int64_t now = NowMs(), until = now < settled_ms_ ? settled_ms_ : give_up_ms_;
  ::poll(fds, 2, signal_ == 0 ? -1 : static_cast<int>(std::max<int64_t>(0, until - now)));
}

void Ends::TakeSignals(pz_client* client) {
  for (int signal = signals_.Take(); signal != 0; signal = signals_.Take()) {
    if (signal == SIGTSTP) signals_.Stop();
    if (signal != SIGINT && signal != SIGTERM && signal != SIGHUP) continue;
    if (signal_ != 0) {
      settled_ms_ = give_up_ms_ = 0;
      continue;
    }
    signal_ = signal;
    pz_client_pause(client);
    settled_ms_ = NowMs() + kSettle;
    give_up_ms_ = NowMs() + kAwaitAnswers;
    const size_t awaited = Awaited();
    if (args_.report.json) Print({{"type", "interrupted"}, {"awaited", awaited}});
    WriteLine(stderr, awaited > 0 ? "pz: stopping; waiting a moment for the answers to what is on its way"
                                  : "pz: stopping");
  }
}

pz_status Ends::TakeEvents(pz_client* client) {
  for (;;) {
    Owned<pz_event> event;
    const pz_status status = pz_client_poll_event(client, Out(event));
    if (status != PZ_OK) return status;
    Take(event.get());
  }
}

void Ends::Take(const pz_event* event) {
  if (pz_event_kind(event) == PZ_EVENT_NEED_KEY) key_refused_ = true;
  if (pz_event_kind(event) == PZ_EVENT_OUTPUT) exit_ = Gravest(exit_, TellOutput(event, args_));
  if (pz_event_kind(event) != PZ_EVENT_DONE) return;
  --left_;
  const pz_error* error = pz_event_error(event);
  if (error && pz_error_status(error) == PZ_E_CLOSED)
    ++left_alone_;
  else
    exit_ = Gravest(exit_, TellEnd(event, args_.report.json));
}

size_t Ends::Awaited() const {
  return static_cast<size_t>(std::count_if(jobs_.begin(), jobs_.end(), [](const Owned<pz_job>& job) {
    return IsOnItsWay(job) && IsQueued(pz_job_endpoint_id(job.get()));
  }));
}

void Ends::Stop(pz_client* client) {
  const auto unanswered = static_cast<size_t>(std::count_if(jobs_.begin(), jobs_.end(), IsOnItsWay));
  pz_client_shutdown(client, 0);
  TakeEvents(client);
  if (unanswered > 0)
    WriteLine(stderr, "pz: no answer came to " + Plural(unanswered, "request", "requests") +
                          ", which may have been charged: `pz jobs list` says what one can do");
  if (left_alone_ > 0)
    WriteLine(stderr, "pz: " + Plural(left_alone_, "job that has", "jobs that have") +
                          " not ended: go on with  pz jobs resume" + " --journal " +
                          ShellWord(args_.gateway.journal) + GatewayOptions(args_.gateway));
}

}  // namespace pixazo::cli
