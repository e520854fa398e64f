// The life of every job of one client: a deterministic state machine without threads, clock, sockets or
// files. Inputs come in with the time; what is to be done comes out as actions. Same inputs, same seed: same
// actions.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/policy.h"
#include "wire/exchange.h"
#include "wire/reply.h"
#include "wire/result.h"
#include "wire/shared_text.h"

namespace pixazo::core {

using JobId = uint64_t;

struct Now {
  int64_t mono_ms = 0;  // monotonic: every timer
  int64_t unix_ms = 0;  // wall clock: only to read dates in Retry-After without a Date header
};

// Values are public (pz_state).
enum class State : int32_t {
  kWaiting = 1,
  kSubmitting = 2,
  kUncertain = 3,
  kQueued = 4,
  kProcessing = 5,
  kDownloading = 6,
  kCompleted = 100,
  kFailed = 101,
  kCancelled = 102,
};
inline bool IsTerminal(State s) { return s >= State::kCompleted; }

struct JobSpec {
  JobId id = 0;  // given by the client, increasing
  enum class Kind : uint8_t {
    kSubmit,
    kAttach,     // follows request_id
    kFetch,      // fetches urls again
    kUncertain,  // restored: sent in an earlier life, answer unknown, waits for its webhook
  } kind = Kind::kSubmit;
  bool queued_endpoint = true;
  bool webhook = false;  // a webhook was sent along: an uncertain submit may be settled by it
  bool fetch_outputs = true;
  uint32_t endpoint =
      0;                 // jobs of one endpoint share what is learned of its durations; 0: nothing is learned
  int32_t priority = 0;  // higher first among waiting jobs
  uint32_t attempts = 0;  // restored: paid POSTs of an earlier life that are proven to have had no effect
  bool recorded = false;  // restored: its intent is in the journal already
  wire::Charged charged = wire::Charged::kNo;  // kFetch: what is known already
  uint32_t needs_urls = 0;                     // pictures the host must give URLs for
  int64_t deadline_ms = 0;                     // from now; 0: none
  std::string request_id;                      // kAttach
  std::string hint;  // restored: the candidate that was named for it already. Such a job is never sent
  std::vector<std::string> urls;  // kFetch
};

struct Action {
  enum class Kind : uint8_t {
    kSendSubmit,  // the paid POST: at most once for each such action
    kGetStatus,   // text = request id
    kDownload,    // index, text = URL
    kRecord,  // journal this job durably, then OnRecorded. State WAITING: its intent, before the first send;
              // SUBMITTING: it was accepted (text = request id, urls), before either is named
    kCandidate,  // text = an id that somebody named for this job and nobody vouches for: journal it; nothing
                 // waits for that. From now on the request is never sent again
    kAbort,      // whatever exchange this job has running (index: output, kNoIndex: submit or status)
    // Told to the host:
    kState,      // state
    kProgress,   // progress
    kRequestId,  // text = request id: known now
    kOutputs,    // how many outputs there are: count in index; kOutputUrl follows for each that has a URL
    kOutputUrl,  // text = URL of output index (again when a fresh one replaces an expired one)
    kOutput,     // index settled; error set if it failed
    kInline,     // output index is the body of this job's submit reply (a raw picture); kOutput follows
    kNeedKey,
    kNeedUrl,
    kDone,  // the last word: state, charged, error
    kLog,   // text
  };
  static constexpr uint32_t kNoIndex = UINT32_MAX;
  Kind kind{};
  JobId job = 0;
  uint32_t index = kNoIndex;
  State state = State::kWaiting;
  wire::Charged charged = wire::Charged::kUnknown;
  double progress = 0;
  uint32_t polls = 0;         // kState, kProgress, kDone: so far
  uint32_t attempts = 0;      // likewise: paid POSTs started for this job
  int64_t remaining_ms = -1;  // kProgress: estimate of what is still to come, -1 unknown; may grow
  int64_t gateway_ms = -1;    // kOutputs: completed_at - created_at as the gateway states it, -1 unknown.
                              // Information, never trusted
  int log_level = 0;          // pz_log_level
  wire::SharedText text;
  std::vector<std::string> urls;  // kRecord
  std::shared_ptr<const wire::Error> error;
};

class Engine {
 public:
  Engine(const Policy& policy, uint64_t seed);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // -- Inputs. Each may queue actions; take them with Next until it says no. --
  // Outcome of every input comes as actions, also when it fails at once.
  void Submit(Now now, JobSpec spec);
  void SubmitFailedLocally(Now now, JobId job,
                           wire::Error error);  // kSendSubmit could not even be built: nothing was sent
  void OnSubmit(Now now, JobId job, const wire::SubmitExchange& x);
  void OnRecorded(Now now, JobId job, const wire::Error& error);  // error.ok(): durable
  void OnStatus(Now now, JobId job, const wire::Exchange& x);
  void OnDownload(Now now, JobId job, uint32_t index, const wire::DownloadExchange& x);
  // kDownload cannot be begun now, for want of memory: others take its place. Released, it comes again.
  void HoldDownload(Now now, JobId job, uint32_t index);
  void ReleaseDownload(Now now, JobId job, uint32_t index);
  void OnDownloadProgress(Now now, JobId job,
                          double fraction);  // of the running downloads of this job, added up, each in [0, 1]
  void Cancel(Now now, JobId job);
  void CancelAll(Now now);
  void UrlProvided(Now now, JobId job);  // one of needs_urls
  void SetKey(Now now, bool present);    // a new key: latches open
  void Webhook(Now now, JobId job,
               std::string_view request_id);  // its nonce was right; only a hint until a GET agrees
  void Pause(Now now, bool paused);           // paused: no new submits; what was sent goes on
  void Close(Now now);                        // ends every job: CANCELLED, error CLOSED
  void Tick(Now now);                         // time has come

  // -- Outputs --
  bool Next(Action& out);
  int64_t NextWake() const;  // mono_ms; INT64_MAX: nothing to wait for

  // -- Views --
  size_t live_jobs() const;

  struct Stats {
    uint64_t submits = 0, polls = 0, downloads = 0, retries = 0, throttled = 0, poll_errors = 0, done = 0;
    int32_t tokens = 0;
  };
  Stats stats() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pixazo::core
