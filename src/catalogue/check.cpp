#include "catalogue/check.h"

#include <algorithm>

#include "catalogue/message.h"
#include "catalogue/picture.h"
#include "catalogue/size.h"
#include "catalogue/value.h"

namespace pixazo::catalogue {
namespace {

using wire::Json;

bool TakesPictures(const Param& param) {
  return param.type == ParamType::kImage || param.type == ParamType::kImages;
}

bool Names(const Param& param, std::string_view wire_spelling) {
  return wire_spelling == param.wire_name || std::find(param.wire_aliases.begin(), param.wire_aliases.end(),
                                                       wire_spelling) != param.wire_aliases.end();
}

wire::Error ConvertBound(Bound& bound, const CheckOptions& options, std::vector<Prepared::Slot>& slots) {
  const Param& param = *bound.param;
  if (TakesPictures(param)) {
    auto pictures = BindPictures(param, bound.key, *bound.argument, options);
    if (!pictures.ok()) return pictures.error();
    bound.value = std::move(pictures->value);
    std::move(pictures->slots.begin(), pictures->slots.end(), std::back_inserter(slots));
    return {};
  }
  if (!bound.argument->images.empty()) return Refuse(WhereOf(param), "takes no pictures");
  auto value = ConvertValue(param, WhereOf(param), bound.argument->value, options);
  if (!value.ok()) return value.error();
  bound.value = std::move(*value);
  return {};
}

wire::Result<Json> SizeValue(const Param& param, const SizeArguments& size) {
  if (size.aspect_ratio) {
    return ConvertRatioToSize(param, {"aspect_ratio", "aspect_ratio"}, size.aspect_ratio->value);
  }
  const Where width{"width", "width"}, height{"height", "height"};
  if (auto error = CheckSide(width, size.width->value); !error.ok()) return error;
  if (auto error = CheckSide(height, size.height->value); !error.ok()) return error;
  const Pixels pixels{*WholeNumber(size.width->value), *WholeNumber(size.height->value)};
  return ConvertPixels(param, WhereOf(param), pixels);
}

// width and height, or aspect_ratio, for an endpoint that has a size.
wire::Error BindSize(Request& request) {
  if (!request.size.width && !request.size.aspect_ratio) return {};
  const auto param = std::find_if(request.endpoint->params.begin(), request.endpoint->params.end(),
                                  [](const Param& p) { return p.type == ParamType::kSize; });
  auto value = SizeValue(*param, request.size);
  if (!value.ok()) return value.error();
  request.bound.push_back({&*param, nullptr, param->wire_name, std::move(*value)});
  return {};
}

wire::Error CheckAsIs(const Request& request) {
  for (size_t i = 0; i < request.as_is.size(); ++i) {
    const Argument& argument = *request.as_is[i];
    const Where where{argument.name, argument.name};
    if (!argument.images.empty()) return Refuse(where, "is sent as it is and takes no pictures, only JSON");
    const Param* param = request.endpoint->Find(argument.name);
    const Bound* bound = param ? request.Find(param->name) : nullptr;
    if (bound) {
      return RefuseField(param->name, argument.name + " is sent as it is, but " + WhereOf(*param).label +
                                          " is set too: set one of them");
    }
    for (size_t j = 0; j < i; ++j) {
      if (request.as_is[j]->name == argument.name) return Refuse(where, "is set twice");
    }
    if (auto error = CheckJsonSafe(where, argument.value); !error.ok()) return error;
  }
  return {};
}

wire::Error CheckRequired(const Request& request) {
  std::vector<std::string> missing;
  std::string field;
  for (const Param& param : request.endpoint->params) {
    if (!param.required || request.IsSet(param)) continue;
    if (missing.empty()) field = param.name;
    missing.push_back(WhereOf(param).label);
  }
  if (missing.empty()) return {};
  return RefuseField(field, request.endpoint->id + " requires " + NamesText(missing));
}

void SortByEndpoint(Request& request) {
  std::stable_sort(request.bound.begin(), request.bound.end(),
                   [](const Bound& a, const Bound& b) { return a.param < b.param; });
}

Json Body(const Request& request) {
  Json body{Json::Object()};
  for (const Bound& bound : request.bound) body.Set(bound.key, bound.value);
  for (const Argument* argument : request.as_is) body.Set(argument->name, argument->value);
  return body;
}

wire::Error CheckKnownPictures(const Request& request, const Prepared& prepared) {
  KnownBytes known;
  for (const Prepared::Slot& slot : prepared.slots) {
    known.push_back(slot.source.bytes ? std::optional<std::string_view>(*slot.source.bytes) : std::nullopt);
  }
  return CheckSameSizes(*request.endpoint, prepared.body, prepared.slots, known);
}

}  // namespace

const Bound* Request::Find(std::string_view canonical) const {
  const auto it =
      std::find_if(bound.begin(), bound.end(), [&](const Bound& b) { return b.param->name == canonical; });
  return it == bound.end() ? nullptr : &*it;
}

const Json* Request::ValueOf(const Param& param) const {
  if (const Bound* own = Find(param.name)) return &own->value;
  for (const Argument* argument : as_is) {
    if (Names(param, argument->name)) return &argument->value;
  }
  return nullptr;
}

wire::Result<Prepared> Check(const Endpoint& endpoint, const std::vector<Argument>& arguments,
                             const CheckOptions& options) {
  Request request;
  request.endpoint = &endpoint;
  Prepared prepared;
  if (auto error = BindNames(arguments, request); !error.ok()) return error;
  for (Bound& bound : request.bound) {
    if (auto error = ConvertBound(bound, options, prepared.slots); !error.ok()) return error;
  }
  if (auto error = BindSize(request); !error.ok()) return error;
  if (auto error = CheckAsIs(request); !error.ok()) return error;
  if (auto error = CheckRequired(request); !error.ok()) return error;
  if (auto error = CheckRules(request, prepared.notes); !error.ok()) return error;
  SortByEndpoint(request);
  prepared.body = Body(request);
  if (auto error = CheckKnownPictures(request, prepared); !error.ok()) return error;
  prepared.estimate = EstimatePrice(request);
  return prepared;
}

}  // namespace pixazo::catalogue
