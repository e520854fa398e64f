#include "wire/reply.h"

#include <doctest/doctest.h>

#include <fstream>
#include <nlohmann/json.hpp>

using namespace pixazo::wire;
using namespace std::string_view_literals;
using nlohmann::json;

namespace {

// A reply that has every field.
json Full() {
  return json::parse(R"({"request_id":"m_1","status":"COMPLETED","model_id":"m","error":"e","message":"msg",
      "output":{"media_url":["https://h/1","https://h/2"],"media_type":"image/png"},
      "imageUrl":"https://h/3","url":"https://h/4",
      "created_at":"2026-05-22T13:17:32.110Z","updated_at":"2026-05-22 13:19:23","completed_at":"2026-05-22 13:19:23"})");
}

using Urls = std::vector<std::string>;

Urls UrlsOf(std::string_view body) { return ParseReply(body).urls; }

}  // namespace

TEST_CASE("a reply with every field is read whole") {
  const Reply r = ParseReply(Full().dump());
  CHECK(r.valid_json);
  CHECK(r.request_id == "m_1");
  CHECK(r.status == Status::kCompleted);
  CHECK(r.model_id == "m");
  CHECK(r.error == "e");
  CHECK(r.message == "msg");
  CHECK(r.urls == Urls{"https://h/1", "https://h/2", "https://h/3", "https://h/4"});
  CHECK(r.bad_urls == 0);
  CHECK(r.media_type == "image/png");
  CHECK(r.created_ms == 1779455852110);
  CHECK(r.updated_ms == 1779455963000);
  CHECK(r.completed_ms == 1779455963000);
  CHECK(r.wrong_type_field == "");
}

TEST_CASE("M2: a value of another type than documented is absent, named, and harms no other field") {
  const std::map<std::string, std::string> kFields = {
      {"/request_id", "request_id"},
      {"/status", "status"},
      {"/model_id", "model_id"},
      {"/error", "error"},
      {"/message", "message"},
      {"/output", "output"},
      {"/imageUrl", "imageUrl"},
      {"/url", "url"},
      {"/created_at", "created_at"},
      {"/updated_at", "updated_at"},
      {"/completed_at", "completed_at"},
      {"/output/media_url", "output.media_url"},
      {"/output/media_url/0", "output.media_url"},
      {"/output/media_type", "output.media_type"},
  };
  const json wrong_values[] = {true,
                               false,
                               0,
                               -7,
                               9223372036854775807LL,
                               18446744073709551615ULL,
                               1.5,
                               1e300,
                               json::object(),
                               json::array(),
                               {{"a", {1, {{"b", nullptr}}}}},
                               {{"status", "FAILED"}, {"request_id", "x"}},
                               {1, nullptr, false}};
  int cases = 0;
  for (const auto& [pointer, name] : kFields) {
    for (const json& wrong : wrong_values) {
      const bool named_shape = wrong.is_object() && pointer == "/output";
      const bool empty_list = wrong == json::array() && pointer == "/output/media_url";
      const bool named_error = wrong.is_object() && pointer == "/error";
      json v = Full();
      v[json::json_pointer(pointer)] = wrong;
      CAPTURE(v.dump());
      const Reply r = ParseReply(v.dump());
      CHECK(r.valid_json);
      if (!named_shape && !empty_list) CHECK(r.wrong_type_field == name);
      CHECK(r.request_id == (pointer == "/request_id" ? "" : "m_1"));
      CHECK((r.raw_request_id != "") == (pointer == "/request_id"));
      CHECK(r.status == (pointer == "/status" ? Status::kUnknown : Status::kCompleted));
      CHECK(r.model_id == (pointer == "/model_id" ? "" : "m"));
      CHECK(r.error == (pointer == "/error" ? "" : "e"));
      CHECK(r.message == (pointer == "/message" ? "" : "msg"));
      CHECK(r.created_ms.has_value() == (pointer != "/created_at"));
      CHECK(r.updated_ms.has_value() == (pointer != "/updated_at"));
      CHECK(r.completed_ms.has_value() == (pointer != "/completed_at"));
      CHECK(r.has_output);
      const size_t lost = pointer == "/output" || pointer == "/output/media_url" ? 2
                          : pointer == "/imageUrl" || pointer == "/url" || pointer == "/output/media_url/0"
                              ? 1
                              : 0;
      CHECK(r.urls.size() == 4 - lost);
      if (named_error) CHECK(r.message == "msg");
      ++cases;
    }
  }
  CHECK(cases == 14 * 13);
}

TEST_CASE("M2: null means absent, but a status or an id must stand where they stand") {
  const json full = Full();
  for (const auto& [key, value] : full.items()) {
    const auto& key_shown = key;  // clang: a lambda captures no structured binding
    CAPTURE(key_shown);
    json v = Full();
    v[key] = nullptr;
    const Reply r = ParseReply(v.dump());
    CHECK(r.valid_json);
    CHECK(r.bad_urls == 0);
    CHECK(r.raw_request_id == "");
    const bool must_stand = key == "status" || key == "request_id";
    CHECK(r.wrong_type_field == (must_stand ? key : ""));
    CHECK(r.status == (key == "status" ? Status::kUnknown : Status::kCompleted));
  }
}

TEST_CASE("M2: a text that is no JSON object is no reply") {
  for (const std::string_view text :
       {""sv, " "sv, "null"sv, "true"sv, "1"sv, "0.5"sv, "\"QUEUED\""sv, "[]"sv,
        "[{\"status\":\"QUEUED\"}]"sv, "<html>"sv, "{"sv, "{}x"sv, "\xEF\xBB\xBF{}"sv,
        "{\"status\":\"QUEUED\"}\0"sv, "{\"a\":\"\xFF\"}"sv}) {
    CAPTURE(text);
    const Reply r = ParseReply(text);
    CHECK_FALSE(r.valid_json);
    CHECK_FALSE(r.raw_image);
  }
  CHECK(ParseReply("[{\"status\":\"QUEUED\"}]").status == Status::kNone);
  CHECK(ParseReply(" {} ").valid_json);
  CHECK(ParseReply("{}").status == Status::kNone);
  CHECK_FALSE(ParseReply("{}").has_output);
}

TEST_CASE("known keys count at the top level and inside output only") {
  const Reply r = ParseReply(
      R"({"data":{"status":"COMPLETED","request_id":"x","imageUrl":"https://h/x","output":{"media_url":["https://h/y"]}},
      "list":[{"url":"https://h/z"},["https://h/w"]],"output":{"status":"FAILED","request_id":"y","url":"https://h/v","extra":{"media_url":["https://h/u"]}},
      "error":{"status":"FAILED","request_id":"z"}})");
  CHECK(r.valid_json);
  CHECK(r.status == Status::kNone);
  CHECK(r.request_id == "");
  CHECK(r.urls.empty());
  CHECK(r.has_output);
}

TEST_CASE("P15: of duplicated members the last counts") {
  const Reply r = ParseReply(
      R"({"request_id":"../x","request_id":"a_1","status":"FAILED","status":"QUEUED","output":{"media_url":["https://h/1"],
      "media_type":"image/png"},"output":null,"url":"https://h/2","url":"https://h/3","error":{"message":"m"},"error":null,
      "created_at":"2026-05-22 13:19:23","created_at":"..."})");
  CHECK(r.request_id == "a_1");
  CHECK(r.raw_request_id == "");
  CHECK(r.status == Status::kQueued);
  CHECK(r.urls == Urls{"https://h/3"});
  CHECK(r.media_type == "");
  CHECK(r.message == "");
  CHECK(r.created_ms == std::nullopt);
  CHECK(ParseReply(R"({"request_id":"a_1","request_id":"../x"})").request_id == "");
  CHECK(ParseReply(R"({"status":"COMPLETED","status":null})").status == Status::kUnknown);
  CHECK(UrlsOf(R"({"output":{"media_url":["https://h/1"],"media_url":["https://h/2"]}})") ==
        Urls{"https://h/2"});
}

TEST_CASE("P15: nesting is limited and unread containers are passed over") {
  const auto nested = [](size_t depth) {
    return "{\"x\":" + std::string(depth, '[') + std::string(depth, ']') + ",\"status\":\"QUEUED\"}";
  };
  CHECK(ParseReply(nested(63)).valid_json);
  CHECK(ParseReply(nested(63)).status == Status::kQueued);
  CHECK_FALSE(ParseReply(nested(64)).valid_json);
  CHECK_FALSE(ParseReply("{\"x\":" + std::string(500'000, '[')).valid_json);
  CHECK_FALSE(ParseReply("{\"x\":\"" + std::string(1u << 20, 'y') + "\"}").valid_json);
}

TEST_CASE("P7: status words are known in any case, all others are unknown and not terminal") {
  const std::pair<const char*, Status> table[] = {
      {"QUEUED", Status::kQueued},         {"queued", Status::kQueued},
      {"PROCESSING", Status::kProcessing}, {"Processing", Status::kProcessing},
      {"COMPLETED", Status::kCompleted},   {"completed", Status::kCompleted},
      {"succeeded", Status::kCompleted},   {"SUCCEEDED", Status::kCompleted},
      {"FAILED", Status::kFailed},         {"failed", Status::kFailed},
      {"ERROR", Status::kError},           {"Error", Status::kError},
      {"CANCELED", Status::kUnknown},      {"", Status::kUnknown},
      {"COMPLETE", Status::kUnknown},      {"COMPLETED ", Status::kUnknown},
      {"ERRORS", Status::kUnknown},        {"IN_PROGRESS", Status::kUnknown}};
  for (const auto& [word, status] : table) {
    const auto& word_shown = word;  // clang: a lambda captures no structured binding
    CAPTURE(word_shown);
    CHECK(ParseStatusWord(word) == status);
    const Reply r = ParseReply(json{{"status", word}}.dump());
    CHECK(r.status == status);
    CHECK(r.status_word == word);
  }
  for (const char* body :
       {R"({"status":null})", R"({"status":3})", R"({"status":["QUEUED"]})", R"({"status":{}})"}) {
    CHECK(ParseReply(body).status == Status::kUnknown);
    CHECK(ParseReply(body).wrong_type_field == "status");
  }
}

TEST_CASE("P9: success without a usable URL has no URL") {
  for (const char* output :
       {"null", "\"\"", "{}", "[]", "{\"media_url\":null}", "{\"media_url\":[]}", "{\"media_url\":\"\"}",
        "{\"media_url\":[\"\"]}", "{\"media_url\":[null,1,true,{},[\"https://h/x\"]]}",
        "{\"media_url\":{\"0\":\"https://h/x\"}}", "{\"media_url\":[\"https://h/\\u0000\"]}",
        "{\"media_url\":[\"https://h/\\r\\nx\"]}", "5", "true"}) {
    CAPTURE(output);
    const Reply r =
        ParseReply(R"({"request_id":"m_1","status":"COMPLETED","output":)" + std::string(output) + "}");
    CHECK(r.valid_json);
    CHECK(r.status == Status::kCompleted);
    CHECK(r.has_output);
    CHECK(r.urls.empty());
  }
  CHECK(ParseReply(R"({"output":{"media_url":[null,1,"",{},["x"],"https://h/1"]}})").bad_urls == 5);
  CHECK(UrlsOf(R"({"output":{"media_url":[null,1,"",{},["x"],"https://h/1"]}})") == Urls{"https://h/1"});
}

TEST_CASE("pictures are found in every documented shape, and one named twice is one") {
  CHECK(UrlsOf(R"({"output":"https://h/1"})") == Urls{"https://h/1"});
  CHECK(UrlsOf(R"({"output":{"media_url":"https://h/1"}})") == Urls{"https://h/1"});
  CHECK(UrlsOf(R"({"imageUrl":"https://h/1"})") == Urls{"https://h/1"});
  CHECK(UrlsOf(R"({"url":"https://h/1"})") == Urls{"https://h/1"});
  CHECK(UrlsOf(R"({"url":"https://h/1","imageUrl":"https://h/2","output":"https://h/3"})") ==
        Urls{"https://h/3", "https://h/2", "https://h/1"});
  CHECK(UrlsOf(R"({"url":"https://h/1","imageUrl":"https://h/1","output":{"media_url":["https://h/1"]}})") ==
        Urls{"https://h/1"});
  CHECK(UrlsOf(R"({"output":{"media_url":["https://h/1","https://h/1"]}})") ==
        Urls{"https://h/1", "https://h/1"});
  const Reply list = ParseReply(R"({"output":["https://h/1","https://h/2"]})");
  CHECK(list.urls == Urls{"https://h/1", "https://h/2"});
  CHECK(list.wrong_type_field == "output");
}

TEST_CASE("M3: every field is bounded") {
  const std::string big(100'000, 'x');
  json v = Full();
  for (const char* key : {"request_id", "status", "model_id", "error", "message", "imageUrl", "url"})
    v[key] = big;
  v["output"]["media_type"] = big;
  v["output"]["media_url"] = json::array();
  for (int i = 0; i < 100; ++i) v["output"]["media_url"].push_back("https://h/" + std::to_string(i));
  v["output"]["media_url"][5] = "https://h/" + std::string(8182, 'x');
  v["output"]["media_url"][6] = "https://h/" + std::string(8183, 'x');
  const Reply r = ParseReply(v.dump());
  CHECK(r.valid_json);
  CHECK(r.request_id == "");
  CHECK(r.raw_request_id.size() == 256);
  CHECK(r.status_word.size() == 256);
  CHECK(r.model_id.size() == 256);
  CHECK(r.error.size() == 1024);
  CHECK(r.message.size() == 1024);
  CHECK(r.media_type.size() == 256);
  CHECK(r.urls.size() == 64);
  CHECK(r.urls[5].size() == 8192);
  CHECK(r.urls[6] == "https://h/7");
  CHECK(r.bad_urls == 38);
}

TEST_CASE("M3: texts are cleaned for people") {
  const Reply r = ParseReply(
      R"({"error":"a\u0000b\r\nc\u001b[0m","message":"\u2028","status":"X\nY","request_id":"a\nb"})");
  CHECK(r.error == "a b  c [0m");
  CHECK(r.message == " ");
  CHECK(r.status_word == "X Y");
  CHECK(r.raw_request_id == "a b");
}

TEST_CASE("an error may be an object with a code and a message") {
  const Reply r = ParseReply(R"({"error":{"code":"rate_limit","message":"Slow down","type":"x"}})");
  CHECK(r.error == "rate_limit");
  CHECK(r.message == "Slow down");
  CHECK(r.wrong_type_field == "error");
  CHECK(ParseReply(R"({"message":"top","error":{"message":"inner"}})").message == "top");
}

TEST_CASE("a body that is a picture is known by its bytes, whatever the content type says") {
  std::ifstream in(PZ_TEST_DATA "/images/lossy.webp", std::ios::binary);
  const std::string webp{std::istreambuf_iterator<char>(in), {}};
  for (const char* type : {"", "image/png", "application/json"}) {
    const Reply r = ParseReply(webp, type);
    CHECK(r.raw_image);
    CHECK_FALSE(r.valid_json);
    CHECK(r.urls.empty());
  }
  CHECK_FALSE(ParseReply("not a picture", "image/png").raw_image);
  CHECK(ParseReply(R"({"url":"https://h/1"})", "image/png").valid_json);
}

TEST_CASE("P6: a request id with path characters is refused") {
  for (const std::string_view id :
       {""sv,       "."sv,   ".."sv,     "../x"sv, "a/b"sv, "a\\b"sv,     "a?b"sv, "a#b"sv, "a%2eb"sv,
        "%2e%2e"sv, "a b"sv, "a\r\nb"sv, "a\0b"sv, "a\0"sv, "\xC3\xA9"sv, "a:b"sv, "a@b"sv, "a;b"sv,
        "a&b"sv,    "a=b"sv, "a+b"sv,    "~"sv,    "a*"sv,  "'"sv,        "\""sv,  "a,b"sv, "\x7F"sv}) {
    CAPTURE(id);
    CHECK_FALSE(ValidRequestId(id));
    const Reply r = ParseReply(json{{"request_id", std::string(id)}, {"status", "QUEUED"}}.dump());
    CHECK(r.valid_json);
    CHECK(r.request_id == "");
    CHECK(r.raw_request_id.empty() == id.empty());
  }
  CHECK(ValidRequestId(std::string(200, 'a')));
  CHECK_FALSE(ValidRequestId(std::string(201, 'a')));
  CHECK_FALSE(ValidRequestId(std::string(10'000, 'a')));
  CHECK(ValidRequestId("studio-ghibli_019d42ce-946d-7739-f812-6875c434cb790"));
  CHECK(ValidRequestId("..."));
  CHECK(ValidRequestId("A.z_0-9"));
}

TEST_CASE("the model of a request id is what stands before the last underscore") {
  CHECK(ModelOfRequestId("gpt-image-2_019dxxxx-xxxx") == "gpt-image-2");
  CHECK(ModelOfRequestId("sdxl_lightning_019d") == "sdxl_lightning");
  CHECK(ModelOfRequestId("019dxxxx") == "");
  CHECK(ModelOfRequestId("_x") == "");
  CHECK(ModelOfRequestId("m_") == "m");
  CHECK(ModelOfRequestId("") == "");
}

TEST_CASE("S16: a whole id in a cut reply is salvaged, anything less is not") {
  CHECK(SalvageRequestId(R"({"request_id":"m_1","status":"QUE)") == "m_1");
  CHECK(SalvageRequestId("{ \"request_id\"\r\n :\t\"m_1\"") == "m_1");
  CHECK(SalvageRequestId("\xFF\xFF\"request_id\":\"m_1\"\xFF") == "m_1");
  CHECK(SalvageRequestId(R"({"request_id":"../x","request_id":"m_1")") == "m_1");
  CHECK(SalvageRequestId(R"({"request_id":"m_1","request_id":"m_1")") == "m_1");
  CHECK(SalvageRequestId(R"({"request_id":"m_1","request_id":"m_2")") == std::nullopt);
  for (const std::string_view bytes :
       {""sv, "{}"sv, R"({"request_id":"m_1)"sv, R"({"request_id":")"sv, R"({"request_id":)"sv,
        R"({"request_id")"sv, R"({"request_id":"")"sv, R"({"request_id":"a/b")"sv, R"({"request_id":5})"sv,
        R"({"request_id":"a\u0062")"sv, R"({"xrequest_id":"m_1")"sv,
        R"({"message":"\"request_id\":\"m_1\"")"sv, R"({"request_id" "m_1")"sv, R"({'request_id':'m_1')"sv}) {
    CAPTURE(bytes);
    CHECK(SalvageRequestId(bytes) == std::nullopt);
  }
}
