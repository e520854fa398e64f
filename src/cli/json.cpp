#include "json.h"

#include "terminal.h"

namespace pixazo::cli {

void Print(const Json& line) { WriteLine(stdout, line.dump(-1, ' ', false, Json::error_handler_t::replace)); }

Json FailureJson(const Failure& f) {
  Json json = {{"status", pz_status_name(f.status)},
               {"message", f.message},
               {"charged", pz_charged_name(f.charged)},
               {"retryable", f.retryable}};
  if (!f.field.empty()) json["field"] = f.field;
  if (f.http_status > 0) json["http_status"] = f.http_status;
  if (!f.remote_code.empty()) json["remote_code"] = f.remote_code;
  if (f.retry_after_ms >= 0) json["retry_after_ms"] = f.retry_after_ms;
  if (f.required_microusd >= 0) json["required_microusd"] = f.required_microusd;
  return json;
}

Json PictureJson(const Picture& p) {
  Json json = {{"index", p.index}, {"url", p.url}};
  if (p.here) {
    json["path"] = p.path;
    json["bytes"] = p.bytes;
    json["media_type"] = p.mime;
    json["width"] = p.width;
    json["height"] = p.height;
  }
  if (p.failure.any) json["error"] = FailureJson(p.failure);
  return json;
}

Json ProblemJson(const Problem& p) {
  Json json = {{"type", "error"}, {"status", p.status}, {"message", p.message}, {"charged", "no"}};
  if (!p.field.empty()) json["field"] = p.field;
  if (p.line > 0) json["line"] = p.line;
  if (p.required_microusd >= 0) json["required_microusd"] = p.required_microusd;
  if (p.retry_after_ms >= 0) json["retry_after_ms"] = p.retry_after_ms;
  json["exit"] = static_cast<int>(p.exit);
  return json;
}

}  // namespace pixazo::cli
