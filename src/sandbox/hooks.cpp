#include "sandbox/hooks.h"

#include <algorithm>

#include "sandbox/report.h"
#include "wire/url.h"

namespace pixazo::sandbox {
namespace {

constexpr size_t kKeptCalls = 10'000;
constexpr int kAttempts = 3;
constexpr int64_t kAnswerMs = 5'000;  // "respond within a few seconds"
constexpr int64_t kRetryMs = 1'000;   // before the second attempt; four times as long before the third

const char* EventWord(Hooks::Event event, bool relighting) {
  switch (event) {
    case Hooks::Event::kStart:
      return "start";
    case Hooks::Event::kCycle:
      return "cycle";
    case Hooks::Event::kOutput:
      return "output";
    case Hooks::Event::kEnd:
      break;
  }
  return relighting ? "complete" : "completed";
}

bool Wants(const Job::Hook& hook, Hooks::Event event) {
  if (!hook.in_body)
    return event == Hooks::Event::kEnd || (event == Hooks::Event::kCycle && hook.every_cycle);
  if (event == Hooks::Event::kCycle) return false;
  auto listed = [&](std::string_view word) {
    return std::find(hook.events.begin(), hook.events.end(), word) != hook.events.end();
  };
  if (listed("*")) return true;
  if (event == Hooks::Event::kEnd) return hook.events.empty() || listed("completed") || listed("complete");
  return listed(EventWord(event, false));
}

}  // namespace

bool Hooks::Acceptable(std::string_view url) const {
  auto parsed = wire::ParseUrl(url);
  if (!parsed.ok()) return false;
  return parsed->scheme == "https" || (options_.http_webhooks && wire::IsLoopbackHost(*parsed));
}

bool Hooks::Reachable(const std::string& url) const {
  auto parsed = wire::ParseUrl(url);
  if (!parsed.ok() || !Acceptable(url)) return false;
  const auto& hosts = options_.webhook_hosts;
  return wire::IsLoopbackHost(*parsed) || std::find(hosts.begin(), hosts.end(), parsed->host) != hosts.end();
}

void Hooks::Call(Job& job, Event event, double speed) {
  for (size_t i = 0; i < job.hooks.size(); ++i) {
    const Job::Hook& hook = job.hooks[i];
    if (!Wants(hook, event) || GivenUp(job.serial, i)) continue;
    HookCall call;
    call.job = job.serial;
    call.hook = i;
    call.id = job.id;
    call.url = hook.url;
    call.mode = hook.in_body ? "body" : hook.every_cycle ? "sync" : "terminal";
    call.event = EventWord(event, job.endpoint->id == "pixelforge-relighting");
    call.status = StatusWord(job.status);
    wire::Json body = StatusJson(job, job.base, true);
    auto fault = faults_.Match(Where::kWebhook, job.endpoint->id, job.order.prompt, UnixMs());
    if (fault) Spoil(*fault, body);
    call.body = fault && fault->body ? *fault->body : wire::WriteJson(body);
    if (fault && fault->drop) continue;
    if (fault && fault->twice) Send(call, speed, fault->delay_ms);
    Send(std::move(call), speed, fault ? fault->delay_ms : 0);
  }
}

void Hooks::Send(HookCall call, double speed, int64_t delay_ms) {
  call.serial = next_++;
  uint64_t serial = call.serial;
  calls_.push_back(std::move(call));
  if (calls_.size() > kKeptCalls) calls_.pop_front();
  if (delay_ms <= 0) return Attempt(serial, speed);
  auto attempt = [this, serial, generation = generation_, speed] {
    if (generation == generation_) Attempt(serial, speed);
  };
  agenda_.In(delay_ms, std::move(attempt), Agenda::Pace::kReal);
}

void Hooks::Attempt(uint64_t serial, double speed) {
  HookCall* call = Find(serial);
  if (!call) return;
  ++call->attempts;
  call->at_ms = UnixMs();
  if (!Reachable(call->url)) {
    call->over = true;
    call->error = "not sent: neither loopback nor a host that --webhook-host names";
    return;
  }
  Errand errand;
  errand.method = "POST";
  errand.url = call->url;
  errand.headers = {{"Content-Type", "application/json"}, {"X-Sandbox-Event", call->event}};
  errand.body = call->body;
  errand.timeout_ms = kAnswerMs;
  errand.ca_file = options_.webhook_ca;
  courier_.Send(std::move(errand), [this, serial, generation = generation_, speed](Outcome outcome) {
    Came(serial, generation, speed, outcome);
  });
}

void Hooks::Came(uint64_t serial, uint64_t generation, double speed, const Outcome& outcome) {
  HookCall* call = generation == generation_ ? Find(serial) : nullptr;
  if (!call) return;
  call->http = outcome.status;
  call->error = outcome.error;
  call->over = (outcome.status >= 200 && outcome.status < 300) || call->attempts >= kAttempts;
  if (call->over) return;
  auto wait =
      static_cast<int64_t>(static_cast<double>(call->attempts == 1 ? kRetryMs : 4 * kRetryMs) / speed);
  agenda_.In(wait, [this, serial, generation, speed] {
    if (generation == generation_) Attempt(serial, speed);
  });
}

bool Hooks::Replay(uint64_t serial) {
  HookCall* found = Find(serial);
  if (!found) return false;
  HookCall again = *found;
  again.attempts = again.http = 0;
  again.error.clear();
  again.over = false;
  Send(std::move(again), 1);
  return true;
}

bool Hooks::GivenUp(uint64_t job, size_t hook) const {
  return std::any_of(calls_.begin(), calls_.end(), [&](const HookCall& call) {
    return call.job == job && call.hook == hook && call.over && !(call.http >= 200 && call.http < 300);
  });
}

HookCall* Hooks::Find(uint64_t serial) {
  if (calls_.empty() || serial < calls_.front().serial || serial > calls_.back().serial) return nullptr;
  return &calls_[static_cast<size_t>(serial - calls_.front().serial)];
}

void Hooks::Clear() {
  calls_.clear();
  ++generation_;
}

}  // namespace pixazo::sandbox
