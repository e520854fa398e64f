// Dates and Retry-After: any bytes are a time in range or none; what is formatted reads back.
#include <array>

#include "fuzz.h"
#include "wire/time.h"

using namespace pixazo::wire;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = Text(data, size);
  constexpr int64_t kTenYears = int64_t{10} * 366 * 86'400'000;
  if (const auto date = ParseHttpDate(text))
    Require(ParseHttpDate(FormatHttpDate(*date)) == *date, "an HTTP date reads back");
  if (const auto date = ParseStatusDate(text))
    Require(ParseStatusDate(FormatStatusDate(*date)) == *date, "a status date reads back");
  const std::array<std::string, 2> values = {std::string(text), "3"};
  for (size_t count : {1, 2}) {
    const auto wait = RetryAfterMs({values.data(), count}, text, 1'700'000'000'000);
    Require(!wait || (*wait >= 0 && *wait <= kTenYears), "a wait is in range");
    Require(count == 1 || (wait && *wait >= 3000), "the largest valid one counts");
  }
  return 0;
}
