// The one schedule of all jobs: a heap by time. A job stands in it at most once and knows its place, so
// moving it or taking it out leaves nothing behind. Jobs must not move in memory while they are in it.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "core/job.h"

namespace pixazo::core {

class Schedule {
 public:
  // Puts the job in, or moves it; kNever takes it out.
  void Set(Job& job, int64_t due) {
    if (due == kNever) return Remove(job);
    if (job.place == Job::kNoPlace) {
      heap_.emplace_back();
      job.place = static_cast<uint32_t>(heap_.size() - 1);
    }
    const uint32_t at = job.place;
    heap_[at] = {due, &job};
    Down(Up(at));
  }
  void Remove(Job& job) {
    const uint32_t at = std::exchange(job.place, Job::kNoPlace);
    if (at == Job::kNoPlace) return;
    const Entry last = heap_.back();
    heap_.pop_back();
    if (at == heap_.size()) return;
    Put(at, last);
    Down(Up(at));
  }
  bool empty() const { return heap_.empty(); }
  size_t size() const { return heap_.size(); }
  int64_t due() const { return heap_.front().due; }  // of the first
  Job& first() const { return *heap_.front().job; }

 private:
  struct Entry {
    int64_t due = 0;
    Job* job = nullptr;
    bool operator<(const Entry& other) const {
      return due != other.due ? due < other.due : job->id < other.job->id;
    }
  };

  void Put(uint32_t at, const Entry& entry) {
    heap_[at] = entry;
    entry.job->place = at;
  }
  uint32_t Up(uint32_t at) {
    const Entry entry = heap_[at];
    for (; at > 0 && entry < heap_[(at - 1) / 2]; at = (at - 1) / 2) Put(at, heap_[(at - 1) / 2]);
    Put(at, entry);
    return at;
  }
  void Down(uint32_t at) {
    const Entry entry = heap_[at];
    for (uint32_t child; (child = 2 * at + 1) < heap_.size(); at = child) {
      if (child + 1 < heap_.size() && heap_[child + 1] < heap_[child]) ++child;
      if (!(heap_[child] < entry)) break;
      Put(at, heap_[child]);
    }
    Put(at, entry);
  }

  std::vector<Entry> heap_;
};

}  // namespace pixazo::core
