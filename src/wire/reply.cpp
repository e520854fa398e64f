#include "wire/reply.h"

#include <algorithm>
#include <array>

#include "wire/image.h"
#include "wire/json.h"
#include "wire/text.h"
#include "wire/time.h"

namespace pixazo::wire {
namespace {

constexpr size_t kMaxUrls = 64;
constexpr size_t kMaxUrlBytes = 8192;
constexpr size_t kMaxTextBytes = 1024;
constexpr size_t kMaxWordBytes = 256;

enum class Place { kOutside, kTop, kOutput, kError, kUrlList };

enum class Field {
  kNone,
  kRequestId,
  kStatus,
  kModelId,
  kError,
  kMessage,
  kOutput,
  kImageUrl,
  kUrl,
  kCreated,
  kUpdated,
  kCompleted,
  kMediaUrl,
  kMediaType,
  kErrorCode,
  kErrorMessage,
};

struct Known {
  Place place;
  std::string_view key;
  Field field;
  const char* name;  // in wrong_type_field
};

constexpr Known kKnown[] = {
    {Place::kTop, "request_id", Field::kRequestId, "request_id"},
    {Place::kTop, "status", Field::kStatus, "status"},
    {Place::kTop, "model_id", Field::kModelId, "model_id"},
    {Place::kTop, "error", Field::kError, "error"},
    {Place::kTop, "message", Field::kMessage, "message"},
    {Place::kTop, "output", Field::kOutput, "output"},
    {Place::kTop, "imageUrl", Field::kImageUrl, "imageUrl"},
    {Place::kTop, "url", Field::kUrl, "url"},
    {Place::kTop, "created_at", Field::kCreated, "created_at"},
    {Place::kTop, "updated_at", Field::kUpdated, "updated_at"},
    {Place::kTop, "completed_at", Field::kCompleted, "completed_at"},
    {Place::kOutput, "media_url", Field::kMediaUrl, "output.media_url"},
    {Place::kOutput, "media_type", Field::kMediaType, "output.media_type"},
    {Place::kError, "code", Field::kErrorCode, "error.code"},
    {Place::kError, "message", Field::kErrorMessage, "error.message"},
};

struct Urls {
  std::vector<std::string> good;
  uint32_t bad = 0;

  void Add(std::string_view url) {
    if (url.empty() || url.size() > kMaxUrlBytes || HasControl(url)) {
      ++bad;
    } else {
      good.emplace_back(url);
    }
  }
};

class ReplyReader : public JsonHandler {
 public:
  explicit ReplyReader(Reply& reply) : reply_(reply) {}

  // Members that name pictures, each in a place of its own until the end: a duplicated key replaces.
  void Finish() {
    for (const Urls& urls : {urls_of_output_, urls_of_image_url_, urls_of_url_}) {
      reply_.bad_urls += urls.bad;
      const std::vector<std::string> before = reply_.urls;
      for (const std::string& url : urls.good) {
        if (std::find(before.begin(), before.end(), url) != before.end()) continue;
        if (reply_.urls.size() == kMaxUrls) {
          ++reply_.bad_urls;
        } else {
          reply_.urls.push_back(url);
        }
      }
    }
    if (reply_.message.empty()) reply_.message = error_message_;
  }

  // null means absent, except where something must stand.
  bool Null() override {
    if (skipped_ > 0) return true;
    if (place_ == Place::kOutside) return false;
    if (place_ == Place::kUrlList || field() == Field::kStatus) Wrong({});
    if (field() == Field::kRequestId) WrongType();
    return true;
  }
  bool Bool(bool) override { return WrongScalar("(a boolean)"); }
  bool Int(int64_t v) override { return WrongScalar(std::to_string(v)); }
  bool Double(double) override { return WrongScalar("(a number)"); }

  bool String(std::string_view v) override {
    if (skipped_ > 0) return true;
    if (place_ == Place::kOutside) return false;
    SetText(v);
    return true;
  }

  bool Key(std::string_view key) override {
    if (skipped_ > 0) return true;
    known_ = nullptr;
    for (const Known& known : kKnown) {
      if (known.place == place_ && known.key == key) known_ = &known;
    }
    Forget();
    return true;
  }

  bool StartObject() override {
    if (skipped_ > 0 || place_ == Place::kUrlList) return Skip();
    if (place_ == Place::kOutside) {
      place_ = Place::kTop;
    } else if (field() == Field::kOutput) {
      place_ = Place::kOutput;
    } else if (field() == Field::kError) {
      WrongType();
      place_ = Place::kError;
    } else {
      return Skip();
    }
    return true;
  }

  bool EndObject() override {
    if (skipped_ > 0) {
      --skipped_;
    } else {
      place_ = place_ == Place::kTop ? Place::kOutside : Place::kTop;
    }
    return true;
  }

  bool StartArray() override {
    if (place_ == Place::kOutside) return false;
    if (skipped_ > 0 || place_ == Place::kUrlList || urls() == nullptr) return Skip();
    if (field() != Field::kMediaUrl) WrongType();
    around_list_ = place_;
    place_ = Place::kUrlList;
    return true;
  }

  bool EndArray() override {
    if (skipped_ > 0) {
      --skipped_;
    } else {
      place_ = around_list_;
    }
    return true;
  }

 private:
  Field field() const { return known_ == nullptr ? Field::kNone : known_->field; }

  Urls* urls() {
    switch (field()) {
      case Field::kOutput:
      case Field::kMediaUrl:
        return &urls_of_output_;
      case Field::kImageUrl:
        return &urls_of_image_url_;
      case Field::kUrl:
        return &urls_of_url_;
      default:
        return nullptr;
    }
  }

  void WrongType() {
    if (known_ != nullptr && reply_.wrong_type_field.empty()) reply_.wrong_type_field = known_->name;
  }

  // A container nobody reads, and everything in it.
  bool Skip() {
    if (skipped_++ == 0) Wrong("(not a string)");
    return true;
  }

  bool WrongScalar(std::string_view text) {
    if (skipped_ > 0) return true;
    if (place_ == Place::kOutside) return false;
    Wrong(text);
    return true;
  }

  void Wrong(std::string_view text) {
    WrongType();
    if (Urls* list = urls()) ++list->bad;
    if (field() == Field::kRequestId) reply_.raw_request_id = text;
    if (field() == Field::kStatus) reply_.status = Status::kUnknown;
  }

  // The last of several members with one key counts.
  void Forget() {
    switch (field()) {
      case Field::kRequestId:
        reply_.request_id.clear(), reply_.raw_request_id.clear();
        break;
      case Field::kStatus:
        reply_.status = Status::kNone, reply_.status_word.clear();
        break;
      case Field::kModelId:
        reply_.model_id.clear();
        break;
      case Field::kError:
        reply_.error.clear(), error_message_.clear();
        break;
      case Field::kMessage:
        reply_.message.clear();
        break;
      case Field::kOutput:
        reply_.media_type.clear();
        [[fallthrough]];
      case Field::kMediaUrl:
      case Field::kImageUrl:
      case Field::kUrl:
        *urls() = {}, reply_.has_output = true;
        break;
      case Field::kCreated:
        reply_.created_ms.reset();
        break;
      case Field::kUpdated:
        reply_.updated_ms.reset();
        break;
      case Field::kCompleted:
        reply_.completed_ms.reset();
        break;
      case Field::kMediaType:
        reply_.media_type.clear();
        break;
      case Field::kErrorCode:
        reply_.error.clear();
        break;
      case Field::kErrorMessage:
        error_message_.clear();
        break;
      case Field::kNone:
        break;
    }
  }

  void SetText(std::string_view v) {
    switch (field()) {
      case Field::kRequestId:
        if (ValidRequestId(v)) {
          reply_.request_id = v;
        } else {
          reply_.raw_request_id = CleanForMessage(v, kMaxWordBytes);
        }
        break;
      case Field::kStatus:
        reply_.status = ParseStatusWord(v);
        reply_.status_word = CleanForMessage(v, kMaxWordBytes);
        break;
      case Field::kModelId:
        reply_.model_id = CleanForMessage(v, kMaxWordBytes);
        break;
      case Field::kError:
      case Field::kErrorCode:
        reply_.error = CleanForMessage(v, kMaxTextBytes);
        break;
      case Field::kMessage:
        reply_.message = CleanForMessage(v, kMaxTextBytes);
        break;
      case Field::kErrorMessage:
        error_message_ = CleanForMessage(v, kMaxTextBytes);
        break;
      case Field::kOutput:
      case Field::kMediaUrl:
      case Field::kImageUrl:
      case Field::kUrl:
        urls()->Add(v);
        break;
      case Field::kMediaType:
        reply_.media_type = CleanForMessage(v, kMaxWordBytes);
        break;
      case Field::kCreated:
        reply_.created_ms = ParseStatusDate(v);
        break;
      case Field::kUpdated:
        reply_.updated_ms = ParseStatusDate(v);
        break;
      case Field::kCompleted:
        reply_.completed_ms = ParseStatusDate(v);
        break;
      case Field::kNone:
        break;
    }
  }

  Reply& reply_;
  Place place_ = Place::kOutside, around_list_ = Place::kOutside;
  size_t skipped_ = 0;  // how deep inside a container nobody reads
  const Known* known_ = nullptr;
  Urls urls_of_output_, urls_of_image_url_, urls_of_url_;
  std::string error_message_;  // error.message
};

}  // namespace

Reply ParseReply(std::string_view body, std::string_view) {
  Reply reply;
  reply.raw_image = SniffImage(body.data(), body.size()).format != ImageFormat::kUnknown;
  if (reply.raw_image) return reply;
  ReplyReader reader(reply);
  reply.valid_json = ScanJson(body, reader);
  reader.Finish();
  return reply;
}

Status ParseStatusWord(std::string_view word) {
  constexpr std::pair<std::string_view, Status> kWords[] = {
      {"queued", Status::kQueued},       {"processing", Status::kProcessing},
      {"completed", Status::kCompleted}, {"succeeded", Status::kCompleted},
      {"failed", Status::kFailed},       {"error", Status::kError}};
  const auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + ('a' - 'A') : a) == b; };
  for (const auto& [known, status] : kWords) {
    if (std::equal(word.begin(), word.end(), known.begin(), known.end(), same)) return status;
  }
  return Status::kUnknown;
}

}  // namespace pixazo::wire
