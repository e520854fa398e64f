#include "sandbox/jobs.h"

#include <algorithm>

namespace pixazo::sandbox {

Job& Jobs::Add(Job job) {
  while (jobs_.size() >= next_look_ && (jobs_.size() >= limit_ || source_bytes_ > max_source_bytes_) && Forget()) {
  }
  ids_[job.id] = job.serial;
  uint64_t serial = job.serial;
  return jobs_.emplace(serial, std::move(job)).first->second;
}

Job* Jobs::Find(uint64_t serial) {
  auto found = jobs_.find(serial);
  return found == jobs_.end() ? nullptr : &found->second;
}

Job* Jobs::FindById(std::string_view id) {
  auto found = ids_.find(std::string(id));
  return found == ids_.end() ? nullptr : Find(found->second);
}

void Jobs::Publish(Job& job) {
  for (size_t i = 0; i < job.media.size(); ++i) pictures_[job.media[i]] = job.pictures[i];
  for (const Source& source : job.references) Hold(source);
  Hold(job.mask);
}

const PictureSpec* Jobs::FindPicture(const std::string& path) const {
  auto found = pictures_.find(path);
  return found == pictures_.end() ? nullptr : &found->second;
}

void Jobs::Clear() {
  jobs_.clear();
  ids_.clear();
  pictures_.clear();
  holders_.clear();
  source_bytes_ = 0;
  next_look_ = 0;
}

bool Jobs::Forget() {
  auto oldest = std::find_if(jobs_.begin(), jobs_.end(),
                             [](const auto& entry) { return IsTerminal(entry.second.status); });
  next_look_ = oldest == jobs_.end() ? jobs_.size() + jobs_.size() / 10 + 1 : 0;
  if (oldest == jobs_.end()) return false;
  const Job& job = oldest->second;
  for (const std::string& path : job.media) pictures_.erase(path);
  if (job.status == JobStatus::kCompleted) {
    for (const Source& source : job.references) Release(source);
    Release(job.mask);
  }
  ids_.erase(job.id);
  jobs_.erase(oldest);
  return true;
}

void Jobs::Hold(const Source& source) {
  if (source && ++holders_[source.get()] == 1) source_bytes_ += source->bytes.size();
}

void Jobs::Release(const Source& source) {
  auto holder = source ? holders_.find(source.get()) : holders_.end();
  if (holder == holders_.end() || --holder->second > 0) return;
  source_bytes_ -= source->bytes.size();
  holders_.erase(holder);
}

}  // namespace pixazo::sandbox
