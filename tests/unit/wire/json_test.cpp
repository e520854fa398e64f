#include "wire/json.h"

#include <doctest/doctest.h>

using namespace pixazo::wire;

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
