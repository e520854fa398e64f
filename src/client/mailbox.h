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
    kBytesFreed,  // downloads to memory may go on
    kClose,       // end every job
    kStop,        // kClose, then end the thread
    kQuit,        // end the thread at once: the process exits
  };
  Kind kind;
  Ref<Job> job;
  std::string text;
  uint64_t turn = 0;  // the mailbox's: in which order it was asked
};

class Mailbox {
 public:
  ~Mailbox() { Close(); }

  // Both: false once the thread is gone; nobody will read it.
  bool Post(Command command);
  bool PostStart(const Ref<Job>& job);

  // What was asked since the last time, in the order in which it was.
  class Letters {
   public:
    // One of both is set, or none: nothing is left.
    struct Letter {
      Ref<Job> job;  // to start
      Command* command = nullptr;
    };
    Letter Next();

   private:
    friend class Mailbox;
    std::vector<Command> commands_;
    size_t next_ = 0;
    Ref<Job> jobs_;
  };
  // The I/O thread's. False: closed, the thread was left behind.
  bool Take(Letters& out);
  void Connect(transport::Transport* transport);
  void Close();

 private:
  bool empty() const { return commands_.empty() && !first_; }

  std::mutex mutex_;
  std::vector<Command> commands_;
  Job* first_ = nullptr;  // each link is an owner
  Job* last_ = nullptr;
  uint64_t turns_ = 0;
  transport::Transport* transport_ = nullptr;
  bool closed_ = false;
};

}  // namespace pixazo::client
