// Numbers given for parameters: converted only where nothing is rounded.
#pragma once

#include <cstdint>
#include <optional>

#include "catalogue/message.h"

namespace pixazo::catalogue {

// A whole number out of an integer or an integer-valued double that fits int64.
std::optional<int64_t> WholeNumber(const wire::Json& value);
// The same with words: a fraction is refused and its two neighbours are named.
wire::Result<int64_t> ToInteger(const Where& where, const wire::Json& value);
// The error names the range and the nearest value in it. value is a number.
wire::Error CheckRange(const Where& where, const wire::Json& value, std::optional<double> min,
                       std::optional<double> max);

}  // namespace pixazo::catalogue
