// What the host is told, one object an event. Immutable once it is in the queue, but for the queue's own
// links.
#pragma once

#include <cstdint>
#include <string>

#include "client/failure.h"
#include "client/handle.h"
#include "client/job.h"
#include "client/output.h"
#include "core/engine.h"
#include "wire/shared_text.h"

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

// Small: each job's DONE is made with the job, because saying it must need no memory.
class Event : public Handle<Tag::kEvent>, public RefCounted<Event> {
 public:
  // What most events do not have.
  struct Details {
    Ref<Output> output;
    FailurePtr error;
    wire::SharedText text;
    wire::SharedText field;
    uint32_t index = 0;
    int32_t log_level = 0;
  };

  explicit Event(EventType t);
  ~Event();
  void Dispose() { delete this; }

  const EventType type;
  core::State state{};
  uint64_t seq = 0;
  Ref<Job> job;

  uint64_t job_id() const { return job ? job->id : 0; }
  uint64_t tag() const { return job ? job->made.tag : 0; }
  double progress() const;       // kProgress, kDone
  void SetProgress(double p);    // kProgress
  const Failure* error() const;  // of the job in kDone
  const Details& details() const;
  Details& Add() { return *details_; }  // types with details only

 private:
  friend class EventQueue;
  static bool HasDetails(EventType type);

  union {
    double progress_;   // kProgress
    Details* details_;  // HasDetails
  };
  // The queue's, under its lock.
  Event* next_ = nullptr;
  Event* prev_ = nullptr;
};

}  // namespace pixazo::client
