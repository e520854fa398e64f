// Memory that held the key is overwritten before it is given back.
#pragma once

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

 private:
  std::string value_;
};

}  // namespace pixazo::transport
