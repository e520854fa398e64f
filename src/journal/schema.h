// The tables, and how a file is recognised as a journal.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "journal/database.h"
#include "journal/row.h"

namespace pixazo::journal {

constexpr int64_t kApplicationId = 0x50587A4A;  // "PXzJ", in the header of the database
// Grows when a library of today could misread the file. Every format keeps application_id, user_version = the
// format, and a table meta whose column `version` says the same.
// Since 2, jobs has fetch_outputs, submit_timeout_ms and candidate; since 3, gateway.
constexpr int64_t kFormat = 3;

constexpr std::string_view kSelectJobs = "SELECT * FROM main.jobs ORDER BY job";
constexpr std::string_view kSelectJob = "SELECT * FROM main.jobs WHERE job=?1";
constexpr std::string_view kSelectRequests = "SELECT * FROM main.requests ORDER BY job";
constexpr std::string_view kSelectRequest = "SELECT * FROM main.requests WHERE job=?1";
constexpr std::string_view kSelectMeta = "SELECT * FROM main.meta";

enum class Identity {
  kEmpty,    // a database without anything in it
  kJournal,  // of a format this library knows, as far as its header and its tables' definitions go
  kNewer,    // of a format this library does not know
  kDamaged,  // was a journal; with a code: SQLite cannot read it, so it may have been anything
  kForeign,  // a database of another program
  kError,    // could not be read: code
};
struct Identified {
  Identity identity = Identity::kError;
  int64_t format = 0;  // kJournal, kNewer
  int code = 0;        // kError, kDamaged: SQLite's, 0 if SQLite found nothing
};
Identified Identify(Database& db);

// Tables, comments and views, the row of meta and the header, in a transaction of its own or inside the
// caller's.
int CreateSchema(Database& db, const Meta& meta);
// Takes away what an older format made, inside the caller's transaction.
int DropSchema(Database& db);

}  // namespace pixazo::journal
