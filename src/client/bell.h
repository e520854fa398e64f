// Rung when a job ends. Costs the ringer one load while nobody waits.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>

#include "client/clock.h"

namespace pixazo::client {

class Bell {
 public:
  void Ring() {
    if (waiting_.load(std::memory_order_seq_cst) == 0) return;
    std::lock_guard lock(mutex_);
    rung_.notify_all();
  }

  // True once done() is; false if the deadline passed first. What done() reads is written before Ring.
  template <class Done>
  bool Wait(const Deadline& deadline, Done done) {
    std::unique_lock lock(mutex_);
    waiting_.fetch_add(1, std::memory_order_seq_cst);
    bool is_done = true;
    if (deadline.never())
      rung_.wait(lock, done);
    else
      is_done = rung_.wait_until(lock, deadline.at(), done);
    waiting_.fetch_sub(1, std::memory_order_seq_cst);
    return is_done;
  }

 private:
  std::mutex mutex_;
  std::condition_variable rung_;
  std::atomic<int> waiting_{0};
};

}  // namespace pixazo::client
