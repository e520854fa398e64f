// Only one writer a journal: an flock on "<path>-lock", whose text names the holder for people, and one on
// "<path>-marks", in case the first file is removed.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string>

#include "journal/files.h"
#include "wire/result.h"

namespace pixazo::journal {

class Lock {
 public:
  // path: the journal's, canonical. kInvalidState when it is held; the message names the holder's pid. A
  // forked child does not hold its parent's lock.
  static wire::Result<std::unique_ptr<Lock>> Take(const std::string& path);
  ~Lock();
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  Lock() = default;
  bool Keep(File& file);
  std::array<size_t, 2> slots_{};  // in the table of descriptors that a forked child closes
  size_t count_ = 0;
};

}  // namespace pixazo::journal
