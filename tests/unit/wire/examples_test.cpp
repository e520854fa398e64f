// Every JSON document the reference prints as coming from the gateway, read by ParseReply and compared with
// what an independent parser finds in it.
#include <doctest/doctest.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "wire/json.h"
#include "wire/reply.h"

using namespace pixazo::wire;
using nlohmann::json;

namespace {

struct Example {
  std::string where;
  json value;
};

json AllExamples() { return json::parse(std::ifstream(PZ_TEST_DATA "/examples.json")); }

std::vector<Example> GatewayExamples() {
  std::vector<Example> out;
  for (const json& example : AllExamples()) {
    if (!example["request"].is_null() || example["json"].contains("prompt")) continue;
    out.push_back({example["seed"].get<std::string>() + ":" + std::to_string(example["line"].get<int>()),
                   example["json"]});
  }
  return out;
}

std::string Text(const json& object, const char* key) {
  return object.contains(key) && object[key].is_string() ? object[key].get<std::string>() : "";
}

// The pictures a document names, by the shapes the reference describes.
std::vector<std::string> UrlsIn(const json& v) {
  std::vector<std::string> all;
  if (v.contains("output") && v["output"].is_object())
    for (const json& url : v["output"]["media_url"]) all.push_back(url);
  for (const char* key : {"output", "imageUrl", "url"}) all.push_back(Text(v, key));
  std::erase(all, "");
  return all;
}

Status StatusIn(const json& v) {
  static const std::map<std::string, Status> kWords = {{"QUEUED", Status::kQueued},
                                                       {"COMPLETED", Status::kCompleted},
                                                       {"succeeded", Status::kCompleted},
                                                       {"ERROR", Status::kError}};
  return v.contains("status") ? kWords.at(v["status"]) : Status::kNone;
}

}  // namespace

TEST_CASE("every document a gateway sends is accepted and means what it says") {
  const auto examples = GatewayExamples();
  CHECK(examples.size() == 74);
  for (const Example& example : examples) {
    CAPTURE(example.where);
    const json& v = example.value;
    for (const int indent : {-1, 2}) {
      const Reply r = ParseReply(v.dump(indent), "application/json");
      CHECK(r.valid_json);
      CHECK_FALSE(r.raw_image);
      CHECK(r.wrong_type_field == "");
      CHECK(r.request_id == Text(v, "request_id"));
      CHECK(r.raw_request_id == "");
      CHECK(r.status == StatusIn(v));
      CHECK(r.status_word == Text(v, "status"));
      CHECK(r.model_id == Text(v, "model_id"));
      CHECK(r.error == Text(v, "error"));
      CHECK(r.message == Text(v, "message"));
      CHECK(r.urls == UrlsIn(v));
      CHECK(r.has_output == (v.contains("output") || v.contains("imageUrl") || v.contains("url")));
      CHECK(r.bad_urls == (v.contains("imageUrl") && v["imageUrl"] == "" ? 1 : 0));
      const bool has_type = v.contains("output") && v["output"].is_object();
      CHECK(r.media_type == (has_type ? Text(v["output"], "media_type") : ""));
    }
  }
}

TEST_CASE("an empty URL in a printed success is no picture") {
  int empty = 0;
  for (const Example& example : GatewayExamples()) {
    if (Text(example.value, "imageUrl") != "" || !example.value.contains("imageUrl")) continue;
    ++empty;
    const Reply r = ParseReply(example.value.dump());
    CHECK(r.has_output);
    CHECK(r.urls.empty());
    CHECK(r.bad_urls == 1);
  }
  CHECK(empty == 5);
}

TEST_CASE("P14: the dates the reference prints are read in both grammars and \"...\" is no error") {
  const std::map<std::string, int64_t> kDates = {
      {"2026-05-22T13:17:32.110Z", 1779455852110}, {"2026-05-22 13:19:23", 1779455963000},
      {"2026-03-31T07:32:03.749Z", 1774942323749}, {"2026-03-31T07:32:20.000Z", 1774942340000},
      {"2026-03-31T10:00:00.000Z", 1774951200000}, {"2026-03-31T10:00:15.000Z", 1774951215000},
      {"2026-04-22T10:00:00.000Z", 1776852000000}, {"2026-04-22T10:01:30.000Z", 1776852090000},
  };
  int dated = 0, dotted = 0;
  for (const Example& example : GatewayExamples()) {
    CAPTURE(example.where);
    const Reply r = ParseReply(example.value.dump());
    const std::pair<const char*, std::optional<int64_t>> fields[] = {
        {"created_at", r.created_ms}, {"updated_at", r.updated_ms}, {"completed_at", r.completed_ms}};
    for (const auto& [key, value] : fields) {
      const std::string text = Text(example.value, key);
      dotted += text == "..." ? 1 : 0;
      if (text == "" || text == "...") {
        CHECK(value == std::nullopt);
      } else {
        CHECK(value == kDates.at(text));
        ++dated;
      }
    }
  }
  CHECK(dated == 39);
  CHECK(dotted == 15);
}

TEST_CASE("the printed error bodies have their codes, and a required price becomes microdollars") {
  int balance = 0, priced = 0, model = 0;
  for (const Example& example : GatewayExamples()) {
    if (!example.value.contains("message")) continue;
    CAPTURE(example.where);
    const std::string error = example.value["error"], message = example.value["message"];
    const bool about_money = error == "Insufficient Balance";
    const Error e = ErrorFromHttp(about_money ? 402 : 400, example.value.dump());
    CHECK(e.code == (about_money ? Code::kBalance : Code::kModelNotFound));
    CHECK(e.remote_code == error);
    CHECK(e.message == error + ": " + message);
    CHECK(e.charged == Charged::kNo);
    CHECK_FALSE(e.retryable);
    const bool names_price = message.find("$0.01") != std::string::npos;
    CHECK(e.required_microusd == (names_price ? 10'000 : -1));
    ++(about_money ? balance : model);
    priced += names_price ? 1 : 0;
  }
  CHECK(balance == 8);
  CHECK(model == 8);
  CHECK(priced == 1);
}

TEST_CASE("every printed document of either side reads back as the independent parser reads it") {
  const json all = AllExamples();
  CHECK(all.size() == 107);
  for (const json& example : all) {
    const std::string text = example["json"].dump();
    const auto ours = ParseJson(text);
    REQUIRE(ours.ok());
    CHECK(json::parse(WriteJson(*ours)) == example["json"]);
    CHECK(json::parse(WritePrettyJson(*ours)) == example["json"]);
    CHECK(ParseJson(WritePrettyJson(*ours)).value() == *ours);
  }
}

TEST_CASE("M1: no document cut at any byte is taken for a whole one, or for a kind the whole is not") {
  for (const Example& example : GatewayExamples()) {
    CAPTURE(example.where);
    const std::string whole = example.value.dump();
    const Reply all = ParseReply(whole);
    for (size_t n = 0; n < whole.size(); ++n) {
      const std::string_view cut = std::string_view(whole).substr(0, n);
      const Reply r = ParseReply(cut);
      bool right = !r.valid_json && !r.raw_image;
      right = right && (r.status == Status::kNone || r.status == all.status);
      right = right && (r.request_id == "" || r.request_id == all.request_id) && r.raw_request_id == "";
      right = right && r.urls.size() <= all.urls.size() &&
              std::equal(r.urls.begin(), r.urls.end(), all.urls.begin());
      right = right && SalvageRequestId(cut).value_or(all.request_id) == all.request_id;
      if (!right) FAIL("cut after " << n << " bytes");
      CHECK(ErrorFromHttp(500, cut).message.size() <= 1024);
    }
  }
}
