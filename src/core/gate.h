// What holds the whole client back: the gate a 429 closes, the token bucket of retries, and the random
// numbers of jitter.
#pragma once

#include <algorithm>
#include <cstdint>

namespace pixazo::core {

// Closed until a time by a 429; then half open: one probe at a time until an answer other than 429 opens it.
class Gate {
 public:
  void Close(int64_t until) {
    until_ = std::max(until_, until);
    half_open_ = true;
  }
  void Open() { half_open_ = false; }
  bool Admits(int64_t now, uint32_t running) const { return now >= until_ && (!half_open_ || running == 0); }
  int64_t until() const { return until_; }

 private:
  int64_t until_ = INT64_MIN;
  bool half_open_ = false;
};

// Retries of a client whose gateway is down stay bounded whatever the number of jobs.
class TokenBucket {
 public:
  explicit TokenBucket(int32_t capacity) : capacity_(capacity), tokens_(capacity) {}
  bool Take(int32_t cost) {
    if (tokens_ < cost) return false;
    tokens_ -= cost;
    return true;
  }
  void Return(int32_t n) { tokens_ = std::min(capacity_, tokens_ + n); }
  int32_t tokens() const { return tokens_; }

 private:
  int32_t capacity_, tokens_;
};

// splitmix64: the same numbers from the same seed on every platform.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint64_t Next() {
    uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }
  double Unit() { return static_cast<double>(Next() >> 11) * 0x1.0p-53; }  // [0, 1)

 private:
  uint64_t state_;
};

}  // namespace pixazo::core
