// Every number and every rule about trying again, in one place (decisions.md, "Numbers"; gateway.md section 3).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "wire/exchange.h"
#include "wire/reply.h"

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
  uint32_t max_polls = 8;
  int64_t poll_floor_ms = 2'000;
  int64_t poll_cap_ms = 15'000;
  double poll_jitter = 0.2;
  uint32_t poll_error_limit = 10;
  int64_t poll_error_span_ms = 120'000;
  int64_t not_found_grace_ms = 60'000;
  uint32_t salvage_attempts = 3;
  // downloads
  uint32_t max_downloads = 4;
  uint32_t download_attempts = 4;
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
  wire::Reply reply;                     // as far as it could be read
  std::optional<std::string> salvaged;   // kUncertain: an id to confirm by GET
  std::optional<int64_t> retry_after_ms; // kNotProcessed
  bool throttled = false;                // 429: the client's gate closes
  wire::Error error;                     // for every verdict that is not kQueued, kCompleted
};

SubmitJudgement JudgeSubmit(const wire::SubmitExchange& x, bool queued_endpoint, const Policy& policy, int64_t unix_ms);

// Full jitter: uniform in [0, min(cap, base * 2^attempt)], attempt counted from 0; saturates. random in [0, 1).
int64_t FullJitter(const Policy& policy, uint32_t attempt, double random);

// The wait before poll number `polls_done` + 1 of a job, without jitter: floor, then 2.5 floors growing by 1.5 to 5 floors, never over the cap. So polls
// come no denser than one per 2.5 floors (5 s) once the first is done.
int64_t PollInterval(const Policy& policy, uint32_t polls_done);

}  // namespace pixazo::core
