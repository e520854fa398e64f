// The gateway's JSON about jobs, in the shapes the documents print.
#pragma once

#include <string>
#include <string_view>

#include "sandbox/http.h"
#include "sandbox/job.h"
#include "wire/json.h"

namespace pixazo::sandbox {

wire::Json AcceptedJson(const Job& job, const std::string& base, const std::string& status_path);  // the 202
// callback: with the dates of the callback examples, whatever the job's own are.
wire::Json StatusJson(const Job& job, const std::string& base, bool callback = false);
std::string VersionText();  // of this program
Reply SyncReply(const Job& job,
                const std::string& base);  // of a finished sync job, in its endpoint's own form

// YYYY-MM-DD HH:MM:SS, the grammar of the callback examples; a started second counts as a whole one, so that
// no job ends before it began.
std::string SpacedDate(int64_t unix_ms);

}  // namespace pixazo::sandbox
