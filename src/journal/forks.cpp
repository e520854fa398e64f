#include "journal/forks.h"

#include <pthread.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>

namespace pixazo::journal {
namespace {

// A commit on a slow disk is over by then; one on a disk that hangs holds no fork up for longer.
constexpr auto kForkBound = std::chrono::seconds(1);

// Never destroyed: threads may outlive static destructors.
struct Forks {
  std::mutex door;  // held from before a fork until after it: nobody begins to use SQLite
  std::mutex mutex;
  std::condition_variable left;
  int users = 0;
  bool is_quiet = true;  // at the last fork
};
Forks& TheForks() {
  static Forks* forks = new Forks;
  return *forks;
}

std::atomic<bool> g_unusable{false};

void BeforeFork() {
  Forks& forks = TheForks();
  forks.door.lock();
  std::unique_lock lock(forks.mutex);
  forks.is_quiet = forks.left.wait_for(lock, kForkBound, [&] { return forks.users == 0; });
  lock.release();  // nobody leaves in the middle of the fork
}

void AfterFork() {
  TheForks().mutex.unlock();
  TheForks().door.unlock();
}

// It has none of the parent's threads.
void AfterForkInChild() {
  if (!TheForks().is_quiet) g_unusable = true;
  TheForks().users = 0;
  AfterFork();
}

}  // namespace

wire::Error WatchForks() {
  static const bool watching = pthread_atfork(&BeforeFork, &AfterFork, &AfterForkInChild) == 0;
  if (!watching) return wire::MakeError(wire::Code::kNoMemory, "fork cannot be watched: out of memory");
  if (!g_unusable) return {};
  return wire::MakeError(
      wire::Code::kInvalidState,
      "no journal can be opened in this process: it was forked while its parent's journal waited "
      "for the disk; fork again, or execute a program");
}

SqliteUse::SqliteUse() {
  const std::lock_guard door(TheForks().door);
  const std::lock_guard lock(TheForks().mutex);
  ++TheForks().users;
}

SqliteUse::~SqliteUse() {
  const std::lock_guard lock(TheForks().mutex);
  --TheForks().users;
  TheForks().left.notify_all();
}

}  // namespace pixazo::journal
