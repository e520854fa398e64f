// Everything the command line can say.
#pragma once

#include <string>
#include <vector>

#include "gateway.h"
#include "reporter.h"
#include "request.h"

namespace pixazo::cli {

struct Args {
  GatewayArgs gateway;
  ReportArgs report;
  Wish wish;  // generate, estimate
  std::string prompt_file;
  std::string endpoint;          // models
  std::vector<std::string> ids;  // status, wait, fetch
  std::string directory = ".";   // --out
  std::string name;              // --name
  std::string batch;             // --batch
  bool overwrite = false, no_fetch = false, dry_run = false, no_sheet = false, second_charge = false, once_more = false;
  bool catalogue_json = false;    // models
  std::string action = "list";    // jobs
  unsigned port = 8787;           // listen
  std::string shell;              // completion
  std::vector<std::string> rest;  // sandbox, __words
};

}  // namespace pixazo::cli
