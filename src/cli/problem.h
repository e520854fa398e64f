// What went wrong before there was a job, or instead of one.
#pragma once

#include <string>

#include "exit_code.h"
#include "handle.h"

namespace pixazo::cli {

struct Problem {
  Exit exit = Exit::kUsage;
  std::string message;  // one line
  std::string field;    // the parameter or option at fault
  std::string status = "PZ_E_INVALID_ARG";
  size_t line = 0;  // of a batch, from 1
  int64_t required_microusd = -1, retry_after_ms = -1;
};

// What the library says to programs, said to people at a command line: names of options instead of names of settings.
// `id`: of the request it is about; "" if it has none.
std::string InOptions(std::string message, const std::string& id);

Problem ProblemOf(const pz_error* error);
Problem Usage(std::string message, std::string field = {});

// Every error of a job as JSON and as words is made from this one copy.
struct Failure {
  bool any = false;
  pz_status status = PZ_OK;
  std::string message, field, remote_code, request_id;
  int http_status = 0;
  bool retryable = false;
  pz_charged charged = PZ_CHARGED_UNKNOWN;
  int64_t required_microusd = -1, retry_after_ms = -1;
};
Failure FailureOf(const pz_error* error);
Failure LocalFailure(pz_status status, std::string message);

}  // namespace pixazo::cli
