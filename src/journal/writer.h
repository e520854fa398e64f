// The one thread that writes: takes everything that waits, commits it as one transaction, says so. It
// allocates no memory of its own: a write brings what its completion needs.
#pragma once

#include <pthread.h>

#include <array>
#include <atomic>
#include <condition_variable>
#include <list>
#include <memory>
#include <mutex>
#include <set>

#include "journal/database.h"
#include "journal/journal.h"
#include "journal/lock.h"
#include "journal/marks.h"
#include "journal/places.h"
#include "journal/store.h"

namespace pixazo::journal {

// Which jobs have been written. Bounded: when too many are remembered one by one, everything below the lowest
// of them counts as written, too.
class WrittenJobs {
 public:
  explicit WrittenJobs(uint64_t first_new) : floor_(first_new) {}
  bool Add(uint64_t job);  // true: it was not among them

 private:
  uint64_t floor_;
  std::set<uint64_t> above_;
};

// What the writer takes over from Open.
struct OpenFiles {
  std::string path;
  std::unique_ptr<Lock> lock;
  std::unique_ptr<Marks> marks;
  std::unique_ptr<Places> places;
  std::unique_ptr<Database> db;
  Meta meta;
};

class Writer {
 public:
  struct Unref {
    void operator()(Writer* w) const { w->Drop(); }
  };
  using Handle = std::unique_ptr<Writer, Unref>;

  static wire::Result<Handle> Start(OpenFiles files, const Options& options);
  // Writes what is queued; after a second it returns and leaves the thread to itself.
  void Stop();

  void Put(Record record, uint64_t ticket);
  void Forget(uint64_t job);
  bool Mark(uint64_t job, uint32_t attempt);
  bool MarkEnded(uint64_t job, uint32_t doubted);
  bool Next(Journal::Completion& out);
  Journal::Counters counters() const;

 private:
  struct Done {
    uint64_t ticket = 0;
    int code = 0, system_error = 0;
    wire::Error error;  // of a write that was refused before it reached the thread
  };
  struct Op {
    enum class Kind : uint8_t { kPut, kForget, kNothing } kind = Kind::kPut;
    bool first = false;  // the job's first write, in kIntent: it has a new entry in the marks
    uint64_t job = 0;
    Record record;
    JobTexts texts;
    std::list<Done> done;  // one if there is a ticket
  };
  using Batch = std::list<Op>;

  Writer(OpenFiles files, const Options& options);
  void Drop();
  static void* Main(void* self);
  static int Busy(void* self, int count);
  static int OnCommit(void* self, sqlite3*, const char*, int pages);

  void Enqueue(Batch op);
  void Run();
  void SyncSoon();
  void WriteOut(Batch& batch);
  struct Work {
    bool any = false, sync_marks = false;
  };
  Work Wait(Batch& batch);
  int SetEntry(uint32_t place, uint64_t job, bool durable);
  int Prepare();
  int TakeNewLog();
  int TryCommit(Batch& batch);
  int Write(Op& op);
  void Committed(Batch& batch);
  void Ready(Op& op);
  void Failed(Batch& batch, int code);
  void Complete(Batch& batch, int code, int system_error);
  void Checkpoint(bool erase);
  void Close();

  // The caller's side and the thread's.
  const std::string path_;
  const bool digest_bodies_;
  std::atomic<int> references_{2};
  pthread_t thread_{};
  mutable std::mutex mutex_;
  std::condition_variable work_, closed_;
  Batch queue_;
  std::list<Done> done_;
  WrittenJobs written_;
  Journal::Counters counters_;
  bool stopping_ = false, is_closed_ = false, sync_marks_ = false;
  std::atomic<bool> hurry_{false};
  std::mutex wake_mutex_;
  std::function<void()> wake_;
  std::mutex entry_mutex_;  // over one entry's write: an end is never overwritten by what came before it
  std::unique_ptr<Places> places_;
  std::unique_ptr<Marks> marks_;

  // The thread's.
  std::unique_ptr<Lock> lock_;
  std::unique_ptr<Database> db_;
  std::unique_ptr<Store> store_;
  Watched log_;
  Batch retry_;  // failed, in order, before everything that waits
  std::array<uint64_t, 64> refused_;
  size_t refused_count_ = 0;
  uint32_t failures_in_a_row_ = 0;
  int log_pages_ = 0, checkpoint_at_ = 0;
  int system_error_ = 0;
  bool wait_for_others_ = true;
};

}  // namespace pixazo::journal
