#include "problem.h"

#include "text.h"

namespace pixazo::cli {

Problem ProblemOf(const pz_error* error) {
  Problem p;
  p.exit = ExitOf(error);
  p.message = Clean(pz_error_message(error));
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
  f.message = Clean(pz_error_message(error));
  f.field = Clean(pz_error_field(error));
  f.remote_code = Clean(pz_error_remote_code(error));
  f.request_id = Clean(pz_error_request_id(error));
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
