// The status GET, and how exchanges begin, wait, are cancelled and end.
#include <fcntl.h>
#include <malloc.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <set>
#include <thread>

#include "net/folder.h"
#include "net/pictures.h"
#include "net/rig.h"

using namespace pixazo;
using namespace pixazo::testing;
using core::Verdict;
using transport::Completion;
using wire::Fault;

namespace {

constexpr bool kPlainAndTls[] = {false, true};
const std::string kAccepted = R"({"request_id":"sd3_1","status":"QUEUED"})";
const std::string kGoing = R"({"request_id":"sd3_1","status":"PROCESSING"})";

FaultServer::Options Over(bool tls) {
  FaultServer::Options options;
  options.tls = tls;
  return options;
}

Script Everything() {
  return [](Connection& c) {
    while (auto request = c.ReadRequest())
      c.Send(request->method == "POST" ? Answer(202, kAccepted) : Answer(200, kGoing));
  };
}

size_t OpenDescriptors() {
  size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) ++count;
  return count;
}

}  // namespace

TEST_CASE("a poll is a GET of the documented path with the key, and its answer is handed on") {
  for (bool tls : kPlainAndTls) {
    FaultServer server(Everything(), Over(tls));
    Rig rig(ConfigFor(server, "/gw"));
    const wire::Exchange x = rig.Status("gpt-image-2_019d-ab.c");
    const Request request = server.requests().at(0);
    CHECK(request.method == "GET");
    CHECK(request.target == "/gw/v2/requests/status/gpt-image-2_019d-ab.c");
    CHECK(request.Header("Ocp-Apim-Subscription-Key") == kKey);
    CHECK(request.Header("Accept-Encoding") == "");
    CHECK(x.http_status == 200);
    CHECK(x.body == kGoing);
    CHECK(x.body_complete);
    CHECK(core::JudgeStatus(x, "sd3_1", kNow).verdict == core::PollVerdict::kProcessing);
  }
}

TEST_CASE("P6: an id is one path segment, whatever is in it") {
  FaultServer server(Everything());
  Rig rig(server);
  for (const auto& [id, target] :
       std::vector<std::pair<std::string, std::string>>{{"../../x", "..%2F..%2Fx"},
                                                        {"a?b=c#d", "a%3Fb%3Dc%23d"},
                                                        {"%2e%2e", "%252e%252e"},
                                                        {"a\r\nX: y", "a%0D%0AX%3A%20y"},
                                                        {"\xc3\xa9", "%C3%A9"}}) {
    rig.Status(id);
    CHECK(server.requests().back().target == "/v2/requests/status/" + target);
  }
  const size_t before = server.requests().size();
  for (const std::string& id : {std::string(""), std::string("."), std::string(".."), std::string(9000, 'a')})
    CHECK(rig.Status(id).fault == Fault::kArgument);
  CHECK(server.requests().size() == before);
}

TEST_CASE("polls share a connection, and a submit's is its own and closed after it") {
  for (bool tls : kPlainAndTls) {
    FaultServer server(Everything(), Over(tls));
    Rig rig(server);
    rig.Submit();
    CHECK(server.WaitUntil([&] { return server.open_connections() == 0; }));
    for (int i = 0; i < 20; ++i) CHECK(rig.Status("sd3_1").http_status == 200);
    CHECK(server.connections() == 2);
    rig.Submit();
    CHECK(server.connections() == 3);
    CHECK(rig->counters().connections_opened == 3);
    CHECK(rig->counters().submits == 2);
    CHECK(rig->counters().statuses == 20);
  }
}

TEST_CASE("P1: a poll on a kept connection that has died is simply asked again") {
  FaultServer server([](Connection& c) {
    if (!c.ReadRequest()) return;
    c.Send(Answer(200, kGoing));
    if (c.ReadHead()) c.Rst();  // the second one on this connection
  });
  Rig rig(server);
  for (int i = 0; i < 3; ++i) CHECK(rig.Status("sd3_1").http_status == 200);
}

TEST_CASE(
    "a poll's redirect is reported and not followed, its body is capped, its time is limited, an encoding is "
    "refused") {
  FaultServer other(Everything());
  FaultServer redirecting([&](Connection& c) {
    while (c.ReadRequest()) c.Send(Answer(302, "", "Location: " + other.Url("/x") + "\r\n"));
  });
  Rig rig(redirecting);
  const wire::Exchange moved = rig.Status("a_1");
  CHECK(moved.http_status == 302);
  CHECK(moved.location == other.Url("/x"));
  CHECK(other.connections() == 0);

  FaultServer large([](Connection& c) {
    if (c.ReadRequest()) c.Send(Answer(200, std::string(3 << 20, ' ')));
  });
  Rig capped(large);
  const wire::Exchange big = capped.Status("a_1");
  CHECK(big.fault == Fault::kTooLarge);
  CHECK(big.body.size() == 1u << 20);
  CHECK_FALSE(big.body_complete);

  FaultServer silent([](Connection& c) { c.Hang(); });
  transport::Config config = ConfigFor(silent);
  config.status_timeout_ms = 200;
  Rig hasty(std::move(config));
  CHECK(hasty.Status("a_1").fault == Fault::kTimeout);

  FaultServer encoded([](Connection& c) {
    if (c.ReadRequest()) c.Send(Answer(200, kGoing, "Content-Encoding: gzip\r\n"));
  });
  Rig plain(encoded);
  CHECK(plain.Status("a_1").fault == Fault::kProtocol);
}

TEST_CASE("L7: cancelling an exchange that waits for its answer ends it at once") {
  FaultServer server([](Connection& c) {
    if (c.ReadRequest()) c.Hang();
  });
  Rig rig(server);
  const auto submit = rig.StartSubmit();
  const auto status = rig.StartStatus("a_1");
  REQUIRE(rig.DriveUntil([&] { return server.requests().size() == 2; }));
  for (const auto token : {submit, status}) {
    rig->Abort(token);
    std::vector<Completion> out;
    rig->Run(0, out);
    REQUIRE(out.size() == 1);
    CHECK(out[0].token == token);
    CHECK((token == submit ? out[0].submit.fault : out[0].status.fault) == Fault::kAborted);
    if (token == submit) CHECK(Judged(out[0].submit).verdict == Verdict::kUncertain);
  }
  rig->Abort(submit);
  rig->Abort(987654);
  std::vector<Completion> none;
  rig->Run(0, none);
  CHECK(none.empty());
  CHECK(server.WaitUntil([&] { return server.open_connections() == 0; }));  // really closed
}

TEST_CASE("cancelled before it could begin: nothing was sent") {
  FaultServer server(Everything());
  Rig rig(server);
  const auto token = rig.StartSubmit();
  rig->Abort(token);
  const wire::SubmitExchange x = rig.Wait(token).submit;
  CHECK(x.fault == Fault::kAborted);
  CHECK(Judged(x).verdict == Verdict::kCancelled);
  CHECK(server.connections() == 0);
}

TEST_CASE("the callback before the send may start and cancel exchanges, its own too") {
  FaultServer server(Everything());
  Rig rig(server);
  const auto own = std::make_shared<transport::Token>(0);
  transport::Token other = 0;
  *own = rig.StartSubmit("{}", 30'000, {}, [&, own] {
    rig->Abort(*own);
    other = rig.StartStatus("sd3_1");
    return true;
  });
  const wire::SubmitExchange x = rig.Wait(*own).submit;
  CHECK(x.fault == Fault::kAborted);
  CHECK(x.prereq_calls == 1);
  CHECK(Judged(x).verdict != Verdict::kCancelled);
  CHECK(rig.Wait(other).status.http_status == 200);
}

TEST_CASE("over the connection limit polls wait, and hold up no submit") {
  for (bool tls : kPlainAndTls) {
    FaultServer server(
        [](Connection& c) {
          while (auto request = c.ReadRequest()) {
            if (request->method == "GET" && !c.server().WaitReleased()) return;
            c.Send(request->method == "POST" ? Answer(202, kAccepted) : Answer(200, kGoing));
          }
        },
        Over(tls));
    transport::Config config = ConfigFor(server);
    config.max_connections = 8;  // two of them for polls
    Rig rig(std::move(config));
    std::vector<transport::Token> polls;
    for (int i = 0; i < 10; ++i) polls.push_back(rig.StartStatus("a_" + std::to_string(i)));
    REQUIRE(rig.DriveUntil([&] { return server.requests().size() == 2; }));
    CHECK(Judged(rig.Submit()).verdict == Verdict::kQueued);  // ten polls were there before it
    CHECK(server.requests().size() == 3);
    rig->Abort(polls[0]);
    rig->Abort(polls[9]);  // one that waits
    server.Release();
    for (int i = 1; i < 9; ++i) CHECK(rig.Wait(polls[static_cast<size_t>(i)]).status.http_status == 200);
    CHECK(rig.Wait(polls[0]).status.fault == Fault::kAborted);
    CHECK(rig.Wait(polls[9]).status.fault == Fault::kAborted);
    CHECK(server.requests().size() == 10);  // nine polls, one submit
  }
}

TEST_CASE("a token in use is not disturbed by a second exchange that claims it") {
  FaultServer server(Everything());
  Rig rig(server);
  rig->StartStatus(77, "sd3_1");
  rig->StartStatus(77, "sd3_2");
  std::vector<Completion> out;
  while (out.size() < 2) rig->Run(100, out);
  CHECK(out[0].status.fault == Fault::kArgument);
  CHECK(out[1].status.http_status == 200);
  CHECK(server.requests().size() == 1);
}

TEST_CASE("Wake ends Run from any thread, also when it comes first") {
  FaultServer server(Everything());
  Rig rig(server);
  std::vector<Completion> out;
  rig->Wake();
  rig->Run(600'000, out);
  for (int i = 0; i < 200; ++i) {
    std::thread waker([&] { rig->Wake(); });
    rig->Run(600'000, out);
    waker.join();
  }
  CHECK(out.empty());
}

TEST_CASE("Run with nothing to do comes back after its time") {
  FaultServer server(Everything());
  Rig rig(server);
  std::vector<Completion> out;
  const auto before = std::chrono::steady_clock::now();
  rig->Run(50, out);
  CHECK(std::chrono::steady_clock::now() - before >= std::chrono::milliseconds(50));
  rig->Run(-5, out);
  CHECK(out.empty());
}

TEST_CASE("L1: a transport that goes away closes everything it had open and leaves no file") {
  for (bool tls : kPlainAndTls) {
    const size_t before = OpenDescriptors();
    {
      FaultServer server(
          [](Connection& c) {
            auto request = c.ReadRequest();
            if (!request) return;
            if (request->target == "/big")
              c.Send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + Png(4, 4));
            c.Hang();
          },
          Over(tls));
      Folder folder;
      {
        Rig rig(server);
        rig.StartSubmit();
        rig.StartStatus("a_1");
        transport::DownloadCall call;
        call.url = server.Url("/big");
        call.directory = folder.path();
        call.stem = "a";
        const auto download = rig.StartDownload(std::move(call));
        for (int i = 0; i < 30; ++i) rig.StartStatus("b_" + std::to_string(i));
        REQUIRE(rig.DriveUntil([&] { return rig->Progress(download) > 0; }));
      }
      CHECK(folder.names().empty());
      CHECK(server.WaitUntil([&] { return server.open_connections() == 0; }));
    }
    CHECK(OpenDescriptors() == before);
  }
}

TEST_CASE("sockets are closed on exec") {
  FaultServer server([](Connection& c) { c.Hang(); });
  std::set<std::string> before;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd"))
    before.insert(entry.path().filename());
  Rig rig(server);
  rig.StartStatus("a_1");
  REQUIRE(rig.DriveUntil([&] { return server.connections() == 1; }));
  int found = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    const int fd = std::atoi(entry.path().filename().c_str());
    sockaddr_in peer{};
    socklen_t len = sizeof peer;
    if (before.count(entry.path().filename()) != 0 ||
        getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &len) != 0)
      continue;
    if (peer.sin_family != AF_INET || ntohs(peer.sin_port) != server.port()) continue;
    ++found;
    CHECK((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
  }
  CHECK(found == 1);
}

TEST_CASE("O4: without file descriptors nothing is sent and nothing breaks, and with them it goes on") {
  {  // UBSan looks at an object of a type that it has not seen yet through a pipe, which there will be none
     // for.
    FaultServer seen(Everything());
    Rig rig(seen);
    Folder folder;
    rig.Submit();
    transport::DownloadCall call;
    call.url = seen.Url("/a");
    call.directory = folder.path();
    call.stem = "a";
    rig.Wait(rig.StartDownload(std::move(call)));
  }
  FaultServer server(Everything());
  rlimit before{};
  REQUIRE(getrlimit(RLIMIT_NOFILE, &before) == 0);
  Rig rig(server);
  Folder folder;
  rlimit none = before;
  none.rlim_cur = 3;
  REQUIRE(setrlimit(RLIMIT_NOFILE, &none) == 0);
  const wire::SubmitExchange x = rig.Submit();
  transport::DownloadCall call;
  call.url = server.Url("/a");
  call.directory = folder.path();
  call.stem = "a";
  const Completion file = rig.Wait(rig.StartDownload(std::move(call)));
  const auto made = transport::Transport::Create(ConfigFor(server));
  REQUIRE(setrlimit(RLIMIT_NOFILE, &before) == 0);
  CHECK(x.prereq_calls == 0);
  CHECK(Judged(x).verdict == Verdict::kNotSent);
  CHECK(file.download.fault == Fault::kIo);
  CHECK_FALSE(made.ok());
  CHECK(server.posts() == 0);
  CHECK(Judged(rig.Submit()).verdict == Verdict::kQueued);
}

TEST_CASE("many at once: every exchange completes exactly once, with its own answer") {
  for (bool tls : kPlainAndTls) {
    FaultServer server(
        [](Connection& c) {
          while (auto request = c.ReadRequest())
            c.Send(request->method == "POST" ? Answer(202, request->body) : Answer(200, request->target));
        },
        Over(tls));
    Rig rig(server);
    std::map<transport::Token, std::string> expected;
    for (int i = 0; i < 300; ++i) {
      if (i % 10 == 0) {
        const std::string body = "{\"n\":" + std::to_string(i) + "}";
        expected[rig.StartSubmit(body)] = body;
      } else {
        expected[rig.StartStatus("id_" + std::to_string(i))] = "/v2/requests/status/id_" + std::to_string(i);
      }
    }
    for (const auto& [token, answer] : expected) {
      const Completion done = rig.Wait(token);
      CHECK((done.kind == Completion::Kind::kSubmit ? done.submit.body : done.status.body) == answer);
    }
    CHECK(server.posts() == 30);
    CHECK(server.requests().size() == 300);
  }
}

TEST_CASE("L23: a hundred threads that spoke TLS end and leave nothing of OpenSSL's behind") {
  const TlsIdentity identity = MakeTlsIdentity();
  int port_pipe[2], end_pipe[2];
  REQUIRE((pipe(port_pipe) == 0 && pipe(end_pipe) == 0));
  const pid_t pid = fork();  // the server is another process: its memory is not counted
  if (pid == 0) {
    FaultServer::Options options = Over(true);
    options.identity = identity;
    auto server = std::make_unique<FaultServer>(Everything(), options);
    const uint16_t port = server->port();
    char byte;
    close(end_pipe[1]);
    if (write(port_pipe[1], &port, sizeof port) == sizeof port) (void)!read(end_pipe[0], &byte, 1);
    server.reset();
    _exit(0);
  }
  uint16_t port = 0;
  REQUIRE(read(port_pipe[0], &port, sizeof port) == sizeof port);
  size_t early = 0;
  for (int i = 0; i < 120; ++i) {
    if (i == 40) early = mallinfo2().uordblks;
    std::thread([&] {
      transport::Config config;
      config.base = *wire::ParseUrl("https://127.0.0.1:" + std::to_string(port));
      config.allow_loopback = true;
      config.ca_pem = identity.ca_pem;
      Rig rig(std::move(config));
      CHECK(rig.Status("a_1").http_status == 200);
    }).join();
  }
  CHECK(mallinfo2().uordblks < early + 50'000);
  for (int fd : {port_pipe[0], port_pipe[1], end_pipe[0], end_pipe[1]}) close(fd);
  CHECK(waitpid(pid, nullptr, 0) == pid);
}
