// How long an endpoint's jobs take, learned from those that have ended, and when it pays to ask next.
// A histogram over the logarithm of time that forgets (half of it after about nine jobs): it follows drift,
// has no trouble with two modes, and starts from a weak prior. The schedule is the hazard rule of optimal
// inspection (Barlow, Hunter, Proschan 1963): polls as dense as sqrt(hazard / 2 price).
#pragma once

#include <array>
#include <cstdint>

namespace pixazo::core {

class Durations {
 public:
  Durations();

  // A job took this long. What a server says of its own times is believed only within what was seen from
  // here: not ended at `seen_running_s`, ended at `seen_ended_s`; otherwise the middle of the two counts.
  // stated_s < 0: it said nothing.
  void Add(double stated_s, double seen_running_s, double seen_ended_s);

  bool learned() const { return jobs_ >= 3; }
  uint32_t jobs() const { return jobs_; }

  // How long to wait after `elapsed_s` until the next poll; price: how many seconds of lateness one poll is
  // worth.
  double Wait(double elapsed_s, double price) const;
  // The part of jobs that have ended by then, in [0, 1): grows with time.
  double Ended(double elapsed_s) const;
  // The median of what is still to come for a job that has run this long.
  double Remaining(double elapsed_s) const;

 private:
  static constexpr int kBins = 96;
  static constexpr double kFirst = 0.25, kRatio = 1.1;  // bin i covers kFirst * kRatio^i: 0.25 s to 39 min

  static double Edge(int bin);
  static double Bin(double seconds);  // fractional
  double Survival(double elapsed_s) const;
  void Accumulate();

  std::array<float, kBins> mass_{};    // sums up to 1
  std::array<double, kBins> after_{};  // what of it lies in later bins
  uint32_t jobs_ = 0;
};

}  // namespace pixazo::core
