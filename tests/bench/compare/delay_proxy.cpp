// Distance: a TCP proxy that hands every byte on half a round trip after it came, in both directions.
//
//   bench-delay-proxy --to PORT --ms 40 [--loss PERCENT]
//
// --loss: that share of what is read is late by a retransmission timeout of TCP (200 ms, the least that Linux
// waits) and a round trip, and all that follows on its connection with it, as after a lost packet.
//
// What TCP's own handshake would cost over that distance is paid by a connection's first bytes: a proxy
// cannot keep the client's connect() waiting. Prints "listening PORT" and serves loopback until stdin closes.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <functional>
#include <memory>
#include <queue>
#include <random>
#include <string>
#include <vector>

#include "gateway/clock.h"

using pixazo::bench::Now_us;

namespace {

constexpr size_t kRead = 64 << 10;
constexpr int64_t kRetransmission_us = 200'000;
constexpr size_t kMostHeld = 4 << 20;  // of one direction; then its sender has to wait
constexpr uint64_t kListener = UINT64_MAX, kStdin = UINT64_MAX - 1;

struct Piece {
  int64_t due_us;
  std::string bytes;  // "": the end
};

// One end of a proxied connection, and what is on its way to it.
struct End {
  int fd = -1;
  std::deque<Piece> coming;
  size_t held = 0;
  bool reading = true, writing = false, over = false;
};

struct Pair {
  uint64_t number;
  int64_t born_us;
  End ends[2];  // client, server
};

class Proxy {
 public:
  Proxy(int to, int64_t round_trip_us, int loss_percent)
      : to_(to), round_trip_us_(round_trip_us), loss_percent_(loss_percent) {}
  int Listen();
  void Run();

 private:
  struct Due {
    int64_t us;
    uint64_t id;
    bool operator>(const Due& other) const { return us > other.us; }
  };
  static uint64_t Id(const Pair& pair, int side) { return pair.number * 2 + static_cast<uint64_t>(side); }
  Pair* Find(uint64_t id) const { return id / 2 < pairs_.size() ? pairs_[id / 2].get() : nullptr; }
  void Accept();
  void Read(Pair& pair, int side);
  void Write(Pair& pair, int side);
  void Watch(Pair& pair, int side);
  void CloseIfOver(Pair& pair);

  const int to_;
  const int64_t round_trip_us_;
  const int loss_percent_;
  std::minstd_rand random_{1};
  int epoll_ = -1, listener_ = -1;
  std::vector<std::unique_ptr<Pair>> pairs_;  // by number; never used again, so that old events meet nobody
  std::priority_queue<Due, std::vector<Due>, std::greater<>> dues_;
};

sockaddr_in Loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int Proxy::Listen() {
  epoll_ = epoll_create1(EPOLL_CLOEXEC);
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  sockaddr_in address = Loopback(0);
  socklen_t length = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  epoll_event event{EPOLLIN, {}};
  event.data.u64 = kListener;
  if (bind(listener_, generic, length) != 0 || listen(listener_, 4096) != 0 ||
      getsockname(listener_, generic, &length) != 0 ||
      epoll_ctl(epoll_, EPOLL_CTL_ADD, listener_, &event) != 0)
    return -1;
  event.data.u64 = kStdin;
  return epoll_ctl(epoll_, EPOLL_CTL_ADD, STDIN_FILENO, &event) == 0 ? ntohs(address.sin_port) : -1;
}

void Proxy::Run() {
  epoll_event events[256];
  for (;;) {
    const int64_t wait = dues_.empty() ? -1 : std::max<int64_t>(0, (dues_.top().us - Now_us() + 999) / 1000);
    const int ready = epoll_wait(epoll_, events, 256, static_cast<int>(wait));
    for (int i = 0; i < ready; ++i) {
      const uint64_t id = events[i].data.u64;
      char byte;
      if (id == kStdin && read(STDIN_FILENO, &byte, 1) <= 0) return;
      if (id == kListener) Accept();
      if (Pair* pair = Find(id)) {
        const int side = static_cast<int>(id % 2);
        if (events[i].events & EPOLLOUT) Write(*pair, side);
        if (events[i].events & ~EPOLLOUT) Read(*pair, side);
        CloseIfOver(*pair);
      }
    }
    for (const int64_t now = Now_us(); !dues_.empty() && dues_.top().us <= now;) {
      const uint64_t id = dues_.top().id;
      dues_.pop();
      if (Pair* pair = Find(id)) {
        Write(*pair, static_cast<int>(id % 2));
        CloseIfOver(*pair);
      }
    }
  }
}

void Proxy::Accept() {
  for (int fd; (fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
    auto pair = std::make_unique<Pair>();
    pair->number = pairs_.size();
    pair->born_us = Now_us();
    pair->ends[0].fd = fd;
    pair->ends[1].fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = Loopback(to_);
    // Loopback answers from the backlog: this does not wait.
    pair->ends[1].over =
        connect(pair->ends[1].fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0;
    for (int side = 0; side < 2; ++side) {
      const int on = 1;
      setsockopt(pair->ends[side].fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      epoll_event event{EPOLLIN, {}};
      event.data.u64 = Id(*pair, side);
      epoll_ctl(epoll_, EPOLL_CTL_ADD, pair->ends[side].fd, &event);
    }
    pairs_.push_back(std::move(pair));
  }
}

void Proxy::Read(Pair& pair, int side) {
  End &from = pair.ends[side], &to = pair.ends[1 - side];
  const int64_t now = Now_us();
  const int64_t earliest = pair.born_us + round_trip_us_;  // when TCP would have been connected
  Piece piece{std::max(now, side == 0 ? earliest : now) + round_trip_us_ / 2, std::string(kRead, '\0')};
  if (static_cast<int>(random_() % 100) < loss_percent_) piece.due_us += kRetransmission_us + round_trip_us_;
  if (!to.coming.empty()) piece.due_us = std::max(piece.due_us, to.coming.back().due_us);
  const ssize_t got = recv(from.fd, piece.bytes.data(), kRead, MSG_DONTWAIT);
  if (got < 0 && errno == EAGAIN) return;
  piece.bytes.resize(static_cast<size_t>(std::max<ssize_t>(got, 0)));
  piece.bytes.shrink_to_fit();
  if (got <= 0) from.reading = false;
  to.held += piece.bytes.size();
  dues_.push({piece.due_us, Id(pair, 1 - side)});
  to.coming.push_back(std::move(piece));
  if (to.held >= kMostHeld) from.reading = false;
  if (!from.reading) Watch(pair, side);
}

void Proxy::Write(Pair& pair, int side) {
  End &to = pair.ends[side], &from = pair.ends[1 - side];
  bool blocked = false;
  while (!blocked && !to.over && !to.coming.empty() && to.coming.front().due_us <= Now_us()) {
    std::string& bytes = to.coming.front().bytes;
    if (bytes.empty()) {
      to.over = true;
      break;
    }
    const ssize_t sent = send(to.fd, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    blocked = sent < 0 && errno == EAGAIN;
    if (sent < 0 && !blocked) to.over = true;
    if (sent <= 0) continue;
    to.held -= static_cast<size_t>(sent);
    bytes.erase(0, static_cast<size_t>(sent));
    if (bytes.empty()) to.coming.pop_front();
  }
  if (blocked != to.writing) {
    to.writing = blocked;
    Watch(pair, side);
  }
  const bool ended = !to.coming.empty() && to.coming.back().bytes.empty();
  if (!from.reading && !ended && to.held < kMostHeld / 2) {
    from.reading = true;
    Watch(pair, 1 - side);
  }
}

void Proxy::Watch(Pair& pair, int side) {
  const End& end = pair.ends[side];
  epoll_event event{(end.reading ? EPOLLIN : 0u) | (end.writing ? EPOLLOUT : 0u), {}};
  event.data.u64 = Id(pair, side);
  epoll_ctl(epoll_, EPOLL_CTL_MOD, end.fd, &event);
}

void Proxy::CloseIfOver(Pair& pair) {
  if (!pair.ends[0].over && !pair.ends[1].over) return;
  for (const End& end : pair.ends) close(end.fd);
  pairs_[pair.number].reset();
}

}  // namespace

int main(int argc, char** argv) {
  int to = 0, ms = -1, loss = 0;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (!std::strcmp(argv[i], "--to")) to = std::atoi(argv[i + 1]);
    if (!std::strcmp(argv[i], "--ms")) ms = std::atoi(argv[i + 1]);
    if (!std::strcmp(argv[i], "--loss")) loss = std::atoi(argv[i + 1]);
  }
  if ((argc != 5 && argc != 7) || to <= 0 || ms < 0) {
    std::fprintf(stderr, "usage: bench-delay-proxy --to PORT --ms MS [--loss PERCENT]\n");
    return 2;
  }
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  Proxy proxy(to, int64_t{ms} * 1000, loss);
  const int port = proxy.Listen();
  if (port < 0) {
    std::perror("bench-delay-proxy");
    return 1;
  }
  std::printf("listening %d\n", port);
  std::fflush(stdout);
  proxy.Run();
  return 0;
}
