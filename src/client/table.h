// The jobs of a client that hosts can still be told about, and the one gate through which new ones come in:
// open or closed, submit keys, limits, budget. Any thread; the lock is held over nothing that waits.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "client/handle.h"
#include "client/job.h"
#include "client/ledger.h"
#include "wire/result.h"

namespace pixazo::client {

class JobTable {
 public:
  struct Limits {
    uint32_t in_flight = 0;
    uint32_t undelivered = 0;
  };
  JobTable(Limits limits, Ledger ledger) : limits_(limits), ledger_(ledger) {}

  // Lets the job in, or names the job that has its submit key already, or says why not.
  wire::Result<Ref<Job>> Admit(const Ref<Job>& job, uint32_t undelivered);
  // Sets aside what a job of an earlier life that is still to be sent may cost, or kBudget. Negative: its row
  // does not say. Anyway: it was sent already.
  wire::Result<int64_t> Reserve(int64_t high_estimate);
  void ReserveAnyway(int64_t amount);
  // A job of an earlier life, over no limit, with what was set aside for it. False: closed, and given back.
  // Keep: it has ended and is delivered already.
  bool Readmit(const Ref<Job>& job, int64_t reserved);
  bool Keep(const Ref<Job>& job);
  void Forget(core::JobId id);  // of a job that has ended: its submit key means nothing any more
  void Settle(const Job& job);  // the job has ended
  void Queued() { unfinished_.fetch_sub(1, std::memory_order_seq_cst); }  // its DONE is in the queue
  void Delivered(const Job& job);                                         // its DONE has been taken
  void Close();                                                           // no more come in
  Ref<Job> Find(core::JobId id) const;                                    // may be empty
  // Bytes of a finished job that nobody but this table owns.
  void Trim(core::JobId id);
  using Jobs = std::unordered_map<core::JobId, Ref<Job>>;
  Jobs Clear();  // needs no memory
  std::vector<Ref<Job>> Copy() const;
  Ref<Job> AnyAlive() const;  // one that has not ended; needs no memory

  bool closed() const { return closed_.load(std::memory_order_acquire); }
  uint32_t live() const { return live_.load(std::memory_order_seq_cst); }
  uint32_t unfinished() const {
    return unfinished_.load(std::memory_order_seq_cst);
  }  // let in, DONE not queued yet
  int64_t spent() const;
  int64_t reserved() const;

 private:
  void Insert(const Ref<Job>& job);

  const Limits limits_;
  mutable std::mutex mutex_;
  Ledger ledger_;
  Jobs jobs_;  // live, or undelivered, or with a submit key
  std::unordered_map<std::string, core::JobId> keys_;
  std::atomic<uint32_t> live_{0};
  std::atomic<uint32_t> unfinished_{0};
  std::atomic<bool> closed_{false};
};

}  // namespace pixazo::client
