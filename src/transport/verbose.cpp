#include "transport/verbose.h"

#include <array>
#include <string>

#include "transport/ascii.h"
#include "wire/contained.h"
#include "wire/text.h"

namespace pixazo::transport {
namespace {

constexpr std::array<std::string_view, 5> kSecret = {"Ocp-Apim-Subscription-Key", "Authorization",
                                                     "Proxy-Authorization", "X-Webhook-URL", "Set-Cookie"};

bool IsSecret(std::string_view line) {
  for (std::string_view name : kSecret)
    if (StartsWithNoCase(line, name) && line.size() > name.size() && line[name.size()] == ':') return true;
  return false;
}

std::string Hidden(const Secret& key, std::string_view line) {
  std::string text(line);
  key.HideIn(text, false);
  return text;
}

void LogLine(const Verbose& verbose, std::string_view mark, std::string_view line) {
  std::string text(mark);
  if (IsSecret(line))
    text.append(line.substr(0, line.find(':'))).append(": [not shown]");
  else
    text += wire::CleanForMessage(Hidden(verbose.key, line), 512);
  verbose.sink(text);
}

}  // namespace

int DebugThunk(CURL*, curl_infotype type, char* bytes, size_t len, void* verbose) {
  std::string_view mark;
  if (type == CURLINFO_TEXT)
    mark = "* ";
  else if (type == CURLINFO_HEADER_OUT)
    mark = "> ";
  else if (type == CURLINFO_HEADER_IN)
    mark = "< ";
  else
    return 0;
  const auto& log = *static_cast<const Verbose*>(verbose);
  std::string_view text(bytes, len);
  return wire::Contained(0, [&] {
    while (!text.empty()) {
      const size_t end = text.find('\n');
      const std::string_view line = Trim(text.substr(0, end));
      if (!line.empty()) LogLine(log, mark, line);
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return 0;
  });
}

}  // namespace pixazo::transport
