// BindNames of check.h.
#include "catalogue/check.h"
#include "catalogue/message.h"
#include "catalogue/size.h"
#include "wire/text.h"

namespace pixazo::catalogue {
namespace {

const Param* SizeParam(const Endpoint& endpoint) {
  for (const Param& param : endpoint.params) {
    if (param.type == ParamType::kSize) return &param;
  }
  return nullptr;
}

// The place for width, height and aspect_ratio where the endpoint has a size instead of them.
const Argument** SizeSpelling(Request& request, std::string_view name) {
  if (!SizeParam(*request.endpoint)) return nullptr;
  if (name == "width") return &request.size.width;
  if (name == "height") return &request.size.height;
  if (name == "aspect_ratio") return &request.size.aspect_ratio;
  return nullptr;
}

const wire::Json* ValueNamed(const std::vector<Argument>& arguments, std::string_view name) {
  for (const Argument& argument : arguments) {
    if (argument.name == name && !argument.as_is) return &argument.value;
  }
  return nullptr;
}

// width and height where only a ratio is taken: never exact, but the nearest can be named.
std::string RatioHint(const Endpoint& endpoint, const std::vector<Argument>& arguments) {
  const Param* ratio = endpoint.Find("aspect_ratio");
  std::string out = "it takes aspect_ratio";
  if (!ratio->choices.empty()) out += " (" + ListText(ratio->choices) + ")";
  const wire::Json *width = ValueNamed(arguments, "width"), *height = ValueNamed(arguments, "height");
  if (!width || !height) return out;
  const auto w = WholeNumber(*width), h = WholeNumber(*height);
  if (!w || !h || *w < 1 || *h < 1 || *w > kMaxSide || *h > kMaxSide) return out;
  const Pixels pixels{*w, *h};
  const std::string near = ratio->choices.empty() ? RatioText(pixels) : NearestRatio(ratio->choices, pixels);
  return out + "; the nearest to " + std::to_string(*w) + "x" + std::to_string(*h) + " is " + near;
}

std::string Suggestion(const Endpoint& endpoint, const std::vector<Argument>& arguments,
                       std::string_view name) {
  const bool side = name == "width" || name == "height";
  if (side && endpoint.Find("aspect_ratio")) return RatioHint(endpoint, arguments);
  if ((name == "aspect_ratio" || name == "size") && endpoint.Find("width") && endpoint.Find("height")) {
    return "it takes width and height";
  }
  if (name == "size" && endpoint.Find("aspect_ratio")) return "it takes aspect_ratio";
  std::vector<std::string_view> names;
  for (const Param& param : endpoint.params) {
    names.push_back(param.name);
    names.push_back(param.wire_name);
    names.insert(names.end(), param.wire_aliases.begin(), param.wire_aliases.end());
  }
  const std::string_view near = NearestName(name, names);
  if (!near.empty()) return "did you mean " + std::string(near) + "?";
  std::vector<std::string> all;
  for (const Param& param : endpoint.params) all.push_back(param.name);
  return "it takes " + NamesText(all);
}

wire::Error TwiceError(const Param& param, const std::string& first, const std::string& second) {
  if (first == second) return RefuseField(param.name, first + " is set twice");
  return RefuseField(param.name, first + " and " + second + " are the same parameter: set one of them");
}

wire::Error BindOne(const Argument& argument, const std::vector<Argument>& arguments, Request& request) {
  const Endpoint& endpoint = *request.endpoint;
  if (const Param* param = endpoint.Find(argument.name)) {
    if (const Bound* other = request.Find(param->name))
      return TwiceError(*param, other->argument->name, argument.name);
    const bool own = argument.name == param->name || argument.name == param->wire_name;
    request.bound.push_back({param, &argument, own ? param->wire_name : argument.name, {}});
    return {};
  }
  const Argument** place = SizeSpelling(request, argument.name);
  if (!place) {
    return RefuseField(argument.name, endpoint.id + " has no parameter " + Quoted(argument.name) + "; " +
                                          Suggestion(endpoint, arguments, argument.name));
  }
  if (*place) return RefuseField(argument.name, argument.name + " is set twice");
  if (!argument.images.empty()) return RefuseField(argument.name, argument.name + " takes no pictures");
  *place = &argument;
  return {};
}

wire::Error CheckName(const Argument& argument) {
  if (argument.name.empty()) return RefuseField("", "a parameter has an empty name");
  if (argument.name.size() > 200)
    return RefuseField(argument.name, "a parameter's name may have at most 200 bytes");
  if (wire::IsValidUtf8(argument.name) && !wire::HasControl(argument.name)) return {};
  return RefuseField(argument.name, "the parameter name " + Quoted(argument.name) +
                                        " holds a control character or is not valid UTF-8");
}

// Each of a size's spellings excludes the others.
wire::Error CheckSizeSpellings(const Request& request) {
  const SizeArguments& size = request.size;
  const Argument* side = size.width ? size.width : size.height;
  if (!side && !size.aspect_ratio) return {};
  const Param& param = *SizeParam(*request.endpoint);
  const Bound* own = request.Find(param.name);
  const Argument* first = own ? own->argument : size.aspect_ratio;
  const Argument* second = side ? side : size.aspect_ratio;
  if (first && first != second) {
    return RefuseField(param.name, first->name + " and " + second->name + " both set " +
                                       WhereOf(param).label + ": set one of them");
  }
  if (!side || (size.width && size.height)) return {};
  const char* missing = size.width ? "height" : "width";
  return RefuseField(missing,
                     side->name + " needs " + missing + " too: together they set " + WhereOf(param).label);
}

}  // namespace

wire::Error BindNames(const std::vector<Argument>& arguments, Request& request) {
  for (const Argument& argument : arguments) {
    if (auto error = CheckName(argument); !error.ok()) return error;
    if (argument.as_is) {
      request.as_is.push_back(&argument);
    } else if (auto error = BindOne(argument, arguments, request); !error.ok()) {
      return error;
    }
  }
  return CheckSizeSpellings(request);
}

}  // namespace pixazo::catalogue
