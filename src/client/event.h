// What the host is told, one object an event. Immutable once it is in the queue, but for the queue's own
// links.
#pragma once

#include <cstdint>
#include <string>

#include "client/failure.h"
#include "client/handle.h"
#include "client/job.h"
#include "client/output.h"
#include "client/rare_text.h"
#include "core/engine.h"

namespace pixazo::client {

// Values are public (pz_event_type).
enum class EventType : int32_t {
  kState = 1,
  kProgress = 2,
  kOutput = 3,
  kDone = 4,
  kLog = 5,
  kNeedKey = 6,
  kNeedUrl = 7,
};

struct Event : Handle<Tag::kEvent>, RefCounted<Event> {
  explicit Event(EventType t) : type(t) {}
  void Dispose() { delete this; }
  uint64_t job_id() const { return job ? job->id : 0; }
  uint64_t tag() const { return job ? job->made.tag : 0; }

  EventType type;
  core::State state{};
  int32_t log_level = 0;
  uint32_t index = 0;
  uint64_t seq = 0;
  double progress = 0;
  Ref<Job> job;
  Ref<Output> output;
  FailurePtr error;
  RareText text;
  RareText field;

  // The queue's, under its lock.
  Event* next = nullptr;
  Event* prev = nullptr;
};

}  // namespace pixazo::client
