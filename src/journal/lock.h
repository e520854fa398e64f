// Only one writer a journal: an flock on "<path>-lock", whose text names the holder for people, one on
// "<path>-marks", in case the first file is removed, and a lock on the database itself, which may have more
// than one path.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
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
  // Once the database is there, and before SQLite opens it: whoever closes a file takes this process's SQLite
  // its own locks of that file. For the same reason the Lock must live longer than the Database. A database
  // that took the place of the one before is taken instead.
  wire::Error TakeDatabase(const std::string& path);
  ~Lock();
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  Lock() = default;
  bool Keep(File& file);
  void DropLast();
  static constexpr size_t kFiles = 3;
  std::array<size_t, kFiles> slots_{};  // in the table of descriptors that a forked child closes
  size_t count_ = 0;
  uint64_t device_ = 0, inode_ = 0;  // of the database
};

}  // namespace pixazo::journal
