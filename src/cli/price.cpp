#include "price.h"

#include <algorithm>

#include "text.h"

namespace pixazo::cli {

void Add(Price& price, const pz_request* request) {
  ++price.requests;
  int64_t low = 0, high = 0;
  if (pz_request_estimate_microusd(request, &low, &high) == PZ_OK) {
    price.low_microusd += low;
    price.high_microusd += high;
  } else {
    ++price.unknown;
  }
  const std::string source = Clean(pz_request_estimate_source(request));
  if (!source.empty() && std::find(price.sources.begin(), price.sources.end(), source) == price.sources.end())
    price.sources.push_back(source);
}

std::string PriceWords(const Price& price) {
  if (price.unknown == price.requests) return "price not known";
  std::string words = DollarRange(price.low_microusd, price.high_microusd);
  if (price.unknown > 0) words += ", and " + std::to_string(price.unknown) + " whose price is not known";
  return words;
}

}  // namespace pixazo::cli
