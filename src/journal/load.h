// All rows of a journal, each checked, through SQLite.
#pragma once

#include <string>
#include <vector>

#include "journal/database.h"
#include "journal/row.h"

namespace pixazo::journal {

struct Contents {
  std::vector<JobRow> jobs;  // whole rows, by job; requests are filled in (a damaged one: body_withheld, and
                             // a line in problems)
  Meta meta;
  std::vector<std::string> problems;  // not empty: something is not as it was written
  int code = 0;  // SQLite's, if the file could not be read for another reason than damage
};

enum class Requests { kOfIntents, kAll };  // whose body and params are kept in memory; all are checked
Contents Load(Database& db, Requests requests);

int LoadMeta(Database& db, Meta& out);  // SQLITE_OK, SQLITE_CORRUPT (damaged or gone) or another error

// One row with its request. SQLITE_OK, SQLITE_NOTFOUND, SQLITE_CORRUPT (damaged) or another error.
int LoadOne(Database& db, uint64_t job, Record& out);

// The record lacks its request although it had one.
void MarkRequestLost(Record& record);
// What has no body cannot be sent.
void WithholdIfEmpty(Record& record);

}  // namespace pixazo::journal
