// gateway.md's decision table for the paid POST, and the readings of status replies and downloads.
#include <algorithm>
#include <array>

#include "core/policy.h"

namespace pixazo::core {
namespace {

using wire::Charged;
using wire::Code;
using wire::Error;
using wire::Fault;
using wire::Status;

constexpr std::array kRejectedStatuses = {400, 401, 402, 403, 404, 405, 406,
                                          410, 411, 413, 414, 415, 422, 431};
constexpr std::array kNotProcessedStatuses = {408, 421, 425, 429};
constexpr std::array kRedirectStatuses = {301, 302, 307, 308};

template <size_t N>
bool In(const std::array<int, N>& set, int status) {
  return std::find(set.begin(), set.end(), status) != set.end();
}

std::string Detail(const wire::Exchange& x) { return x.detail.empty() ? std::string() : ": " + x.detail; }

Error Uncertain(const wire::Exchange& x, std::string why) {
  Error e = wire::MakeError(Code::kUncertain, std::move(why));
  e.charged = Charged::kUnknown;
  e.http_status = x.http_status;
  return e;
}

Error NotSent(const wire::Exchange& x, bool retryable) {
  Error e = wire::MakeError(CodeOf(x.fault), "the request was not sent" + Detail(x));
  e.retryable = retryable;
  return e;
}

SubmitJudgement Judged(Verdict verdict, Error error) {
  SubmitJudgement j;
  j.verdict = verdict;
  j.error = std::move(error);
  return j;
}

// prereq_calls == 0: libcurl was never about to send (gateway.md 5.5: no unsafe classification in 240
// scenarios).
SubmitJudgement JudgeUnsent(const wire::SubmitExchange& x) {
  switch (x.fault) {
    case Fault::kAborted:
      return Judged(Verdict::kCancelled,
                    wire::MakeError(Code::kCancelled, "cancelled before anything was sent"));
    case Fault::kTrust:
    case Fault::kArgument:
    case Fault::kForbidden:
    case Fault::kMemory:
      return Judged(Verdict::kNotSentFinal, NotSent(x, x.fault == Fault::kMemory));
    case Fault::kNone:  // an answer without a request: believe nothing
      return Judged(Verdict::kUncertain,
                    Uncertain(x, "an answer came although no request was seen to leave"));
    default:
      return Judged(Verdict::kNotSent, NotSent(x, true));
  }
}

SubmitJudgement JudgeNotProcessed(const wire::SubmitExchange& x, int64_t unix_ms) {
  SubmitJudgement j = Judged(Verdict::kNotProcessed, wire::ErrorFromHttp(x.http_status, x.body));
  j.retry_after_ms = wire::RetryAfterMs(x.retry_after, x.date, unix_ms);
  j.throttled = x.http_status == 429 || x.http_status == 503;
  j.error.charged = Charged::kNo;
  j.error.retryable = true;
  j.error.retry_after_ms = j.retry_after_ms.value_or(-1);
  return j;
}

// A 2xx whose body arrived: what it says decides, not the mode expected (gateway.md 2.33).
Verdict ReadAccepted(const wire::Reply& reply) {
  if (reply.raw_image) return Verdict::kCompleted;
  if (!reply.valid_json) return Verdict::kUncertain;
  const bool has_id = !reply.request_id.empty();
  const bool going = reply.status == Status::kQueued || reply.status == Status::kProcessing;
  if (reply.status == Status::kError) return Verdict::kJobError;
  if (reply.status == Status::kFailed) return Verdict::kJobFailed;
  if (has_id && (going || reply.status == Status::kUnknown)) return Verdict::kQueued;
  if (!reply.urls.empty()) return going ? Verdict::kUncertain : Verdict::kCompleted;
  if (has_id && reply.status == Status::kNone) return Verdict::kQueued;
  if (going) return Verdict::kUncertain;
  return reply.status == Status::kCompleted || reply.has_output ? Verdict::kNoOutput : Verdict::kUncertain;
}

SubmitJudgement JudgeAccepted(const wire::SubmitExchange& x) {
  SubmitJudgement j;
  j.reply = wire::ParseReply(x.body, x.content_type);
  // A whole JSON object that names pictures is no less whole because the connection broke after it.
  const bool pictures_named = j.reply.valid_json && !j.reply.urls.empty();
  if (x.fault == Fault::kNone || pictures_named) j.verdict = ReadAccepted(j.reply);
  if (j.reply.raw_image && !x.body_complete) {  // half a picture is no picture
    const size_t tail = std::min<size_t>(x.body.size(), 32);
    if (!wire::LooksComplete(wire::SniffImage(x.body.data(), x.body.size()).format, x.body,
                             std::string_view(x.body).substr(x.body.size() - tail), x.body.size()))
      j.verdict = Verdict::kUncertain;
  }
  switch (j.verdict) {
    case Verdict::kUncertain: {
      std::string why = "the gateway accepted the request (HTTP " + std::to_string(x.http_status) +
                        ") but its answer names no job" + Detail(x);
      if (!j.reply.raw_request_id.empty()) why += "; its id is not acceptable: " + j.reply.raw_request_id;
      j.error = Uncertain(x, std::move(why));
      j.salvaged = wire::SalvageRequestId(x.body);
      break;
    }
    case Verdict::kJobError:
    case Verdict::kJobFailed:
      j.error = JobEndError(j.reply, x.http_status);
      break;
    case Verdict::kNoOutput:
      j.error = NoOutputError(x.http_status);
      break;
    default:
      break;
  }
  if (j.verdict != Verdict::kUncertain) j.error.request_id = j.reply.request_id;
  return j;
}

SubmitJudgement JudgeSilence(const wire::SubmitExchange& x) {
  if (!x.last_byte_handed) {  // the server cannot hold complete JSON: HTTP/1.1 with Content-Length only
    SubmitJudgement j = Judged(Verdict::kNotProcessed, NotSent(x, true));
    j.error.message = "the connection ended before the request was out" + Detail(x);
    return j;
  }
  return Judged(Verdict::kUncertain,
                Uncertain(x, "the request was sent and the answer was lost" + Detail(x)));
}

}  // namespace

Code CodeOf(Fault fault) {
  switch (fault) {
    case Fault::kNone:
      return Code::kOk;
    case Fault::kDns:
      return Code::kDns;
    case Fault::kProxy:
      return Code::kProxy;
    case Fault::kTimeout:
      return Code::kTimeout;
    case Fault::kTls:
    case Fault::kTrust:
      return Code::kTls;
    case Fault::kArgument:
      return Code::kInvalidArg;
    case Fault::kMemory:
      return Code::kNoMemory;
    case Fault::kAborted:
      return Code::kCancelled;
    case Fault::kProtocol:
      return Code::kProtocol;
    case Fault::kTooLarge:
      return Code::kLimit;
    case Fault::kForbidden:
      return Code::kUnsupported;
    case Fault::kIo:
      return Code::kIo;
    case Fault::kConnect:
    case Fault::kBroken:
      break;
  }
  return Code::kNetwork;
}

Error JobEndError(const wire::Reply& reply, int http_status) {
  const bool error = reply.status == Status::kError;
  Error e = wire::MakeError(
      error ? Code::kJobError : Code::kJobFailed,
      wire::CleanForMessage((error ? "the gateway reports ERROR" : "the gateway reports FAILED") +
                            (reply.error.empty() ? std::string() : ": " + reply.error)));
  e.remote_code = reply.status_word;
  e.request_id = reply.request_id;
  e.http_status = http_status;
  e.charged = error ? Charged::kNo : Charged::kUnknown;  // only ERROR is documented as not charged
  return e;
}

Error NoOutputError(int http_status) {
  Error e = wire::MakeError(Code::kNoOutput, "the gateway reports success but names no picture");
  e.http_status = http_status;
  e.charged = Charged::kUnknown;
  return e;
}

SubmitJudgement JudgeSubmit(const wire::SubmitExchange& x, bool queued_endpoint, const Policy& policy,
                            int64_t unix_ms) {
  (void)queued_endpoint;  // replies are read by shape
  if (x.prereq_calls == 0) return JudgeUnsent(x);
  if (x.prereq_calls >= 2)
    return Judged(
        Verdict::kUncertain,
        Uncertain(x, "the connection was lost after the request was sent; a second send was refused"));
  const int status = x.http_status;
  if (In(kRejectedStatuses, status)) {
    SubmitJudgement j = Judged(Verdict::kRejected, wire::ErrorFromHttp(status, x.body));
    j.error.charged = Charged::kNo;
    j.error.retryable = false;
    return j;
  }
  const bool opted_503 =
      status == 503 && policy.retry_503 && wire::RetryAfterMs(x.retry_after, x.date, unix_ms);
  if (In(kNotProcessedStatuses, status) || opted_503) return JudgeNotProcessed(x, unix_ms);
  if (status >= 200 && status < 300) return JudgeAccepted(x);
  if (In(kRedirectStatuses, status)) {
    Error e = wire::MakeError(Code::kProtocol,
                              wire::CleanForMessage("the gateway answered with a redirect to '" + x.location +
                                                    "', which is never followed; check the base URL"));
    e.http_status = status;
    return Judged(Verdict::kRejected, std::move(e));
  }
  if (status >= 300) {
    SubmitJudgement j = Judged(Verdict::kUncertain, wire::ErrorFromHttp(status, x.body));
    const std::string said = j.error.message;
    j.error.code = Code::kUncertain;
    j.error.message = wire::CleanForMessage("HTTP " + std::to_string(status) +
                                            " does not tell whether the job was accepted" +
                                            (said.empty() ? "" : ": " + said));
    j.error.retryable = false;
    j.error.charged = Charged::kUnknown;
    j.error.retry_after_ms = wire::RetryAfterMs(x.retry_after, x.date, unix_ms).value_or(-1);
    return j;
  }
  return JudgeSilence(x);
}

PollJudgement JudgeStatus(const wire::Exchange& x, std::string_view request_id, int64_t unix_ms) {
  PollJudgement j;
  j.retry_after_ms = wire::RetryAfterMs(x.retry_after, x.date, unix_ms);
  if (x.fault != Fault::kNone || x.http_status == 0) {
    j.error = wire::MakeError(CodeOf(x.fault), "the status could not be read" + Detail(x));
    j.error.charged = Charged::kUnknown;
    return j;
  }
  if (x.http_status < 200 || x.http_status > 299) {
    j.error = wire::ErrorFromHttp(x.http_status, x.body);
    j.error.charged = Charged::kUnknown;
    if (x.http_status == 401) j.verdict = PollVerdict::kKeyRefused;
    if (x.http_status == 404) j.verdict = PollVerdict::kNotFound;
    if (x.http_status == 429) j.verdict = PollVerdict::kThrottled;
    return j;
  }
  j.reply = wire::ParseReply(x.body, {});
  const wire::Reply& reply = j.reply;
  if (!reply.valid_json) {
    j.error = wire::MakeError(Code::kProtocol, "the status reply is not a JSON object");
  } else if (!reply.raw_request_id.empty() || (!reply.request_id.empty() && reply.request_id != request_id)) {
    j.verdict = PollVerdict::kOtherJob;
    j.error = wire::MakeError(Code::kProtocol,
                              "the status reply is about another job: " +
                                  (reply.request_id.empty() ? reply.raw_request_id : reply.request_id));
  } else if (reply.status == Status::kCompleted) {
    j.verdict = reply.urls.empty() ? PollVerdict::kNoOutput : PollVerdict::kCompleted;
    if (reply.urls.empty()) j.error = NoOutputError(x.http_status);
  } else if (reply.status == Status::kFailed || reply.status == Status::kError) {
    j.verdict = reply.status == Status::kFailed ? PollVerdict::kJobFailed : PollVerdict::kJobError;
    j.error = JobEndError(reply, x.http_status);
  } else {
    j.verdict = reply.status == Status::kProcessing ? PollVerdict::kProcessing
                : reply.status == Status::kQueued   ? PollVerdict::kQueued
                                                    : PollVerdict::kUnknown;
    return j;
  }
  j.error.request_id = std::string(request_id);
  if (j.verdict != PollVerdict::kJobError) j.error.charged = Charged::kUnknown;
  return j;
}

DownloadJudgement JudgeDownload(const wire::DownloadExchange& x, int64_t unix_ms) {
  DownloadJudgement j;
  j.retry_after_ms = wire::RetryAfterMs(x.retry_after, x.date, unix_ms);
  if (x.whole && x.fault == Fault::kNone) {
    j.verdict = DownloadVerdict::kWhole;
    return j;
  }
  Code code = Code::kOutput;
  if (x.fault == Fault::kIo || x.fault == Fault::kTooLarge || x.fault == Fault::kForbidden)
    code = CodeOf(x.fault);
  std::string what = "the output could not be fetched";
  if (x.http_status >= 300) what += ": HTTP " + std::to_string(x.http_status);
  j.error = wire::MakeError(code, wire::CleanForMessage(what + Detail(x)));
  j.error.http_status = x.http_status;
  j.error.charged = Charged::kYes;  // the job was made; only its picture is missing here
  j.error.retryable = x.fault != Fault::kForbidden;
  const int status = x.fault == Fault::kNone ? x.http_status : 0;
  if (x.fault == Fault::kIo || x.fault == Fault::kTooLarge || x.fault == Fault::kForbidden ||
      x.fault == Fault::kArgument)
    j.verdict = DownloadVerdict::kFinal;
  else if (status == 401 || status == 403 || status == 404 || status == 410)
    j.verdict = DownloadVerdict::kGone;
  return j;
}

}  // namespace pixazo::core
