#include "core/durations.h"

#include <algorithm>
#include <cmath>

namespace pixazo::core {
namespace {

constexpr double kForget = 0.925;  // what a new job leaves of the old ones
constexpr double kKernel = 0.16;   // width of one job's mark, in ln(seconds)
constexpr double kPriorMedian = 12, kPriorSigma = 1.0;

}  // namespace

double Durations::Edge(int bin) {
  static const std::array<double, kBins + 1> kEdges = [] {
    std::array<double, kBins + 1> edges{};
    for (int i = 0; i <= kBins; ++i) edges[i] = kFirst * std::pow(kRatio, i);
    return edges;
  }();
  return kEdges[bin];
}

double Durations::Bin(double seconds) {
  return std::clamp(std::log(std::max(seconds, kFirst) / kFirst) / std::log(kRatio), 0.0, kBins - 1.0);
}

Durations::Durations() {
  double sum = 0;
  for (int i = 0; i < kBins; ++i) {
    const double z = std::log(Edge(i) * std::sqrt(kRatio) / kPriorMedian) / kPriorSigma;
    mass_[i] = static_cast<float>(std::exp(-z * z / 2));
    sum += mass_[i];
  }
  for (float& m : mass_) m = static_cast<float>(m / sum);
  Accumulate();
}

void Durations::Accumulate() {
  for (int i = kBins - 1; i >= 0; --i) after_[i] = i == kBins - 1 ? 0 : after_[i + 1] + mass_[i + 1];
}

void Durations::Add(double stated_s, double seen_running_s, double seen_ended_s) {
  const bool believable = stated_s >= 0 && stated_s >= seen_running_s - 2 && stated_s <= seen_ended_s + 2;
  const double took = believable ? stated_s : (seen_running_s + seen_ended_s) / 2;
  // The first jobs push the prior aside faster than later ones push each other.
  const double keep = std::min(kForget, (jobs_ + 1.0) / (jobs_ + 3.0));
  ++jobs_;
  std::array<double, kBins> mark{};
  const double center = Bin(took), width = kKernel / std::log(kRatio);
  double sum = 0;
  for (int i = 0; i < kBins; ++i) {
    const double z = (i + 0.5 - center) / width;
    mark[i] = std::exp(-z * z / 2) + 0.002 / kBins;  // never quite impossible
    sum += mark[i];
  }
  for (int i = 0; i < kBins; ++i) mass_[i] = static_cast<float>(mass_[i] * keep + (1 - keep) * mark[i] / sum);
  Accumulate();
}

double Durations::Survival(double elapsed_s) const {
  const double at = Bin(elapsed_s);
  const int whole = static_cast<int>(at);
  return std::max(mass_[whole] * (whole + 1 - at) + after_[whole], 1e-6);
}

double Durations::Ended(double elapsed_s) const {
  return elapsed_s <= kFirst ? 0 : std::clamp(1 - Survival(elapsed_s), 0.0, 0.999);
}

double Durations::Wait(double elapsed_s, double price) const {
  if (elapsed_s >= Edge(kBins - 1)) return 1e6;
  double survival = Survival(elapsed_s), at = std::max(elapsed_s, kFirst), due = 0;
  for (int i = static_cast<int>(Bin(at)); i < kBins; ++i) {
    const double end = Edge(i + 1), width = Edge(i + 1) - Edge(i), span = end - at;
    const double hazard = mass_[i] / width / std::max(survival - mass_[i] / 2, 1e-6);
    const double density = std::sqrt(hazard / (2 * price));
    if (due + density * span >= 1) return at + (1 - due) / density - elapsed_s;
    due += density * span;
    survival = std::max(survival - mass_[i] * span / width, 1e-6);
    at = end;
  }
  return 1e6;  // no end is expected any more: the cap decides
}

double Durations::Remaining(double elapsed_s) const {
  const double half = Survival(elapsed_s) / 2;
  for (int i = static_cast<int>(Bin(elapsed_s)); i < kBins; ++i)
    if (after_[i] <= half) return std::max(Edge(i + 1) - elapsed_s, 0.0);
  return std::max(Edge(kBins) - elapsed_s, 0.0);
}

}  // namespace pixazo::core
