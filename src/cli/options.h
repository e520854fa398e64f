// The command line as CLI11 knows it: help, completion and the man page's test read it from here.
#pragma once

#include <functional>
#include <memory>

#include "args.h"

namespace CLI {
class App;
}

namespace pixazo::cli {

// Parsing fills `args` and sets `run` to the command that was named.
std::unique_ptr<CLI::App> MakeApp(Args& args, std::function<Exit()>& run);

}  // namespace pixazo::cli
