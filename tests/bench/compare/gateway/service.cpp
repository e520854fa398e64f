#include "service.h"

#include <charconv>
#include <utility>

#include "clock.h"
#include "picture.h"
#include "text.h"

namespace pixazo::bench {
namespace {

using Kind = Tally::Kind;

constexpr std::string_view kModel = "gpt-image-2";
constexpr std::string_view kStatusSuffix = "/status";

bool Has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

Reply Json(std::string body, int status = 200) {
  Reply reply;
  reply.status = status;
  reply.body = std::move(body);
  return reply;
}

Reply NotFound() { return Json(R"({"error":"Not found","message":"no such thing here"})", 404); }

Kind KindOf(std::string_view method, std::string_view path) {
  if (method == "POST") return Kind::kSubmit;
  return Has(path, "/media/") ? Kind::kDownload : Kind::kPoll;
}

}  // namespace

Service::Service(Durations durations, size_t picture_bytes)
    : jobs_(durations),
      picture_(MakePng(picture_bytes)),
      images_(R"({"created":1767225600,"data":[{"b64_json":")" + Base64(picture_) + R"("}]})") {}

Reply Service::Answer(const Request& request, int64_t now_us) {
  if (IsAdmin(request.target)) return Admin(request);
  const std::string_view path = request.target.substr(0, request.target.find('?'));
  Asked asked{std::string(request.tls ? "https://" : "http://").append(request.host), path, now_us};
  tally_.Exchange(KindOf(request.method, path), now_us);
  return request.method == "POST" ? Post(asked) : Get(asked);
}

void Service::Sent(const Reply& reply, int64_t now_us) {
  if (!reply.finished || *reply.finished >= jobs_.size()) return;  // forgotten by a reset meanwhile
  Job& job = jobs_.at(*reply.finished);
  if (!std::exchange(job.seen, true)) tally_.JobSeen(now_us - job.done_us);
}

Reply Service::Admin(const Request& request) {
  if (request.method == "GET" && request.target == "/_stats") return Json(tally_.Json());
  if (request.method != "POST" || !request.target.starts_with("/_reset")) return NotFound();
  uint64_t seed = 1;
  if (const size_t at = request.target.find("seed="); at != std::string_view::npos)
    std::from_chars(request.target.data() + at + 5, request.target.data() + request.target.size(), seed);
  jobs_.Clear(seed);
  tally_ = Tally();
  ++epoch_;
  return Json("{}");
}

Reply Service::Post(const Asked& asked) {
  if (asked.path.ends_with("/images/generations")) return Images(asked);
  const size_t number = jobs_.New(asked.now_us);
  if (asked.path.ends_with("/predictions")) return Prediction(asked, number, 201);
  if (Has(asked.path, "/fal-ai/")) return FalStatus(asked, number);
  const std::string id = std::string(kModel) + "_" + Jobs::Id(number);
  return Json(Text(R"({"request_id":"%s","status":"QUEUED","polling_url":"%s/v2/requests/status/%s"})",
                   id.c_str(), asked.base.c_str(), id.c_str()),
              202);
}

Reply Service::Get(const Asked& asked) {
  if (Has(asked.path, "/media/")) {
    Reply reply;
    reply.type = "image/png";
    reply.constant = picture_;
    return reply;
  }
  if (const auto number = jobs_.Find(asked.path)) {
    if (Has(asked.path, "/requests/status/")) return PixazoStatus(asked, *number);
    if (Has(asked.path, "/predictions/")) return Prediction(asked, *number, 200);
    if (Has(asked.path, "/requests/")) return FalResult(asked, *number);
  }
  if (asked.path.ends_with(kStatusSuffix))
    if (const auto number = jobs_.Find(asked.path.substr(0, asked.path.size() - kStatusSuffix.size())))
      return FalStatus(asked, *number);
  return NotFound();
}

std::string Service::Media(const Asked& asked, size_t number) const {
  return asked.base + "/media/" + Jobs::Id(number) + "/output.png";
}

Reply Service::PixazoStatus(const Asked& asked, size_t number) {
  const Job& job = jobs_.at(number);
  const bool done = asked.now_us >= job.done_us;
  const std::string created = IsoTime(job.created_us), updated = IsoTime(done ? job.done_us : asked.now_us);
  std::string body =
      Text(R"({"request_id":"%s_%s","status":"%s","model_id":"%s","error":null,"output":)", kModel.data(),
           Jobs::Id(number).c_str(), done ? "COMPLETED" : "PROCESSING", kModel.data());
  body += done ? R"({"media_url":[")" + Media(asked, number) + R"("],"media_type":"image/png"})" : "null";
  body += Text(R"(,"created_at":"%s","updated_at":"%s","completed_at":)", created.c_str(), updated.c_str());
  body += done ? "\"" + updated + "\"}" : "null}";
  Reply reply = Json(std::move(body));
  if (done) reply.finished = number;
  return reply;
}

Reply Service::FalStatus(const Asked& asked, size_t number) {
  const bool done = asked.now_us >= jobs_.at(number).done_us;
  const bool fresh = asked.now_us == jobs_.at(number).created_us;
  const std::string id = Jobs::Id(number), url = asked.base + "/fal-ai/bench/requests/" + id;
  Reply reply =
      Json(Text(R"({"status":"%s","request_id":"%s","response_url":"%s","status_url":"%s/status",)"
                R"("cancel_url":"%s/cancel","logs":null,"metrics":{}%s})",
                done    ? "COMPLETED"
                : fresh ? "IN_QUEUE"
                        : "IN_PROGRESS",
                id.c_str(), url.c_str(), url.c_str(), url.c_str(), fresh ? R"(,"queue_position":0)" : ""));
  if (done) reply.finished = number;
  return reply;
}

Reply Service::FalResult(const Asked& asked, size_t number) {
  if (asked.now_us < jobs_.at(number).done_us)
    return Json(R"({"detail":"Request is still in progress"})", 400);
  return Json(Text(
      R"({"images":[{"url":"%s","width":8,"height":8,"content_type":"image/png"}],"seed":1,"prompt":""})",
      Media(asked, number).c_str()));
}

Reply Service::Prediction(const Asked& asked, size_t number, int status) {
  const Job& job = jobs_.at(number);
  const bool done = asked.now_us >= job.done_us;
  const std::string id = Jobs::Id(number), url = asked.base + "/v1/predictions/" + id;
  const std::string created = IsoTime(job.created_us),
                    completed = done ? Text(R"("%s")", IsoTime(job.done_us).c_str()) : "null";
  std::string body =
      Text(R"({"id":"%s","model":"bench/bench","version":"hidden","input":{},"logs":"","error":null,)"
           R"("status":"%s","created_at":"%s","completed_at":%s,)"
           R"("urls":{"get":"%s","cancel":"%s/cancel"},"output":)",
           id.c_str(),
           done            ? "succeeded"
           : status == 201 ? "starting"
                           : "processing",
           created.c_str(), completed.c_str(), url.c_str(), url.c_str());
  body += done ? "[\"" + Media(asked, number) + "\"]}" : "null}";
  Reply reply = Json(std::move(body), status);
  if (done) reply.finished = number;
  return reply;
}

Reply Service::Images(const Asked& asked) {
  const size_t number = jobs_.New(asked.now_us);
  Reply reply;
  reply.constant = images_;
  reply.due_us = jobs_.at(number).done_us;
  reply.finished = number;
  return reply;
}

}  // namespace pixazo::bench
