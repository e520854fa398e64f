#include "transport/header_list.h"

#include <array>
#include <cstring>

#include "transport/ascii.h"
#include "transport/secret.h"
#include "wire/text.h"

namespace pixazo::transport {
namespace {

// Set here or by libcurl; a second one could change what is sent, where it ends, or who is asked.
constexpr std::array<std::string_view, 20> kOurs = {"Ocp-Apim-Subscription-Key",
                                                    "Content-Type",
                                                    "Content-Length",
                                                    "Cache-Control",
                                                    "Transfer-Encoding",
                                                    "Host",
                                                    "Connection",
                                                    "Expect",
                                                    "TE",
                                                    "Upgrade",
                                                    "Accept-Encoding",
                                                    "User-Agent",
                                                    "Content-Encoding",
                                                    "Cookie",
                                                    "Authorization",
                                                    "Proxy-Authorization",
                                                    "Proxy-Connection",
                                                    "Keep-Alive",
                                                    "Range",
                                                    "If-Range"};

bool IsTokenChar(char c) { return IsAlnum(c) || (c != '\0' && std::strchr("!#$%&'*+-.^_`|~", c) != nullptr); }

}  // namespace

bool HeaderList::Add(std::string_view name, std::string_view value) {
  std::string line;
  line.reserve(name.size() + value.size() + 2);  // no reallocation: no copy of the key is left behind
  line.append(name).append(": ").append(value);
  const bool added = AddLine(line);
  Wipe(line);
  return added;
}

bool HeaderList::AddLine(const std::string& line) {
  curl_slist* longer = curl_slist_append(list_, line.c_str());
  if (!longer) return false;
  list_ = longer;
  return true;
}

void HeaderList::Clear() {
  for (curl_slist* item = list_; item; item = item->next) Wipe(item->data, std::strlen(item->data));
  curl_slist_free_all(list_);
  list_ = nullptr;
}

bool IsForeignHeaderLine(std::string_view line) {
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0 || wire::HasControl(line)) return false;
  const std::string_view name = line.substr(0, colon);
  for (char c : name)
    if (!IsTokenChar(c)) return false;
  if (Trim(line.substr(colon + 1)).empty()) return false;
  for (std::string_view ours : kOurs)
    if (EqualsNoCase(name, ours)) return false;
  return true;
}

}  // namespace pixazo::transport
