// Jobs that wait at the gateway, in simulated time: the engine alone, without a network and without what
// hosts see of a job. Memory a job and processor time a poll must not grow with their number.
#include <malloc.h>

#include <cstdio>
#include <cstring>
#include <deque>
#include <string>
#include <vector>

#include "core/engine.h"
extern "C" {
#include "support/bench.h"
}

namespace {

using namespace pixazo;
using core::Action;

constexpr const char kHelp[] =
    "bench_million [--most N] [--minutes M]\n"
    "\n"
    "Lets 1,000, 10,000, ... N jobs (1,000,000) wait for M minutes (1) of simulated time, polled as the "
    "library polls; prints memory a\n"
    "job and CPU a poll. Every answer says PROCESSING.\n";

std::string IdOf(core::JobId job) {
  std::string id = "studio-ghibli_01a1fd74-2906-70ce-4fda-000000000000";
  const std::string digits = std::to_string(job);
  return id.replace(id.size() - digits.size(), digits.size(), digits);
}

struct Row {
  long jobs = 0;
  double bytes = 0, submit_us = 0, poll_us = 0, polls_a_job = 0;
};

// Answers whatever the engine asks for at once.
class World {
 public:
  World() : engine_(Unlimited(), 1) { engine_.SetKey(now_, true); }

  Row Measure(long jobs, int64_t minutes) {
    Row row;
    row.jobs = jobs;
    malloc_trim(0);
    const long before = bench_rss_kb();
    double cpu = bench_cpu_ms();
    for (long i = 1; i <= jobs; ++i) {
      core::JobSpec spec;
      spec.id = static_cast<core::JobId>(i);
      spec.endpoint = 1;
      spec.deadline_ms = 30 * 60'000;
      engine_.Submit(now_, std::move(spec));
      CarryOut();
      if (i % 100 == 0) ++now_.mono_ms;
    }
    row.submit_us = 1e3 * (bench_cpu_ms() - cpu) / static_cast<double>(jobs);
    const uint64_t polls = engine_.stats().polls;
    cpu = bench_cpu_ms();
    for (const int64_t end = now_.mono_ms + minutes * 60'000; engine_.NextWake() <= end;) {
      now_.mono_ms = std::max(now_.mono_ms, engine_.NextWake());
      engine_.Tick(now_);
      CarryOut();
    }
    const auto polled = static_cast<double>(engine_.stats().polls - polls);
    row.poll_us = 1e3 * (bench_cpu_ms() - cpu) / polled;
    row.polls_a_job = polled / static_cast<double>(jobs);
    malloc_trim(0);
    row.bytes = 1024.0 * static_cast<double>(bench_rss_kb() - before) / static_cast<double>(jobs);
    bench_require(engine_.live_jobs() == static_cast<size_t>(jobs), __FILE__, __LINE__,
                  "all jobs still wait");
    return row;
  }

 private:
  static core::Policy Unlimited() {
    core::Policy policy;
    policy.max_submits = policy.max_polls = 1024;
    return policy;
  }
  void CarryOut() {
    Action action;
    while (engine_.Next(action)) {
      if (action.kind == Action::Kind::kSendSubmit) {
        wire::SubmitExchange x;
        x.prereq_calls = 1;
        x.last_byte_handed = true;
        x.http_status = 202;
        x.body_complete = true;
        x.body = R"({"request_id":")" + IdOf(action.job) + R"(","status":"QUEUED"})";
        engine_.OnSubmit(now_, action.job, x);
      } else if (action.kind == Action::Kind::kGetStatus) {
        wire::Exchange x;
        x.http_status = 200;
        x.body_complete = true;
        x.body = R"({"request_id":")" + action.text.str() + R"(","status":"PROCESSING","output":null})";
        engine_.OnStatus(now_, action.job, x);
      }
    }
  }

  core::Now now_{1'000'000, 1'700'000'000'000};
  core::Engine engine_;
};

}  // namespace

int main(int argc, char** argv) {
  bench_help(argc, argv, kHelp);
  const long most = bench_number(argc, argv, "--most", 1'000'000);
  const long minutes = bench_number(argc, argv, "--minutes", 1);
  std::vector<Row> rows;
  std::printf("%9s %12s %14s %12s %12s\n", "waiting", "bytes a job", "us CPU submit", "us CPU poll",
              "polls a job");
  for (long jobs = 1000; jobs <= most; jobs *= 10) {
    World world;
    const Row row = world.Measure(jobs, minutes);
    std::printf("%9ld %12.0f %14.2f %12.2f %12.1f\n", row.jobs, row.bytes, row.submit_us, row.poll_us,
                row.polls_a_job);
    std::fflush(stdout);
    rows.push_back(row);
  }
  std::printf("from %ld to %ld jobs: bytes a job x %.2f, CPU a poll x %.2f; whole process %.0f MB at most\n",
              rows.front().jobs, rows.back().jobs, rows.back().bytes / rows.front().bytes,
              rows.back().poll_us / rows.front().poll_us, static_cast<double>(bench_peak_kb()) / 1024);
  if (rows.back().jobs == 1'000'000) bench_figure("million_mb", static_cast<double>(bench_peak_kb()) / 1024);
  bench_figure("million_poll_slope", rows.back().poll_us / rows.front().poll_us);
  return 0;
}
