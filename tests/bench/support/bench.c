#define _GNU_SOURCE
#include "bench.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

void bench_require(int condition, const char* file, int line, const char* what) {
  if (condition) return;
  fprintf(stderr, "%s:%d: not true: %s\n", file, line, what);
  exit(1);
}

void bench_help(int argc, char** argv, const char* help) {
  if (argc < 2 || strcmp(argv[1], "--help") != 0) return;
  fputs(help, stdout);
  exit(0);
}

long bench_number(int argc, char** argv, const char* name, long otherwise) {
  int i;
  for (i = 1; i + 1 < argc; ++i)
    if (strcmp(argv[i], name) == 0) return strtol(argv[i + 1], NULL, 10);
  return otherwise;
}

void bench_figure(const char* name, double value) { printf("figure %s %.6g\n", name, value); }

uint64_t bench_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

void bench_pause_until(uint64_t ns) {
  struct timespec t;
  t.tv_sec = (time_t)(ns / 1000000000u);
  t.tv_nsec = (long)(ns % 1000000000u);
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) != 0) continue;
}

double bench_cpu_ms(void) {
  struct rusage use;
  getrusage(RUSAGE_SELF, &use);
  return 1e3 * (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
         1e-3 * (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec);
}

/* What stands behind `key` in a file of /proc, -1: nothing. */
static double proc_value(const char* path, const char* key) {
  char line[256];
  double value = -1;
  FILE* file = fopen(path, "r");
  while (file && fgets(line, sizeof line, file))
    if (strncmp(line, key, strlen(key)) == 0) value = strtod(line + strlen(key), NULL);
  if (file) fclose(file);
  return value;
}

long bench_rss_kb(void) { return (long)proc_value("/proc/self/status", "VmRSS:"); }
long bench_peak_kb(void) { return (long)proc_value("/proc/self/status", "VmHWM:"); }

static int thread_path(const char* thread_name, const char* file, char* path, size_t size) {
  DIR* tasks = opendir("/proc/self/task");
  struct dirent* task;
  int found = 0;
  while (!found && tasks && (task = readdir(tasks))) {
    char name[64] = "";
    FILE* comm;
    snprintf(path, size, "/proc/self/task/%.32s/comm", task->d_name);
    comm = fopen(path, "r");
    if (!comm) continue;
    found = fgets(name, sizeof name, comm) && strncmp(name, thread_name, strlen(thread_name)) == 0;
    fclose(comm);
    snprintf(path, size, "/proc/self/task/%.32s/%s", task->d_name, file);
  }
  if (tasks) closedir(tasks);
  return found;
}

long bench_sleeps(const char* thread_name) {
  char path[128];
  return thread_path(thread_name, "status", path, sizeof path)
             ? (long)proc_value(path, "voluntary_ctxt_switches:")
             : -1;
}

double bench_thread_cpu_ms(const char* thread_name) {
  char path[128];
  return thread_path(thread_name, "schedstat", path, sizeof path) ? proc_value(path, "") / 1e6 : -1;
}

void samples_add(struct samples* samples, uint64_t ns) {
  if (samples->count == samples->room) {
    samples->room = samples->room ? 2 * samples->room : 4096;
    samples->ns = realloc(samples->ns, samples->room * sizeof *samples->ns);
    REQUIRE(samples->ns);
  }
  samples->ns[samples->count++] = ns > UINT32_MAX ? UINT32_MAX : (uint32_t)ns;
}

static int by_length(const void* a, const void* b) {
  const uint32_t x = *(const uint32_t*)a, y = *(const uint32_t*)b;
  return (x > y) - (x < y);
}

double samples_us(struct samples* samples, double share) {
  size_t at;
  if (samples->count == 0) return 0;
  qsort(samples->ns, samples->count, sizeof *samples->ns, by_length);
  at = (size_t)(share * (double)samples->count);
  return 1e-3 * (double)samples->ns[at < samples->count ? at : samples->count - 1];
}

void samples_print_head(void) {
  printf("%-30s %9s %9s %9s %9s %9s  us\n", "", "calls", "p50", "p99", "p99.9", "longest");
}

void samples_print(struct samples* samples) {
  const double p50 = samples_us(samples, 0.5), p99 = samples_us(samples, 0.99),
               p999 = samples_us(samples, 0.999);
  printf("%-30s %9zu %9.3f %9.3f %9.3f %9.3f\n", samples->name, samples->count, p50, p99, p999,
         samples_us(samples, 1));
}

void bench_folder(char* path, size_t size) {
  const char* place = getenv("TMPDIR");
  snprintf(path, size, "%s/pixazo-bench-XXXXXX", place ? place : "/tmp");
  REQUIRE(mkdtemp(path));
}

void bench_folder_remove(const char* path) {
  DIR* folder = opendir(path);
  struct dirent* file;
  while (folder && (file = readdir(folder))) unlinkat(dirfd(folder), file->d_name, 0);
  if (folder) closedir(folder);
  rmdir(path);
}
