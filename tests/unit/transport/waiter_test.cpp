#include "transport/waiter.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <thread>
#include <utility>
#include <vector>

using pixazo::transport::Waiter;

namespace {

constexpr int kForEver = -1, kNow = 0;

bool Readable(const std::vector<pollfd>& sockets) { return (sockets.at(0).revents & POLLIN) != 0; }

struct Pipe {
  Pipe() { REQUIRE(pipe(ends.data()) == 0); }
  ~Pipe() {
    close(ends[0]);
    if (ends[1] >= 0) close(ends[1]);
  }
  std::array<int, 2> ends{};
};

}  // namespace

TEST_CASE("a wake-up ends the wait that runs, or the next one, and several are one") {
  Waiter waiter;
  REQUIRE(waiter.Open());
  std::vector<pollfd> none;
  waiter.Wake();
  waiter.Wake();
  CHECK(waiter.Wait(none, kForEver));
  CHECK(waiter.woken());
  waiter.ForgetWake();
  CHECK_FALSE(waiter.woken());
  CHECK(waiter.Wait(none, kNow));
  CHECK_FALSE(waiter.woken());
  std::thread other([&] { waiter.Wake(); });
  while (!waiter.woken()) CHECK(waiter.Wait(none, kForEver));
  other.join();
  CHECK(none.empty());
}

TEST_CASE("what was done before a wake-up is seen, however many wake and however often it is forgotten") {
  constexpr int kRings = 20'000, kThreads = 3;
  Waiter waiter;
  REQUIRE(waiter.Open());
  std::array<std::atomic<int>, kThreads> done{};
  std::vector<std::thread> threads;
  for (std::atomic<int>& mine : done)
    threads.emplace_back([&] {
      for (int i = 1; i <= kRings; ++i) {
        mine.store(i, std::memory_order_relaxed);
        waiter.Wake();
      }
    });
  // A lost one ends in a wait for ever: ctest's time limit is the failure.
  std::vector<pollfd> none;
  for (int seen = 0; seen < kThreads * kRings;) {
    while (!waiter.woken()) waiter.Wait(none, kForEver);
    waiter.ForgetWake();
    seen = 0;
    for (const std::atomic<int>& d : done) seen += d.load(std::memory_order_relaxed);
  }
  for (std::thread& thread : threads) thread.join();
}

TEST_CASE(
    "a socket that is ready, or whose other end is gone, ends the wait, and one that is not says nothing") {
  Waiter waiter;
  REQUIRE(waiter.Open());
  Pipe pipe;
  std::vector<pollfd> sockets{{pipe.ends[0], POLLIN, POLLIN}};
  CHECK(waiter.Wait(sockets, kNow));
  CHECK(sockets.at(0).revents == 0);
  REQUIRE(write(pipe.ends[1], "x", 1) == 1);
  CHECK(waiter.Wait(sockets, kForEver));
  CHECK(Readable(sockets));
  char byte = 0;
  REQUIRE(read(pipe.ends[0], &byte, 1) == 1);
  close(std::exchange(pipe.ends[1], -1));
  CHECK(waiter.Wait(sockets, kForEver));
  CHECK((sockets.at(0).revents & POLLHUP) != 0);
  CHECK_FALSE(waiter.woken());
  REQUIRE(sockets.size() == 1);
}
