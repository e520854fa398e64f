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
