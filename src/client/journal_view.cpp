#include "client/journal_view.h"

#include "client/names.h"
#include "wire/json.h"
#include "wire/time.h"

namespace pixazo::client {

using journal::Record;
using journal::Sent;
using wire::Json;

namespace {

const char* StageName(Record::Stage stage) {
  switch (stage) {
    case Record::Stage::kIntent:
      return "intent";
    case Record::Stage::kAcked:
      return "accepted";
    default:
      return "ended";
  }
}

const char* KindName(int32_t kind) {
  switch (static_cast<core::JobSpec::Kind>(kind)) {
    case core::JobSpec::Kind::kAttach:
      return "attach";
    case core::JobSpec::Kind::kFetch:
      return "fetch";
    default:
      return "submit";
  }
}

// Members that are not known are left out.
void SetText(Json& object, const char* name, const std::string& text) {
  if (!text.empty()) object.Set(name, text);
}
void SetTime(Json& object, const char* name, int64_t unix_ms) {
  if (unix_ms > 0) object.Set(name, wire::FormatStatusDate(unix_ms));
}
template <class Number>
void SetPositive(Json& object, const char* name, Number number) {
  if (number > 0) object.Set(name, static_cast<int64_t>(number));
}

Json OutputJson(const Record::Output& output) {
  Json json;
  json.Set("status", CodeName(static_cast<wire::Code>(output.status)));
  SetText(json, "url", output.url);
  SetText(json, "path", output.path);
  SetText(json, "media_type", output.media_type);
  SetPositive(json, "bytes", output.bytes);
  SetPositive(json, "width", output.width);
  SetPositive(json, "height", output.height);
  return json;
}

Json ErrorJson(const wire::Error& error) {
  Json json;
  json.Set("status", CodeName(error.code));
  json.Set("message", error.message);
  SetText(json, "field", error.field);
  SetText(json, "remote_code", error.remote_code);
  SetPositive(json, "http_status", error.http_status);
  return json;
}

void AddFate(Json& json, const Record& row, Sent sent) {
  const bool intent = row.stage == Record::Stage::kIntent;
  json.Set("stage", StageName(row.stage));
  if (intent) json.Set("sent", sent == Sent::kUnknown ? "unknown" : "no");
  if (intent) json.Set("sendable", !row.body_withheld && !row.body.empty());
  json.Set("state", StateName(static_cast<core::State>(row.state)));
  json.Set("charged", ChargedName(static_cast<wire::Charged>(row.charged)));
  json.Set("delivered", row.delivered);
  json.Set("attempts", row.attempts);
  SetText(json, "request_id", row.request_id);
  SetText(json, "candidate", row.candidate);
  SetText(json, "gateway", row.gateway);
}

void AddRequest(Json& json, const Record& row) {
  if (auto params = wire::ParseJson(row.params, {.max_bytes = SIZE_MAX}); params.ok())
    json.Set("parameters", std::move(*params));
  SetText(json, "output_dir", row.output_dir);
  SetText(json, "output_name", row.output_name);
  if (!row.fetch_outputs) json.Set("fetch_outputs", false);
  SetPositive(json, "submit_timeout_ms", row.submit_timeout_ms);
}

}  // namespace

std::string JobJson(const Record& row, Sent sent) {
  Json json;
  json.Set("job_id", std::to_string(row.job));  // text: 64 bits do not fit every reader's numbers
  json.Set("tag", std::to_string(row.tag));
  if (row.origin) json.Set("origin_job_id", std::to_string(row.origin));
  SetText(json, "endpoint", row.endpoint_id);
  SetText(json, "submit_key", row.submit_key);
  json.Set("kind", KindName(row.kind));
  AddFate(json, row, sent);
  AddRequest(json, row);
  Json::Array outputs;
  for (const Record::Output& output : row.outputs) outputs.push_back(OutputJson(output));
  if (!outputs.empty()) json.Set("outputs", std::move(outputs));
  if (!row.error.ok()) json.Set("error", ErrorJson(row.error));
  if (row.reserved_microusd >= 0) json.Set("reserved_microusd", row.reserved_microusd);
  SetTime(json, "created_at", row.created_ms);
  SetTime(json, "updated_at", row.updated_ms);
  SetTime(json, "deadline_at", row.deadline_ms);
  return wire::WriteJson(json);
}

wire::Result<std::unique_ptr<JournalView>> JournalView::Open(std::string_view path) {
  journal::Options options;
  options.path = path;
  options.read_only = true;
  options.load_requests = true;
  auto journal = journal::Journal::Open(std::move(options));
  if (!journal.ok()) return journal.error();
  auto view = std::make_unique<JournalView>();
  const journal::Loaded& loaded = (*journal)->loaded();
  view->rows.reserve(loaded.records.size());
  for (const Record& row : loaded.records)
    view->rows.push_back({row.job, JobJson(row, (*journal)->SentOf(row))});
  view->problems = loaded.problems;
  return view;
}

}  // namespace pixazo::client
