// A disk that fails, hangs or loses its power when a test says so. SQLite goes through it as its default file
// layer, the journal's own calls through the linker's --wrap.
#pragma once

#include <cstdint>
#include <string>

namespace pixazo::test {

class Disk {
 public:
  enum class Way {
    kOnce,    // the n-th step fails, the next works again
    kAlways,  // from the n-th on every step fails
    kDie,     // the process ends in the n-th step, without cleaning up
  };
  enum class Steps { kAll, kSyncs, kWrites, kThreads };

  static Disk& Get();

  // Steps count from 1: creating, writing, truncating, syncing, renaming, removing, locking.
  void FailAt(uint64_t n, Way way, int error, Steps steps = Steps::kAll);
  void Work();                       // no more failures
  uint64_t steps() const;            // since FailAt
  bool failed() const;               // since FailAt
  uint64_t directory_syncs() const;  // fsync of a directory, since the program began
  // Every sync of a log hangs until Work or Release.
  void Hold();
  void WaitUntilHeld();
  void Release();
  // The same for syncs of the marks.
  void HoldMarks();
  void WaitUntilMarksHeld();
  // The same for what SQLite allocates, with a lock of its own held.
  void HoldMemory();
  void WaitUntilMemoryHeld();
  uint64_t mark_syncs() const;  // that have ended, since the program began
};

// The n-th allocation of SQLite's from now on fails, and all after it; 0: none.
void FailSqliteMemory(uint64_t n);
bool SqliteMemoryFailed();

// operator new of the calling thread, since it began.
uint64_t Allocations();

}  // namespace pixazo::test
