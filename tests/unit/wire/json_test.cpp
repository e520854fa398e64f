#include "wire/json.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

using namespace pixazo::wire;

namespace {

std::string Nested(size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

// Writes down the calls it gets, and stops when told to.
class Recorder : public JsonHandler {
 public:
  explicit Recorder(std::string_view stop_at = {}) : stop_at_(stop_at) {}
  bool Null() override { return Say("null"); }
  bool Bool(bool v) override { return Say(v ? "true" : "false"); }
  bool Int(int64_t v) override { return Say("int " + std::to_string(v)); }
  bool Double(double v) override { return Say("double " + std::to_string(v)); }
  bool String(std::string_view v) override { return Say("string " + std::string(v)); }
  bool StartObject() override { return Say("{"); }
  bool Key(std::string_view v) override { return Say("key " + std::string(v)); }
  bool EndObject() override { return Say("}"); }
  bool StartArray() override { return Say("["); }
  bool EndArray() override { return Say("]"); }
  std::vector<std::string> said;

 private:
  bool Say(std::string what) {
    said.push_back(std::move(what));
    return stop_at_.empty() || said.back() != stop_at_;
  }
  std::string stop_at_;
};

}  // namespace

TEST_CASE("values of every kind are read") {
  const auto r = ParseJson(R"({"n":null,"b":true,"i":-7,"d":0.5,"s":"\u00e9","a":[1,[]],"o":{}})");
  REQUIRE(r.ok());
  CHECK(r->Find("n")->is_null());
  CHECK(r->Find("b")->as_bool());
  CHECK(r->Find("i")->as_int() == -7);
  CHECK(r->Find("d")->as_double() == 0.5);
  CHECK(r->Find("s")->as_string() == "\xC3\xA9");
  CHECK(r->Find("a")->as_array().size() == 2);
  CHECK(r->Find("o")->is_object());
  CHECK(WriteJson(*r) ==
        "{\"n\":null,\"b\":true,\"i\":-7,\"d\":0.5,\"s\":\"\xC3\xA9\",\"a\":[1,[]],\"o\":{}}");
}

TEST_CASE("asking a value for another kind yields the empty value of that kind") {
  const Json text("x"), number(3), none;
  CHECK(text.as_int() == 0);
  CHECK(text.as_double() == 0);
  CHECK_FALSE(text.as_bool());
  CHECK(text.as_array().empty());
  CHECK(text.as_object().empty());
  CHECK(text.Find("k") == nullptr);
  CHECK(number.as_string().empty());
  CHECK(number.as_double() == 3);
  CHECK(Json(2.5).as_int() == 0);
  CHECK(none.is_null());
  CHECK(Json(nullptr) == none);
}

TEST_CASE("Set replaces in place, appends, and makes an object of anything") {
  Json v(5);
  v.Set("a", 1);
  v.Set("b", "two");
  v.Set("a", true);
  CHECK(WriteJson(v) == R"({"a":true,"b":"two"})");
  v.array().emplace_back(1.5);
  CHECK(WriteJson(v) == "[1.5]");
  CHECK(WriteJson(Json(Json::Object{{"k", Json::Array{nullptr, -1}}})) == R"({"k":[null,-1]})");
}

TEST_CASE("pretty writing has two spaces a level and leaves empty containers closed") {
  const auto v = ParseJson(R"({"a":[1,{"b":[]}],"c":{}})");
  CHECK(WritePrettyJson(*v) == "{\n  \"a\": [\n    1,\n    {\n      \"b\": []\n    }\n  ],\n  \"c\": {}\n}");
}

TEST_CASE("P15: of a duplicated key the last value counts, in the place of the first") {
  const auto r = ParseJson(R"({"a":1,"b":2,"a":3,"c":4,"b":5,"a":6})");
  REQUIRE(r.ok());
  CHECK(WriteJson(*r) == R"({"a":6,"b":5,"c":4})");
  CHECK(WriteJson(ParseJson(R"({"x":{"a":[1],"a":null}})").value()) == R"({"x":{"a":null}})");
}

TEST_CASE("P15: a SAX handler sees every one of duplicated keys, in order") {
  Recorder recorder;
  CHECK(ScanJson(R"({"a":1,"a":[true,null,"s",0.5],"a":{}})", recorder));
  const std::vector<std::string> expected = {"{",    "key a",    "int 1",           "key a", "[",     "true",
                                             "null", "string s", "double 0.500000", "]",     "key a", "{",
                                             "}",    "}"};
  CHECK(recorder.said == expected);
}

TEST_CASE("a SAX handler that says no stops the parse") {
  for (const char* stop :
       {"{", "key a", "[", "int 1", "true", "null", "string s", "double 0.500000", "]", "}"}) {
    CAPTURE(stop);
    Recorder recorder(stop);
    CHECK_FALSE(ScanJson(R"({"a":[1,true,null,"s",0.5]})", recorder));
    CHECK(recorder.said.back() == stop);
  }
}

TEST_CASE("P15: an object with as many members as bytes allow is read") {
  std::string text = "{";
  for (int i = 0; i < 90'000; ++i) text += "\"" + std::to_string(i % 60'000) + "\":1,";
  text += "\"end\":2}";
  const auto r = ParseJson(text);
  REQUIRE(r.ok());
  CHECK(r->as_object().size() == 60'001);
  CHECK(r->Find("59999")->as_int() == 1);
}

TEST_CASE("P15: integers stay integers as long as they fit 64 bits") {
  const std::pair<const char*, int64_t> whole[] = {{"0", 0},
                                                   {"-0", 0},
                                                   {"2147483648", 2147483648},
                                                   {"-2147483649", -2147483649},
                                                   {"9007199254740993", 9007199254740993},
                                                   {"9223372036854775807", INT64_MAX},
                                                   {"-9223372036854775808", INT64_MIN}};
  for (const auto& [text, value] : whole) {
    const auto& text_shown = text;  // clang: a lambda captures no structured binding
    CAPTURE(text_shown);
    const auto r = ParseJson(text);
    REQUIRE(r.ok());
    CHECK(r->is_int());
    CHECK(r->as_int() == value);
  }
  const std::pair<const char*, double> larger[] = {{"9223372036854775808", 9223372036854775808.0},
                                                   {"-9223372036854775809", -9223372036854775808.0},
                                                   {"18446744073709551615", 18446744073709551615.0},
                                                   {"100000000000000000000000", 1e23},
                                                   {"1.0", 1.0},
                                                   {"1e2", 100},
                                                   {"-1E-2", -0.01}};
  for (const auto& [text, value] : larger) {
    const auto& text_shown = text;  // clang: a lambda captures no structured binding
    CAPTURE(text_shown);
    const auto r = ParseJson(text);
    REQUIRE(r.ok());
    CHECK(r->is_double());
    CHECK(r->as_double() == value);
  }
}

TEST_CASE("M7: numbers no double can hold are refused, the smallest ones are kept") {
  CHECK_FALSE(ParseJson("1e400").ok());
  CHECK_FALSE(ParseJson("[-1e309]").ok());
  CHECK_FALSE(ParseJson("NaN").ok());
  CHECK_FALSE(ParseJson("[Infinity]").ok());
  CHECK_FALSE(ParseJson("[-Infinity]").ok());
  CHECK(ParseJson("1e-400")->as_double() == 0);
  CHECK(ParseJson("4.9406564584124654e-324")->as_double() == std::numeric_limits<double>::denorm_min());
  CHECK(ParseJson("1.7976931348623157e308")->as_double() == std::numeric_limits<double>::max());
}

TEST_CASE("M7: what is no number is written as null") {
  CHECK(WriteJson(Json(std::nan(""))) == "null");
  CHECK(WriteJson(Json::Array{INFINITY, -INFINITY}) == "[null,null]");
}

TEST_CASE("numbers are written with the fewest digits that read back the same") {
  const std::pair<double, const char*> table[] = {{0.1, "0.1"},       {0.1 + 0.2, "0.30000000000000004"},
                                                  {1e21, "1e+21"},    {4.0, "4.0"},
                                                  {-0.0, "-0.0"},     {1e-7, "1e-07"},
                                                  {5e-324, "5e-324"}, {0.85, "0.85"}};
  for (const auto& [value, text] : table) CHECK(WriteJson(Json(value)) == text);
  CHECK(WriteJson(Json(INT64_MIN)) == "-9223372036854775808");
}

TEST_CASE("P15: depth is limited, and no depth overflows the stack") {
  CHECK(ParseJson(Nested(64)).ok());
  const auto deeper = ParseJson(Nested(65));
  REQUIRE_FALSE(deeper.ok());
  CHECK(deeper.error().code == Code::kProtocol);
  CHECK(deeper.error().message.find("Nested too deeply") != std::string::npos);
  CHECK_FALSE(ParseJson(R"({"a":[1]})", {100, 1}).ok());
  CHECK(ParseJson(R"({"a":[1]})", {100, 2}).ok());
  JsonLimits huge;
  huge.max_bytes = 10'000'000;
  huge.max_depth = 10'000'000;
  CHECK(ParseJson(Nested(512), huge).ok());
  CHECK_FALSE(ParseJson(Nested(513), huge).ok());
  CHECK_FALSE(ParseJson(std::string(5'000'000, '['), huge).ok());
  JsonHandler deaf;
  CHECK_FALSE(ScanJson(std::string(900'000, '['), deaf));
}

TEST_CASE("P15: a byte order mark, a NUL, trailing text and an empty text are no JSON") {
  using namespace std::string_view_literals;
  for (const std::string_view text : {"\xEF\xBB\xBF{}"sv, "{}\0"sv, "{}\0{}"sv, "[1\0]"sv, "\0"sv, "{} x"sv,
                                      "{}{}"sv, "1 2"sv, ""sv, " \n"sv}) {
    CHECK_FALSE(ParseJson(text).ok());
  }
  CHECK(ParseJson(" \t\r\n{} \t\r\n").ok());
}

TEST_CASE("the size cap holds before anything is parsed") {
  JsonLimits limits;
  limits.max_bytes = 10;
  CHECK(ParseJson("[\"345678\"]", limits).ok());
  const auto r = ParseJson("[\"3456789\"]", limits);
  REQUIRE_FALSE(r.ok());
  CHECK(r.error().message.find("Larger than allowed") != std::string::npos);
  CHECK(ParseJson("\"" + std::string((1u << 20) - 2, 'x') + "\"").ok());
  CHECK_FALSE(ParseJson("\"" + std::string((1u << 20) - 1, 'x') + "\"").ok());
}

TEST_CASE("an error names the byte") {
  const auto r = ParseJson("{\"a\": 1,, \"b\": 2}");
  REQUIRE_FALSE(r.ok());
  CHECK(r.error().code == Code::kProtocol);
  CHECK(r.error().message == "not valid JSON at byte 8: Missing a name for object member.");
  CHECK(ParseJson(std::string_view("[1\0]", 4)).error().message == "not valid JSON at byte 2: A NUL byte.");
}

TEST_CASE("what the independent parser accepts is accepted with the same meaning, and nothing else") {
  const char* const texts[] = {"[]",
                               "[1,]",
                               "[,1]",
                               "[1 2]",
                               "{\"a\"}",
                               "{\"a\":}",
                               "{a:1}",
                               "{'a':1}",
                               "{\"a\":1,}",
                               "[+1]",
                               "[01]",
                               "[1.]",
                               "[.5]",
                               "[1e]",
                               "[1e+]",
                               "[-]",
                               "[0x1]",
                               "[1_000]",
                               "[tru]",
                               "[True]",
                               "nul",
                               "true",
                               "false",
                               "null",
                               "\"x",
                               "\"\\x\"",
                               "\"\\u12g4\"",
                               "\"\\u12\"",
                               "\"\t\"",
                               "\"\x01\"",
                               "\"\x7F\"",
                               "\"\\/\\b\\f\\n\\r\\t\\\"\\\\\"",
                               "\"\\u0000\"",
                               "\"\\uD83D\\uDE00\"",
                               "\"\\uD83D\"",
                               "\"\\uDE00\"",
                               "\"\\uDE00\\uD83D\"",
                               "\"\\uD83Dx\"",
                               "\"\\uD83D\\u0041\"",
                               "\"\xC3\xA9\"",
                               "\"\xC3\"",
                               "\"\xC0\x80\"",
                               "\"\xED\xA0\x80\"",
                               "\"\xF4\x90\x80\x80\"",
                               "\"\xF0\x9F\x98\x80\"",
                               "\"\xFF\"",
                               "// c\n1",
                               "/* c */1",
                               "[1]//",
                               "-0",
                               "-0.0",
                               "0e0",
                               "0E-0",
                               "1E400",
                               "\v1",
                               "\f1",
                               ("\xC2\xA0"
                                "1"),
                               "[[[[]]]]",
                               "{\"\":0}",
                               "{\"a\":{\"a\":{}}}",
                               "[1}",
                               "{\"a\":1]",
                               "]",
                               "}"};
  for (const char* text : texts) {
    CAPTURE(text);
    const auto theirs = nlohmann::json::parse(text, nullptr, false);
    const auto ours = ParseJson(text);
    CHECK(ours.ok() == !theirs.is_discarded());
    if (ours.ok() && !theirs.is_discarded()) CHECK(nlohmann::json::parse(WriteJson(*ours)) == theirs);
  }
}

TEST_CASE("M3: escapes, surrogate pairs and NUL in strings are read by length") {
  const auto r = ParseJson(R"(["a\u0000b","\ud83d\ude00","\u2032\/"])");
  REQUIRE(r.ok());
  CHECK(r->as_array()[0].as_string() == std::string("a\0b", 3));
  CHECK(r->as_array()[1].as_string() == "\xF0\x9F\x98\x80");
  CHECK(r->as_array()[2].as_string() == "\xE2\x80\xB2/");
  CHECK(WriteJson(*r) == "[\"a\\u0000b\",\"\xF0\x9F\x98\x80\",\"\xE2\x80\xB2/\"]");
}

TEST_CASE("M4: control characters, quotes and backslashes are escaped") {
  std::string all;
  for (int c = 0; c < 0x80; ++c) all += static_cast<char>(c);
  std::string out;
  AppendJsonString(out, all);
  for (const char c : out) CHECK(static_cast<unsigned char>(c) >= 0x20);
  CHECK(out.find('\x7F') == std::string::npos);
  CHECK(nlohmann::json::parse(out).get<std::string>() == all);
  CHECK(ParseJson(out)->as_string() == all);
}

TEST_CASE("M4: bytes that are no UTF-8 are written as replacement characters, so the text stays JSON") {
  std::string out;
  AppendJsonString(out,
                   "a\xFF"
                   "b\xC3");
  CHECK(out ==
        "\"a\xEF\xBF\xBD"
        "b\xEF\xBF\xBD\"");
  CHECK(ParseJson(out).ok());
}

TEST_CASE("M7: tiny numbers in any spelling are 0, huge ones in any spelling are refused") {
  const std::string zeros(400, '0');
  for (const std::string& text : std::vector<std::string>{"0." + zeros + "1", "1e-99999999999999999999",
                                                          "-12345e-350", "0." + zeros + "1e20"}) {
    CAPTURE(text);
    const auto r = ParseJson(text);
    REQUIRE(r.ok());
    CHECK(r->as_double() == 0);
  }
  CHECK(ParseJson("0." + zeros + "1e401")->as_double() == 1.0);
  for (const std::string& text : std::vector<std::string>{
           "1" + zeros, "-1" + zeros + ".5", "1000e306", "1e99999999999999999999", "17976931348623159e292"}) {
    CAPTURE(text);
    const auto r = ParseJson(text);
    REQUIRE_FALSE(r.ok());
    CHECK(r.error().message.find("Number too big") != std::string::npos);
  }
}
