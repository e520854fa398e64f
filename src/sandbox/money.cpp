#include "sandbox/money.h"

#include <algorithm>
#include <cmath>

namespace pixazo::sandbox {

std::string DollarText(int64_t microusd) {
  std::string cents = std::to_string(microusd % 1'000'000);
  cents.insert(0, 6 - cents.size(), '0');
  while (cents.size() > 2 && cents.back() == '0') cents.pop_back();
  return std::to_string(microusd / 1'000'000) + "." + cents;
}

int64_t Limiter::Ask(uint64_t key, double per_second, Clock::time_point now) {
  if (per_second <= 0) return 0;
  double most = std::max(1.0, per_second);
  auto [place, fresh] = buckets_.try_emplace(key, Bucket{most, now});
  Bucket& bucket = place->second;
  if (!fresh) {
    double seconds = std::chrono::duration<double>(now - bucket.at).count();
    bucket.tokens = std::min(most, bucket.tokens + seconds * per_second);
    bucket.at = now;
  }
  if (bucket.tokens < 1) return static_cast<int64_t>(std::ceil((1 - bucket.tokens) / per_second * 1000));
  bucket.tokens -= 1;
  return 0;
}

}  // namespace pixazo::sandbox
