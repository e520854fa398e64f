// Only one writer a journal: an flock on "<path>-lock", whose text names the holder for people.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

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
  size_t slot_ = SIZE_MAX;  // in the table of descriptors that a forked child closes
};

}  // namespace pixazo::journal
