// Settings that are numbers, with their ranges (pixazo.h states them).
#include "client/options.h"

namespace pixazo::client {
namespace {

using wire::Code;
using wire::Error;

constexpr uint64_t kDayMs = 86'400'000;

Error InRange(const char* field, uint64_t value, uint64_t low, uint64_t high) {
  if (value >= low && value <= high) return {};
  return wire::MakeError(Code::kInvalidArg,
                         std::string(field) + ": " + std::to_string(value) + " is not in " +
                             std::to_string(low) + " to " + std::to_string(high),
                         field);
}

template <class T>
Error Put(const char* field, uint64_t value, uint64_t low, uint64_t high, T& to) {
  Error error = InRange(field, value, low, high);
  if (error.ok()) to = static_cast<T>(value);
  return error;
}

}  // namespace

Error Options::SetConnectTimeout(uint32_t ms) {
  return Put("connect_timeout_ms", ms, 1, kDayMs, config_.transport.connect_timeout_ms);
}
Error Options::SetSubmitTimeout(uint32_t ms) {
  return Put("submit_timeout_ms", ms, 1, kDayMs, config_.submit_timeout_ms);
}
Error Options::SetSyncTimeout(uint32_t ms) {
  return Put("sync_timeout_ms", ms, 1, kDayMs, config_.sync_timeout_ms);
}
Error Options::SetStatusTimeout(uint32_t ms) {
  return Put("status_timeout_ms", ms, 1, kDayMs, config_.transport.status_timeout_ms);
}
Error Options::SetDownloadStall(uint32_t ms) {
  return Put("download_stall_ms", ms, 1, kDayMs, config_.transport.download_stall_ms);
}
Error Options::SetJobTimeout(uint32_t ms) {
  return Put("job_timeout_ms", ms, 0, kDayMs, config_.job_timeout_ms);
}

Error Options::SetPollInterval(uint32_t min_ms, uint32_t max_ms) {
  if (Error error = InRange("poll_interval", min_ms, 10, 3'600'000); !error.ok()) return error;
  if (Error error = InRange("poll_interval", max_ms, min_ms, 3'600'000); !error.ok()) return error;
  config_.policy.poll_floor_ms = min_ms;
  config_.policy.poll_cap_ms = max_ms;
  return {};
}

Error Options::SetRetry(uint32_t attempts, uint32_t base_ms, uint32_t cap_ms) {
  if (Error error = InRange("retry attempts", attempts, 1, 10); !error.ok()) return error;
  if (Error error = InRange("retry base_ms", base_ms, 1, kDayMs); !error.ok()) return error;
  if (Error error = InRange("retry cap_ms", cap_ms, base_ms, kDayMs); !error.ok()) return error;
  config_.policy.max_attempts = attempts;
  config_.policy.retry_base_ms = base_ms;
  config_.policy.retry_cap_ms = cap_ms;
  return {};
}

Error Options::SetRetryAfterCap(uint32_t ms) {
  return Put("retry_after_cap_ms", ms, 0, kDayMs, config_.policy.retry_after_cap_ms);
}
Error Options::SetMaxInFlight(uint32_t jobs) {
  return Put("max_in_flight", jobs, 1, 10'000'000, config_.max_in_flight);
}

Error Options::SetConcurrency(uint32_t submits, uint32_t downloads, uint32_t connections) {
  if (Error error = InRange("concurrency submits", submits, 1, 1024); !error.ok()) return error;
  if (Error error = InRange("concurrency downloads", downloads, 1, 1024); !error.ok()) return error;
  if (Error error = InRange("concurrency connections", connections, 1, 1024); !error.ok()) return error;
  config_.policy.max_submits = submits;
  config_.policy.max_downloads = downloads;
  config_.transport.max_connections = connections;
  return {};
}

Error Options::SetMaxUndelivered(uint32_t events) {
  return Put("max_undelivered", events, 1, UINT32_MAX, config_.max_undelivered);
}
Error Options::SetMaxBufferedBytes(uint64_t bytes) {
  return Put("max_buffered_bytes", bytes, 1u << 20, UINT64_MAX, config_.max_buffered_bytes);
}
Error Options::SetJournalRetention(uint64_t ms) {
  return Put("journal_retention_ms", ms, 0, INT64_MAX, config_.journal.keep_ended_ms);
}
Error Options::SetMaxOutputBytes(uint64_t bytes) {
  return Put("max_output_bytes", bytes, 1024, UINT64_MAX / 4, config_.transport.max_output_bytes);
}

}  // namespace pixazo::client
