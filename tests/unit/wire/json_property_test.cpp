// Properties of reading and writing JSON over many random values.
#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>

#include "wire/json.h"
#include "wire/text.h"

using namespace pixazo::wire;

namespace {

class Random {
 public:
  explicit Random(uint64_t seed) : engine_(seed) {}
  uint64_t Below(uint64_t n) { return engine_() % n; }
  uint64_t Bits() { return engine_(); }

  char32_t CodePoint() {
    constexpr char32_t kLimits[] = {0x20, 0x80, 0x800, 0x3000, 0x10000, 0x110000};
    char32_t c = 0;
    do {
      c = static_cast<char32_t>(Below(kLimits[Below(6)]));
    } while (c >= 0xD800 && c <= 0xDFFF);
    return c;
  }

  std::string Text() {
    std::string out;
    for (uint64_t n = Below(20); n > 0; --n) Append(out, CodePoint());
    return out;
  }

  double Double() {
    double v = 0;
    do {
      const uint64_t bits = Bits();
      std::memcpy(&v, &bits, sizeof v);
    } while (!std::isfinite(v));
    return v;
  }

  Json Value(int depth) {
    switch (Below(depth > 0 ? 7 : 5)) {
      case 0:
        return {};
      case 1:
        return Below(2) == 1;
      case 2:
        return static_cast<int64_t>(Bits() >> Below(64));
      case 3:
        return Double();
      case 4:
        return Text();
      case 5: {
        Json::Array items;
        for (uint64_t n = Below(5); n > 0; --n) items.push_back(Value(depth - 1));
        return items;
      }
      default: {
        Json members = Json::Object();
        for (uint64_t n = Below(5); n > 0; --n) members.Set(Text(), Value(depth - 1));
        return members;
      }
    }
  }

 private:
  static void Append(std::string& out, char32_t c) {
    const auto put = [&](char32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
    if (c < 0x80) return put(c);
    if (c < 0x800) return put(0xC0 | c >> 6), put(0x80 | (c & 0x3F));
    if (c < 0x10000) return put(0xE0 | c >> 12), put(0x80 | (c >> 6 & 0x3F)), put(0x80 | (c & 0x3F));
    put(0xF0 | c >> 18), put(0x80 | (c >> 12 & 0x3F)), put(0x80 | (c >> 6 & 0x3F)), put(0x80 | (c & 0x3F));
  }
  std::mt19937_64 engine_;
};

}  // namespace

TEST_CASE("M4: whatever is written reads back the same, here and in the independent parser") {
  Random random(1);
  for (int i = 0; i < 5000; ++i) {
    const Json value = random.Value(4);
    const std::string compact = WriteJson(value), pretty = WritePrettyJson(value);
    const auto again = ParseJson(compact);
    REQUIRE(again.ok());
    REQUIRE(*again == value);
    REQUIRE(ParseJson(pretty).value() == value);
    const auto theirs = nlohmann::json::parse(compact);
    REQUIRE(theirs == nlohmann::json::parse(pretty));
    REQUIRE(ParseJson(theirs.dump()).ok());
  }
}

TEST_CASE("M4: every character survives being written and read by the independent parser") {
  Random random(2);
  for (int i = 0; i < 20'000; ++i) {
    const std::string text = random.Text();
    REQUIRE(IsValidUtf8(text));
    REQUIRE(nlohmann::json::parse(WriteJson(text)).get<std::string>() == text);
    REQUIRE(ParseJson(nlohmann::json(text).dump(-1, ' ', true))->as_string() == text);
  }
}

TEST_CASE("M4: random bytes always make valid JSON") {
  Random random(3);
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes;
    for (uint64_t n = random.Below(12); n > 0; --n) bytes += static_cast<char>(random.Bits() & 0xFF);
    const std::string written = WriteJson(bytes);
    REQUIRE(nlohmann::json::accept(written));
    const auto read = ParseJson(written);
    REQUIRE(read.ok());
    if (IsValidUtf8(bytes)) REQUIRE(read->as_string() == bytes);
  }
}

TEST_CASE("every finite double reads back bit for bit") {
  Random random(4);
  for (int i = 0; i < 50'000; ++i) {
    const double value = random.Double();
    const auto read = ParseJson(WriteJson(value));
    REQUIRE(read.ok());
    const double back = read->as_double();
    REQUIRE(std::memcmp(&back, &value, sizeof value) == 0);
    REQUIRE(nlohmann::json::parse(WriteJson(value)).get<double>() == value);
  }
}

TEST_CASE("decimal texts of any length are rounded as the independent parser rounds them") {
  Random random(5);
  for (int i = 0; i < 20'000; ++i) {
    std::string text = random.Below(2) == 0 ? "-" : "";
    text += std::to_string(1 + random.Below(9));
    for (uint64_t n = random.Below(30); n > 0; --n) text += static_cast<char>('0' + random.Below(10));
    text += '.';
    for (uint64_t n = 1 + random.Below(40); n > 0; --n) text += static_cast<char>('0' + random.Below(10));
    if (random.Below(2) == 0) text += "e" + std::to_string(static_cast<int>(random.Below(560)) - 300);
    const auto theirs = nlohmann::json::parse(text, nullptr, false);
    const auto ours = ParseJson(text);
    CAPTURE(text);
    REQUIRE(ours.ok() == !theirs.is_discarded());
    if (ours.ok()) REQUIRE(ours->as_double() == theirs.get<double>());
  }
}
