// Rows found in the bytes of pages, wherever they lie: a row counts only with its checksum, so no tree,
// header or pointer of the damaged file has to be believed.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "journal/pages.h"
#include "journal/row.h"

namespace pixazo::journal {

struct Carved {
  struct StoredRequest {
    bool withheld = false;
    std::string body, params;
  };
  std::map<int64_t, JobRow> jobs;                                 // the newest version of each
  std::map<std::pair<int64_t, int64_t>, StoredRequest> requests;  // by job and checksum
  std::optional<Meta> meta;                                       // the newest
  std::set<int64_t> damaged;  // jobs with a row that looks like one and is not whole
  int64_t writes = 0;         // largest seen
};

// Adds what the pages hold. Job rows count if their write is larger than newer_than.
void Carve(const Pages& pages, int64_t newer_than, Carved& found);

}  // namespace pixazo::journal
