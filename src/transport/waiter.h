// Waits for sockets, and can be woken. libcurl's own curl_multi_poll does the same with a pair of sockets: a
// wake-up through it costs the host's thread twice as much as an eventfd (tests/bench/frame.c), and it copies
// every socket once more.
#pragma once

#include <poll.h>

#include <atomic>
#include <vector>

namespace pixazo::transport {

class Waiter {
 public:
  Waiter() = default;
  ~Waiter();
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;

  bool Open();  // false: no descriptor is left

  // Any thread. Ends the wait that runs, or the next one; several before that are one.
  void Wake();
  bool woken() const { return woken_.load(std::memory_order_relaxed); }
  // What was done before the calls of Wake that are forgotten here is seen after it.
  void ForgetWake();

  // Until one of `sockets` is ready (its revents say so), Wake was called, or the time is over.
  // False: waiting is not possible at the moment (no memory).
  bool Wait(std::vector<pollfd>& sockets, int timeout_ms);

 private:
  void Drain() const;

  int fd_ = -1;
  std::atomic<bool> woken_{false};
};

}  // namespace pixazo::transport
