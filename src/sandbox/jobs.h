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
  Jobs(size_t limit, size_t max_source_bytes) : limit_(limit), max_source_bytes_(max_source_bytes) {}

  Job& Add(Job job);  // forgets the oldest finished ones when there are too many, or their reference pictures
                      // too large
  Job* Find(uint64_t serial);
  Job* FindById(std::string_view id);
  void Publish(Job& job);  // its pictures can be fetched from now on
  const PictureSpec* FindPicture(const std::string& path) const;
  void Clear();

  template <class F>
  void ForEachUnderWay(F f) {
    for (auto& [serial, job] : jobs_)
      if (!IsTerminal(job.status)) f(job);
  }

  const std::map<uint64_t, Job>& all() const { return jobs_; }

 private:
  bool Forget();
  void Hold(const Source& source);
  void Release(const Source& source);

  size_t limit_, max_source_bytes_, source_bytes_ = 0;
  size_t next_look_ = 0;  // when there are as many jobs: none had finished the last time
  std::unordered_map<const SourceFile*, int> holders_;  // finished jobs that show a reference picture
  std::map<uint64_t, Job> jobs_;
  std::unordered_map<std::string, uint64_t> ids_;
  std::unordered_map<std::string, PictureSpec> pictures_;
};

}  // namespace pixazo::sandbox
