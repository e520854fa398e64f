// The one queue of events of a client: first in, first out, bounded. PROGRESS keeps the newest per job, LOG
// drops the oldest, everything else stays until it is taken; DONE is a job's last event and needs no memory
// to be queued. Any thread.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <utility>

#include "client/callback.h"
#include "client/clock.h"
#include "client/event.h"
#include "client/handle.h"
#include "wire/result.h"

namespace pixazo::client {

class EventQueue {
 public:
  static constexpr size_t kMaxLogs = 1024;

  explicit EventQueue(CallbackPtr fallback) : fallback_(std::move(fallback)) {}
  ~EventQueue();

  // -- The I/O thread's --
  // Queues an event; one of a job whose DONE is queued is dropped. The job's public state moves with it.
  void Push(Ref<Event> event);
  // The job's last event and its terminal state, at once: who sees the state can take the event.
  void PushDone(Job& job, core::State state);
  // No more events will come: what is queued can still be taken, then takers are told kClosed.
  void Finish();

  // -- The hosts' --
  struct Delivery {
    Ref<Event> event;
    CallbackPtr callback;  // the job's own, or the client's; may be null
    CallbackPtr last;  // with a DONE: the job's own callback, to be let go of after delivery, then CallEnded
  };
  // kOk, kAgain (empty), kClosed (empty and finished). The fast path of an empty queue takes no lock.
  wire::Code Take(Delivery& out);
  wire::Code Wait(const Deadline& deadline, Delivery& out);  // kAgain: timed out or interrupted
  // As Take and Wait, and the caller is about to run the callback: Sever waits for CallEnded.
  wire::Code TakeForCall(Delivery& out);
  wire::Code WaitForCall(Delivery& out);
  void CallEnded();
  void Interrupt();     // everyone who waits now, or else the next one, gets kAgain
  intptr_t WakeupFd();  // level-triggered; -1 if there is no descriptor to be had

  size_t size() const { return size_.load(std::memory_order_acquire); }
  uint32_t undelivered() const { return undelivered_.load(std::memory_order_relaxed); }  // DONEs

  // -- The end --
  // From now on nothing is queued or taken. Waits at most wait_ms for a callback that runs on another thread.
  // What is returned must be let go of with no lock held.
  class Remains {
   public:
    Remains() = default;
    Remains(Remains&& other) noexcept
        : events_(std::exchange(other.events_, nullptr)), fallback_(std::move(other.fallback_)) {}
    ~Remains();

   private:
    friend class EventQueue;
    Event* events_ = nullptr;
    CallbackPtr fallback_;
  };
  Remains Sever(uint32_t wait_ms);
  CallbackPtr TakeCallback(Job& job);
  void Stop();  // takers are told kClosed at once (exit)

 private:
  wire::Code TakeLocked(Delivery& out, bool for_call);
  void Append(Event* event);
  void Unlink(Event* event);
  void SignalFd();
  void DrainFd();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::condition_variable call_ended_;
  Event* head_ = nullptr;
  Event* tail_ = nullptr;
  std::deque<Event*> logs_;  // those in the queue, oldest first
  CallbackPtr fallback_;
  uint64_t next_seq_ = 1;
  uint64_t interrupts_ = 0;
  uint32_t waiting_ = 0;
  uint32_t calls_ = 0;
  int fd_ = -1;
  bool interrupt_next_ = false;
  bool severed_ = false;
  bool stopped_ = false;
  std::atomic<bool> finished_{false};
  std::atomic<size_t> size_{0};
  std::atomic<uint32_t> undelivered_{0};
};

}  // namespace pixazo::client
