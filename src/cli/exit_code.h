// What a script learns from $?; the table in pz.1 and in `pz --help` is this one.
#pragma once

#include <pixazo/pixazo.h>

#include <string>
#include <vector>

namespace pixazo::cli {

enum class Exit : int {
  kOk = 0,
  kFailure = 1,        // a local file, memory, a defect
  kUsage = 2,          // the command line or the request is not right: nothing was sent
  kAuth = 3,           // no key, 401, 403
  kBalance = 4,        // 402, or --budget
  kRateLimited = 5,    // 429
  kGateway = 6,        // the gateway refused the request or the job failed there
  kUncertain = 7,      // sent, answer lost: may be charged, never sent again by itself
  kTimeout = 8,        // not ended yet: go on with `pz wait ID`
  kNetwork = 9,        // the gateway was not reached: nothing was sent
  kOutput = 10,        // made, but a picture is missing: `pz fetch ID`
  kInterrupted = 130,  // Ctrl-C
  kTerminated = 143,
};

struct ExitRow {
  Exit code;
  const char* meaning;
};
const std::vector<ExitRow>& ExitTable();

Exit ExitOf(pz_status status);
Exit ExitOf(const pz_error* error);  // NULL: kFailure

// Of several jobs: the one a script must hear about first. Doubtful money goes before everything but an
// interruption.
Exit Gravest(Exit a, Exit b);

}  // namespace pixazo::cli
