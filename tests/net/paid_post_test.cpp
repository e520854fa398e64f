// gateway.md 3.2 and faults.md section 1, row by row: facts from real sockets, the verdict of core, and how
// many whole POSTs the server saw.
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

#include "net/rig.h"

using namespace pixazo;
using namespace pixazo::testing;
using core::Verdict;
using wire::Fault;

namespace {

const std::string kAccepted = R"({"request_id":"sd3_0199-ab","status":"QUEUED"})";
const std::string kBig(3u << 20, 'x');
std::string BigBody() { return "{\"image\":\"" + kBig + "\"}"; }

FaultServer::Options Over(bool tls) {
  FaultServer::Options options;
  options.tls = tls;
  return options;
}

constexpr std::array kPlainAndTls = {false, true};

// The first request is answered and its connection kept; what comes after meets `second`.
Script ThenOnNextPost(std::function<void(Connection&, Request&)> second) {
  auto posts = std::make_shared<std::atomic<int>>(0);
  return [posts, second](Connection& c) {
    while (auto request = c.ReadRequest()) {
      if (posts->fetch_add(1) == 0)
        c.Send(Answer(202, kAccepted));
      else
        return second(c, *request);
    }
  };
}

void SecondSubmitIsUncertain(const std::function<void(Connection&, Request&)>& second) {
  for (bool tls : kPlainAndTls) {
    CAPTURE(tls);
    FaultServer server(ThenOnNextPost(second), Over(tls));
    Rig rig(server);
    CHECK(Judged(rig.Submit()).verdict == Verdict::kQueued);
    const wire::SubmitExchange x = rig.Submit();
    CHECK(Judged(x).verdict == Verdict::kUncertain);
    CHECK(x.prereq_calls == 1);
    CHECK(x.last_byte_handed);
    CHECK(server.posts() == 2);  // one each
    CHECK(server.connections() == 2);
  }
}

struct Reaction {
  Verdict verdict;
  wire::SubmitExchange facts;
  int posts;
};

Reaction React(bool tls, Script script, std::string body = R"({"prompt":"a fox"})",
               int64_t timeout_ms = 30'000) {
  FaultServer server(std::move(script), Over(tls));
  Rig rig(server);
  Reaction r;
  r.facts = rig.Submit(std::move(body), timeout_ms);
  r.verdict = Judged(r.facts).verdict;
  r.posts = server.posts();
  return r;
}

Script Reply(std::string bytes) {
  return [bytes](Connection& c) {
    while (c.ReadRequest()) c.Send(bytes);
  };
}
Script ReplyThenCut(std::string bytes) {
  return [bytes](Connection& c) {
    if (!c.ReadRequest()) return;
    c.Send(bytes);
    c.Cut();
  };
}

}  // namespace

TEST_CASE("a submit carries exactly the documented headers and body, once") {
  for (bool tls : kPlainAndTls) {
    FaultServer server(Reply(Answer(202, kAccepted)), Over(tls));
    transport::Config config = ConfigFor(server, "/gw/");
    config.extra_headers = {"X-Studio: north", "Ocp-Apim-Subscription-Key: other", "Content-Length: 3"};
    Rig rig(std::move(config));
    const auto token =
        rig.StartSubmit("{\"prompt\":\"\xe2\x80\xb2\"}", 30'000, {"X-Webhook-URL: https://a.example/h"});
    const wire::SubmitExchange x = rig.Wait(token).submit;
    REQUIRE(server.requests().size() == 1);
    const Request request = server.requests()[0];
    CHECK(request.method == "POST");
    CHECK(request.target == "/gw/v1/generate");
    CHECK(request.body == "{\"prompt\":\"\xe2\x80\xb2\"}");
    CHECK(request.head.find(" HTTP/1.1\r\n") != std::string::npos);
    CHECK(request.Header("Content-Type") == "application/json");
    CHECK(request.Header("Cache-Control") == "no-cache");
    CHECK(request.Header("Ocp-Apim-Subscription-Key") == kKey);
    CHECK(request.Header("Content-Length") == std::to_string(request.body.size()));
    CHECK(request.Header("X-Webhook-URL") == "https://a.example/h");
    CHECK(request.Header("X-Studio") == "north");
    CHECK(request.Header("User-Agent") == "pixazo-test/1");
    CHECK(request.head.find("other") == std::string::npos);
    for (const char* absent :
         {"Expect", "Accept-Encoding", "Cookie", "Transfer-Encoding", "Authorization", "Referer"})
      CHECK(request.Header(absent) == "");
    CHECK(x.fault == Fault::kNone);
    CHECK(x.http_status == 202);
    CHECK(x.body == kAccepted);
    CHECK(x.body_complete);
    CHECK(x.content_type == "application/json");
    CHECK(x.prereq_calls == 1);
    CHECK(x.last_byte_handed);
    CHECK(Judged(x).verdict == Verdict::kQueued);
  }
}

TEST_CASE("S10 S11 S12: a submit never speaks HTTP/2, so no stream of it can be refused or multiplexed") {
  std::string offer;
  FaultServer server(
      [&](Connection& c) {
        offer = c.alpn_offer;
        while (c.ReadRequest()) c.Send(Answer(202, kAccepted));
      },
      Over(true));
  Rig rig(server);
  CHECK(Judged(rig.Submit()).verdict == Verdict::kQueued);
  rig.Drop();
  server.WaitUntil([&] { return server.open_connections() == 0; });
  CHECK(offer == "http/1.1");
}

TEST_CASE("S6: a reset after the whole POST on a fresh connection is UNCERTAIN, one POST") {
  for (bool tls : kPlainAndTls) {
    for (const std::string& body : {std::string("{}"), BigBody()}) {
      const Reaction r = React(
          tls,
          [](Connection& c) {
            if (c.ReadRequest()) c.Rst();
          },
          body);
      CHECK(r.verdict == Verdict::kUncertain);
      CHECK(r.facts.fault == Fault::kBroken);
      CHECK(r.facts.http_status == 0);
      CHECK(r.posts == 1);
    }
  }
}

TEST_CASE(
    "S7: a reset after the whole POST where a kept-alive connection was at hand is UNCERTAIN, one POST") {
  SecondSubmitIsUncertain([](Connection& c, Request&) { c.Rst(); });
}

TEST_CASE("S8: a FIN after the whole POST where a kept-alive connection was at hand is UNCERTAIN, one POST") {
  SecondSubmitIsUncertain([](Connection& c, Request&) { c.Cut(); });
  SecondSubmitIsUncertain([](Connection& c, Request&) { c.Fin(); });
}

TEST_CASE("S9: a FIN after 'HTTP/1.1 20' is UNCERTAIN, one POST") {
  SecondSubmitIsUncertain([](Connection& c, Request&) {
    c.Send("HTTP/1.1 20");
    c.Cut();
  });
}

TEST_CASE("S7: polls in between keep connections open, and still no submit is sent twice") {
  for (bool tls : kPlainAndTls) {
    FaultServer server(
        [](Connection& c) {
          while (auto request = c.ReadRequest()) {
            if (request->method == "POST") return c.Rst();
            c.Send(Answer(200, R"({"status":"PROCESSING"})"));
          }
        },
        Over(tls));
    Rig rig(server);
    for (int i = 0; i < 4; ++i) {
      CHECK(rig.Status("a_1").http_status == 200);
      CHECK(Judged(rig.Submit()).verdict == Verdict::kUncertain);
      CHECK(server.posts() == i + 1);
    }
  }
}

TEST_CASE("S13: a timeout while waiting for the answer is UNCERTAIN") {
  for (bool tls : kPlainAndTls) {
    const Reaction r = React(
        tls,
        [](Connection& c) {
          if (c.ReadRequest()) c.Hang();
        },
        "{}", 300);
    CHECK(r.verdict == Verdict::kUncertain);
    CHECK(r.facts.fault == Fault::kTimeout);
    CHECK(r.posts == 1);
  }
}

TEST_CASE("S14: a server that listens and never accepts leaves it UNCERTAIN") {
  FaultServer::Options options;
  options.accept = false;
  FaultServer server([](Connection&) {}, options);
  Rig rig(server);
  const wire::SubmitExchange x = rig.Submit("{}", 300);
  CHECK(Judged(x).verdict == Verdict::kUncertain);
  CHECK(x.fault == Fault::kTimeout);
}

TEST_CASE("S15: a 202 whose header block is cut is UNCERTAIN") {
  for (bool tls : kPlainAndTls) {
    const Reaction r = React(tls, ReplyThenCut("HTTP/1.1 202 Accepted\r\nContent-Type: appl"));
    CHECK(r.verdict == Verdict::kUncertain);
    CHECK(r.facts.http_status == 202);
    CHECK_FALSE(r.facts.body_complete);
    CHECK(r.posts == 1);
  }
}

TEST_CASE("S16: a cut 202 gives up the id that can be read in it, whatever the framing") {
  const std::string body = R"({"request_id":"sd3_0199-ab","status":"QUEUED","polling_url":"https://x"})";
  for (bool tls : kPlainAndTls) {
    for (const std::string& whole :
         {Answer(202, body), Chunked(202, body, 16), Chunked(202, body, 4000), Unframed(202, body)}) {
      const Reaction cut = React(tls, ReplyThenCut(whole.substr(0, whole.size() - 12)));
      CHECK(cut.verdict == Verdict::kUncertain);
      CHECK(Judged(cut.facts).salvaged == std::optional<std::string>("sd3_0199-ab"));
      CHECK_FALSE(cut.facts.body_complete);
      const Reaction early = React(tls, ReplyThenCut(whole.substr(0, whole.find("request_id") + 12)));
      CHECK(early.verdict == Verdict::kUncertain);
      CHECK_FALSE(Judged(early.facts).salvaged);
      CHECK(cut.posts + early.posts == 2);
    }
  }
}

TEST_CASE("S16: cut at every byte, a 202 is never a failure that may be retried") {
  const std::string whole = Answer(202, kAccepted);
  for (size_t at = 0; at < whole.size(); ++at) {
    CAPTURE(at);
    const Reaction r = React(false, ReplyThenCut(whole.substr(0, at)));
    CHECK(r.verdict == Verdict::kUncertain);
    CHECK(r.posts == 1);
  }
  CHECK(React(false, ReplyThenCut(whole)).verdict == Verdict::kQueued);
}

TEST_CASE("S17: 2xx without an id or a picture is no success") {
  CHECK(React(false, Reply(Answer(200, "<html>hello</html>", "", "text/html"))).verdict ==
        Verdict::kUncertain);
  CHECK(React(false, Reply(Answer(202, ""))).verdict == Verdict::kUncertain);
  CHECK(React(false, Reply(Answer(202, "{}"))).verdict == Verdict::kUncertain);
  CHECK(React(false, Reply(Answer(200, R"({"imageUrl":""})"))).verdict == Verdict::kNoOutput);
  CHECK(React(false, Reply("HTTP/1.1 204 No Content\r\n\r\n")).verdict == Verdict::kUncertain);
  CHECK(React(false, Reply(Answer(202, kAccepted, "Content-Encoding: gzip\r\n"))).facts.fault ==
        Fault::kProtocol);
}

TEST_CASE("S18: a 401 sent before a 3 MB body was read is REJECTED, with or without a reset after it") {
  const std::string whole = Answer(401, R"({"error":"Access denied"})", "Connection: close\r\n");
  for (bool tls : kPlainAndTls) {
    for (bool reset : {false, true}) {
      FaultServer server(
          [&](Connection& c) {
            auto request = c.ReadHead();
            if (!request) return;
            c.Send(reset ? whole.substr(0, whole.size() - 4) : whole);
            c.ReadBody(*request, 100'000);
            if (reset && c.server().WaitReleased()) c.Rst();
          },
          Over(tls));
      Rig rig(server);
      const auto token = rig.StartSubmit(BigBody());
      REQUIRE(rig.DriveUntil([&] { return rig->counters().bytes_in > 50; }));
      server.Release();
      const wire::SubmitExchange x = rig.Wait(token).submit;
      CHECK(Judged(x).verdict == Verdict::kRejected);
      CHECK(x.http_status == 401);
      CHECK(x.fault == (reset ? Fault::kBroken : Fault::kNone));
      CHECK(server.posts() == 0);
    }
  }
}

TEST_CASE("S19: a known status is enough to be REJECTED, even if the body is cut") {
  for (bool tls : kPlainAndTls) {
    for (int status : {400, 401, 402, 403, 404, 405, 406, 410, 411, 413, 414, 415, 422, 431}) {
      CAPTURE(status);
      const std::string whole = Answer(status, R"({"error":"no","message":"Required: $0.04"})");
      CHECK(React(tls, Reply(whole)).verdict == Verdict::kRejected);
      const Reaction cut = React(tls, [&](Connection& c) {
        if (!c.ReadRequest()) return;
        c.Send(whole.substr(0, whole.size() - 10));
        c.Cut();
      });
      CHECK(cut.verdict == Verdict::kRejected);
      CHECK(cut.facts.http_status == status);
      CHECK(cut.posts == 1);
    }
  }
}

TEST_CASE("S20: a body that never left completely was not processed and may be sent again") {
  for (bool tls : kPlainAndTls) {
    const Reaction r = React(
        tls,
        [](Connection& c) {
          auto request = c.ReadHead();
          if (!request) return;
          c.ReadBody(*request, 100'000);
          c.Rst();
        },
        // Larger than what the sockets of both sides can hold.
        std::string(48u << 20, 'y'));
    CHECK(r.verdict == Verdict::kNotProcessed);
    CHECK_FALSE(r.facts.last_byte_handed);
    CHECK(r.facts.http_status == 0);
    CHECK(r.posts == 0);
  }
}

TEST_CASE("S21 S23: 5xx and 503 without Retry-After are UNCERTAIN, never sent again") {
  for (bool tls : kPlainAndTls)
    for (int status : {500, 501, 502, 503, 504, 520, 522, 524, 530, 599}) {
      CAPTURE(status);
      const Reaction r = React(tls, Reply(Answer(status, "upstream", "", "text/plain")));
      CHECK(r.verdict == Verdict::kUncertain);
      CHECK(r.posts == 1);
    }
}

TEST_CASE(
    "S22: 408, 421, 425 and 429 say not processed, and every Retry-After value and the server's Date are "
    "handed "
    "on") {
  for (bool tls : kPlainAndTls)
    for (int status : {408, 421, 425, 429}) {
      const Reaction r = React(tls, Reply(Answer(status, "{}",
                                                 "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\nRetry-After: 2\r\n"
                                                 "retry-after: Sun, 06 Nov 1994 08:49:44 GMT\r\n")));
      CHECK(r.verdict == Verdict::kNotProcessed);
      CHECK(r.facts.retry_after == std::vector<std::string>{"2", "Sun, 06 Nov 1994 08:49:44 GMT"});
      CHECK(r.facts.date == "Sun, 06 Nov 1994 08:49:37 GMT");
      CHECK(Judged(r.facts).retry_after_ms == 7000);
      CHECK(r.posts == 1);
    }
}

TEST_CASE("S22 S23: 503 with Retry-After is UNCERTAIN unless the host opted in") {
  const Reaction r = React(false, Reply(Answer(503, "{}", "Retry-After: 1\r\n")));
  CHECK(r.verdict == Verdict::kUncertain);
  core::Policy opted;
  opted.retry_503 = true;
  CHECK(Judged(r.facts, opted).verdict == Verdict::kNotProcessed);
}

TEST_CASE("S24: 402 is REJECTED and its price can be read") {
  const Reaction r =
      React(false, Reply(Answer(402, R"({"error":"Insufficient Balance","message":"Required: $0.040"})")));
  CHECK(r.verdict == Verdict::kRejected);
  CHECK(Judged(r.facts).error.required_microusd == 40'000);
}

TEST_CASE("S25: a redirect is never followed and the key goes nowhere else") {
  for (bool tls : kPlainAndTls)
    for (int status : {300, 301, 302, 303, 304, 305, 307, 308}) {
      CAPTURE(status);
      FaultServer::Options record = Over(tls);
      record.record_bytes = true;
      FaultServer other(Reply(Answer(202, kAccepted)), record);
      FaultServer server(Reply(Answer(status, "", "Location: " + other.Url("/v1/generate") + "\r\n")),
                         Over(tls));
      Rig rig(server);
      const wire::SubmitExchange x = rig.Submit();
      const bool refused = status == 301 || status == 302 || status == 307 || status == 308;
      CHECK(Judged(x).verdict == (refused ? Verdict::kRejected : Verdict::kUncertain));
      CHECK(x.location == other.Url("/v1/generate"));
      CHECK(server.posts() == 1);
      CHECK(other.connections() == 0);
      CHECK(other.received() == "");
    }
}

TEST_CASE("S26: what is no HTTP reply is UNCERTAIN, not 'not sent'") {
  const std::string many_interim = [] {
    std::string all;
    for (int i = 0; i < 12'000; ++i) all += "HTTP/1.1 100 Continue\r\n\r\n";
    return all;
  }();
  for (bool tls : kPlainAndTls) {
    for (const std::string& reply :
         {std::string("hello, this is not HTTP\r\n"), std::string("\r\n\r\n\r\n"),
          std::string("HTTP/1.1\r\n\r\n"),
          "HTTP/1.1 200 OK\r\nX: " + std::string(300'000, 'h') + "\r\n\r\n" + kAccepted,
          many_interim + Answer(202, kAccepted),
          std::string("HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n" + kAccepted),
          std::string("HTTP/1.1 202 Accepted\r\nContent-Length: -5\r\n\r\n" + kAccepted),
          std::string("HTTP/9.9 202 Accepted\r\n\r\n")}) {
      CAPTURE(reply.substr(0, 60));
      const Reaction r = React(tls, ReplyThenCut(reply));
      CHECK(r.verdict != Verdict::kNotSent);
      CHECK(r.verdict != Verdict::kNotSentFinal);
      CHECK(r.verdict != Verdict::kNotProcessed);
      CHECK(r.verdict != Verdict::kRejected);
      CHECK(r.facts.prereq_calls == 1);
      CHECK(r.posts == 1);
    }
  }
}

TEST_CASE("S26: the header block is capped, interim replies included") {
  std::string header(70'000, 'h');
  for (size_t i = 500; i < header.size(); i += 500) header.replace(i, 5, "\r\nY: ");
  const Reaction large =
      React(false, Reply("HTTP/1.1 202 OK\r\nX: " + header + "\r\nContent-Length: 2\r\n\r\n{}"));
  CHECK(large.facts.fault == Fault::kProtocol);
  CHECK(large.verdict == Verdict::kUncertain);
  const Reaction interim = React(
      false,
      Reply("HTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n" + Answer(202, kAccepted)));
  CHECK(interim.verdict == Verdict::kQueued);
  CHECK(interim.facts.http_status == 202);
  const Reaction only_interim = React(false, ReplyThenCut("HTTP/1.1 100 Continue\r\n\r\n"));
  CHECK(only_interim.facts.http_status == 0);
  CHECK(only_interim.verdict == Verdict::kUncertain);
}

TEST_CASE("S27: cancelled before anything was sent: 0 POSTs, certainly not charged") {
  FaultServer::Options options = Over(true);
  options.raw = true;
  FaultServer server([](Connection& c) { c.Hang(); }, options);  // a TLS handshake that never comes
  Rig rig(server);
  const auto token = rig.StartSubmit();
  REQUIRE(rig.DriveUntil([&] { return server.connections() == 1; }));
  rig->Abort(token);
  const wire::SubmitExchange x = rig.Wait(token).submit;
  CHECK(x.fault == Fault::kAborted);
  CHECK(x.prereq_calls == 0);
  CHECK(Judged(x).verdict == Verdict::kCancelled);
  CHECK(server.posts() == 0);
}

TEST_CASE("S28: cancelled after the send: what is known comes out, and it is UNCERTAIN") {
  for (bool tls : kPlainAndTls) {
    FaultServer server(
        [](Connection& c) {
          if (!c.ReadRequest()) return;
          c.Send("HTTP/1.1 202 Accepted\r\nContent-Length: 100\r\n\r\n{\"request_id\":\"sd3_7\",");
          c.Hang();
        },
        Over(tls));
    Rig rig(server);
    const auto token = rig.StartSubmit();
    REQUIRE(rig.DriveUntil([&] { return rig->counters().bytes_in > 60; }));
    rig->Abort(token);
    const wire::SubmitExchange x = rig.Wait(token).submit;
    CHECK(x.fault == Fault::kAborted);
    CHECK(x.prereq_calls == 1);
    CHECK(x.http_status == 202);
    CHECK(Judged(x).verdict == Verdict::kUncertain);
    CHECK(Judged(x).salvaged == std::optional<std::string>("sd3_7"));
    CHECK(server.posts() == 1);
  }
}

TEST_CASE("S28: cancelled while its answer arrives, the rest is read if it comes soon") {
  for (bool tls : kPlainAndTls) {
    FaultServer server(
        [](Connection& c) {
          if (!c.ReadRequest()) return;
          const std::string answer = Answer(202, R"({"request_id":"sd3_7","status":"QUEUED"})");
          c.Send(std::string_view(answer).substr(0, answer.size() - 9));
          if (c.server().WaitReleased()) c.Send(std::string_view(answer).substr(answer.size() - 9));
          c.Hang();
        },
        Over(tls));
    Rig rig(server);
    const auto token = rig.StartSubmit();
    REQUIRE(rig.DriveUntil([&] { return rig->counters().bytes_in > 60; }));
    const auto before = std::chrono::steady_clock::now();
    rig->Abort(token);
    server.Release();
    const wire::SubmitExchange x = rig.Wait(token).submit;
    if (std::chrono::steady_clock::now() - before > std::chrono::milliseconds(transport::kLastWordsMs)) {
      MESSAGE("this machine was too slow for the rest to come in time");
      continue;
    }
    CHECK(x.fault == Fault::kNone);
    CHECK(Judged(x).verdict == Verdict::kQueued);
    CHECK(server.posts() == 1);
  }
}

TEST_CASE("S32: no Expect header, and a 417 is no reason to send again") {
  for (bool tls : kPlainAndTls) {
    FaultServer server(Reply(Answer(417, "")), Over(tls));
    Rig rig(server);
    const wire::SubmitExchange x = rig.Submit(BigBody());
    CHECK(Judged(x).verdict == Verdict::kUncertain);
    CHECK(server.posts() == 1);
    CHECK(server.requests().at(0).Header("Expect") == "");
  }
}

TEST_CASE("S1: a refused connection was not sent and may be tried again") {
  transport::Config config;
  {
    FaultServer gone([](Connection&) {});
    config = ConfigFor(gone);
  }
  Rig rig(std::move(config));
  const wire::SubmitExchange x = rig.Submit();
  CHECK(x.fault == Fault::kConnect);
  CHECK(x.prereq_calls == 0);
  CHECK(Judged(x).verdict == Verdict::kNotSent);
}

TEST_CASE("S4: a TLS handshake that stalls, is reset or is no TLS was not sent and may be tried again") {
  const std::vector<Script> scripts = {[](Connection& c) { c.Hang(); }, [](Connection& c) { c.Rst(); },
                                       [](Connection& c) { c.Cut(); },
                                       [](Connection& c) {
                                         c.Send("HTTP/1.1 400 this is plain text\r\n\r\n");
                                         c.Hang();
                                       }};
  for (const Script& script : scripts) {
    FaultServer::Options options = Over(true);
    options.raw = true;
    FaultServer server(script, options);
    transport::Config config = ConfigFor(server);
    config.connect_timeout_ms = 300;
    Rig rig(std::move(config));
    const wire::SubmitExchange x = rig.Submit();
    CHECK((x.fault == Fault::kTls || x.fault == Fault::kConnect));  // a reset may overtake the connect
    CHECK(x.prereq_calls == 0);
    CHECK(Judged(x).verdict == Verdict::kNotSent);
    CHECK(server.posts() == 0);
  }
}

TEST_CASE("S3: a host that swallows every SYN was not sent to and may be tried again") {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t len = sizeof address;
  REQUIRE(bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  REQUIRE(listen(listener, 0) == 0);
  REQUIRE(getsockname(listener, reinterpret_cast<sockaddr*>(&address), &len) == 0);
  // Nobody accepts: once the queue is full, the system drops what else comes.
  std::vector<int> full;
  for (int i = 0; i < 8; ++i) {
    full.push_back(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    connect(full.back(), reinterpret_cast<sockaddr*>(&address), sizeof address);
  }
  FaultServer somebody(Reply(Answer(202, kAccepted)));
  transport::Config config = ConfigFor(somebody);
  config.base = *wire::ParseUrl("http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)));
  config.connect_timeout_ms = 300;
  Rig rig(std::move(config));
  const wire::SubmitExchange x = rig.Submit();
  CHECK(x.fault == Fault::kConnect);
  CHECK(x.prereq_calls == 0);
  CHECK(Judged(x).verdict == Verdict::kNotSent);
  for (int fd : full) close(fd);
  close(listener);
}

TEST_CASE(
    "S5 C5: a certificate that is not trusted is not sent to and not tried again, and a clock is hinted at") {
  for (const auto& [options, hint] :
       {std::pair{TlsIdentityOptions{.names = "DNS:elsewhere.example"}, false},
        std::pair{TlsIdentityOptions{.valid_from_s = 86400, .valid_to_s = 2 * 86400}, true},
        std::pair{TlsIdentityOptions{.valid_from_s = -2 * 86400, .valid_to_s = -86400}, true}}) {
    FaultServer::Options over = Over(true);
    over.identity = MakeTlsIdentity(options);
    FaultServer server(Reply(Answer(202, kAccepted)), over);
    Rig rig(server);
    const wire::SubmitExchange x = rig.Submit();
    CHECK(x.fault == Fault::kTrust);
    CHECK(Judged(x).verdict == Verdict::kNotSentFinal);
    CHECK((x.detail.find("clock") != std::string::npos) == hint);
    CHECK(server.posts() == 0);
  }
  FaultServer server(Reply(Answer(202, kAccepted)), Over(true));
  transport::Config stranger = ConfigFor(server);
  stranger.ca_pem = MakeTlsIdentity().ca_pem;
  Rig rig(std::move(stranger));
  CHECK(rig.Submit().fault == Fault::kTrust);
  transport::Config rubbish = ConfigFor(server);
  rubbish.ca_pem = "no certificate at all";
  Rig no_trust(std::move(rubbish));
  CHECK(Judged(no_trust.Submit()).verdict == Verdict::kNotSentFinal);
  CHECK(server.posts() == 0);
}

TEST_CASE("what could not be recorded first is not sent") {
  FaultServer server(Reply(Answer(202, kAccepted)));
  Rig rig(server);
  int asked = 0;
  const auto refused = rig.StartSubmit("{}", 30'000, {}, [&] { return ++asked > 1; });
  const wire::SubmitExchange x = rig.Wait(refused).submit;
  CHECK(x.fault == Fault::kAborted);
  CHECK(x.prereq_calls == 1);
  CHECK_FALSE(x.last_byte_handed);
  CHECK(server.posts() == 0);
  const auto sent = rig.StartSubmit("{}", 30'000, {}, [&] { return ++asked > 1; });
  CHECK(Judged(rig.Wait(sent).submit).verdict == Verdict::kQueued);
  CHECK(asked == 2);
  CHECK(server.posts() == 1);
}

TEST_CASE("the reply body is capped, but not before the id could be seen") {
  const std::string id = R"({"request_id":"sd3_1","status":"QUEUED","noise":")";
  for (bool tls : kPlainAndTls) {
    FaultServer server(
        [&](Connection& c) {
          if (!c.ReadRequest()) return;
          c.Send("HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\n\r\n" + id);
          const std::string noise(1 << 16, 'n');
          while (c.Send(noise)) {
          }
        },
        Over(tls));
    Rig rig(server);
    const wire::SubmitExchange x = rig.Submit();
    CHECK(x.fault == Fault::kTooLarge);
    CHECK(x.body.size() == 1u << 20);
    CHECK(Judged(x).verdict == Verdict::kUncertain);
    CHECK(Judged(x).salvaged == std::optional<std::string>("sd3_1"));
    CHECK(server.posts() == 1);
  }
}

TEST_CASE("a reply that is itself a picture may be as large as an output") {
  std::string jpeg = "\xff\xd8\xff\xe0";
  jpeg += std::string(3u << 20, 'j');
  FaultServer server(Reply(Answer(200, jpeg, "", "image/jpeg")));
  Rig rig(server);
  const wire::SubmitExchange x = rig.Submit();
  CHECK(x.fault == Fault::kNone);
  CHECK(x.body_complete);
  CHECK(x.body == jpeg);
}
