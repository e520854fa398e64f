#include "sandbox/jobs.h"

#include <algorithm>

namespace pixazo::sandbox {

Job& Jobs::Add(Job job) {
  if (jobs_.size() >= limit_) Forget();
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
}

const PictureSpec* Jobs::FindPicture(const std::string& path) const {
  auto found = pictures_.find(path);
  return found == pictures_.end() ? nullptr : &found->second;
}

void Jobs::Clear() {
  jobs_.clear();
  ids_.clear();
  pictures_.clear();
}

void Jobs::Forget() {
  auto oldest = std::find_if(jobs_.begin(), jobs_.end(),
                             [](const auto& entry) { return IsTerminal(entry.second.status); });
  if (oldest == jobs_.end()) return;
  for (const std::string& path : oldest->second.media) pictures_.erase(path);
  ids_.erase(oldest->second.id);
  jobs_.erase(oldest);
}

}  // namespace pixazo::sandbox
