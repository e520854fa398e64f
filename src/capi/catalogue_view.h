// A catalogue as hosts see it: every text that a getter returns is made when the catalogue is, so that
// getters never fail and never allocate.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "catalogue/catalogue.h"
#include "client/handle.h"

namespace pixazo::capi {

struct ParamView : client::Handle<client::Tag::kParam> {
  explicit ParamView(const catalogue::Param& p);
  const catalogue::Param& param;
  std::string default_json, example_json, json;
  std::vector<std::string> choices;
};

struct EndpointView : client::Handle<client::Tag::kEndpoint> {
  explicit EndpointView(const catalogue::Endpoint& e);
  const ParamView* Find(std::string_view name) const;
  const catalogue::Endpoint& endpoint;
  std::string example_json, json;
  std::deque<ParamView> params;
};

struct CatalogueView : client::Handle<client::Tag::kCatalogue>, client::RefCounted<CatalogueView> {
  explicit CatalogueView(std::shared_ptr<const catalogue::Catalogue> c);
  static const CatalogueView& BuiltIn();
  const EndpointView* Find(std::string_view id) const;
  void Dispose() { delete this; }
  const std::shared_ptr<const catalogue::Catalogue> catalogue;
  std::deque<EndpointView> endpoints;
};

}  // namespace pixazo::capi
