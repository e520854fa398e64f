// One function a subcommand.
#pragma once

#include "args.h"

namespace CLI {
class App;
}

namespace pixazo::cli {

Exit Models(const Args& args);
Exit Generate(const Args& args);
Exit Estimate(const Args& args);
Exit Status(const Args& args);
Exit Wait(const Args& args);   // until the jobs have ended
Exit Fetch(const Args& args);  // what has ended by now
Exit Jobs(const Args& args);   // of a journal
Exit Listen(const Args& args);  // for webhooks
Exit Sandbox(const Args& args);
Exit Completion(const Args& args, const CLI::App& app);
Exit Words(const Args& args);  // for the completion scripts

// --prompt-file into the wish.
Or<Wish> FullWish(const Args& args);

}  // namespace pixazo::cli
