#include "journal/places.h"

#include <algorithm>

namespace pixazo::journal {

void Places::Keep(uint64_t job, Mark mark, bool ended) { held_[job] = {mark, true, false, ended}; }

void Places::FreeOthers(uint32_t count) {
  std::vector<bool> taken(count);
  for (const auto& [job, held] : held_)
    if (held.mark.place < count) taken[held.mark.place] = true;
  count_ = count;
  free_.reserve(count);
  for (uint32_t place = count; place-- > 0;)
    if (!taken[place]) free_.push_back(place);
}

uint32_t Places::Take(uint64_t job) {
  const std::lock_guard lock(mutex_);
  free_.reserve(count_ + size_t{1});  // Release allocates nothing
  Held& held = held_[job];
  if (free_.empty()) {
    held.mark.place = count_++;
  } else {
    held.mark.place = free_.back();
    free_.pop_back();
  }
  return held.mark.place;
}

void Places::SetDurable(uint64_t job) {
  const std::lock_guard lock(mutex_);
  const auto at = held_.find(job);
  if (at != held_.end()) at->second.durable = true;
}

bool Places::Begin(uint64_t job, uint32_t attempt, Mark& out) {
  const std::lock_guard lock(mutex_);
  const auto at = held_.find(job);
  if (at == held_.end() || !at->second.durable || at->second.refused || at->second.ended) return false;
  Mark& mark = at->second.mark;
  mark.attempt = std::max(mark.attempt, attempt);
  out = mark;
  return true;
}

bool Places::Find(uint64_t job, uint32_t& place) const {
  const std::lock_guard lock(mutex_);
  const auto at = held_.find(job);
  if (at != held_.end()) place = at->second.mark.place;
  return at != held_.end();
}

bool Places::End(uint64_t job, uint32_t& place) {
  const std::lock_guard lock(mutex_);
  const auto at = held_.find(job);
  if (at == held_.end()) return false;
  at->second.ended = true;
  place = at->second.mark.place;
  return true;
}

bool Places::HasEnded(uint64_t job) const {
  const std::lock_guard lock(mutex_);
  const auto at = held_.find(job);
  return at != held_.end() && at->second.ended;
}

void Places::Refuse(uint64_t job) {
  const std::lock_guard lock(mutex_);
  const auto at = held_.find(job);
  if (at == held_.end() || at->second.refused) return;
  at->second.refused = true;
  ++refused_;
}

void Places::Release(uint64_t job) {
  const std::lock_guard lock(mutex_);
  const auto at = held_.find(job);
  if (at == held_.end()) return;
  if (at->second.refused) --refused_;
  free_.push_back(at->second.mark.place);
  held_.erase(at);
}

size_t Places::Refused(std::span<uint64_t> out) const {
  const std::lock_guard lock(mutex_);
  size_t n = 0;
  for (auto at = held_.begin(); n < std::min(refused_, out.size()) && at != held_.end(); ++at)
    if (at->second.refused) out[n++] = at->first;
  return n;
}

}  // namespace pixazo::journal
