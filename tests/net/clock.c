#define _GNU_SOURCE
#include "net/clock.h"

#include <stdatomic.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define VISIBLE __attribute__((visibility("default")))

static atomic_llong wall_ms, monotonic_ms;

void wall_clock_jumps(long long ms) { atomic_fetch_add(&wall_ms, ms); }
void monotonic_clock_leaps(long long ms) { atomic_fetch_add(&monotonic_ms, ms); }

VISIBLE int clock_gettime(clockid_t clock, struct timespec *out) {
  long long ns, ms = 0;
  if (syscall(SYS_clock_gettime, clock, out) != 0) return -1;
  if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) ms = atomic_load(&wall_ms);
  if (clock == CLOCK_MONOTONIC || clock == CLOCK_MONOTONIC_RAW || clock == CLOCK_MONOTONIC_COARSE || clock == CLOCK_BOOTTIME)
    ms = atomic_load(&monotonic_ms);
  ns = (long long)out->tv_nsec + ms % 1000 * 1000000;
  out->tv_sec += (time_t)(ms / 1000);
  if (ns >= 1000000000) out->tv_sec++, ns -= 1000000000;
  if (ns < 0) out->tv_sec--, ns += 1000000000;
  out->tv_nsec = (long)ns;
  return 0;
}

VISIBLE time_t time(time_t *out) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (out) *out = now.tv_sec;
  return now.tv_sec;
}

VISIBLE int gettimeofday(struct timeval *restrict out, void *restrict zone) {
  struct timespec now;
  (void)zone;
  clock_gettime(CLOCK_REALTIME, &now);
  out->tv_sec = now.tv_sec;
  out->tv_usec = now.tv_nsec / 1000;
  return 0;
}
