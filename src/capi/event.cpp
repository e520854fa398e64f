// pz_event
#include "capi/handles.h"

using namespace pixazo::capi;
using pixazo::client::Event;

pz_event* pz_event_retain(const pz_event* event) noexcept {
  const Event* e = From(event);
  if (e) e->Retain();
  return e ? const_cast<pz_event*>(event) : nullptr;
}
void pz_event_release(pz_event* event) noexcept {
  if (const Event* e = From(event)) e->Release();
}

pz_event_type pz_event_kind(const pz_event* event) noexcept {
  return Get(event, [](const Event& e) { return static_cast<pz_event_type>(e.type); });
}
uint64_t pz_event_seq(const pz_event* event) noexcept {
  return Get(event, [](const Event& e) { return e.seq; });
}
uint64_t pz_event_job_id(const pz_event* event) noexcept {
  return Get(event, [](const Event& e) { return e.job_id(); });
}
uint64_t pz_event_tag(const pz_event* event) noexcept {
  return Get(event, [](const Event& e) { return e.tag(); });
}
pz_job* pz_event_job(const pz_event* event) noexcept {
  return Get(event, [](const Event& e) { return To(e.job.get()); });
}
pz_state pz_event_state(const pz_event* event) noexcept {
  return Get(event, [](const Event& e) { return static_cast<pz_state>(e.state); });
}
double pz_event_progress(const pz_event* event) noexcept {
  return Get(event, [](const Event& e) { return e.progress(); });
}
pz_output* pz_event_output(const pz_event* event) noexcept {
  return Get(event, [](const Event& e) { return To(e.details().output.get()); });
}
uint32_t pz_event_index(const pz_event* event) noexcept {
  return Get(event, [](const Event& e) { return e.details().index; });
}
const pz_error* pz_event_error(const pz_event* event) noexcept {
  return Get(event, [](const Event& e) { return To(e.error()); });
}
pz_log_level pz_event_log_level(const pz_event* event) noexcept {
  return Get(event, [](const Event& e) { return e.details().log_level; });
}
const char* pz_event_text(const pz_event* event, size_t* out_len) noexcept {
  const Event* e = From(event);
  if (!e) return NoText(out_len);
  const auto& text = e->details().text;
  if (out_len) *out_len = text.size();
  return text.c_str();
}
const char* pz_event_field(const pz_event* event) noexcept {
  return GetText(event, [](const Event& e) { return e.details().field.c_str(); });
}
