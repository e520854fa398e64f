// Whole lives of many jobs under random faults, from one seed, in simulated time: the real core::Engine
// against a model of the gateway, the network and a careless host. After every action the invariants are
// checked against what the model knows to be true.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <queue>
#include <string>
#include <vector>

#include "core/engine.h"
#include "core/gate.h"

namespace pixazo::simulation {

// Faults put into the world on purpose, to see that the invariants catch them.
enum class Sabotage { kNone, kSendTwice, kDropDone, kDoneTwice, kChargedLie, kForgetJob };

struct Options {
  uint64_t seed = 1;
  uint32_t jobs = 200;
  Sabotage sabotage = Sabotage::kNone;
  bool trace = false;
};

struct Report {
  std::vector<std::string> violations;  // empty: every invariant held
  uint64_t trace_hash = 0;              // of every action: equal for equal seeds
  uint64_t actions = 0, posts = 0, polls = 0, downloads = 0;
  uint64_t completed = 0, failed = 0, cancelled = 0, uncertain = 0, crashes = 0;
  int64_t simulated_ms = 0;
};

Report Simulate(const Options& options);

}  // namespace pixazo::simulation
