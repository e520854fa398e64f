// The record of one live job. Small: a waiting job is this and its place in the schedule.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "core/engine.h"

namespace pixazo::core {

constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

// One picture of a job.
struct Output {
  enum class State : uint8_t { kPending, kHeld, kRunning, kFetched, kFailed };
  std::string url;
  std::shared_ptr<const wire::Error> error;
  int64_t not_before = 0;
  uint32_t attempts = 0;
  State state = State::kPending;
  bool ready = false;    // stands in the download queue
  bool expired = false;  // its URL is gone: waits for a fresh one
};

struct Job {
  enum class Running : uint8_t { kNothing, kSubmit, kStatus };
  enum class End : uint8_t {
    kNone,
    kCancel,
    kDeadline,
    kClose
  };  // asked for while the paid POST is on its way

  enum class Awaiting : uint8_t { kNothing, kIntent, kAck };  // a durable write of the journal

  static constexpr uint32_t kNoPlace = UINT32_MAX;
  JobId id = 0;
  JobSpec::Kind kind = JobSpec::Kind::kSubmit;
  Running running = Running::kNothing;
  End end = End::kNone;
  Awaiting awaiting = Awaiting::kNothing;
  State state = State::kWaiting;
  wire::Charged charged = wire::Charged::kNo;
  bool queued_endpoint = true;
  bool webhook = false;
  bool fetch_outputs = true;
  bool poll_ready = false;  // stands in the poll queue
  bool refreshed = false;   // fresh URLs were asked for once already
  bool refreshing = false;  // a status call for fresh URLs is due or running
  bool fresh_poll = false;  // poll at once, whatever the schedule says (a webhook came)
  int32_t priority = 0;
  uint32_t needs_urls = 0;
  uint32_t attempts = 0;
  uint32_t polls = 0;
  uint32_t poll_errors = 0;  // in a row
  uint32_t mismatches = 0;   // in a row
  uint32_t soft_errors = 0;  // in a row: 429, 404 within its grace; they slow a job down and never end it
  uint32_t confirmations_left = 0;
  uint32_t key_generation = 0;  // the key the running exchange went out with
  uint32_t place = kNoPlace;    // in the schedule, its affair
  uint32_t endpoint = 0;
  int64_t deadline = kNever;
  int64_t step = kNever;  // when this job wants to do its next thing by itself
  int64_t accepted_at = 0;
  int64_t seen_running = 0;  // the last status that said it had not ended
  int64_t first_poll_error = 0;
  int64_t hooked_at = -kNever;  // when a webhook last made this job be polled
  double progress = 0;
  wire::SharedText request_id;  // in UNCERTAIN: the candidate that a GET must confirm
  wire::SharedText hint;        // the id that this job's webhook named last; nobody vouches for it
  std::shared_ptr<const wire::Error> error;
  std::unique_ptr<wire::Reply> accepted;  // kAck: what was accepted, acted upon once it is durable
  std::vector<Output> outputs;
};

}  // namespace pixazo::core
