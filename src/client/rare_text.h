// A string that most objects of a kind do not have: a pointer until it is set.
#pragma once

#include <memory>
#include <string>
#include <utility>

namespace pixazo::client {

class RareText {
 public:
  RareText() = default;
  RareText& operator=(std::string text) {
    text_ = text.empty() ? nullptr : std::make_unique<const std::string>(std::move(text));
    return *this;
  }
  bool empty() const { return !text_; }
  size_t size() const { return text_ ? text_->size() : 0; }
  const char* c_str() const { return text_ ? text_->c_str() : ""; }
  std::string str() const { return text_ ? *text_ : std::string(); }

 private:
  std::unique_ptr<const std::string> text_;
};

}  // namespace pixazo::client
