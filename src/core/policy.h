// Every number and every rule about trying again, in one place (decisions.md, "Numbers"; gateway.md section
// 3).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "wire/exchange.h"
#include "wire/reply.h"
#include "wire/text.h"
#include "wire/time.h"

namespace pixazo::core {

struct Policy {
  // submits
  uint32_t max_submits = 8;
  uint32_t max_attempts = 3;
  int64_t retry_base_ms = 500;
  int64_t retry_cap_ms = 20'000;
  int64_t retry_after_cap_ms = 120'000;  // longer: fail at once, with the value
  bool retry_503 = false;                // 503 with Retry-After counts as "not processed"
  int32_t bucket_tokens = 500;
  int32_t transient_cost = 10;
  int32_t throttle_cost = 5;
  // polls
  uint32_t max_polls = 100;  // handed to the transport; how many run at once it decides by its connections
  int64_t poll_floor_ms = 2'000;
  int64_t poll_cap_ms = 15'000;
  double poll_jitter = 0.2;
  int64_t backstop_caps = 4;  // while webhooks come, polls of jobs that have one are this many caps apart
  // Once an endpoint's durations are known: how many seconds of lateness one poll is worth, for a floor of 2
  // s. With another floor all times of the schedule scale with it.
  double poll_price_s = 0.5;
  uint32_t poll_error_limit = 10;
  int64_t poll_error_span_ms = 120'000;
  int64_t not_found_grace_ms = 60'000;
  uint32_t salvage_attempts = 3;
  // downloads
  uint32_t max_downloads = 4;
  uint32_t download_attempts = 4;
  // the journal: nothing is sent before its intent is durable, no id is named before it is
  bool journal = false;
  // the host
  bool ask_key = false;  // a missing or refused key makes jobs wait for a new one instead of failing
};

// What one answer to the paid POST means: gateway.md 3.2, first matching row wins.
enum class Verdict : uint8_t {
  kQueued,        // accepted, request id known
  kCompleted,     // the outputs are here (URLs, or the reply is a picture)
  kNoOutput,      // says success, names no picture
  kJobFailed,     // says FAILED
  kJobError,      // says ERROR: not charged
  kRejected,      // refused, not charged
  kNotProcessed,  // the server did not take it: may be sent again
  kNotSent,       // proven unsent, passing reason: may be sent again
  kNotSentFinal,  // proven unsent, and trying again will not help
  kUncertain,     // may have been accepted: never sent again
  kCancelled,     // removed before anything was sent
};

struct SubmitJudgement {
  Verdict verdict = Verdict::kUncertain;
  wire::Reply reply;                      // as far as it could be read
  std::optional<std::string> salvaged;    // kUncertain: an id to confirm by GET
  std::optional<int64_t> retry_after_ms;  // kNotProcessed
  bool throttled = false;                 // 429: the client's gate closes
  wire::Error error;                      // for every verdict that is not kQueued, kCompleted
};

SubmitJudgement JudgeSubmit(const wire::SubmitExchange& x, bool queued_endpoint, const Policy& policy,
                            int64_t unix_ms);

// Full jitter: uniform in [0, min(cap, base * 2^attempt)], attempt counted from 0; saturates. random in [0,
// 1).
int64_t FullJitter(const Policy& policy, uint32_t attempt, double random);

// The wait before poll number `polls_done` + 1 of a job, without jitter: floor, then 2.5 floors growing
// by 1.5 to 5 floors, never over the cap. So polls come no denser than one per 2.5 floors (5 s) once the
// first is done.
int64_t PollInterval(const Policy& policy, uint32_t polls_done);
// The wait after errors_in_a_row failed polls: half a floor growing by 1.4, never under the floor nor over
// the cap.
int64_t PollErrorInterval(const Policy& policy, uint32_t errors_in_a_row);

// What one status reply means.
enum class PollVerdict : uint8_t {
  kError,  // no answer that says anything: counts against the budget of polling, never against the job
  kQueued,
  kProcessing,
  kUnknown,  // a status word nobody documented: the job goes on
  kCompleted,
  kNoOutput,
  kJobFailed,
  kJobError,
  kKeyRefused,  // 401
  kNotFound,    // 404: grace right after the submit, then the end
  kThrottled,   // 429: no error, but a slower client
  kOtherJob,    // an answer about another id
};
struct PollJudgement {
  PollVerdict verdict = PollVerdict::kError;
  wire::Reply reply;
  std::optional<int64_t> retry_after_ms;
  wire::Error error;
};
PollJudgement JudgeStatus(const wire::Exchange& x, std::string_view request_id, int64_t unix_ms);

enum class DownloadVerdict : uint8_t {
  kWhole,
  kRetry,  // broken, slow, 5xx: try the same URL again
  kGone,   // 401, 403, 404, 410: the URL may have expired, the status call may know a fresh one
  kFinal,  // disk, size cap, host rules: trying again will not help
};
struct DownloadJudgement {
  DownloadVerdict verdict = DownloadVerdict::kRetry;
  std::optional<int64_t> retry_after_ms;
  wire::Error error;
};
DownloadJudgement JudgeDownload(const wire::DownloadExchange& x, int64_t unix_ms);

wire::Code CodeOf(wire::Fault fault);
wire::Error JobEndError(const wire::Reply& reply, int http_status);  // FAILED, ERROR
wire::Error NoOutputError(int http_status);

}  // namespace pixazo::core
