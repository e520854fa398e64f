#include "client/journal_row.h"

#include <algorithm>

#include "client/clock.h"
#include "client/meta.h"
#include "client/session.h"

namespace pixazo::client {

using journal::Record;
using wire::Code;

namespace {

Record::Output OutputOf(const Output& output) {
  Record::Output row;
  row.url = output.url;
  row.path = output.path;
  row.media_type = output.mime();
  row.bytes = output.size;
  row.width = output.image.width;
  row.height = output.image.height;
  row.status = static_cast<int32_t>(output.status);
  return row;
}

wire::ImageFormat FormatOf(const std::string& media_type) {
  using wire::ImageFormat;
  for (const ImageFormat format : {ImageFormat::kPng, ImageFormat::kJpeg, ImageFormat::kWebp})
    if (media_type == wire::MediaType(format)) return format;
  return ImageFormat::kUnknown;
}

// What does not change in a job's life.
Record Beginning(const Job& job) {
  Record row;
  row.job = job.id;
  row.tag = job.made.tag;
  row.origin = job.made.origin();
  row.kind = static_cast<int32_t>(job.made.kind);
  row.endpoint_id = job.endpoint_id();
  row.submit_key = job.submit_key();
  row.nonce = job.made.nonce.str();
  row.created_ms = job.created_unix_ms;
  if (job.made.endpoint) row.queued_endpoint = job.made.endpoint->queued;
  const Config& config = job.session->config;
  int64_t timeout = config.job_timeout_ms;
  row.output_dir = config.output_dir;
  row.gateway = GatewayOf(config);
  if (const Submission* s = job.made.submission.get()) {
    row.priority = s->priority;
    row.output_name = s->output_name.str();
    row.fetch_outputs = s->fetch_outputs;
    row.submit_timeout_ms = s->submit_timeout_ms.value_or(0);
    if (s->output_dir) row.output_dir = *s->output_dir;
    if (s->job_timeout_ms) timeout = *s->job_timeout_ms;
    if (job.made.kind == core::JobSpec::Kind::kSubmit && job.reserved_microusd > 0)
      row.reserved_microusd = job.reserved_microusd;
  }
  if (timeout > 0) row.deadline_ms = row.created_ms + timeout;
  return row;
}

std::shared_ptr<const Submission> SubmissionOf(Record& row, const catalogue::Endpoint* endpoint,
                                               const Config& config) {
  auto submission = std::make_shared<Submission>();
  submission->endpoint = {config.catalogue, endpoint};
  if (!row.body_withheld) submission->body = row.body;
  submission->names_webhook = catalogue::NamesWebhook(*endpoint, submission->body);
  if (row.reserved_microusd > 0) submission->price_microusd = row.reserved_microusd;
  submission->tag = row.tag;
  submission->submit_key = row.submit_key;
  submission->priority = row.priority;
  submission->output_dir = std::make_unique<const std::string>(row.output_dir);
  submission->output_name = row.output_name;
  submission->fetch_outputs = row.fetch_outputs;
  if (row.submit_timeout_ms > 0) submission->submit_timeout_ms = row.submit_timeout_ms;
  return submission;
}

}  // namespace

Record RowOf(const Job& job, Record::Stage stage) {
  Record row = job.made.row() ? *job.made.row() : Beginning(job);
  row.stage = stage;
  row.state = static_cast<int32_t>(job.state());
  row.charged = static_cast<int32_t>(job.charged());
  row.attempts = std::max(row.attempts, job.attempts());
  row.updated_ms = UnixMs();
  row.candidate = stage == Record::Stage::kIntent ? job.candidate.str() : "";
  if (*job.remote_id()) row.request_id = job.remote_id();
  if (job.error()) row.error = job.error()->error;
  if (job.output_count() > 0) row.outputs.clear();
  for (uint32_t i = 0; i < job.output_count(); ++i)
    row.outputs.push_back(job.output(i) ? OutputOf(*job.output(i)) : Record::Output());
  return row;
}

Record Named(Record row, std::string candidate) {
  row.candidate = std::move(candidate);
  row.attempts = 0;
  return row;
}

Job::Make MakeOf(Record row, const Config& config) {
  Job::Make make;
  make.kind = static_cast<core::JobSpec::Kind>(row.kind);
  make.tag = row.tag;
  make.Follow().origin = row.origin;
  if (!row.request_id.empty()) make.Follow().request_id = row.request_id;
  make.nonce = row.nonce;
  make.endpoint = row.endpoint_id.empty() ? nullptr : config.catalogue->Find(row.endpoint_id);
  if (make.endpoint) make.submission = SubmissionOf(row, make.endpoint, config);
  row.body.clear();
  row.params.clear();
  make.Follow().row = std::make_shared<const Record>(std::move(row));
  return make;
}

std::string GatewayOf(const Config& config) {
  std::string text = config.transport.base.Text();
  while (text.ends_with('/')) text.pop_back();
  return text;
}

bool IsElsewhere(const Record& row, const Config& config) {
  return !row.gateway.empty() && row.gateway != GatewayOf(config);
}

int64_t RemainingMs(const Record& row, bool unsent, int64_t unix_ms) {
  if (row.deadline_ms == 0) return 0;
  const int64_t all = std::max<int64_t>(row.deadline_ms - row.created_ms, 1);
  return unsent ? std::clamp<int64_t>(row.deadline_ms - unix_ms, 1, all) : all;
}

void ShowOutputs(Job& job, const Record& row) {
  if (!row.request_id.empty()) job.SetRemoteId(row.request_id);
  job.SetCounts(0, row.attempts);
  if (row.outputs.empty()) return;
  job.SetOutputCount(static_cast<uint32_t>(row.outputs.size()), -1);
  for (uint32_t i = 0; i < row.outputs.size(); ++i) {
    const Record::Output& from = row.outputs[i];
    Ref<Output> output = Ref<Output>::Adopt(new Output);
    output->index = i;
    output->url = from.url;
    output->status = static_cast<Code>(from.status);
    if (output->status == Code::kOk && from.path.empty()) output->status = Code::kAgain;  // was in memory
    if (output->status == Code::kOk) {
      output->path = from.path;
      output->size = from.bytes;
      output->image = {FormatOf(from.media_type), from.width, from.height};
    } else if (static_cast<int32_t>(output->status) < 0) {
      output->error = std::make_shared<const Failure>(
          wire::MakeError(output->status, "this output could not be fetched; fetch it again"));
    }
    output->meta_json = MetaJson(job, *output);
    job.SetOutput(i, std::move(output));
  }
}

FailurePtr ErrorOf(const Record& row) {
  return row.error.ok() ? nullptr : std::make_shared<const Failure>(row.error);
}

}  // namespace pixazo::client
