// EstimatePrice of check.h: what the documents say a request costs, with where they say it; "unknown" is an
// answer.
#include <algorithm>

#include "catalogue/check.h"
#include "catalogue/message.h"
#include "catalogue/number.h"

namespace pixazo::catalogue {
namespace {

using wire::Json;

Estimate Unknown(std::string source) {
  Estimate out;
  out.source = std::move(source);
  return out;
}

struct CountRange {
  int64_t low = 1, high = 1;
};

// How many pictures are asked for; a count that nobody states ranges up to the most the endpoint makes.
std::optional<CountRange> Count(const Request& request) {
  const Param* param = request.endpoint->Find("count");
  if (!param) return CountRange{};
  const Json* value = request.ValueOf(*param);
  if (!value && param->default_value) value = &*param->default_value;
  if (!value) return CountRange{1, param->max ? static_cast<int64_t>(std::min(*param->max, 1e6)) : 1};
  const auto count = WholeNumber(*value);
  if (!count || *count < 1 || *count > 1'000'000) return std::nullopt;
  return CountRange{*count, *count};
}

std::optional<int64_t> TablePrice(const Price& price, const std::string& value) {
  for (const auto& [name, microusd] : price.table) {
    if (name == value) return microusd;
  }
  return std::nullopt;
}

}  // namespace

Estimate EstimatePrice(const Request& request) {
  const Price& price = request.endpoint->price;
  if (!price.known) return Unknown(price.source);
  std::string row;
  if (!price.by.empty()) {
    const Param* by = request.endpoint->Find(price.by);
    const Json* value = by ? request.ValueOf(*by) : nullptr;
    if (by && !value && by->default_value) value = &*by->default_value;
    if (!value || !value->is_string())
      return Unknown("the price depends on " + price.by + ", which is not known; " + price.source);
    row = value->as_string();
  }
  const auto one = TablePrice(price, row);
  if (!one) return Unknown("no price is listed for " + price.by + " " + Quoted(row) + "; " + price.source);
  const auto count = Count(request);
  if (!count) return Unknown("the number of pictures is not known; " + price.source);
  Estimate out;
  out.known = true;
  out.source = price.source;
  out.low_microusd = price.unit == Price::Unit::kPicture ? *one * count->low : *one;
  out.high_microusd = price.unit == Price::Unit::kRequest ? *one : *one * count->high;
  return out;
}

}  // namespace pixazo::catalogue
