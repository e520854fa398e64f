// A job as hosts see it: read from any thread without a lock, written by the I/O thread. It outlives its
// client.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "client/callback.h"
#include "client/failure.h"
#include "client/handle.h"
#include "client/output.h"
#include "client/submission.h"
#include "core/engine.h"
#include "journal/journal.h"
#include "wire/shared_text.h"

namespace pixazo::client {

class Session;
class Event;

// A value that is set once, by one thread, and read by all.
template <class T>
class SetOnce {
 public:
  SetOnce() = default;
  SetOnce(const SetOnce&) = delete;
  SetOnce& operator=(const SetOnce&) = delete;
  ~SetOnce() { delete p_.load(std::memory_order_relaxed); }
  const T* get() const { return p_.load(std::memory_order_acquire); }
  void Set(std::unique_ptr<const T> value) {
    if (!get()) p_.store(value.release(), std::memory_order_release);
  }

 private:
  std::atomic<const T*> p_{nullptr};
};

class Job : public Handle<Tag::kJob>, public RefCounted<Job> {
 public:
  // What a job goes on with that does not begin with a request of its own, or repeats another one.
  struct Past {
    core::JobId origin = 0;
    std::string request_id;                      // kAttach, kFetch, restored with an id
    std::vector<std::string> urls;               // kFetch
    std::vector<uint32_t> positions;             // kFetch: which outputs of the origin these are
    uint32_t origin_outputs = 0;                 // kFetch: how many it had
    std::shared_ptr<const journal::Record> row;  // of a job of an earlier life, without its request
    bool is_unsent = false;                      // of such a job: proven, its paid request never left
  };
  // What a job is made of; the rest of its life is in the atomics below.
  struct Make {
    core::JobSpec::Kind kind = core::JobSpec::Kind::kSubmit;
    uint64_t tag = 0;
    std::shared_ptr<const Submission> submission;   // kSubmit, and what is known of it otherwise
    const catalogue::Endpoint* endpoint = nullptr;  // may be unknown for an attached id
    std::unique_ptr<Past> past;                     // most jobs have none
    wire::SharedText nonce;                         // of the webhook's URL that goes along, "": none

    Past& Follow() {
      if (!past) past = std::make_unique<Past>();
      return *past;
    }
    core::JobId origin() const { return past ? past->origin : 0; }
    const journal::Record* row() const { return past ? past->row.get() : nullptr; }
  };

  Job(core::JobId id, std::shared_ptr<Session> session, Make make, CallbackPtr callback);
  ~Job();
  void Release() const;  // as RefCounted, and lets go of the bytes of a job that only its submit key keeps
  void Dispose();

  // -- Fixed --
  const core::JobId id;
  const std::shared_ptr<Session> session;
  const Make made;
  const int64_t created_mono_ms;
  const int64_t created_unix_ms;
  int64_t reserved_microusd = 0;  // set at admission, settled at the end
  const char* endpoint_id() const {
    if (made.endpoint) return made.endpoint->id.c_str();
    return made.row() ? made.row()->endpoint_id.c_str() : "";
  }
  // A job that repeats another one has none: the key stays with the first.
  const char* submit_key() const {
    if (made.row()) return made.row()->submit_key.c_str();
    return made.submission && made.origin() == 0 ? made.submission->submit_key.c_str() : "";
  }
  bool has_submit_key() const { return *submit_key() != '\0'; }

  // -- Views, any thread --
  core::State state() const { return state_.load(std::memory_order_acquire); }
  bool ended() const { return core::IsTerminal(state()); }
  const char* remote_id() const;
  double progress() const { return progress_.load(std::memory_order_relaxed); }
  uint32_t polls() const { return polls_.load(std::memory_order_relaxed); }
  uint32_t attempts() const { return attempts_.load(std::memory_order_relaxed); }
  int64_t gateway_ms() const;  // -1 unknown
  int64_t elapsed_ms() const;
  int64_t remaining_ms() const;  // -1 unknown
  wire::Charged charged() const { return charged_.load(std::memory_order_acquire); }
  const Failure* error() const;
  uint32_t output_count() const;
  Output* output(uint32_t index) const;  // null until settled

  // -- The host's --
  wire::Error Cancel();
  wire::Error ProvideUrl(std::string_view field, uint32_t index, std::string_view url);
  wire::Code Wait(uint32_t timeout_ms);
  const std::string* provided_url(size_t slot) const;  // null until the host gave one

  // -- The I/O thread's --
  wire::SharedText candidate;             // as journal::Record's
  bool in_journal = false;                // it has a row, or will have one
  bool unmarked = false;                  // the POST was refused at the last moment: nothing was sent
  bool is_durable = false;                // its row, as far as it was waited for
  bool lacks_urls = false;                // its row has no request yet: pictures' URLs were missing
  bool is_accepted = false;               // its row says what the gateway took, and where that is found
  void SetRemoteId(wire::SharedText id);  // once
  void SetCounts(uint32_t polls, uint32_t attempts);
  void SetProgress(double progress);
  void SetRemaining(int64_t ms);                            // from now; -1 unknown
  void SetOutputCount(uint32_t count, int64_t gateway_ms);  // once
  void SetOutput(uint32_t index, Ref<Output> output);

  // -- Session's, see there --
  bool ClaimEnd() { return !end_claimed_.exchange(true, std::memory_order_seq_cst); }
  bool is_end_claimed() const { return end_claimed_.load(std::memory_order_seq_cst); }
  void SetEnd(wire::Charged charged, FailurePtr error);
  void EndedBefore(core::State state, wire::Charged charged, FailurePtr error);  // in an earlier life
  void DropBytes();  // under the table's lock, when nobody but the table owns the job

 private:
  friend class EventQueue;
  friend class Mailbox;
  struct Outputs {
    Outputs(uint32_t n, int64_t ms) : slots(n), gateway_ms(ms) {}
    mutable std::vector<std::atomic<Output*>> slots;
    const int64_t gateway_ms;
  };
  struct Provided {  // pictures the host gives URLs for, one bit each
    std::atomic<uint64_t> claimed{0}, ready{0};
    std::vector<std::string> urls;
  };

  bool done_queued_ = false;  // the queue's, under its lock
  std::atomic<bool> end_claimed_{false};
  std::atomic<bool> has_remote_id_{false};
  std::atomic<core::State> state_{core::State::kWaiting};
  std::atomic<wire::Charged> charged_{wire::Charged::kUnknown};
  std::atomic<uint32_t> polls_{0}, attempts_{0};
  std::atomic<int64_t> ended_mono_ms_{-1};
  std::atomic<int64_t> end_expected_mono_ms_{-1};
  std::atomic<double> progress_{0};
  wire::SharedText remote_id_;  // set once, before has_remote_id_
  FailurePtr error_;            // written before the state says that the job has ended, read after
  SetOnce<Outputs> outputs_;
  std::unique_ptr<Provided> provided_;

  // The queue's, under its lock.
  CallbackPtr callback_;
  Event* done_event_;  // made with the job: saying DONE needs no memory
  Event* queued_progress_ = nullptr;

  // The mailbox's, under its lock.
  Job* next_to_start_ = nullptr;
  Job* next_delivered_ = nullptr;
  uint64_t start_turn_ = 0;
};

}  // namespace pixazo::client
