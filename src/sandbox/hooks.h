// Webhooks: which of them a job has, when they are called, and what came of it.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/agenda.h"
#include "sandbox/courier.h"
#include "sandbox/faults.h"
#include "sandbox/job.h"
#include "sandbox/options.h"
#include "wire/json.h"

namespace pixazo::sandbox {

struct HookCall {
  uint64_t serial = 0;
  uint64_t job = 0;
  int64_t at_ms = 0;  // of the last attempt
  size_t hook = 0;    // which of the job's
  std::string id, url, event,
      status;  // request id; where to; start, output, completed or cycle; the job's status in it
  std::string mode;  // terminal or sync, of X-Webhook-URL; body: the body's webhook
  std::string body;
  int attempts = 0;
  int http = 0;       // of the last attempt; 0: no answer
  std::string error;  // of the last attempt
  bool over = false;  // delivered, or given up
};

// Used on the server's thread only. Calls go to loopback and to the hosts that Options name, to nobody else.
class Hooks {
 public:
  Hooks(const Options& options, Agenda& agenda, Courier& courier, Faults& faults)
      : options_(options), agenda_(agenda), courier_(courier), faults_(faults) {}

  enum class Event { kStart, kCycle, kOutput, kEnd };
  void Call(Job& job, Event event, double speed);
  bool Replay(uint64_t serial);  // sends a call again, as it was; false if there is none
  void Clear();
  // Whether calls of this hook of a job have failed so often that no more are made.
  bool GivenUp(uint64_t job, size_t hook) const;

  // https, or http to loopback where that is allowed.
  bool Acceptable(std::string_view url) const;
  const std::deque<HookCall>& calls() const { return calls_; }

 private:
  void Send(HookCall call, double speed, int64_t delay_ms = 0);
  void Attempt(uint64_t serial, double speed);
  void Came(uint64_t serial, uint64_t generation, double speed, const Outcome& outcome);
  HookCall* Find(uint64_t serial);
  bool Reachable(const std::string& url) const;

  const Options& options_;
  Agenda& agenda_;
  Courier& courier_;
  Faults& faults_;
  uint64_t next_ = 1, generation_ = 0;
  std::deque<HookCall> calls_;
};

}  // namespace pixazo::sandbox
