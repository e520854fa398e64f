// What hosts ask of the I/O thread. The lock is held for a push and a swap only; the thread is woken only
// when the box was empty. New jobs are linked through themselves: handing one over needs no memory.
#pragma once

#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "client/handle.h"
#include "client/job.h"
#include "transport/transport.h"

namespace pixazo::client {

struct Command {
  enum class Kind {
    kCancel,  // job
    kCancelAll,
    kUrlProvided,  // job
    kSetKey,       // text: the key, "" for none
    kPause,
    kResume,
    kForget,  // id; job if it is still known
    kWebhook,      // text: the nonce that one came with
  };
  Kind kind;
  Ref<Job> job;
  std::string text;
  core::JobId id = 0;
  uint64_t turn = 0;  // the mailbox's: in which order it was asked
};

class Mailbox {
 public:
  // What is asked without an order and without memory.
  enum Signal : uint32_t {
    kBytesFreed = 1,  // downloads to memory may go on
    kClose = 2,       // end every job
    kStop = 4,        // kClose, then end the thread
    kQuit = 8,        // end the thread at once: the process exits
    kRecorded = 16,   // the journal has completions
  };
  ~Mailbox() { Close(); }

  // All: false once the thread is gone; nobody will read it. Only a command needs memory; commit() runs when
  // there is enough, and says whether the command is still wanted.
  bool Post(Command command) {
    return Post(std::move(command), [] { return true; });
  }
  template <class Commit>
  bool Post(Command command, Commit commit) {
    std::lock_guard lock(mutex_);
    if (closed_) return false;
    if (commands_.size() == commands_.capacity()) commands_.reserve(2 * commands_.capacity() + 8);
    if (!commit()) return true;
    command.turn = turns_++;
    WakeIfEmpty();
    commands_.push_back(std::move(command));
    return true;
  }
  bool PostStart(const Ref<Job>& job);
  bool PostDelivered(const Ref<Job>& job);  // its DONE has been taken; once a job
  bool Post(Signal signal);

  // What was asked since the last time, in the order in which it was.
  class Letters {
   public:
    // One of both is set, or none: nothing is left.
    struct Letter {
      Ref<Job> job;  // to start
      Command* command = nullptr;
    };
    Letter Next();
    Ref<Job> NextDelivered();
    uint32_t signals() const { return signals_; }

   private:
    friend class Mailbox;
    std::vector<Command> commands_;
    size_t next_ = 0;
    Ref<Job> jobs_;
    Ref<Job> delivered_;
    uint32_t signals_ = 0;
  };
  // The I/O thread's. False: closed, the thread was left behind.
  bool Take(Letters& out);
  void Connect(transport::Transport* transport);
  void Close();

 private:
  void WakeIfEmpty();  // before something is put in

  std::mutex mutex_;
  std::vector<Command> commands_;
  Job* first_ = nullptr;  // each link is an owner
  Job* last_ = nullptr;
  Job* delivered_ = nullptr;  // the latest first
  uint64_t turns_ = 0;
  uint32_t signals_ = 0;
  transport::Transport* transport_ = nullptr;
  bool closed_ = false;
};

}  // namespace pixazo::client
