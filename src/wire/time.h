// Dates and waiting times as servers write them. No clock is read here.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace pixazo::wire {

// The three HTTP date forms of RFC 9110 5.6.7; milliseconds since 1970. Years 1970..9999.
std::optional<int64_t> ParseHttpDate(std::string_view s);
// Both grammars of status bodies (gateway.md 2.3): YYYY-MM-DDTHH:MM:SS[.fff]Z and YYYY-MM-DD HH:MM:SS (taken
// as UTC). "..." and anything else: nullopt, never an error.
std::optional<int64_t> ParseStatusDate(std::string_view s);
std::string FormatStatusDate(int64_t unix_ms);  // YYYY-MM-DDTHH:MM:SS.mmmZ
std::string FormatHttpDate(int64_t unix_ms);    // IMF-fixdate

// The wait asked for by Retry-After header values, in ms: the largest valid one. Seconds, or a date against
// the reply's own Date header (without one: against local_unix_ms). Negative, fractional, empty or malformed
// values are ignored; clamped to [0, 10 years].
std::optional<int64_t> RetryAfterMs(std::span<const std::string> values, std::string_view date_header,
                                    int64_t local_unix_ms);

}  // namespace pixazo::wire
