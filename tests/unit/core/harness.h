// Drives one core::Engine by hand: time stands still until it is told to move.
#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "core/engine.h"

namespace pixazo::test {

using core::Action;
using core::JobSpec;
using core::State;
using wire::Charged;
using wire::Code;
using wire::Fault;
using Kind = core::Action::Kind;

inline wire::SubmitExchange Reply(int status, std::string body = {}) {
  wire::SubmitExchange x;
  x.prereq_calls = 1;
  x.last_byte_handed = true;
  x.http_status = status;
  x.body = std::move(body);
  x.body_complete = true;
  return x;
}

inline wire::SubmitExchange Lost(Fault fault, uint32_t prereq = 1, bool last_byte = true) {
  wire::SubmitExchange x;
  x.fault = fault;
  x.prereq_calls = prereq;
  x.last_byte_handed = last_byte;
  return x;
}

inline wire::Exchange Status(int http, std::string body = {}) {
  wire::Exchange x;
  x.http_status = http;
  x.body = std::move(body);
  x.body_complete = true;
  return x;
}

inline wire::DownloadExchange Whole() {
  wire::DownloadExchange x;
  x.http_status = 200;
  x.whole = true;
  return x;
}

inline wire::DownloadExchange Broken(Fault fault, int http = 0) {
  wire::DownloadExchange x;
  x.fault = fault;
  x.http_status = http;
  return x;
}

inline const char* kAccepted = R"({"request_id":"m_1","status":"QUEUED"})";
inline const char* kProcessing = R"({"request_id":"m_1","status":"PROCESSING","output":null})";
inline std::string Completed(int urls = 1) {
  std::string s = R"({"request_id":"m_1","status":"COMPLETED","output":{"media_url":[)";
  for (int i = 0; i < urls; ++i)
    s += (i ? "," : "") + std::string("\"https://cdn.example/") + std::to_string(i) + ".png\"";
  return s + R"(],"media_type":"image/png"}})";
}

struct Harness {
  core::Policy policy;
  std::unique_ptr<core::Engine> engine;
  int64_t time = 1000;
  std::vector<Action> seen;  // everything so far

  explicit Harness(core::Policy p = {}, bool key = true, uint64_t seed = 1)
      : policy(p), engine(std::make_unique<core::Engine>(p, seed)) {
    if (key) engine->SetKey(now(), true);
  }
  core::Now now() const { return {time, 1'780'000'000'000 + time}; }

  core::JobId Submit(JobSpec spec = {}) {
    static core::JobId last = 0;
    spec.id = ++last;
    if (spec.deadline_ms == 0) spec.deadline_ms = 30 * 60'000;
    const core::JobId id = spec.id;
    engine->Submit(now(), std::move(spec));
    Drain();
    return id;
  }
  void Drain() {
    Action a;
    while (engine->Next(a)) seen.push_back(a);
  }
  void Answer(core::JobId job, const wire::SubmitExchange& x) {
    engine->OnSubmit(now(), job, x);
    Drain();
  }
  void Answer(core::JobId job, const wire::Exchange& x) {
    engine->OnStatus(now(), job, x);
    Drain();
  }
  void Answer(core::JobId job, uint32_t index, const wire::DownloadExchange& x) {
    engine->OnDownload(now(), job, index, x);
    Drain();
  }
  // Moves to the next time the engine asks for; false if it asks for none before `limit`.
  bool Advance(int64_t limit = INT64_MAX) {
    const int64_t wake = engine->NextWake();
    if (wake == INT64_MAX || wake > limit) return false;
    time = std::max(time, wake);
    engine->Tick(now());
    Drain();
    return true;
  }
  void MoveTo(int64_t t) {
    while (Advance(t)) {
    }
    time = t;
    engine->Tick(now());
    Drain();
  }
  size_t Count(Kind kind, core::JobId job = 0) const {
    size_t n = 0;
    for (const Action& a : seen) n += a.kind == kind && (job == 0 || a.job == job);
    return n;
  }
  const Action* Last(Kind kind, core::JobId job) const {
    for (auto it = seen.rbegin(); it != seen.rend(); ++it)
      if (it->kind == kind && it->job == job) return &*it;
    return nullptr;
  }
  const Action& Done(core::JobId job) const {
    REQUIRE(Count(Kind::kDone, job) == 1);
    return *Last(Kind::kDone, job);
  }
  // Takes a job to QUEUED, to its first poll.
  core::JobId Queued(JobSpec spec = {}) {
    const core::JobId id = Submit(std::move(spec));
    Answer(id, Reply(202, kAccepted));
    return id;
  }
  void ToPoll(core::JobId job) {
    const size_t before = Count(Kind::kGetStatus, job);
    for (int i = 0; i < 100 && Count(Kind::kGetStatus, job) == before; ++i) REQUIRE(Advance());
  }
  core::JobId Downloading(int urls = 1, JobSpec spec = {}) {
    const core::JobId id = Queued(std::move(spec));
    ToPoll(id);
    Answer(id, Status(200, Completed(urls)));
    return id;
  }
};

}  // namespace pixazo::test
