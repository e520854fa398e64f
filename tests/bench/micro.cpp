// The small ones: what a call costs when nothing is in its way. Submits are timed with the client paused:
// bench_frame has the others.
#include <benchmark/benchmark.h>
#include <pixazo/pixazo.h>

#include "wire/reply.h"
#include "wire/url.h"

namespace {

constexpr const char* kRunning =
    R"({"request_id":"gpt-image-2_01a1fd74-2906-70ce-4fda-aa526f0000001","status":"PROCESSING","model_id":"gpt-image-2",)"
    R"("error":null,"output":null,"created_at":"2026-01-29 10:03:20","updated_at":"2026-01-29 10:03:24","completed_at":null})";
constexpr const char* kPolling =
    "https://gateway.pixazo.ai/v2/requests/status/gpt-image-2_01a1fd74-2906-70ce-4fda-aa526f0000001";

// A paused client: nothing is sent.
struct Paused {
  Paused() {
    pz_options* options = pz_options_new(PZ_API_VERSION);
    pz_options_set_api_key(options, "key", PZ_NUL);
    pz_options_set_max_in_flight(options, 10'000'000);
    pz_options_set_max_undelivered(options, 10'000'000);
    pz_client_new(options, &client, nullptr);
    pz_options_free(options);
    pz_client_pause(client);
    Build();
  }
  ~Paused() {
    pz_request_free(request);
    pz_client_free(client);
  }
  void Build() {
    request = pz_request_new(nullptr, "gpt-image-2", PZ_NUL);
    pz_request_set_string(request, "prompt", PZ_NUL, "a red fox in the snow at dusk, soft light", PZ_NUL);
    pz_request_set_string(request, "quality", PZ_NUL, "low", PZ_NUL);
  }
  pz_job* Submit() {
    pz_job* job = nullptr;
    pz_client_submit(client, request, &job, nullptr);
    return job;
  }
  pz_client* client = nullptr;
  pz_request* request = nullptr;
};

template <auto Function>
void JobGetter(benchmark::State& state) {
  Paused paused;
  pz_job* job = paused.Submit();
  for (auto _ : state) benchmark::DoNotOptimize(Function(job));
  pz_job_release(job);
}
BENCHMARK(JobGetter<pz_job_state>)->Name("pz_job_state");
BENCHMARK(JobGetter<pz_job_progress>)->Name("pz_job_progress");
BENCHMARK(JobGetter<pz_job_remote_id>)->Name("pz_job_remote_id");
BENCHMARK(JobGetter<pz_job_endpoint_id>)->Name("pz_job_endpoint_id");
BENCHMARK(JobGetter<pz_job_output_count>)->Name("pz_job_output_count");
BENCHMARK(JobGetter<pz_job_charged>)->Name("pz_job_charged");
BENCHMARK(JobGetter<pz_job_remaining_ms>)->Name("pz_job_remaining_ms");

void InFlight(benchmark::State& state) {
  Paused paused;
  for (auto _ : state) benchmark::DoNotOptimize(pz_client_in_flight(paused.client));
}
BENCHMARK(InFlight)->Name("pz_client_in_flight");

void Dispatch(benchmark::State& state) {
  Paused paused;
  for (auto _ : state) pz_client_dispatch(paused.client, 0, 0, nullptr);
}
BENCHMARK(Dispatch)->Name("pz_client_dispatch, nothing to do");

void PollEvent(benchmark::State& state) {
  Paused paused;
  pz_event* event = nullptr;
  for (auto _ : state) pz_client_poll_event(paused.client, &event);
}
BENCHMARK(PollEvent)->Name("pz_client_poll_event, nothing to do");

// DONE of a job that was cancelled before anything was sent.
void PopEvent(benchmark::State& state) {
  Paused paused;
  for (int64_t i = 0; i < state.max_iterations; ++i) pz_job_release(paused.Submit());
  pz_client_cancel_all(paused.client);
  while (pz_client_stat(paused.client, PZ_STAT_EVENTS_QUEUED) < state.max_iterations) continue;
  for (auto _ : state) {
    pz_event* event = nullptr;
    pz_client_poll_event(paused.client, &event);
    pz_event_release(event);
  }
}
BENCHMARK(PopEvent)->Name("pz_client_poll_event, an event, with its job's end")->Iterations(20'000);

void Submit(benchmark::State& state) {
  Paused paused;
  for (auto _ : state) pz_job_release(paused.Submit());
}
BENCHMARK(Submit)->Name("pz_client_submit")->Iterations(20'000);

void BuildRequest(benchmark::State& state) {
  for (auto _ : state) {
    pz_request* request = pz_request_new(nullptr, "gpt-image-2", PZ_NUL);
    pz_request_set_string(request, "prompt", PZ_NUL, "a red fox in the snow at dusk, soft light", PZ_NUL);
    pz_request_set_string(request, "quality", PZ_NUL, "low", PZ_NUL);
    pz_request_free(request);
  }
}
BENCHMARK(BuildRequest)->Name("a request, built and freed");

void Validate(benchmark::State& state) {
  Paused paused;
  for (auto _ : state) benchmark::DoNotOptimize(pz_request_validate(paused.request, nullptr));
}
BENCHMARK(Validate)->Name("pz_request_validate");

void ParseStatus(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(pixazo::wire::ParseReply(kRunning));
}
BENCHMARK(ParseStatus)->Name("a status reply, parsed");

void ParseUrl(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(pixazo::wire::ParseUrl(kPolling));
}
BENCHMARK(ParseUrl)->Name("a URL, parsed");

}  // namespace

BENCHMARK_MAIN();
