// Signals as something the event loop can wait for.
#pragma once

#include <signal.h>

namespace pixazo::cli {

// While it lives SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGTSTP and SIGCONT are not acted on but handed out.
// SIGPIPE is ignored from the first on: a reader that goes away must not end a paid job.
class Signals {
 public:
  Signals();
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  int fd() const { return read_; }
  int Take();   // the next one, 0 if none
  void Stop();  // what Ctrl-Z does by itself; returns when the process goes on

 private:
  int read_ = -1;
  struct sigaction before_[6] = {};
};

}  // namespace pixazo::cli
