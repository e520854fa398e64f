// The decision table of the paid POST, row by row, first matching row wins.
#include <string>

#include "harness.h"

namespace pixazo::test {
namespace {

using core::JudgeSubmit;
using core::Policy;
using core::Verdict;

Verdict Of(const wire::SubmitExchange& x, Policy policy = {}) {
  return JudgeSubmit(x, true, policy, 0).verdict;
}

wire::SubmitExchange With(wire::SubmitExchange x, Fault fault) {
  x.fault = fault;
  return x;
}

}  // namespace

TEST_CASE("a POST that never left may be sent again when the reason may pass") {
  for (Fault f : {Fault::kDns, Fault::kConnect, Fault::kProxy, Fault::kTimeout, Fault::kTls, Fault::kBroken,
                  Fault::kProtocol, Fault::kIo, Fault::kTooLarge}) {
    const auto j = JudgeSubmit(Lost(f, 0, false), true, {}, 0);
    CHECK(j.verdict == Verdict::kNotSent);
    CHECK(j.error.charged == Charged::kNo);
    CHECK(j.error.retryable);
  }
}

TEST_CASE("a POST that never left and never will fails at once") {
  for (Fault f : {Fault::kTrust, Fault::kArgument, Fault::kForbidden, Fault::kMemory}) {
    const auto j = JudgeSubmit(Lost(f, 0, false), true, {}, 0);
    CHECK(j.verdict == Verdict::kNotSentFinal);
    CHECK(j.error.charged == Charged::kNo);
  }
  CHECK(Of(Lost(Fault::kAborted, 0, false)) == Verdict::kCancelled);
}

TEST_CASE("an answer without a request is believed by nobody") {
  CHECK(Of(With(Lost(Fault::kNone, 0), Fault::kNone)) == Verdict::kUncertain);
}

TEST_CASE("a second send that was refused leaves the first one in doubt, whatever else was seen") {
  for (int status : {0, 200, 202, 400, 429, 500}) {
    auto x = Reply(status, kAccepted);
    x.prereq_calls = 2;
    CHECK(Of(x) == Verdict::kUncertain);
  }
}

TEST_CASE("rejections are final and not charged, even when their body is cut") {
  for (int status : {400, 401, 402, 403, 404, 405, 406, 410, 411, 413, 414, 415, 422, 431}) {
    for (Fault f : {Fault::kNone, Fault::kBroken, Fault::kTimeout}) {
      const auto j = JudgeSubmit(With(Reply(status, "{\"err"), f), true, {}, 0);
      CHECK_MESSAGE(j.verdict == Verdict::kRejected, status);
      CHECK(j.error.charged == Charged::kNo);
      CHECK_FALSE(j.error.retryable);
      CHECK(j.error.http_status == status);
    }
  }
}

TEST_CASE("408, 421, 425 and 429 say that nothing was processed") {
  for (int status : {408, 421, 425, 429}) {
    auto x = Reply(status);
    x.retry_after = {"7"};
    const auto j = JudgeSubmit(x, true, {}, 0);
    CHECK(j.verdict == Verdict::kNotProcessed);
    CHECK(j.retry_after_ms == 7000);
    CHECK(j.throttled == (status == 429));
  }
}

TEST_CASE("S23: 503 is in doubt, with Retry-After too, unless the host opts in") {
  auto x = Reply(503);
  CHECK(Of(x) == Verdict::kUncertain);
  x.retry_after = {"1"};
  CHECK(Of(x) == Verdict::kUncertain);
  Policy opted;
  opted.retry_503 = true;
  CHECK(Of(x, opted) == Verdict::kNotProcessed);
  x.retry_after.clear();
  CHECK(Of(x, opted) == Verdict::kUncertain);
}

TEST_CASE("a 2xx that names a job is accepted, one that names pictures is complete") {
  for (int status : {200, 201, 202}) {
    CHECK(Of(Reply(status, kAccepted)) == Verdict::kQueued);
    CHECK(Of(Reply(status, R"({"imageUrl":"https://cdn.example/a.png"})")) == Verdict::kCompleted);
    CHECK(Of(Reply(status, R"({"output":"https://cdn.example/a.png"})")) == Verdict::kCompleted);
    CHECK(Of(Reply(status, R"({"url":"https://cdn.example/a.png"})")) == Verdict::kCompleted);
  }
  CHECK(Of(Reply(200, R"({"id":"x","status":"succeeded","output":"https://cdn.example/a.png"})")) ==
        Verdict::kCompleted);
  CHECK(Of(Reply(200, R"({"request_id":"m_1"})")) == Verdict::kQueued);
  CHECK(Of(Reply(202, R"({"request_id":"m_1","status":"WHATEVER"})")) == Verdict::kQueued);
}

TEST_CASE("S17: a 2xx that names nothing is in doubt, one with an empty URL has no output") {
  for (const char* body :
       {"", "{}", "[]", "null", "<html></html>", R"({"status":"QUEUED"})",
        R"({"request_id":"../../x","status":"QUEUED"})", R"({"request_id":7})", R"({"error":"oops"})"})
    CHECK_MESSAGE(Of(Reply(200, body)) == Verdict::kUncertain, body);
  for (const char* body : {R"({"imageUrl":""})", R"({"output":null})", R"({"url":""})",
                           R"({"id":"x","status":"succeeded","output":""})"})
    CHECK_MESSAGE(Of(Reply(200, body)) == Verdict::kNoOutput, body);
}

TEST_CASE("a submit may be answered by the end of its job") {
  const auto error =
      JudgeSubmit(Reply(200, R"({"request_id":"m_1","status":"ERROR","error":"bad"})"), true, {}, 0);
  CHECK(error.verdict == Verdict::kJobError);
  CHECK(error.error.charged == Charged::kNo);
  const auto failed = JudgeSubmit(Reply(200, R"({"id":"x","status":"failed","output":null})"), false, {}, 0);
  CHECK(failed.verdict == Verdict::kJobFailed);
  CHECK(failed.error.charged == Charged::kUnknown);
}

TEST_CASE("S16: a cut 202 is in doubt, and a whole id in it is salvaged") {
  const std::string whole = R"({"request_id":"m_1","status":"QUEUED"})";
  for (size_t n = 0; n < whole.size(); ++n) {
    for (Fault f : {Fault::kNone, Fault::kBroken}) {
      const auto j = JudgeSubmit(With(Reply(202, whole.substr(0, n)), f), true, {}, 0);
      CHECK(j.verdict == Verdict::kUncertain);
      CHECK(j.salvaged.has_value() == (n >= whole.find("\",\"status") + 1));
      CHECK(j.error.charged == Charged::kUnknown);
    }
  }
}

TEST_CASE("a whole object that names pictures counts although the connection broke after it") {
  CHECK(Of(With(Reply(200, R"({"imageUrl":"https://cdn.example/a.png"})"), Fault::kBroken)) ==
        Verdict::kCompleted);
  CHECK(Of(With(Reply(200, R"({"imageUrl":"https://cdn.example/a.pn)"), Fault::kBroken)) ==
        Verdict::kUncertain);
}

TEST_CASE("S25: redirects are refused and named, 303 is in doubt") {
  for (int status : {301, 302, 307, 308}) {
    auto x = Reply(status);
    x.location = "https://elsewhere.example/x";
    const auto j = JudgeSubmit(x, true, {}, 0);
    CHECK(j.verdict == Verdict::kRejected);
    CHECK(j.error.message.find("elsewhere.example") != std::string::npos);
    CHECK(j.error.charged == Charged::kNo);
  }
  for (int status : {300, 303, 304, 305, 409, 412, 418, 451}) CHECK(Of(Reply(status)) == Verdict::kUncertain);
}

TEST_CASE("S21: server errors are in doubt") {
  for (int status : {500, 501, 502, 504, 520, 522, 524, 599}) CHECK(Of(Reply(status)) == Verdict::kUncertain);
}

TEST_CASE("S20: a body whose last byte was never handed over was not processed") {
  for (Fault f : {Fault::kBroken, Fault::kTimeout}) {
    const auto j = JudgeSubmit(Lost(f, 1, false), true, {}, 0);
    CHECK(j.verdict == Verdict::kNotProcessed);
    CHECK_FALSE(j.throttled);
    CHECK(j.error.charged == Charged::kNo);
  }
}

TEST_CASE("S13: silence after the last byte is in doubt, whatever code says so") {
  for (Fault f : {Fault::kBroken, Fault::kTimeout, Fault::kProtocol, Fault::kTooLarge, Fault::kMemory,
                  Fault::kArgument, Fault::kDns, Fault::kConnect, Fault::kAborted, Fault::kTls})
    for (int status : {0, 100, 103}) {
      auto x = Lost(f);
      x.http_status = status;
      CHECK(Of(x) == Verdict::kUncertain);
    }
}

TEST_CASE("a picture sent instead of JSON is the output, half of it is not") {
  std::string png(
      "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0\x90wS\xde\0\0\0\0IEND\xae"
      "B`\x82",
      45);
  auto x = Reply(200, png);
  CHECK(Of(x) == Verdict::kCompleted);
  x.body_complete = false;  // delimited by the closing of the connection, but its end marker is there
  CHECK(Of(x) == Verdict::kCompleted);
  x.body.resize(40);
  CHECK(Of(x) == Verdict::kUncertain);
}

TEST_CASE("R7 R8: full jitter is uniform between nothing and a doubling, capped ceiling, also at attempt 64") {
  const Policy p;
  CHECK(core::FullJitter(p, 0, 0.0) == 0);
  CHECK(core::FullJitter(p, 0, 0.999) < 500);
  CHECK(core::FullJitter(p, 3, 0.999) < 4000);
  CHECK(core::FullJitter(p, 3, 0.5) == 2000);
  for (uint32_t attempt : {6u, 31u, 64u, 1000u, UINT32_MAX})
    CHECK(core::FullJitter(p, attempt, 0.5) == 10'000);
}

TEST_CASE("P16: polls grow from the floor, keep the average and never pass the cap") {
  Policy p;
  CHECK(core::PollInterval(p, 0) == 2000);
  CHECK(core::PollInterval(p, 1) == 5000);
  CHECK(core::PollInterval(p, 2) == 7500);
  CHECK(core::PollInterval(p, 3) == 10'000);
  CHECK(core::PollInterval(p, 1000) == 10'000);
  p.poll_floor_ms = 10'000;
  CHECK(core::PollInterval(p, 9) == 15'000);
  p = {};
  for (uint32_t n = 0; n < 100; ++n) {
    CHECK(core::PollErrorInterval(p, n) >= p.poll_floor_ms);
    CHECK(core::PollErrorInterval(p, n) <= p.poll_cap_ms);
  }
}

}  // namespace pixazo::test
