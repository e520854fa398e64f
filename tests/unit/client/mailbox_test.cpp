#include "client/mailbox.h"

#include <doctest/doctest.h>

#include "unit/client/room.h"

namespace pixazo::client {
namespace {

using Kind = Command::Kind;

TEST_CASE("jobs and commands are read in the order in which they were posted") {
  auto session = MakeSession();
  Mailbox box;
  Ref<Job> a = MakeJob(session, 1), b = MakeJob(session, 2);
  box.Post({Kind::kPause, {}, {}});
  box.PostStart(a);
  box.Post({Kind::kCancelAll, {}, {}});
  box.PostStart(b);
  box.Post(Mailbox::kClose);
  box.Post({Kind::kResume, {}, {}});
  Mailbox::Letters letters;
  CHECK(box.Take(letters));
  CHECK(letters.signals() == Mailbox::kClose);
  std::string order;
  for (auto letter = letters.Next(); letter.job || letter.command; letter = letters.Next())
    order += letter.job                              ? std::to_string(letter.job->id)
             : letter.command->kind == Kind::kPause  ? "p"
             : letter.command->kind == Kind::kResume ? "r"
                                                     : "c";
  CHECK(order == "p1c2r");
  CHECK(box.Take(letters));
  CHECK(letters.signals() == 0);
  auto none = letters.Next();
  CHECK_FALSE(none.job);
  CHECK(none.command == nullptr);
  CHECK(a->owners() == 1);
}

TEST_CASE("a closed mailbox takes nothing and holds nothing") {
  auto session = MakeSession();
  Mailbox box;
  Ref<Job> job = MakeJob(session);
  box.PostStart(job);
  box.Post({Kind::kCancel, job, {}});
  CHECK(job->owners() == 3);
  box.Close();
  CHECK(job->owners() == 1);
  CHECK_FALSE(box.PostStart(job));
  CHECK_FALSE(box.Post({Kind::kPause, {}, {}}));
  CHECK_FALSE(box.Post(Mailbox::kStop));
  Mailbox::Letters letters;
  CHECK_FALSE(box.Take(letters));
}

TEST_CASE("a command that is no longer wanted is not posted") {
  Mailbox box;
  CHECK(box.Post({Kind::kPause, {}, {}}, [] { return false; }));
  Mailbox::Letters letters;
  box.Take(letters);
  CHECK(letters.Next().command == nullptr);
}

}  // namespace
}  // namespace pixazo::client
