#include "client/meta.h"

#include "client/clock.h"
#include "wire/json.h"
#include "wire/time.h"

namespace pixazo::client {

using wire::Json;

namespace {

void DropPictures(Json& value) {
  if (value.is_string() && value.as_string().starts_with("data:")) value = nullptr;
  if (value.is_array())
    for (Json& item : value.array()) DropPictures(item);
  if (value.is_object())
    for (auto& [name, member] : value.object()) DropPictures(member);
}

// The parameters as they were sent, under the endpoint's own names; null where a picture's bytes were.
void AddRequest(Json& meta, const Job& job) {
  if (!job.made.submission) return;
  auto body = wire::ParseJson(job.made.submission->body, {.max_bytes = SIZE_MAX});
  if (!body.ok()) return;
  const catalogue::Param* seed = job.made.endpoint->Find("seed");
  if (const Json* value = seed ? body->Find(seed->wire_name) : nullptr) meta.Set("seed", *value);
  DropPictures(*body);
  meta.Set("parameters", std::move(*body));
}

}  // namespace

std::string ParametersJson(const Job& job) {
  Json meta;
  AddRequest(meta, job);
  const Json* parameters = meta.Find("parameters");
  return parameters ? wire::WriteJson(*parameters) : std::string();
}

std::string MetaJson(const Job& job, const Output& output) {
  Json meta;
  meta.Set("endpoint", job.endpoint_id());
  if (job.made.endpoint) meta.Set("path", job.made.endpoint->path);
  meta.Set("job_id", std::to_string(job.id));  // text: 64 bits do not fit every reader's numbers
  if (job.made.origin()) meta.Set("origin_job_id", std::to_string(job.made.origin()));
  meta.Set("request_id", job.remote_id());
  meta.Set("output", static_cast<int64_t>(output.index));
  meta.Set("outputs", static_cast<int64_t>(job.output_count()));
  AddRequest(meta, job);
  meta.Set("submitted_at", wire::FormatStatusDate(job.created_unix_ms));
  meta.Set("settled_at", wire::FormatStatusDate(UnixMs()));
  meta.Set("elapsed_ms", job.elapsed_ms());
  if (job.gateway_ms() >= 0) meta.Set("gateway_ms", job.gateway_ms());
  if (!output.url.empty()) meta.Set("url", output.url);
  if (output.status == wire::Code::kOk) {
    meta.Set("media_type", output.mime());
    meta.Set("bytes", static_cast<int64_t>(output.size));
    meta.Set("width", output.image.width);
    meta.Set("height", output.image.height);
  }
  return wire::WriteJson(meta);
}

}  // namespace pixazo::client
