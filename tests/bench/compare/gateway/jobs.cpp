#include "jobs.h"

#include <charconv>

#include "text.h"

namespace pixazo::bench {
namespace {

constexpr size_t kDigits = 12;

// splitmix64
uint64_t Mixed(uint64_t x) {
  x += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

}  // namespace

void Jobs::Clear(uint64_t seed) {
  durations_.seed = seed;
  jobs_.clear();
}

size_t Jobs::New(int64_t now_us) {
  const size_t number = jobs_.size();
  const double unit = static_cast<double>(Mixed(Mixed(durations_.seed) ^ number) >> 11) * 0x1p-53;
  const double ms = static_cast<double>(durations_.min_ms) +
                    unit * static_cast<double>(durations_.max_ms - durations_.min_ms);
  jobs_.push_back({now_us, now_us + static_cast<int64_t>(ms * 1000), false});
  return number;
}

std::string Jobs::Id(size_t number) { return Text("019d42ce-946d-7739-8812-%012zx", number); }

std::optional<size_t> Jobs::Find(std::string_view text) const {
  if (text.size() < kDigits) return std::nullopt;
  const char* end = text.data() + text.size();
  size_t number = 0;
  const auto parsed = std::from_chars(end - kDigits, end, number, 16);
  if (parsed.ec != std::errc() || parsed.ptr != end || number >= jobs_.size()) return std::nullopt;
  return number;
}

}  // namespace pixazo::bench
