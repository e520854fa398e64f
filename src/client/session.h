// What the hosts' side of a client and its threads share. Held by the client's handle, by each thread and by
// every job, so that whoever is last may be anybody.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>

#include "client/archive.h"
#include "client/bell.h"
#include "client/config.h"
#include "client/mailbox.h"
#include "client/queue.h"
#include "client/table.h"
#include "client/thread.h"
#include "client/webhooks.h"
#include "wire/result.h"

namespace pixazo::client {

// Values are public (pz_stat).
enum class Stat : int32_t {
  kJobsLive = 1,
  kSubmits = 2,
  kPolls = 3,
  kDownloads = 4,
  kRetries = 5,
  kThrottled = 6,
  kPollErrors = 7,
  kDone = 8,
  kEventsQueued = 9,
  kConnectionsOpened = 10,
  kBytesReceived = 11,
  kBudgetSpent = 12,
  kBudgetReserved = 13,
  kBytesBuffered = 14,
  kWebhooks = 15,
  kJournalRows = 16,
  kJournalFailures = 17,
};

class Session : public std::enable_shared_from_this<Session> {
 public:
  static wire::Result<std::shared_ptr<Session>> Start(Config config, Wiring wiring);  // with its threads
  Session(Config config, Wiring wiring);

  const Config config;
  Mailbox mailbox;
  Bell bell;
  EventQueue queue;
  JobTable table;
  Archive archive;
  Webhooks webhooks;

  std::atomic<bool> dispatching{false};  // a thread is in pz_client_dispatch

  bool forked() const;
  static wire::Error ForkedError();
  // Whether this thread is inside a callback of this session.
  static bool InCallback(const Session* session);
  bool exiting() const { return exiting_.load(std::memory_order_acquire); }

  // -- Any host thread --
  // Lets a new job in, or names the job that has its submit key; is_new says which. StartJob hands it to the
  // I/O thread.
  wire::Result<Ref<Job>> Admit(Job::Make make, CallbackPtr callback, bool& is_new);
  void StartJob(const Ref<Job>& job);
  wire::Error SetKey(std::string key);
  bool key_present() const { return key_present_.load(std::memory_order_acquire); }
  int64_t stat(Stat which) const;
  wire::Code Shutdown(uint32_t timeout_ms);
  void End() noexcept;  // pz_client_free, not inside a callback of this session
  void EndAfterCall() { end_after_call_.store(true, std::memory_order_release); }
  bool end_after_call() const { return end_after_call_.load(std::memory_order_acquire); }

  // -- The I/O thread, or whoever finds it gone --
  // The I/O thread has no memory to go on with: every job ends, the client is closed. Needs no memory.
  void Starve() noexcept;
  // The one way a job ends. The first call wins.
  void FinishJob(Job& job, core::State state, wire::Charged charged, FailurePtr error);
  void FinishClaimed(Job& job, core::State state, wire::Charged charged, FailurePtr error);
  void SetStat(Stat which, uint64_t value) {
    stats_[static_cast<size_t>(which)].store(static_cast<int64_t>(value), std::memory_order_relaxed);
  }

  // Any thread: its DONE is delivered. With a journal the table keeps it until its row says so.
  void DoneTaken(const Ref<Job>& job);

  // -- Outputs in memory --
  void Buffer(uint64_t bytes) { buffered_.fetch_add(bytes, std::memory_order_relaxed); }
  void Unbuffer(uint64_t bytes);
  // Sequentially consistent: who asks to be told and then looks, and who frees and then looks whether to
  // tell, must not both miss the other.
  uint64_t buffered() const { return buffered_.load(std::memory_order_seq_cst); }
  void TellWhenFreed(bool tell) { tell_when_freed_.store(tell, std::memory_order_seq_cst); }
  void TrimKeyed(core::JobId id) { table.Trim(id); }

  // -- Exit, see process.h --
  void BeginQuit();
  void AwaitQuit(const Deadline& deadline);

 private:
  void Abandon(Job& job);  // the I/O thread did not end it
  static bool IsUnsent(const Job& job);
  void CloseHooks();
  wire::Error OpenJournal();
  static std::unique_ptr<Thread> StartThread(const std::shared_ptr<Session>& session, const char* name,
                                             std::function<void()> body);
  // Calls a hook unless the hooks are closed.
  void CallHook(Hooks::Function Hooks::*hook, const char* thread_name);

  const uint32_t generation_;
  // Ending a client needs no memory.
  const FailurePtr closed_unsent_;
  const FailurePtr closed_sent_;
  const FailurePtr starved_unsent_, starved_sent_;
  // The hooks, and whether one runs: a thread that was left behind must find none.
  std::mutex hooks_mutex_;
  std::condition_variable hook_ended_;
  HooksPtr hooks_;
  int hooks_running_ = 0;
  std::unique_ptr<Thread> io_;
  std::unique_ptr<Thread> dispatcher_;
  std::atomic<bool> ended_{false};
  std::atomic<bool> dispatcher_ends_{false};  // freed inside a callback: "pz-dispatch" closes the hooks
  std::atomic<bool> key_present_{false};
  std::atomic<bool> exiting_{false};
  std::atomic<bool> end_after_call_{false};
  std::atomic<uint64_t> buffered_{0};
  std::atomic<bool> tell_when_freed_{false};
  std::array<std::atomic<int64_t>, 16> stats_{};
};

}  // namespace pixazo::client
