// How an output was made, as JSON: endpoint, parameters, seed, ids, times.
#pragma once

#include <string>

#include "client/job.h"
#include "client/output.h"

namespace pixazo::client {

std::string MetaJson(const Job& job, const Output& output);

}  // namespace pixazo::client
