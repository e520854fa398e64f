#include "catalogue/number.h"

#include <cmath>

namespace pixazo::catalogue {
namespace {

std::string RangeText(std::optional<double> min, std::optional<double> max) {
  if (min && max) return "from " + NumberText(*min) + " to " + NumberText(*max);
  return min ? "at least " + NumberText(*min) : "at most " + NumberText(*max);
}

}  // namespace

std::optional<int64_t> WholeNumber(const wire::Json& value) {
  if (value.is_int()) return value.as_int();
  if (!value.is_double()) return std::nullopt;
  const double d = value.as_double();
  // Every double without a fraction in [-2^63, 2^63) is an int64; NaN fails both comparisons.
  if (!(d >= -9223372036854775808.0 && d < 9223372036854775808.0) || d != std::floor(d)) return std::nullopt;
  return static_cast<int64_t>(d);
}

wire::Result<int64_t> ToInteger(const Where& where, const wire::Json& value) {
  if (const auto whole = WholeNumber(value)) return *whole;
  if (!value.is_double()) return Refuse(where, "must be an integer, not " + ValueText(value));
  const double d = value.as_double();
  if (!std::isfinite(d)) return Refuse(where, "must be an integer, not infinite or NaN");
  if (std::fabs(d) >= 9007199254740992.0)
    return Refuse(where, "must be an integer of 64 bits, not " + NumberText(d));
  return Refuse(where, "must be an integer, not " + NumberText(d) + "; the nearest are " +
                           NumberText(std::floor(d)) + " and " + NumberText(std::ceil(d)));
}

wire::Error CheckRange(const Where& where, const wire::Json& value, std::optional<double> min,
                       std::optional<double> max) {
  const double d = value.as_double();
  if (!std::isfinite(d)) return Refuse(where, "must be a finite number");
  const bool low = min && d < *min, high = max && d > *max;
  if (!low && !high) return {};
  return Refuse(where, "must be " + RangeText(min, max) + ", not " + ValueText(value) +
                           "; the nearest allowed is " + NumberText(low ? *min : *max));
}

}  // namespace pixazo::catalogue
