#include "client/request.h"

#include <algorithm>
#include <cmath>

#include "client/files.h"
#include "wire/text.h"

namespace pixazo::client {
namespace {

using catalogue::Argument;
using wire::Code;
using wire::Error;
using wire::Json;
using wire::MakeError;

constexpr uint32_t kDayMs = 86'400'000;
constexpr size_t kMaxName = 128;
constexpr size_t kMaxKey = 200;
constexpr size_t kMaxStem = 200;
constexpr size_t kMaxValueBytes = 16u << 20;

Error Wrong(std::string_view field, std::string message) {
  return MakeError(Code::kInvalidArg, wire::CleanForMessage(std::string(field) + ": " + message),
                   std::string(field));
}

Error CheckName(std::string_view name) {
  if (!name.empty() && name.size() <= kMaxName && !wire::HasControl(name)) return {};
  return MakeError(Code::kInvalidArg,
                   "a parameter needs a name of 1 to 128 bytes without control characters");
}

bool IsFileStem(std::string_view stem) {
  return !stem.empty() && stem.size() <= kMaxStem && stem.front() != '.' && wire::IsValidUtf8(stem) &&
         stem.find_first_of("/\\") == std::string_view::npos && !wire::HasControl(stem);
}

}  // namespace

Request::Request(std::shared_ptr<const catalogue::Catalogue> catalogue, std::string_view endpoint_id)
    : catalogue_(std::move(catalogue)), endpoint_(catalogue_->Find(endpoint_id)) {
  if (endpoint_) return;
  std::string message = "there is no endpoint '" + std::string(endpoint_id) + "'";
  const std::string_view nearest = catalogue_->Nearest(endpoint_id);
  if (!nearest.empty()) message += "; did you mean '" + std::string(nearest) + "'?";
  first_ = MakeError(Code::kNotFound, wire::CleanForMessage(message), "endpoint");
}

std::unique_ptr<Request> Request::Clone() const {
  auto copy = std::make_unique<Request>(first_);
  copy->catalogue_ = catalogue_;
  copy->endpoint_ = endpoint_;
  copy->arguments_ = arguments_;
  copy->about_ = about_;
  return copy;
}

Code Request::Note(Error error) {
  const Code code = error.code;
  if (first_.ok()) first_ = std::move(error);
  return code;
}

Argument& Request::ArgumentFor(std::string_view name) {
  for (Argument& argument : arguments_)
    if (argument.name == name) return argument;
  arguments_.emplace_back();
  arguments_.back().name = name;
  return arguments_.back();
}

Error Request::Set(std::string_view name, Json value) {
  if (Error error = CheckName(name); !error.ok()) return error;
  Argument& argument = ArgumentFor(name);
  argument = Argument();
  argument.name = name;
  argument.value = std::move(value);
  return {};
}

Error Request::SetDouble(std::string_view name, double value) {
  if (!std::isfinite(value)) return Wrong(name, "NaN and infinity are no numbers of JSON");
  return Set(name, value);
}

Error Request::SetJson(std::string_view name, std::string_view json) {
  auto value = wire::ParseJson(json, {.max_bytes = kMaxValueBytes});
  if (!value.ok()) return Wrong(name, "not valid JSON: " + value.error().message);
  return Set(name, std::move(*value));
}

Error Request::SetAllJson(std::string_view object) {
  auto all = wire::ParseJson(object, {.max_bytes = kMaxValueBytes});
  if (!all.ok()) return MakeError(Code::kInvalidArg, "not valid JSON: " + all.error().message);
  if (!all->is_object()) return MakeError(Code::kInvalidArg, "a JSON object is needed");
  for (const auto& [name, value] : all->as_object())
    if (Error error = CheckName(name); !error.ok()) return error;
  for (auto& [name, value] : all->object()) Set(name, std::move(value));
  return {};
}

Error Request::SetUnknown(std::string_view name, std::string_view json) {
  Error error = SetJson(name, json);
  if (error.ok()) ArgumentFor(name).as_is = true;
  return error;
}

Error Request::AddImage(std::string_view name, catalogue::ImageSource source) {
  if (Error error = CheckName(name); !error.ok()) return error;
  if (source.kind == catalogue::ImageSource::Kind::kBytes && source.bytes->empty())
    return Wrong(name, "a picture of 0 bytes");
  if (source.kind != catalogue::ImageSource::Kind::kBytes && source.text.empty())
    return Wrong(name, "an empty text is neither a URL nor a path");
  Argument& argument = ArgumentFor(name);
  if (argument.images.size() >= kMaxSlots) return Wrong(name, "at most 64 pictures are allowed");
  argument.value = nullptr;
  argument.as_is = false;
  argument.images.push_back(std::move(source));
  return {};
}

Error Request::SetSubmitKey(std::string_view key) {
  if (key.empty() || key.size() > kMaxKey || wire::HasControl(key))
    return Wrong("submit_key", "1 to 200 bytes without control characters");
  about_.submit_key = key;
  return {};
}

Error Request::SetJobTimeout(uint32_t ms) {
  if (ms > kDayMs) return Wrong("job_timeout_ms", "at most a day, 86400000 ms; 0 for none");
  about_.job_timeout_ms = ms;
  return {};
}

Error Request::SetSubmitTimeout(uint32_t ms) {
  if (ms == 0 || ms > kDayMs) return Wrong("submit_timeout_ms", "1 to 86400000 ms");
  about_.submit_timeout_ms = ms;
  return {};
}

Error Request::SetOutputDir(std::string_view path) {
  if (path.size() > 4096 || wire::HasControl(path)) return Wrong("output_dir", "not a path");
  about_.output_dir = std::string(path);
  return {};
}

Error Request::SetOutputName(std::string_view stem) {
  if (!IsFileStem(stem))
    return Wrong("output_name",
                 "1 to 200 bytes of UTF-8 without / \\ and control characters, not beginning with a dot");
  about_.output_name = stem;
  return {};
}

wire::Result<catalogue::Prepared> Request::Check(const catalogue::CheckOptions& options) const {
  if (!first_.ok()) return first_;
  auto prepared = catalogue::Check(*endpoint_, arguments_, options);
  if (prepared.ok() && prepared->slots.size() > kMaxSlots)
    return MakeError(Code::kLimit, "at most 64 pictures can be given as bytes or files",
                     prepared->slots[0].field);
  return prepared;
}

Error Request::Validate() const {
  auto prepared = Check({});
  return prepared.ok() ? Error() : prepared.error();
}

wire::Result<catalogue::Estimate> Request::Estimate() const {
  auto prepared = Check({});
  if (!prepared.ok()) return prepared.error();
  if (!prepared->estimate.known)
    return MakeError(Code::kNotFound,
                     wire::CleanForMessage("the price is unknown: " + prepared->estimate.source));
  return prepared->estimate;
}

const std::string& Request::EstimateSource() const {
  auto prepared = Check({});
  estimate_source_ = prepared.ok() ? prepared->estimate.source : "";
  return estimate_source_;
}

const std::string& Request::BodyJson() const {
  auto prepared = Check({});
  body_json_ = prepared.ok() ? wire::WriteJson(prepared->body) : "";
  return body_json_;
}

wire::Result<std::shared_ptr<const Submission>> Request::Prepare(
    const catalogue::CheckOptions& options) const {
  auto prepared = Check(options);
  if (!prepared.ok()) return prepared.error();
  auto submission = std::make_shared<Submission>();
  if (about_.output_dir) {
    auto directory = OutputDirectory(*about_.output_dir);
    if (!directory.ok()) return directory.error();
    submission->output_dir = std::make_unique<const std::string>(std::move(*directory));
  }
  submission->endpoint = {catalogue_, endpoint_};
  submission->body = wire::WriteJson(prepared->body);
  submission->names_webhook = catalogue::NamesWebhook(*submission->endpoint, submission->body);
  if (prepared->estimate.known) submission->price_microusd = prepared->estimate.high_microusd;
  submission->tag = about_.tag;
  submission->submit_key = about_.submit_key;
  submission->priority = about_.priority;
  submission->job_timeout_ms = about_.job_timeout_ms;
  submission->submit_timeout_ms = about_.submit_timeout_ms;
  submission->output_name = about_.output_name;
  submission->fetch_outputs = about_.fetch_outputs;
  if (!prepared->slots.empty())
    submission->prepared = std::make_unique<const catalogue::Prepared>(std::move(*prepared));
  return std::shared_ptr<const Submission>(std::move(submission));
}

}  // namespace pixazo::client
