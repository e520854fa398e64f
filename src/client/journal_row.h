// Between a job and its row in the journal.
#pragma once

#include <memory>

#include "client/config.h"
#include "client/job.h"
#include "journal/journal.h"

namespace pixazo::client {

// All that is known of the job now, without its request (a write without one leaves that of its row).
journal::Record RowOf(const Job& job, journal::Record::Stage stage);

// The row of a request for which somebody has named an id: whatever was proven of earlier attempts is in doubt.
journal::Record Named(journal::Record row, std::string candidate);

// What a job of an earlier life is made of. row: with its request, if it is there.
Job::Make MakeOf(journal::Record row, const Config& config);

// The base URL by which rows name this client's gateway.
std::string GatewayOf(const Config& config);
// Whether the job was another gateway's: this client sends nothing of it and asks nobody about it.
bool IsElsewhere(const journal::Record& row, const Config& config);

// How long a job of an earlier life may still take; 0: no end. What the gateway has got may take as long as
// it might have from the beginning: it is paid for, and nobody looked meanwhile. What is unsent (the marks
// prove it) has what is left; wall clocks jump, so never more than all.
int64_t RemainingMs(const journal::Record& row, bool unsent, int64_t unix_ms);

// How the row says the job has ended: its outputs, and the error (null: none).
void ShowOutputs(Job& job, const journal::Record& row);
FailurePtr ErrorOf(const journal::Record& row);

}  // namespace pixazo::client
