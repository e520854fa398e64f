#include "core/schedule.h"

#include <doctest/doctest.h>

#include <deque>
#include <set>
#include <utility>
#include <vector>

#include "core/gate.h"

using namespace pixazo::core;

TEST_CASE(
    "a job stands in the schedule once, however often it is moved, and jobs come out by time and then by "
    "id") {
  Random random(1);
  Schedule schedule;
  std::deque<Job> jobs(200);
  std::set<std::pair<int64_t, JobId>> expected;
  std::vector<int64_t> due(jobs.size(), kNever);
  for (size_t i = 0; i < jobs.size(); ++i) jobs[i].id = i;
  const auto set = [&](size_t i, int64_t when) {
    expected.erase({due[i], i});
    due[i] = when;
    if (when != kNever) expected.insert({when, i});
    schedule.Set(jobs[i], when);
  };
  for (int round = 0; round < 20'000; ++round) {
    const size_t i = random.Next() % jobs.size();
    const int64_t when = random.Next() % 8 == 0 ? kNever : static_cast<int64_t>(random.Next() % 1000);
    set(i, when);
    REQUIRE(schedule.size() == expected.size());
    if (expected.empty()) continue;
    REQUIRE(schedule.due() == expected.begin()->first);
    REQUIRE(schedule.first().id == expected.begin()->second);
  }
  for (; !expected.empty(); expected.erase(expected.begin())) {
    REQUIRE(schedule.first().id == expected.begin()->second);
    schedule.Remove(schedule.first());
  }
  CHECK(schedule.empty());
}
