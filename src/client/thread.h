// A thread that can be joined within a bound, and left behind when it does not stop in time.
#pragma once

#include <pthread.h>

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>

#include "client/clock.h"

namespace pixazo::client {

class Thread {
 public:
  // All signals are blocked in it. nullptr: no thread to be had; body is destroyed.
  static std::unique_ptr<Thread> Start(const char* name, std::function<void()> body);
  ~Thread();  // leaves it behind if it was not joined
  Thread(const Thread&) = delete;
  Thread& operator=(const Thread&) = delete;

  bool JoinFor(const Deadline& deadline);  // true: it has ended and is joined; any thread but itself
  bool IsSelf() const { return pthread_equal(id_, pthread_self()); }

 private:
  struct State {
    const char* name;
    std::function<void()> body;
    std::mutex mutex;
    std::condition_variable ended_changed;
    bool ended = false;
    bool joined = false;
  };
  explicit Thread(std::shared_ptr<State> state) : state_(std::move(state)) {}
  static void* Main(void* state);

  const std::shared_ptr<State> state_;
  pthread_t id_{};
};

}  // namespace pixazo::client
