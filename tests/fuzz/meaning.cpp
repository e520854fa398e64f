// What ParseReply takes from a body is what nlohmann-json finds in it, read by the rules of reply.h a second
// time.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "fuzz.h"
#include "wire/json.h"
#include "wire/reply.h"
#include "wire/text.h"
#include "wire/time.h"

using namespace pixazo::wire;
using nlohmann::json;

namespace {

const json* Member(const json& object, const char* key) {
  const auto it = object.find(key);
  return it == object.end() ? nullptr : &*it;
}

std::optional<std::string> StringAt(const json& object, const char* key) {
  const json* v = Member(object, key);
  return v != nullptr && v->is_string() ? std::optional(v->get<std::string>()) : std::nullopt;
}

std::string Cleaned(const std::optional<std::string>& text, size_t limit) {
  return text ? CleanForMessage(*text, limit) : "";
}

std::optional<int64_t> DateAt(const json& object, const char* key) {
  const auto text = StringAt(object, key);
  return text ? ParseStatusDate(*text) : std::nullopt;
}

struct Pictures {
  std::vector<std::string> urls;
  uint32_t bad = 0;

  void AddEntry(const json& entry) {
    const bool good = entry.is_string() && !entry.get_ref<const std::string&>().empty() &&
                      entry.get_ref<const std::string&>().size() <= 8192 &&
                      !HasControl(entry.get_ref<const std::string&>());
    if (good) {
      urls.push_back(entry.get<std::string>());
    } else {
      ++bad;
    }
  }
  void Add(const json& value) {
    if (value.is_null()) return;
    if (!value.is_array()) return AddEntry(value);
    for (const json& entry : value) AddEntry(entry);
  }
  void Merge(const Pictures& more) {
    const std::vector<std::string> before = urls;
    bad += more.bad;
    for (const std::string& url : more.urls) {
      if (std::find(before.begin(), before.end(), url) != before.end()) continue;
      if (urls.size() < 64) {
        urls.push_back(url);
      } else {
        ++bad;
      }
    }
  }
};

Pictures PicturesIn(const json& body) {
  Pictures all;
  for (const char* key : {"output", "imageUrl", "url"}) {
    const json* value = Member(body, key);
    if (value == nullptr) continue;
    Pictures some;
    const bool nested = value->is_object() && std::string_view(key) == "output";
    if (nested) value = Member(*value, "media_url");
    if (value != nullptr) some.Add(*value);
    all.Merge(some);
  }
  return all;
}

void CheckStatusAndId(const json& body, const Reply& reply) {
  const auto id = StringAt(body, "request_id");
  Require(reply.request_id == (id && ValidRequestId(*id) ? *id : ""), "request_id");
  const auto word = StringAt(body, "status");
  const Status other = body.contains("status") ? Status::kUnknown : Status::kNone;
  Require(reply.status == (word ? ParseStatusWord(*word) : other), "status");
  Require(reply.status_word == Cleaned(word, 256), "status_word");
  Require(reply.model_id == Cleaned(StringAt(body, "model_id"), 256), "model_id");
}

void CheckTexts(const json& body, const Reply& reply) {
  const json* error = Member(body, "error");
  const bool nested = error != nullptr && error->is_object();
  Require(reply.error == Cleaned(nested ? StringAt(*error, "code") : StringAt(body, "error"), 1024), "error");
  std::string message = Cleaned(StringAt(body, "message"), 1024);
  if (message.empty() && nested) message = Cleaned(StringAt(*error, "message"), 1024);
  Require(reply.message == message, "message");
}

void CheckOutput(const json& body, const Reply& reply) {
  const Pictures pictures = PicturesIn(body);
  Require(reply.urls == pictures.urls, "urls");
  Require(reply.bad_urls == pictures.bad, "bad_urls");
  Require(reply.has_output == (body.contains("output") || body.contains("imageUrl") || body.contains("url")),
          "has_output");
  const json* output = Member(body, "output");
  const bool nested = output != nullptr && output->is_object();
  Require(reply.media_type == (nested ? Cleaned(StringAt(*output, "media_type"), 256) : ""), "media_type");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = Text(data, size);
  const Reply reply = ParseReply(text);
  const Result<Json> read = ParseJson(text);
  Require(reply.valid_json == (read.ok() && read->is_object()), "a reply is a JSON object");
  if (!reply.valid_json) return 0;
  const json body = json::parse(text.begin(), text.end(), nullptr, false);
  Require(body.is_object(), "it is one for nlohmann-json too");
  CheckStatusAndId(body, reply);
  CheckTexts(body, reply);
  CheckOutput(body, reply);
  Require(reply.created_ms == DateAt(body, "created_at"), "created_at");
  Require(reply.updated_ms == DateAt(body, "updated_at"), "updated_at");
  Require(reply.completed_ms == DateAt(body, "completed_at"), "completed_at");
  return 0;
}
