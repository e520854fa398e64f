#include "transport/fault.h"

#include <doctest/doctest.h>

#include "core/policy.h"

using namespace pixazo;
using transport::FaultOf;
using transport::Stage;
using wire::Fault;

namespace {

core::Verdict Unsent(CURLcode code, Stage stage = Stage::kConnecting) {
  wire::SubmitExchange x;
  x.fault = FaultOf(code, stage, false);
  return core::JudgeSubmit(x, true, {}, 0).verdict;
}

core::Verdict Sent(CURLcode code) {
  wire::SubmitExchange x;
  x.fault = FaultOf(code, Stage::kSent, false);
  x.prereq_calls = 1;
  x.last_byte_handed = true;
  return core::JudgeSubmit(x, true, {}, 0).verdict;
}

}  // namespace

TEST_CASE(
    "gateway.md 3.2: before the send, passing reasons may be tried again, trust and arguments may not") {
  for (int code : {5, 6, 7, 28, 35, 52, 55, 56, 97})
    CHECK(Unsent(static_cast<CURLcode>(code)) == core::Verdict::kNotSent);
  for (int code : {60, 77, 90, 91, 58, 59, 53, 66, 83, 98}) {
    CHECK(Unsent(static_cast<CURLcode>(code)) == core::Verdict::kNotSentFinal);
    CHECK(FaultOf(static_cast<CURLcode>(code), Stage::kSecuring, false) == Fault::kTrust);
  }
  for (int code : {1, 3, 4, 43, 48}) {
    CHECK(Unsent(static_cast<CURLcode>(code)) == core::Verdict::kNotSentFinal);
    CHECK(FaultOf(static_cast<CURLcode>(code), Stage::kResolving, false) == Fault::kArgument);
  }
  CHECK(Unsent(CURLE_OUT_OF_MEMORY) == core::Verdict::kNotSentFinal);
  CHECK(Unsent(CURLE_ABORTED_BY_CALLBACK) == core::Verdict::kCancelled);
}

TEST_CASE("gateway.md 3.2: codes nobody listed are passing before the send and doubt after it") {
  for (int code = 1; code < 120; ++code) {
    CAPTURE(code);
    CHECK(Sent(static_cast<CURLcode>(code)) == core::Verdict::kUncertain);
    CHECK(FaultOf(static_cast<CURLcode>(code), Stage::kSent, false) != Fault::kNone);
    CHECK(FaultOf(static_cast<CURLcode>(code), Stage::kResolving, false) != Fault::kNone);
  }
  CHECK(Unsent(static_cast<CURLcode>(119)) == core::Verdict::kNotSent);
  CHECK(FaultOf(CURLE_OK, Stage::kSent, false) == Fault::kNone);
}

TEST_CASE("a timeout says where it struck") {
  CHECK(FaultOf(CURLE_OPERATION_TIMEDOUT, Stage::kResolving, false) == Fault::kDns);
  CHECK(FaultOf(CURLE_OPERATION_TIMEDOUT, Stage::kConnecting, false) == Fault::kConnect);
  CHECK(FaultOf(CURLE_OPERATION_TIMEDOUT, Stage::kSecuring, false) == Fault::kTls);
  CHECK(FaultOf(CURLE_OPERATION_TIMEDOUT, Stage::kConnecting, true) == Fault::kProxy);
  CHECK(FaultOf(CURLE_OPERATION_TIMEDOUT, Stage::kSent, true) == Fault::kTimeout);
}

TEST_CASE("until the request leaves, a broken connection behind a proxy is the proxy's") {
  CHECK(FaultOf(CURLE_RECV_ERROR, Stage::kSecuring, true) == Fault::kProxy);
  CHECK(FaultOf(CURLE_COULDNT_CONNECT, Stage::kConnecting, true) == Fault::kProxy);
  CHECK(FaultOf(CURLE_SSL_CONNECT_ERROR, Stage::kSecuring, true) == Fault::kTls);
  CHECK(FaultOf(CURLE_PEER_FAILED_VERIFICATION, Stage::kSecuring, true) == Fault::kTrust);
  CHECK(FaultOf(CURLE_RECV_ERROR, Stage::kSent, true) == Fault::kBroken);
}
