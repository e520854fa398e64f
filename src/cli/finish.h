// What generate, wait and fetch have in common once their items are known.
#pragma once

#include "args.h"
#include "item.h"
#include "reporter.h"
#include "save.h"

namespace pixazo::cli {

// Runs the items to their end, makes the contact sheet of a batch, and leaves no empty directory behind, but
// one that a journal names.
// `once`: see RunPlan.
Exit Follow(const Args& args, pz_client* client, Reporter& reporter, std::vector<Item>& items,
            Directory& directory, bool once);

}  // namespace pixazo::cli
