/* What a job costs that waits at the gateway: memory, and processor time of a poll, at several numbers of
 * jobs. */
#define _GNU_SOURCE
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

#include "support/bench.h"
#include "support/local.h"

static const char help[] =
    "bench_waiting [--most N] [--polls N]\n"
    "\n"
    "Runs 1,000, 3,000, 10,000, ... jobs, at most N (100,000), against pz-sandbox until all of them wait "
    "there, and then until each\n"
    "has been polled; prints memory of this process and CPU of its I/O thread. The handles are released: "
    "what is left is the\n"
    "library's. Prices must stay flat: the slope is the last line.\n";

struct row {
  long jobs;
  double kb_a_job, submit_us, poll_us, rss_kb;
};

static void until_stat(pz_client* client, pz_stat stat, int64_t least) {
  while (pz_client_stat(client, stat) < least) {
    pz_event* event = NULL;
    if (pz_client_wait_event(client, 50, &event) == PZ_OK) pz_event_release(event);
  }
  bench_throw_away_events(client);
}

static struct row measure(const struct server* server, long jobs, long polls) {
  pz_options* options = bench_options(server);
  pz_client* client = NULL;
  pz_request* request = bench_request();
  const uint32_t interval = (uint32_t)(jobs < 2000 ? 1000 : jobs / 2); /* 2,000 polls a second */
  struct row row = {jobs, 0, 0, 0, 0};
  double cpu;
  long before, i;
  int64_t polled;
  REQUIRE(pz_options_set_poll_interval_ms(options, interval, interval) == PZ_OK);
  REQUIRE(pz_client_new(options, &client, NULL) == PZ_OK);
  pz_options_free(options);
  pz_job_release(bench_submit(client, request)); /* what only the first job costs */
  until_stat(client, PZ_STAT_SUBMITS, 1);
  malloc_trim(0);
  before = bench_rss_kb();
  cpu = bench_thread_cpu_ms("pz-io");
  for (i = 0; i < jobs; ++i) {
    pz_job_release(bench_submit(client, request));
    if (i % 64 == 0) bench_throw_away_events(client);
  }
  until_stat(client, PZ_STAT_SUBMITS, jobs + 1);
  row.submit_us = 1e3 * (bench_thread_cpu_ms("pz-io") - cpu) / (double)jobs;
  polled = pz_client_stat(client, PZ_STAT_POLLS);
  cpu = bench_thread_cpu_ms("pz-io");
  until_stat(client, PZ_STAT_POLLS, polled + (polls < jobs ? polls : jobs));
  row.poll_us =
      1e3 * (bench_thread_cpu_ms("pz-io") - cpu) / (double)(pz_client_stat(client, PZ_STAT_POLLS) - polled);
  malloc_trim(0); /* buffers of the submits are none of a waiting job's */
  row.rss_kb = (double)bench_rss_kb();
  row.kb_a_job = (double)(bench_rss_kb() - before) / (double)jobs;
  REQUIRE(pz_client_in_flight(client) == (uint32_t)jobs + 1);
  pz_request_free(request);
  bench_end(client);
  malloc_trim(0);
  return row;
}

int main(int argc, char** argv) {
  const long most = (bench_help(argc, argv, help), bench_number(argc, argv, "--most", 100000));
  const long polls = bench_number(argc, argv, "--polls", 20000);
  const char* const slow[] = {"--speed", "0.001", NULL}; /* nothing ends while it is measured */
  struct server server;
  struct row rows[16] = {{0, 0, 0, 0, 0}};
  long jobs, step = 0;
  int n = 0;
  sandbox_start(&server, 1, slow);
  printf("%9s %12s %12s %14s %14s\n", "waiting", "whole MB", "KB a job", "us CPU submit", "us CPU poll");
  for (jobs = 1000; jobs <= most && n < 16; jobs = step++ % 2 ? jobs / 3 * 10 : jobs * 3) {
    struct row* row = &rows[n++];
    *row = measure(&server, jobs, polls);
    printf("%9ld %12.1f %12.3f %14.1f %14.1f\n", row->jobs, row->rss_kb / 1024, row->kb_a_job, row->submit_us,
           row->poll_us);
    fflush(stdout);
    if (row->jobs == 10000) bench_figure("waiting_10000_mb", row->rss_kb / 1024);
  }
  if (n > 1)
    printf("from %ld to %ld jobs: KB a job x %.2f, CPU a submit x %.2f, CPU a poll x %.2f\n", rows[0].jobs,
           rows[n - 1].jobs, rows[n - 1].kb_a_job / rows[0].kb_a_job,
           rows[n - 1].submit_us / rows[0].submit_us, rows[n - 1].poll_us / rows[0].poll_us);
  bench_figure("waiting_kb_a_job", rows[n - 1].kb_a_job);
  bench_figure("waiting_poll_slope", rows[n - 1].poll_us / rows[0].poll_us);
  bench_figure("waiting_submit_slope", rows[n - 1].submit_us / rows[0].submit_us);
  server_stop(&server);
  return 0;
}
