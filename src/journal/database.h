// SQLite, held by values that close themselves. Results are SQLite's own (extended) codes; one thread at a
// time.
#pragma once

#include <sqlite3.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "journal/row.h"

namespace pixazo::journal {

std::string SqliteReason(int code, int system_error);  // in words
// A code of the journal's own: the write-ahead log is no longer the file that SQLite writes to.
constexpr int kLogIsGone = SQLITE_IOERR_DELETE_NOENT;
// True if the code says that the file itself is not sound (not: that it could not be reached).
bool IsDamage(int code);

class Statement {
 public:
  Statement() = default;
  bool prepared() const { return handle_ != nullptr; }
  // Binds, runs to the end and resets. Text must live until it returns.
  int Run(Values values = {});
  // Binds and steps to the first row: SQLITE_ROW, SQLITE_DONE or an error. Then Step, columns, Reset.
  int Start(Values values = {});
  int Step() { return sqlite3_step(handle_.get()); }
  void Reset() { sqlite3_reset(handle_.get()); }
  size_t columns() const { return static_cast<size_t>(sqlite3_column_count(handle_.get())); }
  Value Column(size_t i) const;  // text is valid until the next Step or Reset

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* s) const { sqlite3_finalize(s); }
  };
  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

class Database {
 public:
  enum class Mode { kRead, kWrite };
  // Reads nothing yet. Nothing in the file's schema is run (triggers, views). Closing leaves a write-ahead
  // log as it is until CheckpointOnClose.
  int Open(const std::string& path, Mode mode);
  // To be called by who writes: a write-ahead log, and no commit returns before it is on the disk. mode: what
  // the file has now, "wal" if it can have one.
  int BeDurable(std::string& mode);
  void CheckpointOnClose();
  void Close();

  int Prepare(std::string_view sql, Statement& out);
  int Run(const char* sql);  // one or more statements, results ignored
  // First column of the first row; an error of SQLite, or SQLITE_DONE when there is no row.
  int Query(const char* sql, int64_t& out);
  int Query(const char* sql, std::string& out);

  sqlite3* handle() const { return handle_.get(); }
  int system_error() const { return sqlite3_system_errno(handle_.get()); }
  bool in_transaction() const { return sqlite3_get_autocommit(handle_.get()) == 0; }
  bool HasMoved() const;  // the file at its path is no longer this one

 private:
  struct Closer {
    void operator()(sqlite3* db) const { sqlite3_close_v2(db); }
  };
  std::unique_ptr<sqlite3, Closer> handle_;
};

// What is wrong with how SQLite was built or configured in this process, nullptr if nothing is.
const char* UnusableSqlite();

}  // namespace pixazo::journal
