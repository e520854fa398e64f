#include "wire/text.h"

#include <doctest/doctest.h>

#include <random>

using namespace pixazo::wire;
using namespace std::string_view_literals;

TEST_CASE("UTF-8 is what RFC 3629 says and nothing more") {
  for (const std::string_view valid :
       {""sv, "a"sv, "\0"sv, "\x7F"sv, "\xC2\x80"sv, "\xDF\xBF"sv, "\xE0\xA0\x80"sv, "\xED\x9F\xBF"sv,
        "\xEE\x80\x80"sv, "\xEF\xBF\xBF"sv, "\xF0\x90\x80\x80"sv, "\xF4\x8F\xBF\xBF"sv,
        "41\xC2\xB0"
        "43\xE2\x80\xB2N"sv}) {
    CAPTURE(valid);
    CHECK(IsValidUtf8(valid));
  }
  for (const std::string_view wrong : {"\x80"sv,
                                       "\xBF"sv,
                                       "\xC0\x80"sv,
                                       "\xC1\xBF"sv,
                                       "\xC2"sv,
                                       "\xC2x"sv,
                                       "\xE0\x80\x80"sv,
                                       "\xE0\x9F\xBF"sv,
                                       "\xE2\x80"sv,
                                       "\xED\xA0\x80"sv,
                                       "\xED\xBF\xBF"sv,
                                       "\xF0\x80\x80\x80"sv,
                                       "\xF0\x8F\xBF\xBF"sv,
                                       "\xF0\x9F\x98"sv,
                                       "\xF4\x90\x80\x80"sv,
                                       "\xF5\x80\x80\x80"sv,
                                       "\xF8\x88\x80\x80\x80"sv,
                                       "\xFE"sv,
                                       "\xFF"sv,
                                       "ok\xC2"sv}) {
    CAPTURE(wrong);
    CHECK_FALSE(IsValidUtf8(wrong));
  }
}

TEST_CASE("a length limit in characters counts characters") {
  CHECK(CountCodePoints("") == 0);
  CHECK(CountCodePoints("abc") == 3);
  CHECK(CountCodePoints("41\xC2\xB0") == 3);
  CHECK(CountCodePoints("\xF0\x9F\x98\x80\xE2\x80\xB2") == 2);
}

TEST_CASE("M8: a message is one line of valid UTF-8, cut at a character") {
  CHECK(CleanForMessage("a\r\nb\tc\0d\x1B[31m\x7F"sv) == "a  b c d [31m ");
  CHECK(CleanForMessage("a\xC2\x85"
                        "b\xE2\x80\xA8"
                        "c\xE2\x80\xA9"
                        "d\xC2\xA0") == "a b c d\xC2\xA0");
  CHECK(CleanForMessage("a\xFF\xC3(") == "a\xEF\xBF\xBD\xEF\xBF\xBD(");
  CHECK(CleanForMessage("\xC3\xA9\xC3\xA9", 3) == "\xC3\xA9");
  CHECK(CleanForMessage("\xFF\xFF", 5) == "\xEF\xBF\xBD");
  CHECK(CleanForMessage("abc", 0) == "");
  CHECK(CleanForMessage(std::string(5000, 'x')).size() == 1024);
}

TEST_CASE("M8: whatever the bytes, the message is valid, bounded and without control characters") {
  std::mt19937_64 random(7);
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes(random() % 40, '\0');
    for (char& c : bytes) c = static_cast<char>(random() & 0xFF);
    const size_t limit = random() % 40;
    const std::string clean = CleanForMessage(bytes, limit);
    REQUIRE(clean.size() <= limit);
    REQUIRE(IsValidUtf8(clean));
    REQUIRE_FALSE(HasControl(clean));
  }
}

TEST_CASE("T10: control characters are found wherever they stand") {
  CHECK_FALSE(HasControl("plain \xC3\xA9"));
  for (int c = 0; c < 256; ++c) {
    const std::string text = std::string("a") + static_cast<char>(c) + "b";
    CHECK(HasControl(text) == (c < 0x20 || c == 0x7F));
    CHECK(IsHeaderValue(text) == (c >= 0x20 && c < 0x7F));
  }
}

TEST_CASE("T10: a header value has no space at its ends and is not empty") {
  CHECK(IsHeaderValue("my-app/1.0 (x; y)"));
  CHECK(IsHeaderValue("k"));
  CHECK_FALSE(IsHeaderValue(""));
  CHECK_FALSE(IsHeaderValue(" k"));
  CHECK_FALSE(IsHeaderValue("k "));
  CHECK_FALSE(IsHeaderValue("k\r\nX-Other: 1"));
}

TEST_CASE("edit distance counts insertions, deletions and changes up to its limit") {
  CHECK(EditDistance("", "", 3) == 0);
  CHECK(EditDistance("prompt", "promt", 3) == 1);
  CHECK(EditDistance("kitten", "sitting", 5) == 3);
  CHECK(EditDistance("sitting", "kitten", 3) == 3);
  CHECK(EditDistance("kitten", "sitting", 2) == 3);
  CHECK(EditDistance("a", "abcdefgh", 3) == 4);
  CHECK(EditDistance("abc", "", 5) == 3);
  CHECK(EditDistance("abc", "xyz", 0) == 1);
}

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

TEST_CASE("base64 of any bytes reads back") {
  std::mt19937_64 random(8);
  for (size_t n = 0; n < 400; ++n) {
    std::string bytes(n, '\0');
    for (char& c : bytes) c = static_cast<char>(random() & 0xFF);
    REQUIRE(DecodeBase64(EncodeBase64(bytes.data(), bytes.size())) == bytes);
  }
}

TEST_CASE("base64 that is not canonical is refused") {
  for (const std::string_view text :
       {"Z"sv, "Zg"sv, "Zg="sv, "Zg==="sv, "===="sv, "Z==="sv, "Zh=="sv, "Zm9="sv, "Zm9v\n"sv, "Zm 9"sv,
        "Zg==Zg=="sv, "Z-_v"sv, "Zm\0v"sv, "\xFF\xFF\xFF\xFF"sv}) {
    CAPTURE(text);
    CHECK(DecodeBase64(text) == std::nullopt);
  }
}

TEST_CASE("a data-URI says its type and its bytes") {
  const std::string uri = MakeDataUri("image/png", "\x89PNG", 4);
  CHECK(uri == "data:image/png;base64,iVBORw==");
  const auto read = ParseDataUri(uri);
  REQUIRE(read);
  CHECK(read->media_type == "image/png");
  CHECK(read->bytes == "\x89PNG");
  CHECK(ParseDataUri("DATA:Image/JPEG;BASE64,")->media_type == "image/jpeg");
  for (const char* wrong :
       {"", "data:", "data:,", "data:;base64,Zg==", "data:image/png,Zg==", "data:image;base64,Zg==",
        "data:/png;base64,Zg==", "data:image/;base64,Zg==", "data:image/png;charset=x;base64,Zg==",
        "data:image/png;base64Zg==", "data:image/png;base64,Zg", "http://x/data:image/png;base64,Zg==",
        "data:image/png;base64,Zg==#", "data:ima ge/png;base64,Zg=="}) {
    CAPTURE(wrong);
    CHECK_FALSE(ParseDataUri(wrong).has_value());
  }
}

TEST_CASE("T11: a path segment keeps unreserved characters only") {
  CHECK(PercentEncodeSegment("AZaz09-._~") == "AZaz09-._~");
  CHECK(PercentEncodeSegment("a/b?c#d%e f") == "a%2Fb%3Fc%23d%25e%20f");
  CHECK(PercentEncodeSegment("\xC3\xA9\0"sv) == "%C3%A9%00");
}

TEST_CASE("W2: secrets are equal only byte for byte and length for length") {
  CHECK(ConstantTimeEqual("", ""));
  CHECK(ConstantTimeEqual("nonce-1", "nonce-1"));
  CHECK_FALSE(ConstantTimeEqual("nonce-1", "nonce-2"));
  CHECK_FALSE(ConstantTimeEqual("xonce-1", "nonce-1"));
  CHECK_FALSE(ConstantTimeEqual("nonce", "nonce-1"));
  CHECK_FALSE(ConstantTimeEqual("a\x80"sv, "a\0"sv));
}
