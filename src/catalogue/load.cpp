#include "catalogue/load.h"

#include <algorithm>

namespace pixazo::catalogue {
namespace {

using wire::Json;

constexpr size_t kMaxParams = 200;
constexpr int64_t kMaxMicrousd = 1'000'000'000;  // a thousand dollars a picture: above it the table is wrong

std::string Indexed(const char* name, size_t index) {
  return std::string(name) + "[" + std::to_string(index) + "]";
}

// Any of a parameter's spellings must mean one parameter only.
void CheckSpellings(Reader& reader, const std::vector<Param>& params) {
  std::vector<std::pair<std::string_view, size_t>> names;
  for (size_t i = 0; i < params.size(); ++i) {
    names.push_back({params[i].name, i});
    names.push_back({params[i].wire_name, i});
    for (const std::string& alias : params[i].wire_aliases) names.push_back({alias, i});
  }
  std::sort(names.begin(), names.end());
  for (size_t i = 1; i < names.size(); ++i) {
    if (names[i].first != names[i - 1].first || names[i].second == names[i - 1].second) continue;
    return reader.Fail(Indexed("params", names[i].second), "shares the name " + Quoted(names[i].first) +
                                                               " with params[" +
                                                               std::to_string(names[i - 1].second) + "]");
  }
  const auto sizes =
      std::count_if(params.begin(), params.end(), [](const Param& p) { return p.type == ParamType::kSize; });
  if (sizes > 1) reader.Fail("params", "has more than one size");
}

void ReadParams(Reader& reader, Endpoint& endpoint, wire::Error* error) {
  for (const Json& item : reader.List("params", kMaxParams, Need::kRequired)) {
    Param param = ReadParam(item, reader.PlaceOf(Indexed("params", endpoint.params.size())), error);
    if (!reader.ok()) return;
    endpoint.params.push_back(std::move(param));
  }
  if (reader.ok()) CheckSpellings(reader, endpoint.params);
}

constexpr struct {
  const char* name;
  Rule::Kind kind;
} kRuleKinds[] = {{"excludes", Rule::Kind::kExcludes},
                  {"requires", Rule::Kind::kRequires},
                  {"value_requires", Rule::Kind::kValueRequires},
                  {"ignored_for", Rule::Kind::kIgnoredFor},
                  {"same_size", Rule::Kind::kSameSize}};

bool IsPicture(const Param* p) {
  return p && (p->type == ParamType::kImage || p->type == ParamType::kImages);
}

const Param* Canonical(const Endpoint& endpoint, std::string_view name) {
  const Param* param = endpoint.Find(name);
  return param && param->name == name ? param : nullptr;
}

void CheckRule(Reader& reader, const Endpoint& endpoint, const Rule& rule) {
  if (!Canonical(endpoint, rule.a)) return reader.Fail("param", "names no parameter: " + Quoted(rule.a));
  if (rule.others.empty()) return reader.Fail("others", "must not be empty");
  for (const std::string& other : rule.others) {
    if (!Canonical(endpoint, other)) return reader.Fail("others", "names no parameter: " + Quoted(other));
    if (other == rule.a) return reader.Fail("others", "names the parameter itself");
  }
  const bool by_value = rule.kind == Rule::Kind::kValueRequires || rule.kind == Rule::Kind::kIgnoredFor;
  if (by_value != !rule.allowed.empty()) {
    return reader.Fail("allowed", by_value ? "must not be empty" : "has no meaning for this kind");
  }
  if ((rule.kind == Rule::Kind::kValueRequires) == rule.value.is_null()) {
    return reader.Fail("value", rule.value.is_null() ? "is missing" : "has no meaning for this kind");
  }
  if ((by_value || rule.kind == Rule::Kind::kSameSize) && rule.others.size() != 1) {
    return reader.Fail("others", "must name one parameter for this kind");
  }
  if (rule.kind != Rule::Kind::kSameSize) return;
  if (!IsPicture(Canonical(endpoint, rule.a)) || !IsPicture(Canonical(endpoint, rule.others.front()))) {
    reader.Fail("", "of kind same_size is about pictures");
  }
}

Rule ReadRule(const Json& json, const std::string& place, const Endpoint& endpoint, wire::Error* error) {
  Rule rule;
  Reader reader(json, place, error);
  std::string kind;
  reader.Text("kind", kind, Need::kRequired);
  reader.Text("param", rule.a, Need::kRequired);
  if (const Json* value = reader.Take("value")) rule.value = *value;
  reader.Texts("others", rule.others, Need::kRequired);
  reader.Values("allowed", rule.allowed);
  reader.Text("text", rule.text, Need::kRequired);
  reader.Finish();
  if (!reader.ok()) return rule;
  const auto* known = std::find_if(std::begin(kRuleKinds), std::end(kRuleKinds),
                                   [&](const auto& k) { return kind == k.name; });
  if (known == std::end(kRuleKinds)) {
    reader.Fail("kind", "is " + Quoted(kind) +
                            "; kinds are excludes, requires, value_requires, ignored_for, same_size");
    return rule;
  }
  rule.kind = known->kind;
  CheckRule(reader, endpoint, rule);
  return rule;
}

void ReadUnit(Reader& reader, Price& price) {
  std::string unit;
  reader.Text("unit", unit);
  if (!reader.ok() || unit.empty() || unit == "unstated") return;
  if (unit != "picture" && unit != "request")
    return reader.Fail("unit", "is unstated, picture or request, not " + Quoted(unit));
  price.unit = unit == "picture" ? Price::Unit::kPicture : Price::Unit::kRequest;
}

void ReadPriceTable(Reader& reader, const Json& table, Price& price) {
  if (!table.is_object() || table.as_object().empty())
    return reader.Fail("table", "must be an object with rows");
  for (const auto& [value, microusd] : table.as_object()) {
    if (!microusd.is_int() || microusd.as_int() < 0 || microusd.as_int() > kMaxMicrousd) {
      return reader.Fail("table",
                         "holds microdollars, integers from 0 to 1000000000, not " + ValueText(microusd));
    }
    if (value.empty() != price.by.empty()) {
      return reader.Fail(
          "table", price.by.empty() ? "of a flat price has one row, \"\"" : "has a row without a value");
    }
    price.table.push_back({value, microusd.as_int()});
  }
  price.known = true;
}

Price ReadPrice(const Json& json, const std::string& place, const Endpoint& endpoint, wire::Error* error) {
  Price price;
  Reader reader(json, place, error);
  reader.Text("by", price.by);
  const Json* table = reader.Take("table");
  ReadUnit(reader, price);
  reader.Text("source", price.source, Need::kRequired);
  reader.Finish();
  if (!reader.ok()) return price;
  const Param* by = Canonical(endpoint, price.by);
  if (!price.by.empty() && (!by || by->type != ParamType::kString)) {
    reader.Fail("by", "names no parameter of type string: " + Quoted(price.by));
  } else if (!table && (!price.by.empty() || price.unit != Price::Unit::kUnstated)) {
    reader.Fail("table", "is missing");
  } else if (table) {
    ReadPriceTable(reader, *table, price);
  }
  return price;
}

void CheckIdentity(Reader& reader, const Endpoint& endpoint) {
  if (!IsEndpointId(endpoint.id)) return reader.Fail("id", "is no endpoint id: " + Quoted(endpoint.id));
  for (const std::string& alias : endpoint.aliases) {
    if (!IsEndpointAlias(alias)) return reader.Fail("aliases", "has no endpoint name: " + Quoted(alias));
  }
  if (endpoint.method != "POST") return reader.Fail("method", "must be POST, not " + Quoted(endpoint.method));
  if (!IsRelativePath(endpoint.path)) {
    return reader.Fail("path",
                       "must be a plain path below the base URL, like /a/b, not " + Quoted(endpoint.path));
  }
  if (!endpoint.model_id.empty() && !IsEndpointId(endpoint.model_id)) {
    reader.Fail("model_id", "is no model id: " + Quoted(endpoint.model_id));
  }
}

void CheckMode(Reader& reader, Endpoint& endpoint, const std::string& mode) {
  if (mode != "queued" && mode != "sync")
    return reader.Fail("mode", "is queued or sync, not " + Quoted(mode));
  endpoint.queued = mode == "queued";
  constexpr std::string_view kShapes[] = {"queued", "output", "imageUrl", "url"};
  const std::string& shape = endpoint.response_shape;
  if (std::find(std::begin(kShapes), std::end(kShapes), shape) == std::end(kShapes)) {
    return reader.Fail("response", "is queued, output, imageUrl or url, not " + Quoted(shape));
  }
  if (endpoint.queued != (shape == "queued")) reader.Fail("response", "does not go with the mode " + mode);
}

// The printed request must be one the row accepts, and nothing of it may change on its way.
void CheckExample(Reader& reader, const Endpoint& endpoint) {
  const Json& example = endpoint.example_request;
  if (!example.is_object())
    return reader.Fail("example_request", "must be an object, not " + ValueText(example));
  std::vector<Argument> arguments;
  for (const auto& [name, value] : example.as_object()) arguments.push_back({name, value, {}, false});
  const auto prepared = Check(endpoint, arguments);
  if (!prepared.ok())
    return reader.Fail("example_request", "is refused by the row itself: " + prepared.error().message);
  for (const auto& [name, value] : example.as_object()) {
    const Json* sent = prepared->body.Find(name);
    if (!sent || *sent != value)
      return reader.Fail("example_request", "would not be sent as written: " + Quoted(name));
  }
}

void ReadIdentity(Reader& reader, Endpoint& endpoint) {
  reader.Text("id", endpoint.id, Need::kRequired);
  reader.Texts("aliases", endpoint.aliases);
  reader.Text("product", endpoint.product, Need::kRequired);
  reader.Text("provider", endpoint.provider, Need::kRequired);
  reader.Text("title", endpoint.title, Need::kRequired);
  reader.Text("method", endpoint.method, Need::kRequired);
  reader.Text("path", endpoint.path, Need::kRequired);
  reader.Text("model_id", endpoint.model_id);
  reader.Text("response", endpoint.response_shape, Need::kRequired);
}

}  // namespace

Endpoint ReadEndpoint(const Json& json, const std::string& place, wire::Error* error) {
  Endpoint endpoint;
  Reader reader(json, place, error);
  std::string mode;
  ReadIdentity(reader, endpoint);
  reader.Text("mode", mode, Need::kRequired);
  ReadParams(reader, endpoint, error);
  for (const Json& item : reader.List("rules", 200)) {
    endpoint.rules.push_back(
        ReadRule(item, reader.PlaceOf(Indexed("rules", endpoint.rules.size())), endpoint, error));
  }
  if (const Json* price = reader.Take("price", Need::kRequired)) {
    endpoint.price = ReadPrice(*price, reader.PlaceOf("price"), endpoint, error);
  }
  const Json* example = reader.Take("example_request", Need::kRequired);
  reader.Texts("notes", endpoint.notes);
  reader.Finish();
  if (reader.ok()) CheckIdentity(reader, endpoint);
  if (reader.ok()) CheckMode(reader, endpoint, mode);
  if (reader.ok() && example) {
    endpoint.example_request = *example;
    CheckExample(reader, endpoint);
  }
  return endpoint;
}

StatusCall ReadStatusCall(const Json& json, const std::string& place, wire::Error* error) {
  constexpr std::string_view kId = "/{request_id}";
  StatusCall status;
  Reader reader(json, place, error);
  reader.Text("method", status.method, Need::kRequired);
  reader.Text("path", status.path, Need::kRequired);
  reader.Texts("words", status.words);
  reader.Texts("terminal", status.terminal);
  reader.Texts("not_charged", status.not_charged);
  reader.Texts("notes", status.notes);
  reader.Finish();
  if (!reader.ok()) return status;
  if (status.method != "GET") reader.Fail("method", "must be GET, not " + Quoted(status.method));
  const std::string_view path = status.path;
  if (!path.ends_with(kId) || !IsRelativePath(path.substr(0, path.size() - kId.size()))) {
    reader.Fail("path",
                "must be a plain path below the base URL that ends with /{request_id}, not " + Quoted(path));
  }
  return status;
}

}  // namespace pixazo::catalogue
