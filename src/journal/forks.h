// A fork copies SQLite's locks in whatever state they are, and the child would wait for ever for one that a
// thread of its parent held. So everybody here who uses SQLite says so, and a fork waits until nobody does.
#pragma once

#include "wire/result.h"

namespace pixazo::journal {

// Before anything else of SQLite is used. kNoMemory; kInvalidState in a forked child where SQLite cannot be
// used, because its parent waited in vain.
wire::Error WatchForks();

// While it lives, SQLite is in use by this thread. Waits for a fork that has begun. Not one inside another.
class SqliteUse {
 public:
  SqliteUse();
  ~SqliteUse();
  SqliteUse(const SqliteUse&) = delete;
  SqliteUse& operator=(const SqliteUse&) = delete;
};

}  // namespace pixazo::journal
