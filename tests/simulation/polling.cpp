// polling [--check]: what a schedule of polls costs and how late it is, for five distributions of durations,
// in simulated time. Every schedule keeps the floor and the cap of the library; "optimum" knows the
// distribution and is computed by dynamic programming; "learned" knows ten past jobs.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include "core/durations.h"
#include "core/gate.h"
#include "core/policy.h"

namespace {

using pixazo::core::Durations;
using pixazo::core::Random;

constexpr double kFloor = 2, kCap = 15;

double Normal(Random& r) {
  return std::sqrt(-2 * std::log(1 - r.Unit())) * std::cos(6.283185307179586 * r.Unit());
}

struct Shape {
  const char* name;
  std::function<double(Random&)> draw;
};

const std::vector<Shape> kShapes = {
    {"lognormal 15 s, sigma 0.5", [](Random& r) { return 15 * std::exp(0.5 * Normal(r)); }},
    {"lognormal 40 s, sigma 0.3", [](Random& r) { return 40 * std::exp(0.3 * Normal(r)); }},
    {"uniform 5 to 25 s", [](Random& r) { return 5 + 20 * r.Unit(); }},
    {"two modes, 8 s and 45 s",
     [](Random& r) {
       return r.Unit() < 0.5 ? 8 * std::exp(0.2 * Normal(r)) : 45 * std::exp(0.2 * Normal(r));
     }},
    {"5 s behind a queue of 20 s",
     [](Random& r) { return -20 * std::log(1 - r.Unit()) + 5 * std::exp(0.3 * Normal(r)); }},
};

struct Cost {
  double polls = 0, lag = 0, p99 = 0;
};

// next(elapsed, polls done) = wait
Cost Measure(const Shape& shape, const std::function<double(double, int)>& next, bool bounded) {
  Random random(42);
  std::vector<double> lags;
  Cost c;
  constexpr int kJobs = 20'000;
  for (int i = 0; i < kJobs; ++i) {
    const double took = shape.draw(random);
    double t = 0;
    int n = 0;
    while (t < took) {
      const double wait = next(t, n);
      t += bounded ? std::clamp(wait, kFloor, kCap) : wait;
      ++n;
    }
    c.polls += n;
    c.lag += t - took;
    lags.push_back(t - took);
  }
  std::sort(lags.begin(), lags.end());
  return {c.polls / kJobs, c.lag / kJobs, lags[lags.size() * 99 / 100]};
}

// The schedule that minimises lateness + price * polls for a known distribution, on a grid, between floor and
// cap.
std::vector<double> Optimum(const Shape& shape, double price) {
  constexpr double kStep = 0.1;
  Random random(7);
  std::vector<double> draws(200'000);
  for (double& d : draws) d = shape.draw(random);
  const int n = static_cast<int>(*std::max_element(draws.begin(), draws.end()) / kStep) + 2;
  std::vector<double> density(n), survival(n + 1), first(n + 1);
  for (double d : draws) density[static_cast<int>(d / kStep)] += 1.0 / static_cast<double>(draws.size());
  std::vector<double> cumulated(n + 1), moment(n + 1);
  for (int i = 0; i < n; ++i) {
    cumulated[i + 1] = cumulated[i] + density[i];
    moment[i + 1] = moment[i] + density[i] * (i + 0.5) * kStep;
  }
  const int low = static_cast<int>(kFloor / kStep), high = static_cast<int>(kCap / kStep);
  std::vector<double> value(n + 1, 0), wait(n + 1, kCap);
  for (int i = n - 1; i >= 0; --i) {
    const double alive = 1 - cumulated[i];
    if (alive < 1e-9) continue;
    double best = 1e18;
    for (int s = i + low; s <= i + high; ++s) {
      const int e = std::min(s, n);
      const double ended = cumulated[e] - cumulated[i];
      const double late = s * kStep * ended - (moment[e] - moment[i]);
      const double total = price + (late + (1 - cumulated[e]) * value[e]) / alive;
      if (total < best) {
        best = total;
        wait[i] = (s - i) * kStep;
      }
    }
    value[i] = best;
  }
  return wait;
}

Cost MeasureOptimum(const Shape& shape, double price) {
  const auto wait = Optimum(shape, price);
  return Measure(
      shape,
      [&](double t, int) { return wait[std::min(wait.size() - 1, static_cast<size_t>(t / 0.1 + 0.5))]; },
      true);
}

// The optimum with about as many polls.
Cost EqualPolls(const Shape& shape, double polls) {
  double low = 0.01, high = 20;
  Cost c;
  for (int i = 0; i < 14; ++i) {
    const double price = std::sqrt(low * high);
    c = MeasureOptimum(shape, price);
    (c.polls > polls ? low : high) = price;
  }
  return c;
}

Durations Learn(const Shape& shape, int jobs, uint64_t seed, double stretched) {
  Random random(seed);
  Durations d;
  for (int i = 0; i < jobs; ++i) {
    const double took = stretched * shape.draw(random);
    d.Add(took, std::max(0.0, took - 2), took + 2);
  }
  return d;
}

Cost MeasureLearned(const Shape& shape, int jobs, double stretched, double price) {
  Cost sum;
  constexpr int kLearners = 10;  // ten clients that saw other jobs
  for (int i = 0; i < kLearners; ++i) {
    const Durations d = Learn(shape, jobs, 1000 + i, stretched);
    const Cost c = Measure(
        shape, [&](double t, int) { return d.Wait(t, price); }, true);
    sum.polls += c.polls / kLearners, sum.lag += c.lag / kLearners, sum.p99 += c.p99 / kLearners;
  }
  return sum;
}

void Row(const char* name, const Cost& c) {
  std::printf("  %-44s %6.2f %9.2f %9.2f %9.2f\n", name, c.polls, c.lag, c.p99, c.polls * c.lag);
}

}  // namespace

int main(int argc, char** argv) {
  const bool check = argc > 1 && std::strcmp(argv[1], "--check") == 0;
  bool kept = true;
  constexpr double kPrice = 0.5;
  for (const Shape& shape : kShapes) {
    std::printf("%s\n  %-44s %6s %9s %9s %9s\n", shape.name, "schedule", "polls", "lag s", "p99 lag s",
                "polls*lag");
    Row("fixed 0.5 s (below the floor)", Measure(
                                             shape, [](double, int) { return 0.5; }, false));
    const Cost fixed = Measure(
        shape, [](double, int) { return 5.0; }, true);
    Row("fixed 5 s (the documents)", fixed);
    Row("backoff 1 s x 1.5, cap 10 s",
        Measure(
            shape, [](double, int n) { return std::min(10.0, std::pow(1.5, n)); }, false));
    pixazo::core::Policy policy;
    Row("libpixazo without history",
        Measure(
            shape,
            [&](double, int n) {
              return static_cast<double>(pixazo::core::PollInterval(policy, static_cast<uint32_t>(n))) / 1000;
            },
            true));
    Row("optimum, price 0.5", MeasureOptimum(shape, kPrice));
    const Cost learned = MeasureLearned(shape, 10, 1, kPrice);
    Row("libpixazo, learned from 10 jobs", learned);
    const Cost equal = EqualPolls(shape, learned.polls);
    Row("optimum at as many polls", equal);
    Row("learned from 100 jobs", MeasureLearned(shape, 100, 1, kPrice));
    Row("learned, then twice as fast", MeasureLearned(shape, 10, 2, kPrice));
    Row("learned, then twice as slow", MeasureLearned(shape, 10, 0.5, kPrice));
    const double ratio = learned.lag / equal.lag;
    // A fixed interval has about polls * lag constant: its lag at as many polls.
    const double against_fixed = learned.lag * learned.polls / (fixed.lag * fixed.polls);
    std::printf("  lag at equal polls: %.2f x the optimum (goal 1.20), %.2f x fixed 5 s (goal 0.82)\n\n",
                ratio, against_fixed);
    kept = kept && ratio <= 1.2;
  }
  return check && !kept ? 1 : 0;
}
