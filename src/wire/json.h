// JSON in and out. The only room that knows which parser is used (RapidJSON, iterative, encoding validated).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "wire/result.h"

namespace pixazo::wire {

// A JSON value. Objects keep the order in which members were written; a duplicated key keeps the last value
// in the place of the first. Integers that fit int64 stay integers; everything else numeric is a double.
// Callers never put NaN or an infinity in; WriteJson would write null.
class Json {
 public:
  using Array = std::vector<Json>;
  using Member = std::pair<std::string, Json>;
  using Object = std::vector<Member>;

  Json() = default;  // null
  // Written out: when memory ends inside the copy constructor of such a variant, libstdc++ (12) destroys a
  // value that was never made. So the copy is made outside and moved in.
  Json(const Json& other);
  Json& operator=(const Json& other);
  Json(Json&&) noexcept = default;
  Json& operator=(Json&&) noexcept = default;
  Json(std::nullptr_t) {}
  Json(bool v) : v_(v) {}
  Json(int v) : v_(int64_t{v}) {}
  Json(unsigned v) : v_(int64_t{v}) {}
  Json(int64_t v) : v_(v) {}
  Json(double v) : v_(v) {}
  Json(const char* v) : v_(std::string(v)) {}
  Json(std::string v) : v_(std::move(v)) {}
  Json(std::string_view v) : v_(std::string(v)) {}
  Json(Array v) : v_(std::move(v)) {}
  Json(Object v) : v_(std::move(v)) {}

  bool is_null() const { return std::holds_alternative<std::monostate>(v_); }
  bool is_bool() const { return std::holds_alternative<bool>(v_); }
  bool is_int() const { return std::holds_alternative<int64_t>(v_); }
  bool is_double() const { return std::holds_alternative<double>(v_); }
  bool is_number() const { return is_int() || is_double(); }
  bool is_string() const { return std::holds_alternative<std::string>(v_); }
  bool is_array() const { return std::holds_alternative<Array>(v_); }
  bool is_object() const { return std::holds_alternative<Object>(v_); }

  // Call only after the matching is_*(); the wrong kind yields the empty value of that kind.
  bool as_bool() const;
  int64_t as_int() const;    // a double is not converted
  double as_double() const;  // an integer is converted
  const std::string& as_string() const;
  const Array& as_array() const;
  const Object& as_object() const;
  Array& array();    // becomes an empty array if it is not one
  Object& object();  // becomes an empty object if it is not one

  const Json* Find(std::string_view key) const;  // nullptr if absent or not an object
  void Set(std::string_view key, Json value);    // replaces or appends; becomes an object if it is not one

  friend bool operator==(const Json&, const Json&) = default;

 private:
  std::variant<std::monostate, bool, int64_t, double, std::string, Array, Object> v_;
};

struct JsonLimits {
  size_t max_bytes = 1u << 20;
  size_t max_depth = 64;  // arrays and objects inside each other; never more than 512
};

// Strict JSON (RFC 8259, no BOM), valid UTF-8, no trailing text, no number beyond the range of double (nor
// one whose exponent alone is, as in 0e400). Errors: kProtocol, with the byte offset.
Result<Json> ParseJson(std::string_view text, const JsonLimits& limits = {});

// SAX for replies: no tree is built. Returning false from a handler stops the parse without an error.
// Duplicated keys all arrive, in order: a handler that stores what it sees lets the last one win, as
// ParseJson does. Views are valid during the call only.
class JsonHandler {
 public:
  virtual ~JsonHandler() = default;
  virtual bool Null() { return true; }
  virtual bool Bool(bool) { return true; }
  virtual bool Int(int64_t) { return true; }
  virtual bool Double(double) { return true; }
  virtual bool String(std::string_view) { return true; }
  virtual bool StartObject() { return true; }
  virtual bool Key(std::string_view) { return true; }
  virtual bool EndObject() { return true; }
  virtual bool StartArray() { return true; }
  virtual bool EndArray() { return true; }
};
// True if the whole text is valid JSON within the limits and no handler stopped it.
bool ScanJson(std::string_view text, JsonHandler& handler, const JsonLimits& limits = {});

// Compact; '.' as decimal point whatever the locale; shortest digits that read back the same; control
// characters escaped.
std::string WriteJson(const Json& value);
std::string WritePrettyJson(const Json& value);
// Quoted and escaped. Bytes that are not UTF-8 become U+FFFD: what is written is always valid JSON.
void AppendJsonString(std::string& out, std::string_view utf8);

}  // namespace pixazo::wire
