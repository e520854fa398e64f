// One job of the gateway, queued or sync, from its acceptance on.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "catalogue/catalogue.h"
#include "sandbox/manner.h"
#include "sandbox/order.h"
#include "sandbox/picture/picture.h"
#include "sandbox/random.h"

namespace pixazo::sandbox {

enum class JobStatus { kQueued, kProcessing, kCompleted, kFailed, kError };
const char* StatusWord(JobStatus status);
inline bool IsTerminal(JobStatus status) { return status >= JobStatus::kCompleted; }

// What will become of a job: drawn when it is accepted.
struct Plan {
  int64_t queued_ms = 0, processing_ms = 0;
  double speed = 1;  // that these times are meant for
  JobStatus end = JobStatus::kCompleted;
  std::string error;  // of an end that is no success
};

struct Job {
  uint64_t serial = 0;
  const catalogue::Endpoint* endpoint = nullptr;
  Manner manner{};
  std::string id;      // request id; of a sync endpoint its own short id
  uint64_t owner = 0;  // print of the key it was made with
  uint64_t post = 0;   // serial of the POST that made it
  Order order;
  Plan plan;
  JobStatus status = JobStatus::kQueued;
  int64_t created_ms = 0, updated_ms = 0, completed_ms = 0;
  int64_t due_ms = 0;  // when the status it has now should end
  int64_t price_microusd = 0;
  bool charged = false;      // the price was taken and not given back
  bool mixed_dates = false;  // its replies write dates in both grammars the documents print
  uint32_t polls = 0;
  int awaited = 0;  // what must still happen before a job under way can end: its time, its reference pictures
  std::vector<Source> references;
  Source mask;
  struct Hook {
    std::string url;
    bool in_body = false;             // webhook of the body; otherwise X-Webhook-URL
    bool every_cycle = false;         // X-Webhook-Mode: sync
    std::vector<std::string> events;  // webhook_events_filter
  };
  std::vector<Hook> hooks;
  std::string base;                           // what its request called this server
  std::function<void(const Job&)> when_done;  // answers the request of a sync job
  std::vector<std::string> media;             // paths on this server, once it is completed
  std::vector<PictureSpec> pictures;          // one for each

  std::string error() const {
    return status == JobStatus::kFailed || status == JobStatus::kError ? plan.error : std::string();
  }
};

// Draws durations and end. speed: durations are divided by it. A prompt that holds "sandbox:FAILED" or
// "sandbox:ERROR" ends so.
Plan DrawPlan(const Job& job, double speed, double failed_share, double error_share, Random& random);
// Paths and specs of the pictures an order asks for.
void PlanPictures(Job& job, uint64_t sandbox_seed);

}  // namespace pixazo::sandbox
