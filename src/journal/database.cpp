#include "journal/database.h"

#include <cerrno>

#include "journal/files.h"

namespace pixazo::journal {

std::string SqliteReason(int code, int system_error) {
  if (code == kLogIsGone) return "its -wal file was removed or replaced while in use";
  switch (code & 0xff) {
    case SQLITE_FULL:
      return Reason(ENOSPC);
    case SQLITE_NOMEM:
      return Reason(ENOMEM);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "another program has locked it for writing";
    case SQLITE_READONLY:
      return code == SQLITE_READONLY_DBMOVED ? "it was moved or deleted while in use" : "it is read-only";
    case SQLITE_CORRUPT:
      return "its pages are malformed";
    case SQLITE_NOTADB:
      return "it is not a database";
    case SQLITE_TOOBIG:
      return "a row is too large";
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return Reason(EACCES);
  }
  if (system_error != 0) return Reason(system_error);
  if ((code & 0xff) == SQLITE_IOERR) return Reason(EIO);
  return std::string(sqlite3_errstr(code));
}

bool IsDamage(int code) {
  switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
    case SQLITE_ERROR:   // a table or column that is not there: the schema was hit
    case SQLITE_SCHEMA:  // likewise
    case SQLITE_TOOBIG:  // a length that was hit
    case SQLITE_MISMATCH:
      return true;
  }
  return code == SQLITE_IOERR_SHORT_READ;
}

Value Statement::Column(size_t i) const {
  sqlite3_stmt* s = handle_.get();
  const int column = static_cast<int>(i);
  switch (sqlite3_column_type(s, column)) {
    case SQLITE_NULL:
      return {};
    case SQLITE_INTEGER:
      return Value::Of(int64_t{sqlite3_column_int64(s, column)});
    case SQLITE_TEXT: {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(s, column));
      if (text == nullptr) break;
      return Value::Of(std::string_view(text, static_cast<size_t>(sqlite3_column_bytes(s, column))));
    }
  }
  Value other;
  other.type = Value::Type::kOther;
  return other;
}

int Statement::Start(Values values) {
  int column = 0, code = SQLITE_OK;
  for (const Value& v : values) {
    ++column;
    if (v.type == Value::Type::kInteger)
      code = sqlite3_bind_int64(handle_.get(), column, v.integer);
    else
      code = sqlite3_bind_text64(handle_.get(), column, v.text.empty() ? "" : v.text.data(), v.text.size(),
                                 SQLITE_STATIC, SQLITE_UTF8);
    if (code != SQLITE_OK) return code;
  }
  return Step();
}

int Statement::Run(Values values) {
  int code = Start(values);
  while (code == SQLITE_ROW) code = Step();
  Reset();
  return code == SQLITE_DONE ? SQLITE_OK : code;
}

int Database::Open(const std::string& path, Mode mode) {
  const int flags =
      (mode == Mode::kWrite ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY) | SQLITE_OPEN_NOMUTEX;
  sqlite3* db = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &db, flags, nullptr);
  handle_.reset(db);
  if (code != SQLITE_OK) return db != nullptr ? sqlite3_extended_errcode(db) : code;
  sqlite3_extended_result_codes(db, 1);
  sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
  sqlite3_wal_autocheckpoint(db, 0);
  return Run("PRAGMA mmap_size=0; PRAGMA cell_size_check=ON; PRAGMA temp_store=MEMORY;");
}

int Database::BeDurable(std::string& mode) {
  const int code = Query("PRAGMA main.journal_mode=WAL", mode);
  if (code != SQLITE_OK) return code;
  return Run(
      "PRAGMA synchronous=FULL; PRAGMA fullfsync=ON; PRAGMA checkpoint_fullfsync=ON; PRAGMA secure_delete=ON;"
      "PRAGMA journal_size_limit=4194304;");
}

void Database::CheckpointOnClose() {
  sqlite3_db_config(handle_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, nullptr);
}

void Database::Close() { handle_.reset(); }

int Database::Prepare(std::string_view sql, Statement& out) {
  sqlite3_stmt* s = nullptr;
  const int code = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &s, nullptr);
  out.handle_.reset(s);
  return code;
}

int Database::Run(const char* sql) { return sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr); }

int Database::Query(const char* sql, int64_t& out) {
  Statement s;
  int code = Prepare(sql, s);
  if (code != SQLITE_OK || (code = s.Start()) != SQLITE_ROW) return code;
  out = s.Column(0).integer;
  return SQLITE_OK;
}

int Database::Query(const char* sql, std::string& out) {
  Statement s;
  int code = Prepare(sql, s);
  if (code != SQLITE_OK || (code = s.Start()) != SQLITE_ROW) return code;
  out = s.Column(0).text;
  return SQLITE_OK;
}

bool Database::HasMoved() const {
  int moved = 0;
  return sqlite3_file_control(handle_.get(), "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK &&
         moved != 0;
}

const char* UnusableSqlite() {
  if (sqlite3_initialize() != SQLITE_OK) return "SQLite could not be initialised";
  sqlite3_mutex* mutex = sqlite3_threadsafe() != 0 ? sqlite3_mutex_alloc(SQLITE_MUTEX_FAST) : nullptr;
  if (mutex == nullptr) return "SQLite is built or configured for a single thread in this process";
  sqlite3_mutex_free(mutex);
  if (sqlite3_libversion_number() < 3037000) return "SQLite is older than 3.37";
  return nullptr;
}

}  // namespace pixazo::journal
