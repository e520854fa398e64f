#include "wire/json.h"

namespace pixazo::wire {
namespace {

template <class T>
const T& Empty() {
  static const T empty{};
  return empty;
}

}  // namespace

Json::Json(const Json& other) {
  if (const auto* text = std::get_if<std::string>(&other.v_)) {
    std::string copy(*text);
    v_ = std::move(copy);
  } else if (const auto* array = std::get_if<Array>(&other.v_)) {
    Array copy(*array);
    v_ = std::move(copy);
  } else if (const auto* object = std::get_if<Object>(&other.v_)) {
    Object copy(*object);
    v_ = std::move(copy);
  } else if (const bool* truth = std::get_if<bool>(&other.v_)) {
    v_ = *truth;
  } else if (const int64_t* whole = std::get_if<int64_t>(&other.v_)) {
    v_ = *whole;
  } else if (const double* number = std::get_if<double>(&other.v_)) {
    v_ = *number;
  }
}

Json& Json::operator=(const Json& other) {
  if (this == &other) return *this;
  Json copy(other);
  return *this = std::move(copy);
}

bool Json::as_bool() const {
  const bool* v = std::get_if<bool>(&v_);
  return v != nullptr && *v;
}

int64_t Json::as_int() const {
  const int64_t* v = std::get_if<int64_t>(&v_);
  return v != nullptr ? *v : 0;
}

double Json::as_double() const {
  if (const double* v = std::get_if<double>(&v_)) return *v;
  return static_cast<double>(as_int());
}

const std::string& Json::as_string() const {
  const std::string* v = std::get_if<std::string>(&v_);
  return v != nullptr ? *v : Empty<std::string>();
}

const Json::Array& Json::as_array() const {
  const Array* v = std::get_if<Array>(&v_);
  return v != nullptr ? *v : Empty<Array>();
}

const Json::Object& Json::as_object() const {
  const Object* v = std::get_if<Object>(&v_);
  return v != nullptr ? *v : Empty<Object>();
}

Json::Array& Json::array() {
  if (!is_array()) v_ = Array();
  return *std::get_if<Array>(&v_);
}

Json::Object& Json::object() {
  if (!is_object()) v_ = Object();
  return *std::get_if<Object>(&v_);
}

const Json* Json::Find(std::string_view key) const {
  for (const Member& member : as_object()) {
    if (member.first == key) return &member.second;
  }
  return nullptr;
}

void Json::Set(std::string_view key, Json value) {
  for (Member& member : object()) {
    if (member.first == key) {
      member.second = std::move(value);
      return;
    }
  }
  object().emplace_back(std::string(key), std::move(value));
}

}  // namespace pixazo::wire
