#include "signals.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace pixazo::cli {
namespace {

constexpr int kCaught[] = {SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGTSTP, SIGCONT};
int write_end = -1;

void Note(int signal) {
  const int error = errno;
  const char byte = static_cast<char>(signal);
  if (::write(write_end, &byte, 1) < 0) {
  }  // the pipe is full: there is plenty to wake up for
  errno = error;
}

}  // namespace

Signals::Signals() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return;
  read_ = ends[0];
  write_end = ends[1];
  ::signal(SIGPIPE, SIG_IGN);
  struct sigaction action {};
  action.sa_handler = Note;
  action.sa_flags = SA_RESTART;
  sigfillset(&action.sa_mask);
  for (size_t i = 0; i < 6; ++i) {
    ::sigaction(kCaught[i], nullptr, &before_[i]);
    // What the parent had ignored (nohup, a shell's background job) stays ignored.
    if (before_[i].sa_handler != SIG_IGN) ::sigaction(kCaught[i], &action, nullptr);
  }
}

Signals::~Signals() {
  if (read_ < 0) return;
  for (size_t i = 0; i < 6; ++i) ::sigaction(kCaught[i], &before_[i], nullptr);
  ::close(write_end);
  ::close(read_);
}

int Signals::Take() {
  char byte = 0;
  return ::read(read_, &byte, 1) == 1 ? byte : 0;
}

void Signals::Stop() { ::raise(SIGSTOP); }

}  // namespace pixazo::cli
