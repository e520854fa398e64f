// pz_error
#include "capi/handles.h"

using namespace pixazo::capi;
using pixazo::client::Failure;

void pz_error_free(pz_error* error) noexcept { delete From(error); }

pz_status pz_error_status(const pz_error* error) noexcept {
  return Get(error, [](const Failure& f) { return Status(f.error); });
}
const char* pz_error_message(const pz_error* error) noexcept {
  return GetText(error, [](const Failure& f) { return f.error.message.c_str(); });
}
const char* pz_error_field(const pz_error* error) noexcept {
  return GetText(error, [](const Failure& f) { return f.error.field.c_str(); });
}
int32_t pz_error_http_status(const pz_error* error) noexcept {
  return Get(error, [](const Failure& f) { return f.error.http_status; });
}
const char* pz_error_remote_code(const pz_error* error) noexcept {
  return GetText(error, [](const Failure& f) { return f.error.remote_code.c_str(); });
}
const char* pz_error_request_id(const pz_error* error) noexcept {
  return GetText(error, [](const Failure& f) { return f.error.request_id.c_str(); });
}
int32_t pz_error_is_retryable(const pz_error* error) noexcept {
  return Get(error, [](const Failure& f) { return int32_t{f.error.retryable}; });
}
int64_t pz_error_retry_after_ms(const pz_error* error) noexcept {
  const Failure* failure = From(error);
  return failure ? failure->error.retry_after_ms : -1;
}
pz_charged pz_error_charged(const pz_error* error) noexcept {
  return Get(error, [](const Failure& f) { return static_cast<pz_charged>(f.error.charged); });
}
int64_t pz_error_required_microusd(const pz_error* error) noexcept {
  const Failure* failure = From(error);
  return failure ? failure->error.required_microusd : -1;
}
