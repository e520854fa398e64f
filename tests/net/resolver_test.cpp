// What names lead to: hanging look-ups, names that mean private addresses, names that change their meaning.
#include "net/resolver.h"

#include "net/pictures.h"
#include "net/rig.h"

using namespace pixazo;
using namespace pixazo::testing;
using core::Verdict;
using wire::Fault;

namespace {

const std::string kAccepted = R"({"request_id":"sd3_1","status":"QUEUED"})";

// One that answers POSTs, polls and downloads.
Script Everything() {
  return [](Connection& c) {
    while (auto request = c.ReadRequest())
      c.Send(request->method == "POST" ? Answer(202, kAccepted) : Answer(200, Png(4, 4)));
  };
}

FaultServer::Options Named(const std::string& name, bool tls = false) {
  FaultServer::Options options;
  options.name = name;
  options.tls = tls;
  options.identity = MakeTlsIdentity({.names = "DNS:" + name});
  return options;
}

}  // namespace

TEST_CASE("S2: a look-up that hangs is bounded by the connect timeout and was not sent") {
  resolver::Hang("hang.test");
  FaultServer server(Everything(), Named("hang.test", true));
  transport::Config config = ConfigFor(server);
  config.connect_timeout_ms = 200;
  Rig rig(std::move(config));
  const wire::SubmitExchange x = rig.Submit();
  CHECK(resolver::hanging() == 1);  // it came back before the look-up did
  CHECK(x.fault == Fault::kDns);
  CHECK(x.prereq_calls == 0);
  CHECK(Judged(x).verdict == Verdict::kNotSent);
  CHECK(server.connections() == 0);
  resolver::Release();
  CHECK(resolver::WaitHanging(0));
}

TEST_CASE("S2: others go on while one look-up hangs") {
  resolver::Hang("hang.test");
  FaultServer server(Everything());
  Rig rig(server);
  transport::DownloadCall call;
  call.url = "https://hang.test/a.png";
  const auto stuck = rig.StartDownload(std::move(call));
  REQUIRE(rig.DriveUntil([] { return resolver::hanging() == 1; }));
  CHECK(Judged(rig.Submit()).verdict == Verdict::kQueued);
  CHECK(rig.Status("sd3_1").http_status == 200);
  CHECK(rig.Download(server.Url("/a.png")).download.whole);
  CHECK(resolver::hanging() == 1);
  CHECK_FALSE(rig.finished(stuck));
  resolver::Release();
  CHECK(rig.Wait(stuck).download.fault == Fault::kDns);
}

TEST_CASE("L6: cancelling does not wait for a look-up that hangs") {
  resolver::Hang("hang.test");
  FaultServer server(Everything(), Named("hang.test", true));
  Rig rig(server);
  const auto submit = rig.StartSubmit();
  REQUIRE(rig.DriveUntil([] { return resolver::hanging() == 1; }));
  rig->Abort(submit);
  std::vector<transport::Completion> out;
  rig->Run(0, out);
  REQUIRE(out.size() == 1);
  CHECK(out[0].token == submit);
  CHECK(out[0].submit.fault == Fault::kAborted);
  CHECK(out[0].submit.prereq_calls == 0);
  CHECK(Judged(out[0].submit).verdict == Verdict::kCancelled);
  CHECK(resolver::hanging() == 1);  // all of this while it still hung
  resolver::Release();
  CHECK(resolver::WaitHanging(0));
}

TEST_CASE("L1 L6: a transport goes away while look-ups hang, and they end harmlessly afterwards") {
  resolver::Hang("hang.test");
  {
    FaultServer server(Everything(), Named("hang.test", true));
    Rig rig(server);
    rig.StartSubmit();
    rig.StartStatus("sd3_1");
    transport::DownloadCall call;
    call.url = "https://hang.test/a.png";
    rig.StartDownload(std::move(call));
    REQUIRE(rig.DriveUntil([] { return resolver::hanging() == 3; }));
    rig.Drop();
    CHECK(resolver::hanging() == 3);
  }
  resolver::Release();
  CHECK(resolver::WaitHanging(0));
}

TEST_CASE("T4: a public name that leads to a private address is refused when the socket is opened") {
  FaultServer listener(Everything());
  for (const char* address :
       {"10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "127.0.0.1",
        "::1", "::", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "fd00::1", "fe80::1", "ff02::1", "64:ff9b::a00:1",
        "224.0.0.1", "255.255.255.255"}) {
    CAPTURE(address);
    resolver::Tell("cdn.test", {address});
    transport::Config config = ConfigFor(listener);
    config.base = *wire::ParseUrl("https://gateway.example");
    config.allow_loopback = false;
    Rig rig(std::move(config));
    const transport::Completion done = rig.Download("https://cdn.test/a.png");
    CHECK(done.download.fault == Fault::kForbidden);
    CHECK_FALSE(done.download.whole);
    CHECK(resolver::lookups("cdn.test") == 1);
  }
  CHECK(listener.connections() == 0);
}

TEST_CASE("T4: with loopback allowed, plain http and other ports still reach loopback addresses only") {
  FaultServer server(Everything(), Named("box.test"));
  resolver::Tell("box.test", {"127.0.0.1"});
  Rig rig(server);
  CHECK(Judged(rig.Submit()).verdict == Verdict::kQueued);
  CHECK(rig.Download(server.Url("/a.png")).download.whole);
  for (const char* address : {"93.184.216.34", "10.0.0.1", "2001:4860:4860::8888"}) {
    CAPTURE(address);
    resolver::Tell("box.test", {address});
    Rig other(server);
    const wire::SubmitExchange x = other.Submit();
    CHECK(x.fault == Fault::kForbidden);
    CHECK(Judged(x).verdict == Verdict::kNotSentFinal);
    CHECK(other.Download(server.Url("/a.png")).download.fault == Fault::kForbidden);
  }
}

TEST_CASE("T4: of several addresses those that are allowed are used") {
  FaultServer server(Everything(), Named("box.test"));
  resolver::Tell("box.test", {"10.0.0.1,127.0.0.1"});
  Rig rig(server);
  CHECK(rig.Download(server.Url("/a.png")).download.whole);
}

TEST_CASE("T5: a name that changes its meaning is checked at every connection") {
  FaultServer server(
      [](Connection& c) {
        if (c.ReadRequest()) c.Send(Unframed(200, Png(4, 4)));
      },
      Named("rebind.test"));
  FaultServer inner(Everything());
  resolver::Tell("rebind.test", {"127.0.0.1", "10.0.0.1"});
  Rig first(server);
  CHECK(first.Download(server.Url("/a.png")).download.whole);
  Rig second(server);  // no cached answer of the first
  CHECK(second.Download(server.Url("/a.png")).download.fault == Fault::kForbidden);
  CHECK(server.connections() == 1);
}

TEST_CASE("S1: a name that does not exist was not sent") {
  resolver::Tell("gone.test", {""});
  FaultServer server(Everything(), Named("gone.test", true));
  Rig rig(server);
  const wire::SubmitExchange x = rig.Submit();
  CHECK(x.fault == Fault::kDns);
  CHECK(Judged(x).verdict == Verdict::kNotSent);
}
