#include "sandbox/report.h"

#include "pixazo/version.h"
#include "wire/time.h"

namespace pixazo::sandbox {

using wire::Json;

std::string VersionText() {
  return std::to_string(PZ_VERSION_MAJOR) + "." + std::to_string(PZ_VERSION_MINOR) + "." +
         std::to_string(PZ_VERSION_PATCH);
}

std::string SpacedDate(int64_t unix_ms) {
  std::string date = wire::FormatStatusDate((unix_ms + 999) / 1000 * 1000).substr(0, 19);
  date[10] = ' ';
  return date;
}

Json AcceptedJson(const Job& job, const std::string& base, const std::string& status_path) {
  return Json::Object{{"request_id", job.id}, {"status", "QUEUED"}, {"polling_url", base + status_path}};
}

Json StatusJson(const Job& job, const std::string& base, bool callback) {
  auto later = [&](int64_t ms) {
    return job.mixed_dates || callback ? SpacedDate(ms) : wire::FormatStatusDate(ms);
  };
  Json output;
  if (job.status == JobStatus::kCompleted) {
    Json::Array urls;
    for (const std::string& path : job.media) urls.push_back(base + path);
    output = Json::Object{{"media_url", std::move(urls)}, {"media_type", wire::MediaType(job.order.format)}};
  }
  bool begun = job.status != JobStatus::kQueued;
  return Json::Object{
      {"request_id", job.id},
      {"status", StatusWord(job.status)},
      {"model_id", job.endpoint->model_id},
      {"error", job.error().empty() ? Json() : Json(job.error())},
      {"output", std::move(output)},
      {"created_at", wire::FormatStatusDate(job.created_ms)},
      {"updated_at", begun ? later(job.updated_ms) : wire::FormatStatusDate(job.updated_ms)},
      {"completed_at", IsTerminal(job.status) ? Json(later(job.completed_ms)) : Json()},
  };
}

Reply SyncReply(const Job& job, const std::string& base) {
  bool failed = job.status != JobStatus::kCompleted, with_id = job.manner.form == ReplyForm::kOutputWithId;
  if (failed && (!with_id || job.status == JobStatus::kError))
    return ErrorReply(500, "Internal Server Error", job.error());
  Json url = failed ? Json() : Json(base + job.media.front());
  switch (job.manner.form) {
    case ReplyForm::kOutputWithId:
      return JsonReply(
          200,
          failed ? Json::Object{{"id", job.id}, {"status", "failed"}, {"output", url}, {"error", job.error()}}
                 : Json::Object{{"id", job.id}, {"status", "succeeded"}, {"output", url}});
    case ReplyForm::kImageUrl:
      return JsonReply(200, Json::Object{{"imageUrl", url}});
    case ReplyForm::kUrl:
      return JsonReply(200, Json::Object{{"url", url}});
    default:
      return JsonReply(200, Json::Object{{"output", url}});
  }
}

}  // namespace pixazo::sandbox
