// How an output was made, as JSON: endpoint, parameters, seed, ids, times.
#pragma once

#include <string>

#include "client/job.h"
#include "client/output.h"

namespace pixazo::client {

// The parameters as they are sent, under the endpoint's own names; null where a picture's bytes were. "" : not
// known.
std::string ParametersJson(const Job& job);
std::string MetaJson(const Job& job, const Output& output);

}  // namespace pixazo::client
