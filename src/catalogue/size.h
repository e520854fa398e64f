// Sizes and ratios: what converts exactly into what, and which is nearest where nothing does.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/message.h"
#include "catalogue/number.h"

namespace pixazo::catalogue {

constexpr int64_t kMaxSide =
    16384;  // no document states a bound for custom sizes; this one only stops nonsense

struct Pixels {
  int64_t width = 0, height = 0;
};

// "2048x1152" with x, X or the multiplication sign; digits only, no spaces.
std::optional<Pixels> ParsePixels(std::string_view text);
// "3:2", reduced: "4:2" is {2, 1}.
std::optional<Pixels> ParseRatio(std::string_view text);
Pixels Reduce(Pixels p);
std::string RatioText(Pixels p);  // reduced

// The listed value with the same ratio, or nullptr. choices that are no ratios do not count.
const wire::Json* SameRatio(const std::vector<wire::Json>& choices, Pixels ratio);
// The listed ratio that is nearest in shape, "" if none is listed.
std::string NearestRatio(const std::vector<wire::Json>& choices, Pixels ratio);

// A value given for a size parameter, in the form the endpoint takes.
wire::Result<wire::Json> ConvertSize(const Param& param, const Where& where, const wire::Json& value);
wire::Result<wire::Json> ConvertPixels(const Param& param, const Where& where, Pixels pixels);
// Only if exactly one listed size has the ratio.
wire::Result<wire::Json> ConvertRatioToSize(const Param& param, const Where& where, const wire::Json& ratio);

// One side of a size: 1 to kMaxSide.
wire::Error CheckSide(const Where& where, const wire::Json& value);

}  // namespace pixazo::catalogue
