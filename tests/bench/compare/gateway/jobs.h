// What the stand-in gateway makes: jobs whose durations are drawn by their number, so that every client meets
// the same ones.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pixazo::bench {

struct Durations {
  uint64_t seed = 1;
  int64_t min_ms = 2000, max_ms = 5000;  // uniform between them
};

struct Job {
  int64_t created_us = 0, done_us = 0;
  bool seen = false;  // a client was told that it is done
};

class Jobs {
 public:
  explicit Jobs(Durations durations) : durations_(durations) {}

  void Clear(uint64_t seed);
  size_t New(int64_t now_us);  // its number
  Job& at(size_t number) { return jobs_[number]; }
  size_t size() const { return jobs_.size(); }
  // "019d42ce-946d-7739-8812-<number, 12 hexadecimal digits>": as long as the ids that the documents print.
  static std::string Id(size_t number);
  // The job whose id `text` ends with.
  std::optional<size_t> Find(std::string_view text) const;

 private:
  Durations durations_;
  std::vector<Job> jobs_;
};

}  // namespace pixazo::bench
