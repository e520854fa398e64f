/* What the library does while nothing happens: how often its thread wakes up. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>

#include "support/bench.h"
#include "support/local.h"

static const char help[] =
    "bench_idle [--seconds N] [--jobs N]\n"
    "\n"
    "Counts how often the I/O thread wakes up in N seconds (5): with no job, when all jobs have ended and "
    "connections are kept, and\n"
    "with N jobs (1000) that wait at the gateway and are polled.\n";

static long wakeups(double seconds, double* cpu_ms) {
  const long before = bench_sleeps("pz-io");
  const double cpu = bench_thread_cpu_ms("pz-io");
  bench_pause_until(bench_ns() + (uint64_t)(1e9 * seconds));
  *cpu_ms = bench_thread_cpu_ms("pz-io") - cpu;
  return bench_sleeps("pz-io") - before;
}

int main(int argc, char** argv) {
  const double seconds = (bench_help(argc, argv, help), (double)bench_number(argc, argv, "--seconds", 5));
  const long jobs = bench_number(argc, argv, "--jobs", 1000);
  const char* const slow[] = {"--speed", "0.01", NULL};
  struct server quick, server;
  pz_options* options;
  pz_client* client = NULL;
  pz_request* request = bench_request();
  double cpu;
  long count, i;
  int64_t polls;
  pz_job* job;
  sandbox_start(&quick, 1000, NULL);
  options = bench_options(&quick);
  REQUIRE(pz_options_set_poll_interval_ms(options, 10, 10) == PZ_OK &&
          pz_client_new(options, &client, NULL) == PZ_OK);
  wakeups(0.2, &cpu); /* it may still be on its way to sleep */
  count = wakeups(seconds, &cpu);
  printf("%-44s %8ld wakeups %10.3f ms CPU\n", "no job yet", count, cpu);
  bench_figure("idle_wakeups", (double)count);
  job = bench_submit(client, request);
  REQUIRE(pz_job_wait(job, 60000) == PZ_OK && pz_job_state(job) == PZ_STATE_COMPLETED);
  pz_job_release(job);
  bench_throw_away_events(client);
  wakeups(0.2, &cpu);
  count = wakeups(seconds, &cpu);
  printf("%-44s %8ld wakeups %10.3f ms CPU\n", "all jobs have ended", count, cpu);
  bench_figure("ended_wakeups", (double)count);
  pz_options_free(options);
  bench_end(client);
  server_stop(&quick);

  sandbox_start(&server, 1, slow);
  options = bench_options(&server);
  REQUIRE(pz_client_new(options, &client, NULL) == PZ_OK);
  pz_options_free(options);
  for (i = 0; i < jobs; ++i) pz_job_release(bench_submit(client, request));
  while (pz_client_stat(client, PZ_STAT_SUBMITS) < jobs) {
    pz_event* event = NULL;
    if (pz_client_wait_event(client, 50, &event) == PZ_OK) pz_event_release(event);
  }
  bench_throw_away_events(client);
  polls = pz_client_stat(client, PZ_STAT_POLLS);
  count = wakeups(seconds, &cpu);
  polls = pz_client_stat(client, PZ_STAT_POLLS) - polls;
  printf("%-44s %8ld wakeups %10.3f ms CPU, %lld polls\n", "jobs wait at the gateway", count, cpu,
         (long long)polls);
  bench_figure("waiting_wakeups_a_poll", polls ? (double)count / (double)polls : 0);
  pz_request_free(request);
  bench_end(client);
  server_stop(&server);
  return 0;
}
