#include "problem.h"

#include <string_view>
#include <utility>

#include "text.h"

namespace pixazo::cli {

std::string InOptions(std::string message, const std::string& id) {
  const std::pair<std::string_view, std::string> table[] = {
      {"set an assumed price to allow it", "--assume-price USD says what to count for it"},
      {"with allow_loopback", "with --allow-loopback"},
      {"attach its id again", "`pz wait " + (id.empty() ? "ID" : id) + "` goes on with it"},
      {"use another path, or read it with pz_journal_open", "stop that process first; `pz jobs list` can read it meanwhile"},
      {"base_url: ", "--base-url: "},
      {"poll_interval: ", "--poll-interval: "},
      {"webhook_url: ", "--webhook-url: "},
  };
  for (const auto& [library, option] : table)
    if (const size_t at = message.find(library); at != std::string::npos) message.replace(at, library.size(), option);
  return message;
}

Problem ProblemOf(const pz_error* error) {
  Problem p;
  p.exit = ExitOf(error);
  p.message = InOptions(Clean(pz_error_message(error)), Clean(pz_error_request_id(error)));
  p.field = Clean(pz_error_field(error));
  p.status = pz_status_name(pz_error_status(error));
  p.required_microusd = pz_error_required_microusd(error);
  p.retry_after_ms = pz_error_retry_after_ms(error);
  return p;
}

Problem Usage(std::string message, std::string field) {
  Problem p;
  p.message = std::move(message);
  p.field = std::move(field);
  return p;
}

Failure FailureOf(const pz_error* error) {
  Failure f;
  if (!error) return f;
  f.any = true;
  f.status = pz_error_status(error);
  f.request_id = Clean(pz_error_request_id(error));
  f.message = InOptions(Clean(pz_error_message(error)), f.request_id);
  f.field = Clean(pz_error_field(error));
  f.remote_code = Clean(pz_error_remote_code(error));
  f.http_status = pz_error_http_status(error);
  f.retryable = pz_error_is_retryable(error) != 0;
  f.charged = pz_error_charged(error);
  f.required_microusd = pz_error_required_microusd(error);
  f.retry_after_ms = pz_error_retry_after_ms(error);
  return f;
}

Failure LocalFailure(pz_status status, std::string message) {
  Failure f;
  f.any = true;
  f.status = status;
  f.message = std::move(message);
  f.charged = PZ_CHARGED_NO;
  return f;
}

}  // namespace pixazo::cli
