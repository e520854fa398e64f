// Jobs whose every member can be told from the number of the job.
#pragma once

#include <string>

#include "journal/journal.h"

namespace pixazo::test {

using journal::Record;
using Stage = journal::Record::Stage;
using wire::Code;

// Every member filled, from the job's number and the salt.
Record MakeRecord(uint64_t job, Stage stage, uint64_t salt = 0);
// The name of the first member that differs, "" if none.
std::string Difference(const Record& a, const Record& b);

}  // namespace pixazo::test
