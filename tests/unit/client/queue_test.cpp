#include "client/queue.h"

#include <doctest/doctest.h>
#include <poll.h>

#include <thread>

#include "unit/client/room.h"

namespace pixazo::client {
namespace {

using core::State;
using wire::Code;

EventType Next(EventQueue& queue) {
  EventQueue::Delivery delivery;
  REQUIRE(queue.Take(delivery) == Code::kOk);
  const EventType type = delivery.event->type;
  if (delivery.last) queue.CallEnded();
  return type;
}

bool Readable(intptr_t fd) {
  pollfd p{static_cast<int>(fd), POLLIN, 0};
  return poll(&p, 1, 0) == 1;
}

TEST_CASE("events come out in the order in which they went in, numbered") {
  auto session = MakeSession();
  EventQueue& queue = session->queue;
  for (auto type : {EventType::kState, EventType::kOutput, EventType::kNeedKey})
    queue.Push(MakeEvent(type, type == EventType::kNeedKey ? Ref<Job>() : MakeJob(session)));
  EventQueue::Delivery delivery;
  uint64_t last = 0;
  for (auto type : {EventType::kState, EventType::kOutput, EventType::kNeedKey}) {
    REQUIRE(queue.Take(delivery) == Code::kOk);
    CHECK(delivery.event->type == type);
    CHECK(delivery.event->seq > last);
    last = delivery.event->seq;
  }
  CHECK(queue.Take(delivery) == Code::kAgain);
}

TEST_CASE("only the newest PROGRESS of a job is kept, where it was pushed last") {
  auto session = MakeSession();
  EventQueue& queue = session->queue;
  Ref<Job> a = MakeJob(session, 1), b = MakeJob(session, 2);
  auto progress = [&](const Ref<Job>& job, double value) {
    Ref<Event> event = MakeEvent(EventType::kProgress, job);
    event->SetProgress(value);
    queue.Push(std::move(event));
  };
  progress(a, 0.1);
  progress(b, 0.5);
  queue.Push(MakeEvent(EventType::kOutput, a));
  progress(a, 0.2);
  progress(a, 0.3);
  CHECK(queue.size() == 3);
  EventQueue::Delivery delivery;
  REQUIRE(queue.Take(delivery) == Code::kOk);
  CHECK(delivery.event->job.get() == b.get());
  CHECK(Next(queue) == EventType::kOutput);
  REQUIRE(queue.Take(delivery) == Code::kOk);
  CHECK(delivery.event->progress() == 0.3);
  progress(a, 0.4);  // the one before was taken: this one is new
  CHECK(queue.size() == 1);
  Next(queue);
}

TEST_CASE("the oldest LOG lines are dropped, other events never") {
  auto session = MakeSession();
  EventQueue& queue = session->queue;
  queue.Push(MakeEvent(EventType::kState, MakeJob(session)));
  for (size_t i = 0; i < EventQueue::kMaxLogs + 10; ++i) {
    Ref<Event> event = MakeEvent(EventType::kLog);
    event->Add().text = std::to_string(i);
    queue.Push(std::move(event));
  }
  CHECK(queue.size() == EventQueue::kMaxLogs + 1);
  CHECK(Next(queue) == EventType::kState);
  EventQueue::Delivery delivery;
  REQUIRE(queue.Take(delivery) == Code::kOk);
  CHECK(delivery.event->details().text == "10");
}

TEST_CASE("DONE sets the state, comes last, and nothing of its job is queued after it") {
  auto session = MakeSession();
  EventQueue& queue = session->queue;
  Ref<Job> job = MakeJob(session);
  Ref<Event> state = MakeEvent(EventType::kState, job);
  state->state = State::kSubmitting;
  queue.Push(std::move(state));
  CHECK(job->state() == State::kSubmitting);
  queue.PushDone(*job, State::kFailed);
  CHECK(job->state() == State::kFailed);
  CHECK(queue.undelivered() == 1);
  Ref<Event> late = MakeEvent(EventType::kState, job);
  late->state = State::kQueued;
  queue.Push(std::move(late));
  CHECK(job->state() == State::kFailed);
  CHECK(Next(queue) == EventType::kState);
  CHECK(Next(queue) == EventType::kDone);
  CHECK(queue.size() == 0);
  CHECK(queue.undelivered() == 0);
}

TEST_CASE("the descriptor is readable exactly while the queue is non-empty") {
  auto session = MakeSession();
  EventQueue& queue = session->queue;
  const intptr_t fd = queue.WakeupFd();
  CHECK_FALSE(Readable(fd));
  queue.Push(MakeEvent(EventType::kLog));
  queue.Push(MakeEvent(EventType::kLog));
  CHECK(Readable(fd));
  Next(queue);
  CHECK(Readable(fd));
  Next(queue);
  CHECK_FALSE(Readable(fd));
  queue.Push(MakeEvent(EventType::kLog));
  queue.Sever(0);
  CHECK_FALSE(Readable(fd));
}

TEST_CASE("a finished queue can be drained, then it is closed, and a stopped one is closed at once") {
  auto session = MakeSession();
  EventQueue::Delivery delivery;
  session->queue.Push(MakeEvent(EventType::kLog));
  session->queue.Finish();
  CHECK(session->queue.Take(delivery) == Code::kOk);
  CHECK(session->queue.Take(delivery) == Code::kClosed);
  CHECK(session->queue.Wait(Deadline(UINT32_MAX), delivery) == Code::kClosed);
  auto other = MakeSession();
  other->queue.Push(MakeEvent(EventType::kLog));
  other->queue.Stop();
  CHECK(other->queue.Take(delivery) == Code::kClosed);
}

TEST_CASE("waiting ends with an event, an interruption, the deadline or the end") {
  auto session = MakeSession();
  EventQueue& queue = session->queue;
  EventQueue::Delivery delivery;
  CHECK(queue.Wait(Deadline(1), delivery) == Code::kAgain);
  queue.Interrupt();
  CHECK(queue.Wait(Deadline(UINT32_MAX), delivery) == Code::kAgain);
  std::thread push([&] { queue.Push(MakeEvent(EventType::kLog)); });
  CHECK(queue.Wait(Deadline(UINT32_MAX), delivery) == Code::kOk);
  push.join();
  std::thread interrupt([&] { queue.Interrupt(); });
  CHECK(queue.Wait(Deadline(UINT32_MAX), delivery) == Code::kAgain);
  interrupt.join();
  std::thread finish([&] { queue.Finish(); });
  CHECK(queue.Wait(Deadline(UINT32_MAX), delivery) == Code::kClosed);
  finish.join();
}

int g_destroyed = 0;
CallbackPtr MakeCallback() {
  return std::make_shared<const Callback>([](const Event*, void*) {}, nullptr, [](void*) { ++g_destroyed; });
}

TEST_CASE(
    "severing drops every event, refuses new ones, and lets go of callbacks only when what it returns goes") {
  g_destroyed = 0;
  auto session = MakeSession({}, {"", MakeCallback(), nullptr});
  EventQueue& queue = session->queue;
  Ref<Job> job = MakeJob(session, 1, {}, -1, MakeCallback());
  for (auto type : {EventType::kState, EventType::kProgress, EventType::kOutput})
    queue.Push(MakeEvent(type, job));
  {
    auto remains = queue.Sever(0);
    CHECK(queue.size() == 0);
    queue.Push(MakeEvent(EventType::kLog));
    CHECK(queue.size() == 0);
    CHECK(g_destroyed == 0);
  }
  CHECK(g_destroyed == 1);
  queue.PushDone(*job, State::kCancelled);
  CHECK(job->state() == State::kCancelled);
  CHECK(queue.size() == 0);
  queue.TakeCallback(*job).reset();
  CHECK(g_destroyed == 2);
}

TEST_CASE("severing waits for a callback that runs, and not for ever") {
  auto session = MakeSession();
  EventQueue& queue = session->queue;
  queue.Push(MakeEvent(EventType::kLog));
  EventQueue::Delivery delivery;
  REQUIRE(queue.TakeForCall(delivery) == Code::kOk);
  queue.Sever(10);  // returns although it still runs
  std::thread caller([&] { queue.CallEnded(); });
  queue.Sever(60'000);
  caller.join();
}

TEST_CASE("four threads push, four take: every DONE arrives once") {
  constexpr int kJobs = 400;
  auto session = MakeSession();
  std::vector<std::thread> threads;
  std::atomic<int> dones{0}, pushers{4};
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < kJobs / 4; ++i) {
        Ref<Job> job = MakeJob(session, static_cast<core::JobId>(t * kJobs + i + 1));
        for (auto type : {EventType::kState, EventType::kProgress, EventType::kLog})
          session->queue.Push(MakeEvent(type, job));
        session->queue.PushDone(*job, State::kCompleted);
      }
      if (--pushers == 0) session->queue.Finish();
    });
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      EventQueue::Delivery delivery;
      while (session->queue.Wait(Deadline(UINT32_MAX), delivery) == Code::kOk)
        if (delivery.event->type == EventType::kDone) ++dones;
    });
  for (auto& thread : threads) thread.join();
  CHECK(dones == kJobs);
}

}  // namespace
}  // namespace pixazo::client
