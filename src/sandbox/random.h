// Random numbers that are the same everywhere for the same seed: the standard library's distributions are
// not.
#pragma once

#include <cmath>
#include <cstdint>
#include <string_view>

namespace pixazo::sandbox {

constexpr uint64_t Mix(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
  return x ^ (x >> 31);
}

// FNV-1a, finished with Mix: for seeds and ETags, not for secrets.
constexpr uint64_t Hash(std::string_view s, uint64_t seed = 0) {
  uint64_t h = 0xcbf29ce484222325ull ^ Mix(seed + 0x9e3779b97f4a7c15ull);
  for (char c : s) h = (h ^ static_cast<uint8_t>(c)) * 0x100000001b3ull;
  return Mix(h);
}

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t Next() { return Mix(state_ += 0x9e3779b97f4a7c15ull); }
  double Unit() { return static_cast<double>(Next() >> 11) * 0x1p-53; }  // [0, 1)
  float Between(float low, float high) { return low + (high - low) * static_cast<float>(Unit()); }
  int Below(int n) { return static_cast<int>(Unit() * n); }  // [0, n)
  bool Chance(double p) { return Unit() < p; }
  double Gauss() {  // Box-Muller; mean 0, deviation 1
    double u = 1.0 - Unit(), v = Unit();
    return std::sqrt(-2.0 * std::log(u)) * std::cos(6.283185307179586 * v);
  }
  double LogNormal(double median, double sigma) { return median * std::exp(sigma * Gauss()); }

 private:
  uint64_t state_;
};

}  // namespace pixazo::sandbox
