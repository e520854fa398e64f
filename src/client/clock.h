// The two clocks of the client, in milliseconds.
#pragma once

#include <chrono>
#include <cstdint>

#include "core/engine.h"

namespace pixazo::client {

inline int64_t MonoMs() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}
inline int64_t UnixMs() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}
inline core::Now ReadClocks() { return {MonoMs(), UnixMs()}; }

// A point in time at most ms from now; ms == UINT32_MAX: never.
class Deadline {
 public:
  explicit Deadline(uint32_t ms)
      : never_(ms == UINT32_MAX),
        at_(std::chrono::steady_clock::now() + std::chrono::milliseconds(never_ ? 0 : ms)) {}
  bool never() const { return never_; }
  std::chrono::steady_clock::time_point at() const { return at_; }

 private:
  bool never_;
  std::chrono::steady_clock::time_point at_;
};

}  // namespace pixazo::client
