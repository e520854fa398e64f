// Ids as the documents print them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sandbox/random.h"

namespace pixazo::sandbox {

std::string HexDigits(uint64_t value, int digits);
// <model_id>_019d42ce-946d-7739-f812-6875c434cb79: begins with the time, looks like a UUID. The documents
// print one whose last group has thirteen digits; every other id here has them too.
std::string RequestId(std::string_view model_id, int64_t unix_ms, uint64_t serial, Random& random);
std::string ShortId(Random& random);  // j8qc0mvk8drmy0cxe4wvcy8ajw: sd3.5-large's own

}  // namespace pixazo::sandbox
