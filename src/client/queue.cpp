#include "client/queue.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include "client/job.h"

namespace pixazo::client {

using wire::Code;

EventQueue::~EventQueue() {
  while (head_) {
    Event* event = head_;
    Unlink(event);
    event->Release();
  }
  if (fd_ >= 0) close(fd_);
}

void EventQueue::SignalFd() {
  const uint64_t one = 1;
  if (fd_ >= 0) (void)!write(fd_, &one, sizeof one);
}

void EventQueue::DrainFd() {
  uint64_t count;
  if (fd_ >= 0) (void)!read(fd_, &count, sizeof count);
}

void EventQueue::Append(Event* event) {
  event->seq = next_seq_++;
  event->prev_ = tail_;
  event->next_ = nullptr;
  (tail_ ? tail_->next_ : head_) = event;
  tail_ = event;
  if (size_.fetch_add(1, std::memory_order_release) == 0) SignalFd();
  if (waiting_ > 0) changed_.notify_one();
}

void EventQueue::Unlink(Event* event) {
  (event->prev_ ? event->prev_->next_ : head_) = event->next_;
  (event->next_ ? event->next_->prev_ : tail_) = event->prev_;
  event->next_ = event->prev_ = nullptr;
  if (size_.fetch_sub(1, std::memory_order_release) == 1) DrainFd();
}

void EventQueue::Push(Ref<Event> event) {
  Ref<Event> displaced;  // let go of after the lock
  {
    std::lock_guard lock(mutex_);
    Job* job = event->job.get();
    if (job && job->done_queued_) return;
    // Also when nobody is told any more: who ends the job asks whether it was sent (Session::Abandon).
    if (event->type == EventType::kState) job->state_.store(event->state, std::memory_order_seq_cst);
    if (severed_) return;
    if (event->type == EventType::kProgress) {
      if (job->queued_progress_) {
        displaced = Ref<Event>::Adopt(job->queued_progress_);
        Unlink(displaced.get());
      }
      job->queued_progress_ = event.get();
    } else if (event->type == EventType::kLog) {
      if (logs_.size() >= kMaxLogs) {
        displaced = Ref<Event>::Adopt(logs_.front());
        logs_.pop_front();
        Unlink(displaced.get());
      }
      logs_.push_back(event.get());
    }
    Append(event.Detach());
  }
}

void EventQueue::PushDone(Job& job, core::State state) {
  Ref<Event> dropped;
  {
    std::lock_guard lock(mutex_);
    job.done_queued_ = true;
    Event* event = std::exchange(job.done_event_, nullptr);
    event->state = state;
    if (severed_) {
      dropped = Ref<Event>::Adopt(event);
    } else {
      event->job = Ref<Job>::Share(&job);
      undelivered_.fetch_add(1, std::memory_order_relaxed);
      Append(event);
    }
    job.state_.store(state, std::memory_order_seq_cst);
  }
}

void EventQueue::Finish() {
  std::lock_guard lock(mutex_);
  finished_.store(true, std::memory_order_release);
  changed_.notify_all();
}

void EventQueue::Stop() {
  std::lock_guard lock(mutex_);
  stopped_ = true;
  finished_.store(true, std::memory_order_release);
  changed_.notify_all();
}

Code EventQueue::TakeLocked(Delivery& out, bool for_call) {
  if (stopped_ || severed_) return Code::kClosed;
  if (!head_) return finished_.load(std::memory_order_acquire) ? Code::kClosed : Code::kAgain;
  Event* event = head_;
  Job* job = event->job.get();
  Unlink(event);
  if (event->type == EventType::kLog) logs_.pop_front();
  if (event->type == EventType::kProgress) job->queued_progress_ = nullptr;
  const bool own = job && job->callback_ && job->callback_->function;
  out.callback = own ? job->callback_ : fallback_;
  if (event->type == EventType::kDone) {
    undelivered_.fetch_sub(1, std::memory_order_relaxed);
    out.last = std::move(job->callback_);
  }
  out.event = Ref<Event>::Adopt(event);
  if (for_call || out.last) ++calls_;
  return Code::kOk;
}

Code EventQueue::Take(Delivery& out) {
  if (size() == 0 && !finished_.load(std::memory_order_acquire)) return Code::kAgain;
  std::lock_guard lock(mutex_);
  return TakeLocked(out, false);
}

Code EventQueue::TakeForCall(Delivery& out) {
  if (size() == 0 && !finished_.load(std::memory_order_acquire)) return Code::kAgain;
  std::lock_guard lock(mutex_);
  return TakeLocked(out, true);
}

Code EventQueue::Wait(const Deadline& deadline, Delivery& out) {
  std::unique_lock lock(mutex_);
  const uint64_t seen = interrupts_;
  for (;;) {
    const Code code = TakeLocked(out, false);
    if (code != Code::kAgain) return code;
    if (std::exchange(interrupt_next_, false) || interrupts_ != seen) return Code::kAgain;
    ++waiting_;
    const bool timed_out = deadline.never()
                               ? (changed_.wait(lock), false)
                               : changed_.wait_until(lock, deadline.at()) == std::cv_status::timeout;
    --waiting_;
    if (timed_out) return TakeLocked(out, false);
  }
}

Code EventQueue::WaitForCall(Delivery& out) {
  std::unique_lock lock(mutex_);
  for (;;) {
    const Code code = TakeLocked(out, true);
    if (code != Code::kAgain) return code;
    ++waiting_;
    changed_.wait(lock);
    --waiting_;
  }
}

void EventQueue::CallEnded() {
  std::lock_guard lock(mutex_);
  if (--calls_ == 0) call_ended_.notify_all();
}

void EventQueue::Interrupt() {
  std::lock_guard lock(mutex_);
  ++interrupts_;
  if (waiting_ == 0) interrupt_next_ = true;
  changed_.notify_all();
}

intptr_t EventQueue::WakeupFd() {
  std::lock_guard lock(mutex_);
  if (fd_ < 0) {
    fd_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (head_) SignalFd();
  }
  return fd_;
}

EventQueue::Remains::~Remains() {
  while (events_) {
    Event* event = events_;
    events_ = event->next_;
    event->Release();
  }
}

EventQueue::Remains EventQueue::Sever(uint32_t wait_ms) {
  Remains remains;
  std::unique_lock lock(mutex_);
  severed_ = true;
  finished_.store(true, std::memory_order_release);
  for (Event* event = head_; event; event = event->next_)
    if (event->type == EventType::kProgress) event->job->queued_progress_ = nullptr;
  remains.events_ = std::exchange(head_, nullptr);
  tail_ = nullptr;
  logs_.clear();
  if (size_.exchange(0, std::memory_order_release) > 0) DrainFd();
  undelivered_.store(0, std::memory_order_relaxed);
  changed_.notify_all();
  call_ended_.wait_until(lock, Deadline(wait_ms).at(), [&] { return calls_ == 0; });
  remains.fallback_ = std::move(fallback_);
  return remains;
}

CallbackPtr EventQueue::TakeCallback(Job& job) {
  std::lock_guard lock(mutex_);
  return std::move(job.callback_);
}

}  // namespace pixazo::client
