#include "client/table.h"

#include <doctest/doctest.h>

#include <thread>

#include "unit/client/room.h"

namespace pixazo::client {
namespace {

using core::State;
using wire::Charged;
using wire::Code;

void Finish(JobTable& table, Job& job, Charged charged) {
  job.SetEnd(charged, nullptr);
  table.Settle(job);
  table.Queued();
}

TEST_CASE("a job is let in once, found while it can be told about, and forgotten when its DONE was taken") {
  auto session = MakeSession();
  JobTable table({10, 10}, Ledger(-1, -1));
  Ref<Job> job = MakeJob(session, 7);
  auto admitted = table.Admit(job, 0);
  REQUIRE(admitted.ok());
  CHECK(admitted->get() == job.get());
  CHECK(table.live() == 1);
  CHECK(table.Find(7).get() == job.get());
  Finish(table, *job, Charged::kNo);
  CHECK(table.live() == 0);
  CHECK(table.Find(7).get() == job.get());
  table.Delivered(*job);
  CHECK_FALSE(table.Find(7));
}

TEST_CASE("limits: in flight, undelivered, closed") {
  auto session = MakeSession();
  JobTable table({2, 3}, Ledger(-1, -1));
  REQUIRE(table.Admit(MakeJob(session, 1), 0).ok());
  CHECK(table.Admit(MakeJob(session, 2), 3).error().code == Code::kLimit);
  REQUIRE(table.Admit(MakeJob(session, 2), 2).ok());
  CHECK(table.Admit(MakeJob(session, 3), 0).error().code == Code::kLimit);
  Job::Make found;  // by a webhook: paid for already
  found.kind = core::JobSpec::Kind::kAttach;
  found.Follow().origin = 1;
  REQUIRE(table.Admit(Ref<Job>::Adopt(new Job(5, session, std::move(found), nullptr)), 3).ok());
  table.Close();
  CHECK(table.Admit(MakeJob(session, 4), 0).error().code == Code::kClosed);
  CHECK(table.unfinished() == 3);
}

TEST_CASE("one submit key is one job, also after it has ended and been delivered") {
  auto session = MakeSession();
  JobTable table({10, 10}, Ledger(-1, -1));
  Ref<Job> first = MakeJob(session, 1, "key");
  REQUIRE(table.Admit(first, 0).ok());
  CHECK(table.Admit(MakeJob(session, 2, "key"), 0)->get() == first.get());
  CHECK(table.live() == 1);
  REQUIRE(table.Admit(MakeJob(session, 3, "other"), 0).ok());
  Finish(table, *first, Charged::kYes);
  table.Delivered(*first);
  CHECK(table.Admit(MakeJob(session, 4, "key"), 10)->get() ==
        first.get());  // limits do not matter: nothing new
}

TEST_CASE("one submit key from many threads at once is one job") {
  auto session = MakeSession();
  JobTable table({1000, 1000}, Ledger(-1, -1));
  std::vector<std::thread> threads;
  std::atomic<int> winners{0};
  for (core::JobId id = 1; id <= 8; ++id)
    threads.emplace_back([&, id] {
      for (int i = 0; i < 100; ++i) {
        Ref<Job> job = MakeJob(session, id * 1000 + static_cast<core::JobId>(i), "key-" + std::to_string(i));
        auto admitted = table.Admit(job, 0);
        winners += admitted.ok() && admitted->get() == job.get();
      }
    });
  for (auto& thread : threads) thread.join();
  CHECK(winners == 100);
  CHECK(table.live() == 100);
}

TEST_CASE("the ledger reserves high estimates, releases what was not charged, and counts doubt as spent") {
  auto session = MakeSession();
  JobTable table({10, 10}, Ledger(100, -1));
  Ref<Job> a = MakeJob(session, 1, {}, 40), b = MakeJob(session, 2, {}, 60), c = MakeJob(session, 3, {}, 1);
  REQUIRE(table.Admit(a, 0).ok());
  REQUIRE(table.Admit(b, 0).ok());
  CHECK(table.reserved() == 100);
  CHECK(table.Admit(c, 0).error().code == Code::kBudget);
  Finish(table, *a, Charged::kNo);
  CHECK(table.spent() == 0);
  CHECK(table.reserved() == 60);
  REQUIRE(table.Admit(c, 0).ok());
  Finish(table, *b, Charged::kUnknown);
  Finish(table, *c, Charged::kYes);
  CHECK(table.spent() == 61);
  CHECK(table.reserved() == 0);
}

TEST_CASE("a sum of prices that is too large to be counted stays so, and leaves nothing of a budget") {
  Ledger ledger(INT64_MAX, INT64_MAX);
  ledger.Reserve(INT64_MAX - 1);
  CHECK(ledger.Price(-1, "").error().code == Code::kBudget);
  ledger.Reserve(5);
  CHECK(ledger.reserved() == INT64_MAX);
  ledger.Settle(5, Charged::kYes);
  CHECK(ledger.reserved() == INT64_MAX);
  ledger.Settle(INT64_MAX - 1, Charged::kUnknown);
  CHECK(ledger.spent() == INT64_MAX);
  CHECK(ledger.Price(-1, "").error().code == Code::kBudget);
}

TEST_CASE(
    "what a job of an earlier life may cost is set aside before it is let in, and given back if it is not") {
  auto session = MakeSession();
  JobTable table({10, 10}, Ledger(100, -1));
  REQUIRE(*table.Reserve(60) == 60);
  CHECK(table.Admit(MakeJob(session, 1, "", 60), 0).error().code == Code::kBudget);
  CHECK(table.Reserve(41).error().code == Code::kBudget);
  Ref<Job> job = MakeJob(session, 2);
  REQUIRE(table.Readmit(job, 60));
  CHECK(table.reserved() == 60);
  Finish(table, *job, Charged::kYes);
  CHECK(table.spent() == 60);
  REQUIRE(*table.Reserve(40) == 40);
  table.Close();
  CHECK_FALSE(table.Readmit(MakeJob(session, 3), 40));
  CHECK(table.reserved() == 0);
  CHECK(table.spent() == 60);
}

TEST_CASE("an unknown price needs an assumed one as soon as there is a cap") {
  CHECK(*Ledger(-1, -1).Price(-1, "nobody says") == 0);
  CHECK(Ledger(100, -1).Price(-1, "nobody says").error().code == Code::kBudget);
  CHECK(*Ledger(100, 30).Price(-1, "nobody says") == 30);
  CHECK(Ledger(100, 300).Price(-1, "nobody says").error().code == Code::kBudget);
  CHECK(Ledger(INT64_MAX, -1).Price(INT64_MAX, "").ok());
  CHECK(Ledger(INT64_MAX - 1, -1).Price(INT64_MAX, "").error().code == Code::kBudget);
}

TEST_CASE("a job that only its submit key keeps has no bytes") {
  auto session = MakeSession();
  Ref<Job> job = MakeJob(session, 1, "key");
  REQUIRE(session->table.Admit(job, 0).ok());
  job->SetOutputCount(1, -1);
  Ref<Output> output = Ref<Output>::Adopt(new Output);
  output->status = Code::kOk;
  output->size = 3;
  output->url = "https://example.com/a.png";
  output->Hold("abc", session);
  job->SetOutput(0, std::move(output));
  CHECK(session->buffered() == 3);
  session->FinishJob(*job, State::kCompleted, Charged::kYes, nullptr);
  EventQueue::Delivery delivery;
  REQUIRE(session->queue.Take(delivery) == Code::kOk);
  session->table.Delivered(*job);
  delivery = {};
  CHECK(job->output(0)->bytes == "abc");
  job = Ref<Job>();
  CHECK(session->buffered() == 0);
  job = session->table.Find(1);
  REQUIRE(job);
  CHECK(job->output(0)->status == Code::kAgain);
  CHECK(job->output(0)->url == "https://example.com/a.png");
  session->table.Clear();
}

}  // namespace
}  // namespace pixazo::client
