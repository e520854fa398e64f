#include "journal/row.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "journal/checksum.h"
#include "wire/json.h"
#include "wire/text.h"

namespace pixazo::journal {
namespace {

using wire::Json;

constexpr size_t kMaxJson = 64u << 20;

// Takes an integer column if it fits the member.
template <class T>
bool Take(const Value& v, T& out) {
  if constexpr (std::is_same_v<T, bool>) {
    out = v.integer == 1;
    return v.integer == 0 || v.integer == 1;
  } else if constexpr (sizeof(T) == 8) {
    out = static_cast<T>(v.integer);
    return true;
  } else {
    out = static_cast<T>(v.integer);
    return std::in_range<T>(v.integer);
  }
}

template <class T>
bool TakeMember(const Json& object, std::string_view key, T& out) {
  const Json* v = object.Find(key);
  if constexpr (std::is_same_v<T, std::string>) {
    if (v != nullptr) out = v->as_string();
    return v == nullptr || v->is_string();
  } else {
    return v == nullptr || (v->is_int() && Take(Value::Of(v->as_int()), out));
  }
}

std::string ErrorText(const wire::Error& e) {
  if (e.ok()) return {};
  Json::Object o;
  const auto put = [&o](const char* key, Json value) { o.emplace_back(key, std::move(value)); };
  put("code", static_cast<int64_t>(e.code));
  put("message", e.message);
  if (!e.field.empty()) put("field", e.field);
  if (!e.remote_code.empty()) put("remote_code", e.remote_code);
  if (!e.request_id.empty()) put("request_id", e.request_id);
  if (e.http_status != 0) put("http_status", e.http_status);
  if (e.retryable) put("retryable", 1);
  if (e.retry_after_ms != -1) put("retry_after_ms", e.retry_after_ms);
  if (e.required_microusd != -1) put("required_microusd", e.required_microusd);
  put("charged", static_cast<int64_t>(e.charged));
  return WriteJson(o);
}

bool ErrorFrom(std::string_view text, wire::Error& e) {
  if (text.empty()) return true;
  const auto json = wire::ParseJson(text, {kMaxJson, 4});
  if (!json.ok() || !json->is_object()) return false;
  int32_t code = 0, charged = 0;
  const Json& o = *json;
  const bool whole =
      TakeMember(o, "code", code) && TakeMember(o, "message", e.message) && TakeMember(o, "field", e.field) &&
      TakeMember(o, "remote_code", e.remote_code) && TakeMember(o, "request_id", e.request_id) &&
      TakeMember(o, "http_status", e.http_status) && TakeMember(o, "retryable", e.retryable) &&
      TakeMember(o, "retry_after_ms", e.retry_after_ms) &&
      TakeMember(o, "required_microusd", e.required_microusd) && TakeMember(o, "charged", charged);
  e.code = static_cast<wire::Code>(code);
  e.charged = static_cast<wire::Charged>(charged);
  return whole && code != 0 && charged >= 0 && charged <= 2;
}

// A path is bytes, JSON is UTF-8.
void PutPath(Json& o, const std::string& path) {
  if (path.empty()) return;
  if (wire::IsValidUtf8(path)) return o.Set("path", path);
  o.Set("path_base64", wire::EncodeBase64(path.data(), path.size()));
}

bool TakePath(const Json& o, std::string& path) {
  std::string base64;
  if (!TakeMember(o, "path", path) || !TakeMember(o, "path_base64", base64)) return false;
  if (base64.empty()) return true;
  auto bytes = wire::DecodeBase64(base64);
  if (bytes) path = std::move(*bytes);
  return bytes.has_value();
}

std::string OutputsText(const std::vector<Record::Output>& outputs) {
  Json::Array list;
  for (const auto& output : outputs) {
    Json o{Json::Object{}};
    if (!output.url.empty()) o.Set("url", output.url);
    PutPath(o, output.path);
    if (!output.media_type.empty()) o.Set("media_type", output.media_type);
    o.Set("bytes", static_cast<int64_t>(output.bytes));
    o.Set("width", output.width);
    o.Set("height", output.height);
    o.Set("status", output.status);
    list.push_back(std::move(o));
  }
  return WriteJson(list);
}

bool OutputsFrom(std::string_view text, std::vector<Record::Output>& outputs) {
  const auto json = wire::ParseJson(text, {kMaxJson, 4});
  if (!json.ok() || !json->is_array()) return false;
  for (const Json& o : json->as_array()) {
    Record::Output& output = outputs.emplace_back();
    if (!o.is_object() || !TakeMember(o, "url", output.url) || !TakePath(o, output.path) ||
        !TakeMember(o, "media_type", output.media_type) || !TakeMember(o, "bytes", output.bytes) ||
        !TakeMember(o, "width", output.width) || !TakeMember(o, "height", output.height) ||
        !TakeMember(o, "status", output.status))
      return false;
  }
  return true;
}

template <class T>
Value Integer(T n) {
  return Value::Of(static_cast<int64_t>(n));
}

// Columns of a row one after the other.
class Columns {
 public:
  explicit Columns(Values values) : values_(values) {}
  template <class T>
  Columns& operator>>(T& out) {
    const Value& v = values_[at_++];
    if constexpr (std::is_same_v<T, std::string>)
      out = v.text;
    else if constexpr (std::is_same_v<T, std::string_view>)
      out = v.text;
    else
      whole_ = Take(v, out) && whole_;
    return *this;
  }
  bool whole() const { return whole_; }

 private:
  Values values_;
  size_t at_ = 0;
  bool whole_ = true;
};

}  // namespace

int64_t RowChecksum(const Shape& shape, Values values) {
  Checksum sum(shape.table);
  for (const Value& v : values.first(values.size() - 1)) {
    sum.Add(v.type == Value::Type::kText ? v.text.size() : static_cast<uint64_t>(v.integer));
    if (v.type == Value::Type::kText) sum.Add(v.text);
  }
  return static_cast<int64_t>(sum.value());
}

bool HasShape(const Shape& shape, Values values) {
  if (values.size() != shape.types.size()) return false;
  for (size_t i = 0; i < values.size(); ++i)
    if (values[i].type != (shape.types[i] == 'i' ? Value::Type::kInteger : Value::Type::kText)) return false;
  return true;
}

bool IsWhole(const Shape& shape, Values values) {
  return HasShape(shape, values) && values.back().integer == RowChecksum(shape, values);
}

bool IsPossible(const Record& r) {
  // A clock that says 1969 is wrong, but may be somebody's.
  const auto is_time = [](int64_t ms) { return ms >= -kMaxTime && ms <= kMaxTime; };
  const bool ended = r.state >= 100 && r.state <= 102, lives = r.state >= 1 && r.state <= 6;  // core::State
  if (r.job == 0 || r.job >= static_cast<uint64_t>(kMaxCount)) return false;
  if (r.kind < 0 || r.kind > 3 || r.charged < 0 || r.charged > 2 || !(ended || lives)) return false;
  if (r.stage == Record::Stage::kEnded && !ended) return false;
  if (!is_time(r.created_ms) || !is_time(r.updated_ms) || !is_time(r.deadline_ms)) return false;
  return r.deadline_ms == 0 || r.deadline_ms >= r.created_ms;
}

JobTexts TextsOf(const Record& record) { return {ErrorText(record.error), OutputsText(record.outputs)}; }

JobValues EncodeJob(const Record& r, const JobTexts& texts, int64_t write, int64_t request_checksum) {
  JobValues v = {Integer(r.job),
                 Integer(write),
                 Integer(r.stage),
                 Integer(r.state),
                 Integer(r.charged),
                 Integer(r.kind),
                 Integer(r.priority),
                 Integer(r.attempts),
                 Integer(r.queued_endpoint),
                 Integer(r.delivered),
                 Integer(r.tag),
                 Integer(r.origin),
                 Value::Of(r.endpoint_id),
                 Value::Of(r.request_id),
                 Value::Of(r.submit_key),
                 Value::Of(r.nonce),
                 Value::Of(r.output_dir),
                 Value::Of(r.output_name),
                 Value::Of(texts.error),
                 Value::Of(texts.outputs),
                 Integer(r.reserved_microusd),
                 Integer(r.created_ms),
                 Integer(r.updated_ms),
                 Integer(r.deadline_ms),
                 Value::Of(r.boot_id),
                 Integer(request_checksum),
                 Integer(r.fetch_outputs),
                 Integer(r.submit_timeout_ms),
                 Value::Of(r.candidate),
                 Value::Of(r.gateway),
                 Value::Of(int64_t{0})};
  v.back().integer = RowChecksum(kJobs, v);
  return v;
}

std::optional<JobRow> DecodeJob(Values values) {
  const bool has_gateway = IsWhole(kJobs, values);
  const bool has_candidate = has_gateway || IsWhole(kJobsOfFormat2, values);
  if (!has_candidate && !IsWhole(kJobsOfFormat1, values)) return std::nullopt;
  JobRow row;
  Record& r = row.record;
  int32_t stage = 0;
  std::string_view error, outputs;
  Columns c(values);
  c >> r.job >> row.write >> stage >> r.state >> r.charged >> r.kind >> r.priority >> r.attempts >>
      r.queued_endpoint >> r.delivered >> r.tag >> r.origin >> r.endpoint_id >> r.request_id >>
      r.submit_key >> r.nonce >> r.output_dir >> r.output_name >> error >> outputs >> r.reserved_microusd >>
      r.created_ms >> r.updated_ms >> r.deadline_ms >> r.boot_id >> row.request_checksum;
  if (has_candidate) c >> r.fetch_outputs >> r.submit_timeout_ms >> r.candidate;
  if (has_gateway) c >> r.gateway;
  c >> row.checksum;
  r.stage = static_cast<Record::Stage>(stage);
  if (!c.whole() || stage < 1 || stage > 3 || !IsPossible(r) || row.write < 0 || row.write > kMaxCount)
    return std::nullopt;
  if (!ErrorFrom(error, r.error) || !OutputsFrom(outputs, r.outputs)) return std::nullopt;
  return row;
}

RequestValues EncodeRequest(const Request& request) {
  RequestValues v = {Value::Of(request.job), Integer(request.withheld), Value::Of(request.body),
                     Value::Of(request.params), Value::Of(int64_t{0})};
  v.back().integer = RowChecksum(kRequests, v);
  return v;
}

std::optional<Request> DecodeRequest(Values values) {
  if (!IsWhole(kRequests, values)) return std::nullopt;
  Request request;
  Columns c(values);
  c >> request.job >> request.withheld >> request.body >> request.params;
  return c.whole() ? std::optional(request) : std::nullopt;
}

MetaValues EncodeMeta(const Meta& m) {
  MetaValues v = {Integer(1),      Integer(m.version), Integer(m.next_job),  Integer(m.writes),
                  Integer(m.rows), Integer(m.digest),  Value::Of(int64_t{0})};
  v.back().integer = RowChecksum(kMeta, v);
  return v;
}

std::optional<Meta> DecodeMeta(Values values) {
  if (!IsWhole(kMeta, values)) return std::nullopt;
  Meta m;
  int64_t id = 0;
  Columns c(values);
  c >> id >> m.version >> m.next_job >> m.writes >> m.rows >> m.digest;
  if (m.next_job < 1 || std::max({m.next_job, m.writes, m.rows}) > kMaxCount ||
      std::min(m.writes, m.rows) < 0)
    return std::nullopt;
  return m;
}

}  // namespace pixazo::journal
