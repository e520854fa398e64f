// What requests will cost, as far as the documents say.
#pragma once

#include <string>
#include <vector>

#include "handle.h"

namespace pixazo::cli {

struct Price {
  size_t requests = 0, unknown = 0;
  int64_t low_microusd = 0, high_microusd = 0;  // of those with a known price
  std::vector<std::string> sources;             // each once
};
void Add(Price& price, const pz_request* request);
std::string PriceWords(const Price& price);

}  // namespace pixazo::cli
