#include "catalogue/print.h"

#include <cmath>

#include "catalogue/message.h"

namespace pixazo::catalogue {
namespace {

using wire::Json;

Json NumberJson(double v) {
  const bool whole = v == std::floor(v) && std::fabs(v) < 9007199254740992.0;
  return whole ? Json(static_cast<int64_t>(v)) : Json(v);
}

void PutText(Json& out, std::string_view name, const std::string& text) {
  if (!text.empty()) out.Set(name, Json(text));
}

void PutTexts(Json& out, std::string_view name, const std::vector<std::string>& texts) {
  if (!texts.empty()) out.Set(name, Json(Json::Array(texts.begin(), texts.end())));
}

void PutValues(Json& out, std::string_view name, const std::vector<Json>& values) {
  if (!values.empty()) out.Set(name, Json(values));
}

void PutFlag(Json& out, std::string_view name, bool flag) {
  if (flag) out.Set(name, Json(true));
}

void PutCount(Json& out, std::string_view name, uint32_t count) {
  if (count > 0) out.Set(name, Json(count));
}

template <class Row>
void PutRows(Json& out, std::string_view name, const std::vector<Row>& rows) {
  if (rows.empty()) return;
  Json::Array list;
  for (const Row& row : rows) list.push_back(ToJson(row));
  out.Set(name, Json(std::move(list)));
}

const char* KindName(Rule::Kind kind) {
  switch (kind) {
    case Rule::Kind::kExcludes:
      return "excludes";
    case Rule::Kind::kRequires:
      return "requires";
    case Rule::Kind::kValueRequires:
      return "value_requires";
    case Rule::Kind::kIgnoredFor:
      return "ignored_for";
    case Rule::Kind::kSameSize:
      return "same_size";
  }
  return "";
}

const char* UnitName(Price::Unit unit) {
  return unit == Price::Unit::kPicture ? "picture" : unit == Price::Unit::kRequest ? "request" : "unstated";
}

}  // namespace

Json ToJson(const Rule& rule) {
  Json out;
  out.Set("kind", Json(KindName(rule.kind)));
  out.Set("param", Json(rule.a));
  if (!rule.value.is_null()) out.Set("value", rule.value);
  PutTexts(out, "others", rule.others);
  PutValues(out, "allowed", rule.allowed);
  PutText(out, "text", rule.text);
  return out;
}

Json ToJson(const Price& price) {
  Json out;
  if (price.known) {
    PutText(out, "by", price.by);
    Json table;
    for (const auto& [value, microusd] : price.table) table.Set(value, Json(microusd));
    out.Set("table", std::move(table));
    out.Set("unit", Json(UnitName(price.unit)));
  }
  PutText(out, "source", price.source);
  return out;
}

Json ToJson(const Param& param) {
  Json out;
  out.Set("name", Json(param.name));
  out.Set("wire_name", Json(param.wire_name));
  PutTexts(out, "wire_aliases", param.wire_aliases);
  out.Set("type", Json(TypeName(param.type)));
  PutFlag(out, "required", param.required);
  if (param.default_value) out.Set("default", *param.default_value);
  if (param.min) out.Set("min", NumberJson(*param.min));
  if (param.max) out.Set("max", NumberJson(*param.max));
  PutValues(out, "choices", param.choices);
  PutValues(out, "also_accepted", param.also_accepted);
  PutFlag(out, "open_choices", param.open_choices);
  PutCount(out, "min_length", param.min_length);
  PutCount(out, "max_length", param.max_length);
  PutCount(out, "min_items", param.min_items);
  PutCount(out, "max_items", param.max_items);
  PutFlag(out, "accepts_data_uri", param.accepts_data_uri);
  PutFlag(out, "accepts_single", param.accepts_single);
  PutFlag(out, "https_only", param.https_only);
  PutFlag(out, "object_form", param.object_form);
  PutFlag(out, "string_form", param.string_form);
  PutRows(out, "members", param.members);
  if (!param.example.is_null()) out.Set("example", param.example);
  PutText(out, "note", param.note);
  return out;
}

Json ToJson(const Endpoint& endpoint) {
  Json out;
  out.Set("id", Json(endpoint.id));
  PutTexts(out, "aliases", endpoint.aliases);
  out.Set("product", Json(endpoint.product));
  out.Set("provider", Json(endpoint.provider));
  out.Set("title", Json(endpoint.title));
  out.Set("method", Json(endpoint.method));
  out.Set("path", Json(endpoint.path));
  out.Set("mode", Json(endpoint.queued ? "queued" : "sync"));
  PutText(out, "model_id", endpoint.model_id);
  out.Set("response", Json(endpoint.response_shape));
  out.Set("params", Json(Json::Array()));
  PutRows(out, "params", endpoint.params);
  PutRows(out, "rules", endpoint.rules);
  out.Set("price", ToJson(endpoint.price));
  out.Set("example_request", endpoint.example_request);
  PutTexts(out, "notes", endpoint.notes);
  return out;
}

Json ToJson(const StatusCall& status) {
  Json out;
  out.Set("method", Json(status.method));
  out.Set("path", Json(status.path));
  PutTexts(out, "words", status.words);
  PutTexts(out, "terminal", status.terminal);
  PutTexts(out, "not_charged", status.not_charged);
  PutTexts(out, "notes", status.notes);
  return out;
}

std::string EndpointJson(const Endpoint& endpoint) { return wire::WriteJson(ToJson(endpoint)); }

std::string ParamJson(const Param& param) { return wire::WriteJson(ToJson(param)); }

}  // namespace pixazo::catalogue
