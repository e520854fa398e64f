// pz_job
#include "capi/guard.h"
#include "capi/handles.h"
#include "capi/text.h"

using namespace pixazo::capi;
using pixazo::client::Job;

pz_job* pz_job_retain(pz_job* job) noexcept {
  const Job* j = From(job);
  if (j) j->Retain();
  return j ? job : nullptr;
}
void pz_job_release(pz_job* job) noexcept {
  if (const Job* j = From(job)) j->Release();
}

uint64_t pz_job_id(const pz_job* job) noexcept {
  return Get(job, [](const Job& j) { return j.id; });
}
uint64_t pz_job_tag(const pz_job* job) noexcept {
  return Get(job, [](const Job& j) { return j.made.tag; });
}
const char* pz_job_submit_key(const pz_job* job) noexcept {
  return GetText(job, [](const Job& j) { return j.submit_key(); });
}
const char* pz_job_endpoint_id(const pz_job* job) noexcept {
  return GetText(job, [](const Job& j) { return j.endpoint_id(); });
}
uint64_t pz_job_origin_id(const pz_job* job) noexcept {
  return Get(job, [](const Job& j) { return j.made.origin(); });
}
pz_state pz_job_state(const pz_job* job) noexcept {
  return Get(job, [](const Job& j) { return static_cast<pz_state>(j.state()); });
}
const char* pz_job_remote_id(const pz_job* job) noexcept {
  return GetText(job, [](const Job& j) { return j.remote_id(); });
}
double pz_job_progress(const pz_job* job) noexcept {
  return Get(job, [](const Job& j) { return j.progress(); });
}
uint32_t pz_job_attempt_count(const pz_job* job) noexcept {
  return Get(job, [](const Job& j) { return j.attempts(); });
}
uint32_t pz_job_poll_count(const pz_job* job) noexcept {
  return Get(job, [](const Job& j) { return j.polls(); });
}
int64_t pz_job_elapsed_ms(const pz_job* job) noexcept {
  return Get(job, [](const Job& j) { return j.elapsed_ms(); });
}
int64_t pz_job_gateway_ms(const pz_job* job) noexcept {
  const Job* j = From(job);
  return j ? j->gateway_ms() : -1;
}
int64_t pz_job_remaining_ms(const pz_job* job) noexcept {
  const Job* j = From(job);
  return j ? j->remaining_ms() : -1;
}
pz_charged pz_job_charged(const pz_job* job) noexcept {
  return Get(job, [](const Job& j) { return static_cast<pz_charged>(j.charged()); });
}
const pz_error* pz_job_error(const pz_job* job) noexcept {
  return Get(job, [](const Job& j) { return To(j.error()); });
}
uint32_t pz_job_output_count(const pz_job* job) noexcept {
  return Get(job, [](const Job& j) { return j.output_count(); });
}
pz_output* pz_job_output(const pz_job* job, uint32_t index) noexcept {
  return Get(job, [index](const Job& j) { return To(j.output(index)); });
}

pz_status pz_job_cancel(pz_job* job) noexcept {
  return Guard([&] { return From(job) ? Status(From(job)->Cancel()) : pz_status{PZ_E_INVALID_ARG}; });
}
pz_status pz_job_wait(pz_job* job, uint32_t timeout_ms) noexcept {
  return Guard([&] { return From(job) ? Status(From(job)->Wait(timeout_ms)) : pz_status{PZ_E_INVALID_ARG}; });
}
pz_status pz_job_provide_url(pz_job* job, const char* field, size_t field_len, uint32_t index,
                             const char* url, size_t len) noexcept {
  return Guard([&] {
    const auto name = ReadText(field, field_len), text = ReadText(url, len);
    if (!From(job) || !name.ok() || !text.ok()) return pz_status{PZ_E_INVALID_ARG};
    return Status(From(job)->ProvideUrl(*name, index, *text));
  });
}
