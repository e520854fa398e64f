// Public handles to the objects behind them, and back. From yields nullptr for NULL and for a handle of
// another kind.
#pragma once

#include "capi/catalogue_view.h"
#include "client/client.h"
#include "client/event.h"
#include "client/failure.h"
#include "client/job.h"
#include "client/journal_view.h"
#include "client/options.h"
#include "client/output.h"
#include "client/request.h"
#include "pixazo/pixazo.h"

namespace pixazo::capi {

#define PZ_HANDLE(handle, object)                                                                           \
  inline object* From(handle* h) { return client::FromHandle<object>(h); }                                  \
  inline const object* From(const handle* h) { return client::FromHandle<object>(const_cast<handle*>(h)); } \
  inline handle* To(object* o) { return reinterpret_cast<handle*>(o); }                                     \
  inline const handle* To(const object* o) { return reinterpret_cast<const handle*>(o); }

PZ_HANDLE(pz_catalogue, CatalogueView)
PZ_HANDLE(pz_endpoint, EndpointView)
PZ_HANDLE(pz_param, ParamView)
PZ_HANDLE(pz_options, client::Options)
PZ_HANDLE(pz_request, client::Request)
PZ_HANDLE(pz_client, client::Client)
PZ_HANDLE(pz_job, client::Job)
PZ_HANDLE(pz_event, client::Event)
PZ_HANDLE(pz_output, client::Output)
PZ_HANDLE(pz_error, client::Failure)
PZ_HANDLE(pz_journal, client::JournalView)
#undef PZ_HANDLE

inline pz_status Status(wire::Code code) { return static_cast<pz_status>(code); }
inline pz_status Status(const wire::Error& error) { return Status(error.code); }

// Hands the error to the host, if it wants it.
inline pz_status Fail(pz_error** out_error, wire::Error error) {
  const pz_status status = Status(error);
  if (out_error) *out_error = To(new client::Failure(std::move(error)));
  return status;
}
inline pz_status FailHandle(pz_error** out_error, const char* what) {
  return Fail(out_error, wire::MakeError(wire::Code::kInvalidArg,
                                         std::string(what) + " is NULL or another kind of handle"));
}

// A member of the object behind a handle, or the empty value for a wrong handle.
template <class H, class Member>
auto Get(const H* handle, Member member) noexcept -> decltype(member(*From(handle))) {
  const auto* object = From(handle);
  return object ? member(*object) : decltype(member(*object)){};
}
template <class H, class Member>
const char* GetText(const H* handle, Member member) noexcept {
  const auto* object = From(handle);
  return object ? member(*object) : "";
}
// A std::string's bytes and length.
inline const char* Text(const std::string& text, size_t* out_len) {
  if (out_len) *out_len = text.size();
  return text.c_str();
}
inline const char* NoText(size_t* out_len) {
  if (out_len) *out_len = 0;
  return "";
}

}  // namespace pixazo::capi
