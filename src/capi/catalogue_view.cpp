#include "capi/catalogue_view.h"

#include "wire/json.h"

namespace pixazo::capi {

ParamView::ParamView(const catalogue::Param& p) : param(p), json(catalogue::ParamJson(p)) {
  if (p.default_value) default_json = wire::WriteJson(*p.default_value);
  if (!p.example.is_null()) example_json = wire::WriteJson(p.example);
  for (const wire::Json& choice : p.choices) choices.push_back(wire::WriteJson(choice));
}

EndpointView::EndpointView(const catalogue::Endpoint& e)
    : endpoint(e), example_json(wire::WriteJson(e.example_request)), json(catalogue::EndpointJson(e)) {
  for (const catalogue::Param& param : e.params) params.emplace_back(param);
}

const ParamView* EndpointView::Find(std::string_view name) const {
  const catalogue::Param* found = endpoint.Find(name);
  for (const ParamView& view : params)
    if (&view.param == found) return &view;
  return nullptr;
}

CatalogueView::CatalogueView(std::shared_ptr<const catalogue::Catalogue> c) : catalogue(std::move(c)) {
  for (const catalogue::Endpoint& endpoint : catalogue->endpoints()) endpoints.emplace_back(endpoint);
}

// Its first owner is this variable, for ever: releases of it come after retains of it, if the host counts
// right, and one release too many is forgiven.
const CatalogueView& CatalogueView::BuiltIn() {
  static const CatalogueView* view = new CatalogueView(catalogue::Catalogue::BuiltIn());
  return *view;
}

const EndpointView* CatalogueView::Find(std::string_view id) const {
  const catalogue::Endpoint* found = catalogue->Find(id);
  for (const EndpointView& view : endpoints)
    if (&view.endpoint == found) return &view;
  return nullptr;
}

}  // namespace pixazo::capi
