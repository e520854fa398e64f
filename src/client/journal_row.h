// Between a job and its row in the journal.
#pragma once

#include <memory>

#include "client/config.h"
#include "client/job.h"
#include "journal/journal.h"

namespace pixazo::client {

// All that is known of the job now, without its request (a write without one leaves that of its row).
journal::Record RowOf(const Job& job, journal::Record::Stage stage);

// What a job of an earlier life is made of. row: with its request, if it is there.
Job::Make MakeOf(journal::Record row, const Config& config);

// How long a job of an earlier life may still take; 0: no end. Wall clocks jump: never longer than it had
// from the beginning, and what the gateway has got at least a minute (or all it had) to be found again.
// unsent: the marks prove it.
int64_t RemainingMs(const journal::Record& row, bool unsent, int64_t unix_ms);

// How the row says the job has ended: its outputs, and the error (null: none).
void ShowOutputs(Job& job, const journal::Record& row);
FailurePtr ErrorOf(const journal::Record& row);

}  // namespace pixazo::client
