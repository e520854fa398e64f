// CRC-64 (the one of ECMA-182 as xz uses it): recognises damage, is no protection against somebody who edits
// a journal on purpose.
#pragma once

#include <cstdint>
#include <string_view>

namespace pixazo::journal {

class Checksum {
 public:
  explicit Checksum(std::string_view domain) { Add(domain); }  // the same bytes differ in another domain
  void Add(std::string_view bytes);
  void Add(uint64_t number);
  uint64_t value() const { return ~state_; }

 private:
  uint64_t state_ = ~uint64_t{0};
};

}  // namespace pixazo::journal
