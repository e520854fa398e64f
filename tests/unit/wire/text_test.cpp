#include "wire/text.h"

#include <doctest/doctest.h>

using namespace pixazo::wire;

TEST_CASE("base64 follows the examples of RFC 4648") {
  const char* const table[][2] = {{"", ""},
                                  {"f", "Zg=="},
                                  {"fo", "Zm8="},
                                  {"foo", "Zm9v"},
                                  {"foob", "Zm9vYg=="},
                                  {"fooba", "Zm9vYmE="},
                                  {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, encoded] : table) {
    CHECK(EncodeBase64(plain, std::string_view(plain).size()) == encoded);
    CHECK(DecodeBase64(encoded) == plain);
  }
}
