// Which job has which place in the file of marks. Any thread; no file is touched under the lock.
#pragma once

#include <cstdint>
#include <mutex>
#include <span>
#include <unordered_map>
#include <vector>

namespace pixazo::journal {

class Places {
 public:
  struct Mark {
    uint32_t place = 0;
    uint32_t attempt = 0;
  };

  // At start: the place of a job whose intent was found with its entry; places below `count` that no job has
  // are free.
  void Keep(uint64_t job, Mark mark, bool ended = false);
  void FreeOthers(uint32_t count);
  const std::vector<uint32_t>& free() const { return free_; }

  // A place for a new job; the only function that allocates memory.
  uint32_t Take(uint64_t job);
  void SetDurable(uint64_t job);  // its intent is, and its entry: Begin may say yes
  // A POST is about to begin: out is what its entry must say from now on. False: not while the intent is not
  // durable.
  bool Begin(uint64_t job, uint32_t attempt, Mark& out);
  bool Find(uint64_t job, uint32_t& place) const;
  bool End(uint64_t job, uint32_t& place);  // as Find, and Begin says no for ever
  bool HasEnded(uint64_t job) const;
  void Refuse(uint64_t job);  // its intent was not written: Begin says no for ever
  void Release(uint64_t job);
  size_t Refused(std::span<uint64_t> out) const;  // some of them, how many

 private:
  struct Held {
    Mark mark;
    bool durable = false, refused = false, ended = false;
  };
  mutable std::mutex mutex_;
  std::unordered_map<uint64_t, Held> held_;
  std::vector<uint32_t> free_;
  uint32_t count_ = 0;
  size_t refused_ = 0;
};

}  // namespace pixazo::journal
