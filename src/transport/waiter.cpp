#include "transport/waiter.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

namespace pixazo::transport {

Waiter::~Waiter() {
  if (fd_ >= 0) close(fd_);
}

bool Waiter::Open() {
  fd_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  return fd_ >= 0;
}

void Waiter::Wake() {
  if (woken_.exchange(true, std::memory_order_acq_rel)) return;
  const uint64_t one = 1;
  while (write(fd_, &one, sizeof one) < 0 && errno == EINTR) {  // EAGAIN: it is readable already
  }
}

void Waiter::Drain() const {
  uint64_t rings = 0;
  while (read(fd_, &rings, sizeof rings) < 0 && errno == EINTR) {
  }
}

void Waiter::ForgetWake() {
  if (!woken()) return;
  Drain();
  woken_.exchange(false, std::memory_order_acq_rel);
}

bool Waiter::Wait(std::vector<pollfd>& sockets, int timeout_ms) {
  sockets.push_back({fd_, POLLIN, 0});
  const int ready = poll(sockets.data(), sockets.size(), timeout_ms);
  const bool interrupted = ready < 0 && errno == EINTR;
  const bool rung = ready > 0 && sockets.back().revents != 0;
  sockets.pop_back();
  if (rung && !woken()) Drain();  // the ring of a wake-up that was forgotten before it was rung
  if (ready <= 0)                 // poll may have written nothing
    for (pollfd& socket : sockets) socket.revents = 0;
  return ready >= 0 || interrupted;
}

}  // namespace pixazo::transport
