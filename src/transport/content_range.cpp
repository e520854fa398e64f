#include <charconv>

#include "transport/ascii.h"
#include "transport/download.h"
#include "wire/time.h"

namespace pixazo::transport {
namespace {

constexpr int64_t kStrongAfter_ms =
    60'000;  // RFC 9110 8.8.2.2: a picture changed twice within a second looks unchanged

bool ReadNumber(std::string_view& text, uint64_t& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return false;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return true;
}

bool Skip(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

std::string StrongValidator(std::string_view etag, std::string_view last_modified, std::string_view date) {
  if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"') return std::string(etag);
  const std::optional<int64_t> changed = wire::ParseHttpDate(last_modified);
  const std::optional<int64_t> said = wire::ParseHttpDate(date);
  if (changed && said && *said - *changed >= kStrongAfter_ms) return std::string(last_modified);
  return {};
}

std::optional<ContentRange> ParseContentRange(std::string_view value) {
  constexpr std::string_view kUnit = "bytes ";
  if (!StartsWithNoCase(value, kUnit)) return std::nullopt;
  value.remove_prefix(kUnit.size());
  ContentRange range;
  uint64_t last = 0, total = 0;
  if (!ReadNumber(value, range.first) || !Skip(value, '-') || !ReadNumber(value, last) || !Skip(value, '/'))
    return std::nullopt;
  if (value != "*") {
    if (!ReadNumber(value, total) || !value.empty() || last >= total) return std::nullopt;
    range.total = total;
  }
  return last >= range.first ? std::optional(range) : std::nullopt;
}

}  // namespace pixazo::transport
