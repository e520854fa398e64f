// Where the bytes of one output go until they are whole.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "wire/result.h"

namespace pixazo::transport {

class Sink {
 public:
  virtual ~Sink() = default;
  virtual wire::Error Write(const char* bytes, size_t len) = 0;
  virtual wire::Error Truncate() = 0;                           // back to nothing
  virtual wire::Error Expect(uint64_t /*more*/) { return {}; }  // that many will follow: is there room?
  virtual uint64_t size() const = 0;
  // The first or last bytes, at most max; the view may point into scratch.
  virtual std::string_view Head(size_t max, std::string& scratch) const = 0;
  virtual std::string_view Tail(size_t max, std::string& scratch) const = 0;
};

class MemorySink final : public Sink {
 public:
  wire::Error Write(const char* bytes, size_t len) override {
    data_.append(bytes, len);
    return {};
  }
  wire::Error Truncate() override {
    data_.clear();
    return {};
  }
  wire::Error Expect(uint64_t more) override {  // more is within the cap
    data_.reserve(data_.size() + static_cast<size_t>(more));
    return {};
  }
  uint64_t size() const override { return data_.size(); }
  std::string_view Head(size_t max, std::string&) const override {
    return std::string_view(data_).substr(0, max);
  }
  std::string_view Tail(size_t max, std::string&) const override {
    return std::string_view(data_).substr(data_.size() - std::min(max, data_.size()));
  }
  std::string Take() { return std::move(data_); }

 private:
  std::string data_;
};

}  // namespace pixazo::transport
