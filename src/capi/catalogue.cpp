// pz_catalogue, pz_endpoint
#include "capi/guard.h"
#include "capi/handles.h"
#include "capi/text.h"

using namespace pixazo::capi;
using pixazo::catalogue::Catalogue;

const pz_catalogue* pz_catalogue_builtin(void) noexcept {
  return GuardOr<const pz_catalogue*>(nullptr, [] { return To(&CatalogueView::BuiltIn()); });
}
pz_status pz_catalogue_load(const char* json, size_t len, pz_catalogue** out_catalogue,
                            pz_error** out_error) noexcept {
  return Guard([&] {
    if (!out_catalogue) return FailHandle(out_error, "out_catalogue");
    const auto text = ReadText(json, len);
    if (!text.ok()) return Fail(out_error, text.error());
    const auto catalogue = Catalogue::Load(*text);
    if (!catalogue.ok()) return Fail(out_error, catalogue.error());
    *out_catalogue = To(new CatalogueView(*catalogue));
    return pz_status{PZ_OK};
  });
}
pz_catalogue* pz_catalogue_retain(const pz_catalogue* catalogue) noexcept {
  const CatalogueView* c = From(catalogue);
  if (c) c->Retain();
  return c ? const_cast<pz_catalogue*>(catalogue) : nullptr;
}
void pz_catalogue_release(pz_catalogue* catalogue) noexcept {
  const CatalogueView* c = From(catalogue);
  if (c && c != &CatalogueView::BuiltIn()) c->Release();
}
const char* pz_catalogue_json(const pz_catalogue* catalogue, size_t* out_len) noexcept {
  const CatalogueView* c = From(catalogue);
  return c ? Text(c->catalogue->json(), out_len) : NoText(out_len);
}
uint32_t pz_catalogue_endpoint_count(const pz_catalogue* catalogue) noexcept {
  return Get(catalogue, [](const CatalogueView& c) { return static_cast<uint32_t>(c.endpoints.size()); });
}
const pz_endpoint* pz_catalogue_endpoint(const pz_catalogue* catalogue, uint32_t index) noexcept {
  return Get(catalogue, [index](const CatalogueView& c) {
    return index < c.endpoints.size() ? To(&c.endpoints[index]) : nullptr;
  });
}
const pz_endpoint* pz_catalogue_find(const pz_catalogue* catalogue, const char* id, size_t len) noexcept {
  return GuardOr<const pz_endpoint*>(nullptr, [&]() -> const pz_endpoint* {
    const auto text = ReadText(id, len);
    return From(catalogue) && text.ok() ? To(From(catalogue)->Find(*text)) : nullptr;
  });
}

namespace {
template <class List>
const char* At(const List& list, uint32_t index) {
  return index < list.size() ? list[index].c_str() : "";
}
}  // namespace

const char* pz_endpoint_id(const pz_endpoint* endpoint) noexcept {
  return GetText(endpoint, [](const EndpointView& e) { return e.endpoint.id.c_str(); });
}
const char* pz_endpoint_product(const pz_endpoint* endpoint) noexcept {
  return GetText(endpoint, [](const EndpointView& e) { return e.endpoint.product.c_str(); });
}
const char* pz_endpoint_provider(const pz_endpoint* endpoint) noexcept {
  return GetText(endpoint, [](const EndpointView& e) { return e.endpoint.provider.c_str(); });
}
const char* pz_endpoint_title(const pz_endpoint* endpoint) noexcept {
  return GetText(endpoint, [](const EndpointView& e) { return e.endpoint.title.c_str(); });
}
uint32_t pz_endpoint_alias_count(const pz_endpoint* endpoint) noexcept {
  return Get(endpoint,
             [](const EndpointView& e) { return static_cast<uint32_t>(e.endpoint.aliases.size()); });
}
const char* pz_endpoint_alias(const pz_endpoint* endpoint, uint32_t index) noexcept {
  return GetText(endpoint, [index](const EndpointView& e) { return At(e.endpoint.aliases, index); });
}
const char* pz_endpoint_method(const pz_endpoint* endpoint) noexcept {
  return GetText(endpoint, [](const EndpointView& e) { return e.endpoint.method.c_str(); });
}
const char* pz_endpoint_path(const pz_endpoint* endpoint) noexcept {
  return GetText(endpoint, [](const EndpointView& e) { return e.endpoint.path.c_str(); });
}
int32_t pz_endpoint_is_queued(const pz_endpoint* endpoint) noexcept {
  return Get(endpoint, [](const EndpointView& e) { return int32_t{e.endpoint.queued}; });
}
const char* pz_endpoint_model_id(const pz_endpoint* endpoint) noexcept {
  return GetText(endpoint, [](const EndpointView& e) { return e.endpoint.model_id.c_str(); });
}
const char* pz_endpoint_response_shape(const pz_endpoint* endpoint) noexcept {
  return GetText(endpoint, [](const EndpointView& e) { return e.endpoint.response_shape.c_str(); });
}
uint32_t pz_endpoint_param_count(const pz_endpoint* endpoint) noexcept {
  return Get(endpoint, [](const EndpointView& e) { return static_cast<uint32_t>(e.params.size()); });
}
const pz_param* pz_endpoint_param(const pz_endpoint* endpoint, uint32_t index) noexcept {
  return Get(endpoint, [index](const EndpointView& e) {
    return index < e.params.size() ? To(&e.params[index]) : nullptr;
  });
}
const pz_param* pz_endpoint_find_param(const pz_endpoint* endpoint, const char* name, size_t len) noexcept {
  return GuardOr<const pz_param*>(nullptr, [&]() -> const pz_param* {
    const auto text = ReadText(name, len);
    return From(endpoint) && text.ok() ? To(From(endpoint)->Find(*text)) : nullptr;
  });
}
uint32_t pz_endpoint_rule_count(const pz_endpoint* endpoint) noexcept {
  return Get(endpoint, [](const EndpointView& e) { return static_cast<uint32_t>(e.endpoint.rules.size()); });
}
const char* pz_endpoint_rule(const pz_endpoint* endpoint, uint32_t index) noexcept {
  return GetText(endpoint, [index](const EndpointView& e) {
    return index < e.endpoint.rules.size() ? e.endpoint.rules[index].text.c_str() : "";
  });
}
uint32_t pz_endpoint_note_count(const pz_endpoint* endpoint) noexcept {
  return Get(endpoint, [](const EndpointView& e) { return static_cast<uint32_t>(e.endpoint.notes.size()); });
}
const char* pz_endpoint_note(const pz_endpoint* endpoint, uint32_t index) noexcept {
  return GetText(endpoint, [index](const EndpointView& e) { return At(e.endpoint.notes, index); });
}
int32_t pz_endpoint_has_price(const pz_endpoint* endpoint) noexcept {
  return Get(endpoint, [](const EndpointView& e) { return int32_t{e.endpoint.price.known}; });
}
const char* pz_endpoint_price_source(const pz_endpoint* endpoint) noexcept {
  return GetText(endpoint, [](const EndpointView& e) { return e.endpoint.price.source.c_str(); });
}
const char* pz_endpoint_example_json(const pz_endpoint* endpoint, size_t* out_len) noexcept {
  const EndpointView* e = From(endpoint);
  return e ? Text(e->example_json, out_len) : NoText(out_len);
}
const char* pz_endpoint_json(const pz_endpoint* endpoint, size_t* out_len) noexcept {
  const EndpointView* e = From(endpoint);
  return e ? Text(e->json, out_len) : NoText(out_len);
}
