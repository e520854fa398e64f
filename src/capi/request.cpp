// pz_request
#include "client/request.h"

#include "capi/guard.h"
#include "capi/handles.h"
#include "capi/text.h"

using namespace pixazo::capi;
using pixazo::catalogue::ImageSource;
using pixazo::client::Request;
using pixazo::wire::Error;
using pixazo::wire::Json;

namespace {

// Runs a setter; what it returns is noted and returned.
template <class Setter>
pz_status Set(pz_request* request, Setter setter) noexcept {
  return Guard([&] {
    Request* r = From(request);
    return r ? Status(r->Note(setter(*r))) : pz_status{PZ_E_INVALID_ARG};
  });
}

// A setter of a named parameter.
template <class Setter>
pz_status SetNamed(pz_request* request, const char* name, size_t name_len, Setter setter) noexcept {
  return Set(request, [&](Request& r) {
    const auto text = ReadText(name, name_len);
    return text.ok() ? setter(r, *text) : text.error();
  });
}

// A setter that takes one text.
pz_status SetText(pz_request* request, const char* s, size_t len,
                  Error (Request::*setter)(std::string_view)) noexcept {
  return SetNamed(request, s, len, [&](Request& r, std::string_view text) { return (r.*setter)(text); });
}

// A setter of a named parameter that takes a text; what is wrong with the text is said of the parameter.
template <class Setter>
pz_status SetNamedText(pz_request* request, const char* name, size_t name_len, const char* s, size_t len,
                       Setter setter) noexcept {
  return SetNamed(request, name, name_len, [&](Request& r, std::string_view field) {
    const auto text = ReadText(s, len);
    if (text.ok()) return setter(r, field, *text);
    return pixazo::wire::MakeError(text.error().code, std::string(field) + ": " + text.error().message,
                                   std::string(field));
  });
}

}  // namespace

pz_request* pz_request_new(const pz_catalogue* catalogue, const char* endpoint_id, size_t len) noexcept {
  return GuardOr<pz_request*>(nullptr, [&]() -> pz_request* {
    const CatalogueView* view = catalogue ? From(catalogue) : &CatalogueView::BuiltIn();
    if (!view) return nullptr;
    const auto id = ReadText(endpoint_id, len);
    return To(id.ok() ? new Request(view->catalogue, *id) : new Request(id.error()));
  });
}
pz_request* pz_request_clone(const pz_request* request) noexcept {
  return GuardOr<pz_request*>(nullptr,
                              [&] { return From(request) ? To(From(request)->Clone().release()) : nullptr; });
}
void pz_request_free(pz_request* request) noexcept { delete From(request); }

pz_status pz_request_set_string(pz_request* request, const char* name, size_t name_len, const char* value,
                                size_t len) noexcept {
  return SetNamedText(
      request, name, name_len, value, len,
      [](Request& r, std::string_view field, std::string_view text) { return r.Set(field, text); });
}
pz_status pz_request_set_int(pz_request* request, const char* name, size_t name_len, int64_t value) noexcept {
  return SetNamed(request, name, name_len,
                  [&](Request& r, std::string_view field) { return r.Set(field, value); });
}
pz_status pz_request_set_double(pz_request* request, const char* name, size_t name_len,
                                double value) noexcept {
  return SetNamed(request, name, name_len,
                  [&](Request& r, std::string_view field) { return r.SetDouble(field, value); });
}
pz_status pz_request_set_bool(pz_request* request, const char* name, size_t name_len,
                              int32_t value) noexcept {
  return SetNamed(request, name, name_len,
                  [&](Request& r, std::string_view field) { return r.Set(field, Json(value != 0)); });
}
pz_status pz_request_set_json(pz_request* request, const char* name, size_t name_len, const char* json,
                              size_t len) noexcept {
  return SetNamedText(
      request, name, name_len, json, len,
      [](Request& r, std::string_view field, std::string_view text) { return r.SetJson(field, text); });
}
pz_status pz_request_set_all_json(pz_request* request, const char* json, size_t len) noexcept {
  return SetText(request, json, len, &Request::SetAllJson);
}
pz_status pz_request_set_unknown_json(pz_request* request, const char* name, size_t name_len,
                                      const char* json, size_t len) noexcept {
  return SetNamedText(
      request, name, name_len, json, len,
      [](Request& r, std::string_view field, std::string_view text) { return r.SetUnknown(field, text); });
}

pz_status pz_request_add_image_url(pz_request* request, const char* name, size_t name_len, const char* url,
                                   size_t len) noexcept {
  return SetNamedText(request, name, name_len, url, len,
                      [](Request& r, std::string_view field, std::string_view text) {
                        return r.AddImage(field, {ImageSource::Kind::kUrl, std::string(text), nullptr});
                      });
}
pz_status pz_request_add_image_file(pz_request* request, const char* name, size_t name_len, const char* path,
                                    size_t len) noexcept {
  return SetNamedText(request, name, name_len, path, len,
                      [](Request& r, std::string_view field, std::string_view text) {
                        return r.AddImage(field, {ImageSource::Kind::kFile, std::string(text), nullptr});
                      });
}
pz_status pz_request_add_image_bytes(pz_request* request, const char* name, size_t name_len,
                                     const void* bytes, size_t len) noexcept {
  return SetNamed(request, name, name_len, [&](Request& r, std::string_view field) {
    const auto data = ReadBytes(bytes, len);
    if (!data.ok()) return data.error();
    return r.AddImage(field, {ImageSource::Kind::kBytes, {}, std::make_shared<const std::string>(*data)});
  });
}

pz_status pz_request_set_tag(pz_request* request, uint64_t tag) noexcept {
  return Set(request, [&](Request& r) { return r.SetTag(tag), Error(); });
}
pz_status pz_request_set_submit_key(pz_request* request, const char* key, size_t len) noexcept {
  return SetText(request, key, len, &Request::SetSubmitKey);
}
pz_status pz_request_set_priority(pz_request* request, int32_t priority) noexcept {
  return Set(request, [&](Request& r) { return r.SetPriority(priority), Error(); });
}
pz_status pz_request_set_job_timeout_ms(pz_request* request, uint32_t ms) noexcept {
  return Set(request, [&](Request& r) { return r.SetJobTimeout(ms); });
}
pz_status pz_request_set_submit_timeout_ms(pz_request* request, uint32_t ms) noexcept {
  return Set(request, [&](Request& r) { return r.SetSubmitTimeout(ms); });
}
pz_status pz_request_set_output_dir(pz_request* request, const char* path, size_t len) noexcept {
  return SetText(request, path, len, &Request::SetOutputDir);
}
pz_status pz_request_set_output_name(pz_request* request, const char* stem, size_t len) noexcept {
  return SetText(request, stem, len, &Request::SetOutputName);
}
pz_status pz_request_set_fetch_outputs(pz_request* request, int32_t fetch) noexcept {
  return Set(request, [&](Request& r) { return r.SetFetchOutputs(fetch != 0), Error(); });
}

pz_status pz_request_validate(const pz_request* request, pz_error** out_error) noexcept {
  return Guard([&] {
    if (!From(request)) return FailHandle(out_error, "request");
    const Error error = From(request)->Validate();
    return error.ok() ? pz_status{PZ_OK} : Fail(out_error, error);
  });
}
pz_status pz_request_estimate_microusd(const pz_request* request, int64_t* out_low,
                                       int64_t* out_high) noexcept {
  return Guard([&] {
    if (!From(request)) return pz_status{PZ_E_INVALID_ARG};
    const auto estimate = From(request)->Estimate();
    if (!estimate.ok()) return Status(estimate.error());
    if (out_low) *out_low = estimate->low_microusd;
    if (out_high) *out_high = estimate->high_microusd;
    return pz_status{PZ_OK};
  });
}
const char* pz_request_estimate_source(const pz_request* request) noexcept {
  return GuardOr("", [&] { return From(request) ? From(request)->EstimateSource().c_str() : ""; });
}
const char* pz_request_body_json(const pz_request* request, size_t* out_len) noexcept {
  return GuardOr(NoText(out_len),
                 [&] { return From(request) ? Text(From(request)->BodyJson(), out_len) : ""; });
}
