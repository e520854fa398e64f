#include "client/thread.h"

#include <csignal>

namespace pixazo::client {

void* Thread::Main(void* argument) {
  std::unique_ptr<std::shared_ptr<State>> mine(static_cast<std::shared_ptr<State>*>(argument));
  const std::shared_ptr<State> state = std::move(*mine);
  mine.reset();
#if defined(__linux__)
  pthread_setname_np(pthread_self(), state->name);
#endif
  state->body();
  state->body = nullptr;  // what it captured goes on this thread, before anybody is told
  {
    std::lock_guard lock(state->mutex);
    state->ended = true;
    state->ended_changed.notify_all();
  }
  return nullptr;
}

std::unique_ptr<Thread> Thread::Start(const char* name, std::function<void()> body) {
  auto state = std::make_shared<State>();
  state->name = name;
  state->body = std::move(body);
  state->joined = true;  // until there is something to join
  std::unique_ptr<Thread> thread(new Thread(std::move(state)));
  auto argument = std::make_unique<std::shared_ptr<State>>(thread->state_);
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  const int failed = pthread_create(&thread->id_, nullptr, &Thread::Main, argument.get());
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (failed) return nullptr;
  argument.release();
  std::lock_guard lock(thread->state_->mutex);
  thread->state_->joined = false;
  return thread;
}

Thread::~Thread() {
  std::lock_guard lock(state_->mutex);
  if (!std::exchange(state_->joined, true)) pthread_detach(id_);
}

bool Thread::JoinFor(const Deadline& deadline) {
  if (IsSelf()) return false;
  std::unique_lock lock(state_->mutex);
  if (!state_->ended_changed.wait_until(lock, deadline.at(), [&] { return state_->ended; })) return false;
  if (std::exchange(state_->joined, true)) return true;
  lock.unlock();  // its last step is to let go of this lock
  pthread_join(id_, nullptr);
  return true;
}

}  // namespace pixazo::client
