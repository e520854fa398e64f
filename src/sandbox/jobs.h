// All jobs the sandbox remembers, by serial, by id and by the path of their pictures.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

#include "sandbox/job.h"

namespace pixazo::sandbox {

class Jobs {
 public:
  explicit Jobs(size_t limit) : limit_(limit) {}

  Job& Add(Job job);  // forgets the oldest finished one when there are too many
  Job* Find(uint64_t serial);
  Job* FindById(std::string_view id);
  void Publish(Job& job);  // its pictures can be fetched from now on
  const PictureSpec* FindPicture(const std::string& path) const;
  void Clear();

  const std::map<uint64_t, Job>& all() const { return jobs_; }

 private:
  void Forget();

  size_t limit_;
  std::map<uint64_t, Job> jobs_;
  std::unordered_map<std::string, uint64_t> ids_;
  std::unordered_map<std::string, PictureSpec> pictures_;
};

}  // namespace pixazo::sandbox
