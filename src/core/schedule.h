// The one schedule of all jobs: a heap of (time, job). A job has one live entry; older ones are recognised by
// their generation and dropped.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace pixazo::core {

class Schedule {
 public:
  struct Entry {
    int64_t due = 0;
    uint64_t job = 0;
    uint32_t generation = 0;
  };

  void Push(Entry entry) {
    heap_.push_back(entry);
    std::push_heap(heap_.begin(), heap_.end(), Later);
  }
  bool empty() const { return heap_.empty(); }
  const Entry& top() const { return heap_.front(); }
  void Pop() {
    std::pop_heap(heap_.begin(), heap_.end(), Later);
    heap_.pop_back();
  }
  size_t size() const { return heap_.size(); }

 private:
  static bool Later(const Entry& a, const Entry& b) { return a.due != b.due ? a.due > b.due : a.job > b.job; }
  std::vector<Entry> heap_;
};

}  // namespace pixazo::core
