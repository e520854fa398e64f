// The wallet and the limits of a key.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

namespace pixazo::sandbox {

std::string DollarText(int64_t microusd);  // "0.01", "0.128": two decimals at least

// Without a balance it pays everything. Money is taken when a job is accepted and given back when it ends in
// ERROR.
class Wallet {
 public:
  explicit Wallet(std::optional<int64_t> balance_microusd) : balance_(balance_microusd) {}

  bool Take(int64_t microusd) {
    if (balance_ && *balance_ < microusd) return false;
    if (balance_) *balance_ -= microusd;
    taken_ += microusd;
    return true;
  }
  void GiveBack(int64_t microusd) {
    if (balance_) *balance_ += microusd;
    taken_ -= microusd;
  }
  void Set(std::optional<int64_t> balance_microusd) { balance_ = balance_microusd; }

  std::optional<int64_t> balance() const { return balance_; }
  int64_t taken() const { return taken_; }

 private:
  std::optional<int64_t> balance_;
  int64_t taken_ = 0;
};

// So many a second for each key, in bursts of at most a second's worth (one at least).
class Limiter {
 public:
  using Clock = std::chrono::steady_clock;

  // 0: go ahead; otherwise the milliseconds until the next one is allowed.
  int64_t Ask(uint64_t key, double per_second, Clock::time_point now);
  void Clear() { buckets_.clear(); }

 private:
  struct Bucket {
    double tokens;
    Clock::time_point at;
  };
  std::unordered_map<uint64_t, Bucket> buckets_;
};

}  // namespace pixazo::sandbox
