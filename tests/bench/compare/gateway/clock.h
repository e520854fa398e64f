// Microseconds of the monotonic clock, and what the calendar says at such a time.
#pragma once

#include <time.h>

#include <cstdint>
#include <string>

#include "text.h"

namespace pixazo::bench {

inline int64_t ClockNow_us(clockid_t clock) {
  timespec t{};
  clock_gettime(clock, &t);
  return int64_t{t.tv_sec} * 1'000'000 + t.tv_nsec / 1000;
}
inline int64_t Now_us() { return ClockNow_us(CLOCK_MONOTONIC); }

// "2026-05-22T13:17:32.110Z"
inline std::string IsoTime(int64_t monotonic_us) {
  static const int64_t offset = ClockNow_us(CLOCK_REALTIME) - Now_us();
  const int64_t us = monotonic_us + offset;
  const time_t seconds = us / 1'000'000;
  tm t{};
  gmtime_r(&seconds, &t);
  return Text("%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday, t.tm_hour,
              t.tm_min, t.tm_sec, static_cast<int>(us % 1'000'000 / 1000));
}

}  // namespace pixazo::bench
