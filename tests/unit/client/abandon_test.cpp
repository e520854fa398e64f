#include <doctest/doctest.h>

#include "client/journal_row.h"
#include "unit/client/room.h"

namespace pixazo::client {
namespace {

using Stage = journal::Record::Stage;
using core::State;
using wire::Charged;
using wire::Code;

Ref<Job> Restored(const std::shared_ptr<Session>& session, Stage stage, bool is_unsent) {
  journal::Record row;
  row.job = 7;
  row.endpoint_id = "studio-ghibli";
  row.stage = stage;
  if (stage == Stage::kAcked) row.request_id = "studio-ghibli_1";
  Job::Make make = MakeOf(row, session->config);
  make.Follow().is_unsent = is_unsent;
  Ref<Job> job = Ref<Job>::Adopt(new Job(7, session, std::move(make), nullptr));
  REQUIRE(session->table.Readmit(job, 0));
  return job;
}

Config WithCatalogue() {
  Config config;
  config.catalogue = catalogue::Catalogue::BuiltIn();
  return config;
}

}  // namespace

// No I/O thread: as if it were held up.
TEST_CASE(
    "a job of an earlier life that nobody could take up before the client closed is free only if it was "
    "never sent") {
  struct {
    Stage stage;
    bool is_unsent;
    Charged charged;
    const char* id;
  } const cases[] = {{Stage::kAcked, false, Charged::kUnknown, "studio-ghibli_1"},
                     {Stage::kIntent, false, Charged::kUnknown, ""},
                     {Stage::kIntent, true, Charged::kNo, ""}};
  for (const auto& c : cases) {
    auto session = MakeSession(WithCatalogue());
    const Ref<Job> job = Restored(session, c.stage, c.is_unsent);
    session->Shutdown(0);
    CHECK(job->state() == State::kCancelled);
    CHECK(job->charged() == c.charged);
    CHECK(std::string(job->remote_id()) == c.id);
    REQUIRE(job->error());
    CHECK(job->error()->error.code == Code::kClosed);
    session->End();
  }
}

TEST_CASE(
    "a job that was sent while the client closed is not called free, though its host was told nothing any "
    "more") {
  auto session = MakeSession(WithCatalogue());
  const Ref<Job> job = MakeJob(session, 9);
  REQUIRE(session->table.Admit(job, 0).ok());
  const EventQueue::Remains remains = session->queue.Sever(0);
  Ref<Event> sent = MakeEvent(EventType::kState, job);
  sent->state = State::kSubmitting;
  session->queue.Push(std::move(sent));
  CHECK_FALSE(job->is_end_claimed());
  session->Shutdown(0);
  CHECK(job->is_end_claimed());
  CHECK(job->charged() == Charged::kUnknown);
  session->End();
}

TEST_CASE("an attached job was paid for elsewhere: closing the client does not make it free") {
  auto session = MakeSession(WithCatalogue());
  Job::Make make;
  make.kind = core::JobSpec::Kind::kAttach;
  make.Follow().request_id = "studio-ghibli_2";
  const Ref<Job> job = Ref<Job>::Adopt(new Job(8, session, std::move(make), nullptr));
  REQUIRE(session->table.Admit(job, 0).ok());
  session->Shutdown(0);
  CHECK(job->charged() == Charged::kUnknown);
  CHECK(std::string(job->remote_id()) == "studio-ghibli_2");
  session->End();
}

}  // namespace pixazo::client
