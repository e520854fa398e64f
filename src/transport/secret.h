// Memory that held the key is overwritten before it is given back.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace pixazo::transport {

inline void Wipe(char* bytes, size_t len) {
  volatile char* p = bytes;
  while (len-- > 0) *p++ = 0;
}
inline void Wipe(std::string& s) {
  s.resize(s.capacity());
  Wipe(s.data(), s.size());
  s.clear();
}

class Secret {
 public:
  Secret() = default;
  ~Secret() { Wipe(value_); }
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;

  void Set(std::string value) {  // value is wiped too
    Wipe(value_);
    value_.assign(value);
    Wipe(value);
  }
  std::string_view view() const { return value_; }
  bool empty() const { return value_.empty(); }

  // Stars for every place where a server repeats the key; where the text was cut, for a beginning of it at the end
  // too. A short key is left alone: it would be found in words that mean something else.
  void HideIn(char* bytes, size_t len, bool cut) const {
    if (value_.size() < kLeastHidden) return;
    const std::string_view text(bytes, len);
    for (size_t at = text.find(value_); at != std::string_view::npos; at = text.find(value_, at + value_.size()))
      std::fill_n(bytes + at, value_.size(), '*');
    size_t part = cut ? std::min(len, value_.size() - 1) : 0;
    while (part > 0 && !text.ends_with(view().substr(0, part))) --part;
    std::fill_n(bytes + (len - part), part, '*');
  }
  void HideIn(std::string& text, bool cut) const { HideIn(text.data(), text.size(), cut); }

 private:
  static constexpr size_t kLeastHidden = 8;
  std::string value_;
};

}  // namespace pixazo::transport
