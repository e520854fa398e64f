// What a journal's file held when it was opened: its jobs as JSON for people and tools, read without a client.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "client/handle.h"
#include "journal/journal.h"
#include "wire/result.h"

namespace pixazo::client {

struct JournalView : Handle<Tag::kJournal> {
  struct Row {
    uint64_t job = 0;
    std::string json;
  };
  static wire::Result<std::unique_ptr<JournalView>> Open(std::string_view path);  // blocks on the disk

  std::vector<Row> rows;  // oldest first
  std::vector<std::string> problems;
};

// The job's whole life as one JSON object (pixazo.h names its members). sent: what a restart concludes about
// a row in stage kIntent.
std::string JobJson(const journal::Record& row, journal::Sent sent);

}  // namespace pixazo::client
