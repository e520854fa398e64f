// Clocks that jump while exchanges run.
#include "net/clock.h"

#include "net/pictures.h"
#include "net/rig.h"

using namespace pixazo;
using namespace pixazo::testing;
using core::Verdict;
using wire::Fault;

namespace {
const std::string kAccepted = R"({"request_id":"sd3_1","status":"QUEUED"})";
constexpr long long kDay = 86'400'000;
}  // namespace

TEST_CASE("C1: a wall clock that jumps a day to and fro ends no exchange and changes no answer") {
  for (const long long jump : {kDay, -kDay}) {
    FaultServer server([](Connection& c) {
      while (c.ReadRequest())
        if (!c.server().WaitReleased() || !c.Send(Answer(202, kAccepted))) return;
    });
    Rig rig(server);
    const auto token = rig.StartSubmit();
    REQUIRE(rig.DriveUntil([&] { return server.posts() == 1; }));
    wall_clock_jumps(jump);
    rig.Drive(20);
    CHECK_FALSE(rig.finished(token));
    server.Release();
    CHECK(Judged(rig.Wait(token).submit).verdict == Verdict::kQueued);
    wall_clock_jumps(-jump);
  }
}

TEST_CASE("T13: a connection is not used again once it is older than ten minutes") {
  FaultServer server([](Connection& c) {
    while (c.ReadRequest())
      if (!c.Send(Answer(200, R"({"request_id":"a_1","status":"QUEUED"})"))) return;
  });
  Rig rig(server);
  CHECK(rig.Status("a_1").http_status == 200);
  CHECK(rig.Status("a_1").http_status == 200);
  CHECK(server.connections() == 1);
  for (int i = 0; i < 11; ++i) {  // never idle for long, only old
    monotonic_clock_leaps(60'000);
    CHECK(rig.Status("a_1").http_status == 200);
  }
  CHECK(server.connections() == 2);
}

TEST_CASE("C5: where this machine's clock is wrong, nothing is sent and the clock is suspected") {
  for (const long long jump : {10 * kDay, -10 * kDay}) {
    FaultServer::Options options;
    options.tls = true;
    options.identity = MakeTlsIdentity();
    FaultServer server(
        [](Connection& c) {
          while (c.ReadRequest())
            if (!c.Send(Answer(202, kAccepted))) return;
        },
        options);
    wall_clock_jumps(jump);
    const wire::SubmitExchange x = Rig(server).Submit();
    wall_clock_jumps(-jump);
    CHECK(x.fault == Fault::kTrust);
    CHECK(x.detail.find("clock") != std::string::npos);
    CHECK(Judged(x).verdict == Verdict::kNotSentFinal);
    CHECK(server.posts() == 0);
    CHECK(Judged(Rig(server).Submit()).verdict == Verdict::kQueued);
  }
}
