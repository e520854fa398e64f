#include "core/policy.h"

#include <algorithm>
#include <cmath>

namespace pixazo::core {

int64_t FullJitter(const Policy& policy, uint32_t attempt, double random) {
  int64_t ceiling = policy.retry_cap_ms;
  if (attempt < 32) ceiling = std::min(ceiling, policy.retry_base_ms << attempt);
  return static_cast<int64_t>(static_cast<double>(ceiling) * random);
}

int64_t PollInterval(const Policy& policy, uint32_t polls_done) {
  const auto floor = static_cast<double>(policy.poll_floor_ms);
  double wait = floor;
  if (polls_done > 0) wait = std::min(2.5 * floor * std::pow(1.5, std::min(polls_done - 1, 8u)), 5 * floor);
  return std::min(static_cast<int64_t>(wait), policy.poll_cap_ms);
}

int64_t PollErrorInterval(const Policy& policy, uint32_t errors_in_a_row) {
  const double wait =
      static_cast<double>(policy.poll_floor_ms) * 0.5 * std::pow(1.4, std::min(errors_in_a_row, 32u));
  return std::clamp(static_cast<int64_t>(std::min(wait, 1e9)), policy.poll_floor_ms,
                    std::max(policy.poll_cap_ms, policy.poll_floor_ms));
}

}  // namespace pixazo::core
