#include "client/thread.h"

#include <doctest/doctest.h>
#include <pthread.h>
#include <sched.h>

#include <atomic>
#include <csignal>
#include <string>

#include "client/bell.h"

namespace pixazo::client {
namespace {

TEST_CASE("a thread has its name, blocks every signal and is joined once") {
  std::string name;
  bool all_blocked = false;
  auto thread = Thread::Start("pz-test", [&] {
    char text[16];
    pthread_getname_np(pthread_self(), text, sizeof text);
    name = text;
    sigset_t mask;
    pthread_sigmask(SIG_SETMASK, nullptr, &mask);
    all_blocked = sigismember(&mask, SIGTERM) && sigismember(&mask, SIGALRM) && sigismember(&mask, SIGPIPE);
  });
  REQUIRE(thread);
  CHECK_FALSE(thread->IsSelf());
  CHECK(thread->JoinFor(Deadline(60'000)));
  CHECK(thread->JoinFor(Deadline(0)));
  CHECK(name == "pz-test");
  CHECK(all_blocked);
}

TEST_CASE("a thread that does not end is not waited for longer than said, and cannot join itself") {
  std::atomic<bool> go{false}, self_joined{true};
  std::unique_ptr<Thread> thread;
  std::atomic<bool> known{false};
  thread = Thread::Start("pz-test", [&] {
    while (!known) sched_yield();
    self_joined = thread->JoinFor(Deadline(60'000));
    while (!go) sched_yield();
  });
  known = true;
  CHECK_FALSE(thread->JoinFor(Deadline(5)));
  go = true;
  CHECK(thread->JoinFor(Deadline(60'000)));
  CHECK_FALSE(self_joined);
}

TEST_CASE("the bell wakes whoever waits for what became true, and a deadline ends the wait") {
  Bell bell;
  std::atomic<bool> done{false};
  CHECK_FALSE(bell.Wait(Deadline(1), [&] { return done.load(); }));
  auto thread = Thread::Start("pz-test", [&] {
    done = true;
    bell.Ring();
  });
  CHECK(bell.Wait(Deadline(UINT32_MAX), [&] { return done.load(); }));
  CHECK(thread->JoinFor(Deadline(60'000)));
}

}  // namespace
}  // namespace pixazo::client
