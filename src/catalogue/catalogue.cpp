#include "catalogue/catalogue.h"

#include <algorithm>

#include "catalogue/load.h"
#include "catalogue/message.h"
#include "catalogue/print.h"
#include "catalogue/providers.h"
#include "wire/text.h"

namespace pixazo::catalogue {
namespace {

using wire::Json;

constexpr size_t kMaxCatalogueBytes = 1u << 20;
constexpr size_t kMaxEndpoints = 1000;
constexpr int64_t kFormat = 1;

// Ids and aliases are one name space.
void CheckUnique(const std::vector<Endpoint>& endpoints, wire::Error* error) {
  std::vector<std::pair<std::string_view, size_t>> names;
  for (size_t i = 0; i < endpoints.size(); ++i) {
    names.push_back({endpoints[i].id, i});
    for (const std::string& alias : endpoints[i].aliases) names.push_back({alias, i});
  }
  std::sort(names.begin(), names.end());
  for (size_t i = 1; i < names.size(); ++i) {
    if (names[i].first != names[i - 1].first) continue;
    const std::string place = "endpoints[" + std::to_string(names[i].second) + "]";
    *error = RefuseField(place, place + " repeats the name " + Quoted(names[i].first) + " of endpoints[" +
                                    std::to_string(names[i - 1].second) + "]");
    return;
  }
}

wire::Error TooLarge(size_t bytes) {
  return RefuseField("", "the catalogue may have at most 1 MiB; it has " + std::to_string(bytes) + " bytes");
}

// The provider files as one document. Each holds endpoints; one holds the status call.
wire::Result<Json> MergeProviders() {
  Json out{Json::Object{{"format", Json(kFormat)}}};
  Json::Array endpoints;
  for (std::string_view text : ProviderTexts()) {
    auto document = wire::ParseJson(text);
    if (!document.ok()) return document.error();
    if (const Json* status = document->Find("status")) out.Set("status", *status);
    if (const Json* list = document->Find("endpoints")) {
      endpoints.insert(endpoints.end(), list->as_array().begin(), list->as_array().end());
    }
  }
  out.Set("endpoints", Json(std::move(endpoints)));
  return out;
}

}  // namespace

struct Loader {
  static wire::Result<std::shared_ptr<const Catalogue>> FromJson(const Json& json) {
    auto out = std::make_shared<Catalogue>();
    wire::Error error;
    Reader reader(json, "", &error);
    const Json* format = reader.Take("format", Need::kRequired);
    if (format && *format != Json(kFormat)) reader.Fail("format", "must be 1, not " + ValueText(*format));
    const Json* status = reader.Take("status", Need::kRequired);
    if (status) out->status_ = ReadStatusCall(*status, "status", &error);
    for (const Json& item : reader.List("endpoints", kMaxEndpoints, Need::kRequired)) {
      const std::string place = "endpoints[" + std::to_string(out->endpoints_.size()) + "]";
      out->endpoints_.push_back(ReadEndpoint(item, place, &error));
      if (!error.ok()) break;
    }
    reader.Finish();
    if (error.ok()) CheckUnique(out->endpoints_, &error);
    if (!error.ok()) return error;
    Json::Array endpoints;
    for (const Endpoint& endpoint : out->endpoints_) endpoints.push_back(ToJson(endpoint));
    out->json_ = wire::WritePrettyJson(Json(Json::Object{{"format", Json(kFormat)},
                                                         {"status", ToJson(out->status_)},
                                                         {"endpoints", Json(std::move(endpoints))}}));
    if (out->json_.size() > kMaxCatalogueBytes) return TooLarge(out->json_.size());
    return std::shared_ptr<const Catalogue>(std::move(out));
  }

  static std::shared_ptr<const Catalogue> BuiltIn() {
    const auto merged = MergeProviders();
    auto loaded =
        merged.ok() ? FromJson(*merged) : wire::Result<std::shared_ptr<const Catalogue>>(merged.error());
    return loaded.ok() ? std::move(*loaded)
                       : std::make_shared<const Catalogue>();  // a test keeps the files loadable
  }
};

const Param* Endpoint::Find(std::string_view name) const {
  for (const Param& param : params) {
    if (param.name == name || param.wire_name == name) return &param;
    if (std::find(param.wire_aliases.begin(), param.wire_aliases.end(), name) != param.wire_aliases.end())
      return &param;
  }
  return nullptr;
}

std::shared_ptr<const Catalogue> Catalogue::BuiltIn() {
  static const auto* const built_in = new std::shared_ptr<const Catalogue>(Loader::BuiltIn());
  return *built_in;
}

wire::Result<std::shared_ptr<const Catalogue>> Catalogue::Load(std::string_view json) {
  if (json.size() > kMaxCatalogueBytes) return TooLarge(json.size());
  const auto parsed = wire::ParseJson(json, {kMaxCatalogueBytes, 32});
  if (!parsed.ok()) return RefuseField("", "the catalogue is not valid JSON: " + parsed.error().message);
  return Loader::FromJson(*parsed);
}

std::string Catalogue::StatusPath(std::string_view request_id) const {
  constexpr std::string_view kId = "{request_id}";
  const size_t at = status_.path.find(kId);
  if (at == std::string::npos) return status_.path;
  return status_.path.substr(0, at) + wire::PercentEncodeSegment(request_id) +
         status_.path.substr(at + kId.size());
}

const Endpoint* Catalogue::Find(std::string_view id_or_alias) const {
  for (const Endpoint& endpoint : endpoints_) {
    if (endpoint.id == id_or_alias) return &endpoint;
    if (std::find(endpoint.aliases.begin(), endpoint.aliases.end(), id_or_alias) != endpoint.aliases.end())
      return &endpoint;
  }
  return nullptr;
}

std::string_view Catalogue::Nearest(std::string_view id) const {
  std::vector<std::string_view> names;
  for (const Endpoint& endpoint : endpoints_) {
    names.push_back(endpoint.id);
    names.insert(names.end(), endpoint.aliases.begin(), endpoint.aliases.end());
  }
  const Endpoint* found = Find(NearestName(id, names));
  return found ? std::string_view(found->id) : std::string_view();
}

}  // namespace pixazo::catalogue
