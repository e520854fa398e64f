// The command line of pz-sandbox.
#pragma once

#include <string>
#include <vector>

#include "sandbox/options.h"
#include "wire/result.h"

namespace pixazo::sandbox {

struct Arguments {
  Options options;
  bool help = false, version = false, quiet = false, verbose = false, exit_with_parent = false;
};

wire::Result<Arguments> ReadArguments(const std::vector<std::string>& words);
std::string HelpText();

}  // namespace pixazo::sandbox
