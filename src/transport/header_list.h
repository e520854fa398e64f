// Request headers for one exchange; wiped when freed, because the key is among them.
#pragma once

#include <curl/curl.h>

#include <string>
#include <string_view>

namespace pixazo::transport {

class HeaderList {
 public:
  HeaderList() = default;
  ~HeaderList() { Clear(); }
  HeaderList(const HeaderList&) = delete;
  HeaderList& operator=(const HeaderList&) = delete;

  bool Add(std::string_view name, std::string_view value);  // false: out of memory
  bool AddLine(const std::string& line);  // "Name: value", or "Name:" to leave one of curl's own out
  void Clear();
  curl_slist* get() const { return list_; }

 private:
  curl_slist* list_ = nullptr;
};

// A line a host may add: a token, a colon, a value without control characters, and a name that is not one of
// ours.
bool IsForeignHeaderLine(std::string_view line);

}  // namespace pixazo::transport
