// simulation [--seeds N] [--seed S] [--jobs J] [--trace] [--sabotage
// send-twice|drop-done|done-twice|charged-lie|forget-job] Exit code 0: every invariant held. A failing seed
// is printed with the command that replays it.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "simulator.h"

using pixazo::simulation::Options;
using pixazo::simulation::Report;
using pixazo::simulation::Sabotage;

namespace {

Sabotage ReadSabotage(const char* word) {
  const char* words[] = {"none", "send-twice", "drop-done", "done-twice", "charged-lie", "forget-job"};
  for (int i = 0; i < 6; ++i)
    if (std::strcmp(word, words[i]) == 0) return static_cast<Sabotage>(i);
  std::fprintf(stderr, "simulation: unknown sabotage '%s'\n", word);
  std::exit(2);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  uint64_t first = 1, seeds = 200;
  const char* sabotage = "none";
  for (int i = 1; i < argc; ++i) {
    const bool more = i + 1 < argc;
    if (std::strcmp(argv[i], "--trace") == 0) {
      options.trace = true;
    } else if (more && std::strcmp(argv[i], "--seeds") == 0) {
      seeds = std::strtoull(argv[++i], nullptr, 10);
    } else if (more && std::strcmp(argv[i], "--seed") == 0) {
      first = std::strtoull(argv[++i], nullptr, 10);
      seeds = 1;
    } else if (more && std::strcmp(argv[i], "--jobs") == 0) {
      options.jobs = static_cast<uint32_t>(std::strtoul(argv[++i], nullptr, 10));
    } else if (more && std::strcmp(argv[i], "--sabotage") == 0) {
      options.sabotage = ReadSabotage(sabotage = argv[++i]);
    } else {
      std::fprintf(stderr, "simulation: unknown argument '%s'\n", argv[i]);
      return 2;
    }
  }
  const auto start = std::chrono::steady_clock::now();
  Report sum;
  uint64_t jobs = 0;
  for (uint64_t seed = first; seed < first + seeds; ++seed) {
    options.seed = seed;
    const Report r = Simulate(options);
    jobs += options.jobs;
    sum.posts += r.posts, sum.polls += r.polls, sum.downloads += r.downloads, sum.actions += r.actions;
    sum.completed += r.completed, sum.failed += r.failed, sum.cancelled += r.cancelled,
        sum.uncertain += r.uncertain, sum.crashes += r.crashes;
    if (r.violations.empty() && seed % 50 == 1 && Simulate(options).trace_hash != r.trace_hash) {
      std::printf("seed %llu does not replay: two runs differ\n", static_cast<unsigned long long>(seed));
      return 1;
    }
    if (r.violations.empty()) continue;
    for (const auto& v : r.violations)
      std::printf("seed %llu: %s\n", static_cast<unsigned long long>(seed), v.c_str());
    std::printf("replay: simulation --seed %llu --jobs %u --sabotage %s --trace\n",
                static_cast<unsigned long long>(seed), options.jobs, sabotage);
    return 1;
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::printf("%llu seeds, %llu jobs in %.2f s: %.0f simulated jobs a second\n",
              static_cast<unsigned long long>(seeds), static_cast<unsigned long long>(jobs), seconds,
              static_cast<double>(jobs) / seconds);
  std::printf(
      "completed %llu, failed %llu (uncertain %llu), cancelled %llu; %llu POSTs, %llu polls, %llu downloads, "
      "%llu actions, %llu crashes\n",
      static_cast<unsigned long long>(sum.completed), static_cast<unsigned long long>(sum.failed),
      static_cast<unsigned long long>(sum.uncertain), static_cast<unsigned long long>(sum.cancelled),
      static_cast<unsigned long long>(sum.posts), static_cast<unsigned long long>(sum.polls),
      static_cast<unsigned long long>(sum.downloads), static_cast<unsigned long long>(sum.actions),
      static_cast<unsigned long long>(sum.crashes));
  return 0;
}
