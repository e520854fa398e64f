/* What every client program here is called with, and the one line that it prints; see tests/bench/README.md.
 */
#ifndef BENCH_CLIENT_H_
#define BENCH_CLIENT_H_

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct bench_arguments {
  const char *url, *ca; /* ca: NULL for the system's */
  unsigned jobs, http, timeout_s;
  unsigned poll_ms, connections, fresh_submit; /* only some programs heed these */
};

struct bench_result {
  unsigned done, failed;
  double wall_s;
  long rss_before_kb, rss_waiting_kb; /* 0: cannot be told */
};

/* Ends the program if something is missing or unknown. */
static inline struct bench_arguments bench_parse(int argc, char** argv) {
  struct bench_arguments a = {NULL, NULL, 0, 1, 120, 1000, 16, 0};
  int i;
  for (i = 1; i + 1 < argc; i += 2) {
    const char *name = argv[i], *value = argv[i + 1];
    const unsigned number = (unsigned)strtoul(value, NULL, 10);
    if (!strcmp(name, "--url"))
      a.url = value;
    else if (!strcmp(name, "--ca"))
      a.ca = value;
    else if (!strcmp(name, "--jobs"))
      a.jobs = number;
    else if (!strcmp(name, "--http"))
      a.http = number;
    else if (!strcmp(name, "--timeout"))
      a.timeout_s = number;
    else if (!strcmp(name, "--poll-ms"))
      a.poll_ms = number;
    else if (!strcmp(name, "--connections"))
      a.connections = number;
    else if (!strcmp(name, "--fresh-submit"))
      a.fresh_submit = number;
    else
      break;
  }
  if (i < argc || !a.url || a.jobs == 0) {
    fprintf(stderr, "usage: %s --url BASE [--ca CERT.pem] --jobs N [--http 1|2] [--timeout S]\n", argv[0]);
    exit(2);
  }
  return a;
}

static inline double bench_now_s(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* VmRSS. 0 if it cannot be read. */
static inline long bench_rss_kb(void) {
  char line[256];
  long kb = 0;
  FILE* status = fopen("/proc/self/status", "r");
  while (status && kb == 0 && fgets(line, sizeof line, status))
    if (sscanf(line, "VmRSS: %ld", &kb) != 1) kb = 0;
  if (status) fclose(status);
  return kb;
}

/* The program's exit status: 0 if every job is done. */
static inline int bench_print(const struct bench_arguments* a, const struct bench_result* r) {
  char waiting[32] = "null";
  if (r->rss_waiting_kb > 0) snprintf(waiting, sizeof waiting, "%ld", r->rss_waiting_kb);
  printf(
      "{\"jobs\":%u,\"done\":%u,\"failed\":%u,\"wall_s\":%.3f,\"rss_before_kb\":%ld,\"rss_waiting_kb\":%s}\n",
      a->jobs, r->done, r->failed, r->wall_s, r->rss_before_kb, waiting);
  return r->done == a->jobs ? 0 : 1;
}

#endif /* BENCH_CLIENT_H_ */
