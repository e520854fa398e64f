#include "wire/json.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <new>
#include <numeric>

// A namespace of our own: a host that has another RapidJSON in the same process is not disturbed.
#define RAPIDJSON_NAMESPACE pixazo_rapidjson
#define RAPIDJSON_NAMESPACE_BEGIN namespace pixazo_rapidjson {
#define RAPIDJSON_NAMESPACE_END }
#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include "wire/text.h"

namespace pixazo::wire {
namespace {

namespace rj = pixazo_rapidjson;

constexpr size_t kDeepest = 512;  // whatever the caller allows: values are destroyed recursively

// RapidJSON does not look whether its allocator failed; operator new reports it as every container does.
struct Allocator {
  [[maybe_unused]] static const bool kNeedFree = true;
  void* Malloc(size_t size) { return size == 0 ? nullptr : ::operator new(size); }
  void* Realloc(void* old, size_t old_size, size_t size) {
    void* fresh = Malloc(size);
    if (old != nullptr && fresh != nullptr) std::memcpy(fresh, old, std::min(old_size, size));
    Free(old);
    return fresh;
  }
  static void Free(void* p) { ::operator delete(p); }
};

}  // namespace
}  // namespace pixazo::wire

// The stack gets its memory at once: RapidJSON's own waits for the first Push, which adds to a null pointer.
template <>
pixazo_rapidjson::internal::Stack<pixazo::wire::Allocator>::Stack(pixazo::wire::Allocator* allocator,
                                                                  size_t capacity)
    : allocator_(allocator),
      ownAllocator_(nullptr),
      stack_(static_cast<char*>(allocator->Malloc(capacity))),
      stackTop_(stack_),
      stackEnd_(stack_ + capacity),
      initialCapacity_(capacity) {}

namespace pixazo::wire {
namespace {

using Reader = rj::GenericReader<rj::UTF8<>, rj::UTF8<>, Allocator>;
// Numbers come as text: with kParseFullPrecisionFlag RapidJSON 1.1 is off by one bit for some long ones.
constexpr unsigned kFlags =
    rj::kParseIterativeFlag | rj::kParseValidateEncodingFlag | rj::kParseNumbersAsStringsFlag;

// The power of ten of a number's first digit that is not zero: 2 for 123.4, -3 for 0.00123.
int64_t DecimalExponent(std::string_view number) {
  if (number.starts_with('-')) number.remove_prefix(1);
  const size_t e = std::min(number.find_first_of("eE"), number.size());
  int64_t exponent = 0;
  if (e < number.size()) {
    std::string_view digits = number.substr(e + 1);
    if (digits.starts_with('+')) digits.remove_prefix(1);
    const auto end = digits.data() + digits.size();
    if (std::from_chars(digits.data(), end, exponent).ec != std::errc())
      exponent = digits.starts_with('-') ? INT32_MIN : INT32_MAX;
  }
  const std::string_view mantissa = number.substr(0, e);
  const auto point = static_cast<int64_t>(std::min(mantissa.find('.'), mantissa.size()));
  const auto first = static_cast<int64_t>(std::min(mantissa.find_first_of("123456789"), mantissa.size()));
  return exponent + point - first - (first < point ? 1 : 0);
}

// False if no double is that large; what is too small for one is 0.
bool ToDouble(std::string_view number, double& out) {
  out = 0;
  const auto result = std::from_chars(number.data(), number.data() + number.size(), out);
  if (result.ec != std::errc::result_out_of_range) return std::isfinite(out);
  return DecimalExponent(number) < 0;
}

// Between RapidJSON and a JsonHandler: counts the depth and refuses what RapidJSON lets through.
class Bridge {
 public:
  Bridge(JsonHandler& handler, size_t max_depth)
      : handler_(handler), max_depth_(std::min(max_depth, kDeepest)) {}

  const char* refusal() const { return refusal_; }  // nullptr if the handler itself stopped

  bool Null() { return handler_.Null(); }
  bool Bool(bool v) { return handler_.Bool(v); }
  bool RawNumber(const char* s, rj::SizeType n, bool) {
    const std::string_view number(s, n);
    int64_t whole = 0;
    const auto [end, error] = std::from_chars(s, s + n, whole);
    if (error == std::errc() && end == s + n) return handler_.Int(whole);
    double value = 0;
    if (ToDouble(number, value)) return handler_.Double(value);
    refusal_ = "Number too big to be stored in double.";
    return false;
  }
  // Never called: every number is a RawNumber.
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(int64_t) { return false; }
  bool Uint64(uint64_t) { return false; }
  bool Double(double) { return false; }
  bool String(const char* s, rj::SizeType n, bool) { return Utf8({s, n}) && handler_.String({s, n}); }
  bool Key(const char* s, rj::SizeType n, bool) { return Utf8({s, n}) && handler_.Key({s, n}); }
  bool StartObject() { return Deeper() && handler_.StartObject(); }
  bool StartArray() { return Deeper() && handler_.StartArray(); }
  bool EndObject(rj::SizeType) { return --depth_, handler_.EndObject(); }
  bool EndArray(rj::SizeType) { return --depth_, handler_.EndArray(); }

 private:
  // "\uDC00" alone passes RapidJSON 1.1's check.
  bool Utf8(std::string_view s) {
    if (IsValidUtf8(s)) return true;
    refusal_ = "The surrogate pair in string is invalid.";
    return false;
  }
  bool Deeper() {
    if (++depth_ <= max_depth_) return true;
    refusal_ = "Nested too deeply.";
    return false;
  }

  JsonHandler& handler_;
  const size_t max_depth_;
  size_t depth_ = 0;
  const char* refusal_ = nullptr;
};

struct Fault {
  bool found = false;
  size_t offset = 0;
  const char* reason = "";
};

Fault Scan(std::string_view text, JsonHandler& handler, const JsonLimits& limits) {
  if (text.size() > limits.max_bytes) return {true, limits.max_bytes, "Larger than allowed."};
  // RapidJSON takes a NUL for the end of the text.
  const size_t nul = text.find('\0');
  if (nul != std::string_view::npos) return {true, nul, "A NUL byte."};
  Bridge bridge(handler, limits.max_depth);
  Allocator allocator;
  Reader reader(&allocator);
  rj::MemoryStream stream(text.data(), text.size());
  const rj::ParseResult result = reader.Parse<kFlags>(stream, bridge);
  if (!result.IsError()) return {};
  const char* reason = bridge.refusal();
  return {true, result.Offset(), reason != nullptr ? reason : rj::GetParseError_En(result.Code())};
}

// Among members with one key the first keeps its place and the last its value. O(n log n): a hostile object
// has as many members as bytes.
void DropDuplicates(Json::Object& members) {
  std::vector<size_t> order(members.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return members[a].first < members[b].first; });
  std::vector<bool> drop(members.size());
  bool any = false;
  for (size_t i = 0; i < order.size();) {
    size_t last = i;
    while (last + 1 < order.size() && members[order[last + 1]].first == members[order[i]].first) {
      drop[order[++last]] = true;
      any = true;
    }
    if (last != i) members[order[i]].second = std::move(members[order[last]].second);
    i = last + 1;
  }
  if (!any) return;
  size_t kept = 0;
  for (size_t i = 0; i < members.size(); ++i) {
    if (drop[i]) continue;
    if (kept != i) members[kept] = std::move(members[i]);
    ++kept;
  }
  members.resize(kept);
}

class TreeBuilder : public JsonHandler {
 public:
  bool Null() override { return Add({}); }
  bool Bool(bool v) override { return Add(v); }
  bool Int(int64_t v) override { return Add(v); }
  bool Double(double v) override { return Add(v); }
  bool String(std::string_view v) override { return Add(v); }
  bool Key(std::string_view v) override {
    open_.back().object().emplace_back(std::string(v), Json());
    return true;
  }
  bool StartObject() override {
    open_.emplace_back(Json::Object());
    return true;
  }
  bool StartArray() override {
    open_.emplace_back(Json::Array());
    return true;
  }
  bool EndObject() override {
    if (open_.back().as_object().size() > 1) DropDuplicates(open_.back().object());
    return EndArray();
  }
  bool EndArray() override {
    Json done = std::move(open_.back());
    open_.pop_back();
    return Add(std::move(done));
  }

  Json root;

 private:
  bool Add(Json v) {
    if (open_.empty()) {
      root = std::move(v);
    } else if (open_.back().is_array()) {
      open_.back().array().push_back(std::move(v));
    } else {
      open_.back().object().back().second = std::move(v);
    }
    return true;
  }

  std::vector<Json> open_;
};

}  // namespace

Result<Json> ParseJson(std::string_view text, const JsonLimits& limits) {
  TreeBuilder builder;
  const Fault fault = Scan(text, builder, limits);
  if (!fault.found) return std::move(builder.root);
  return MakeError(Code::kProtocol,
                   "not valid JSON at byte " + std::to_string(fault.offset) + ": " + fault.reason);
}

bool ScanJson(std::string_view text, JsonHandler& handler, const JsonLimits& limits) {
  return !Scan(text, handler, limits).found;
}

}  // namespace pixazo::wire
