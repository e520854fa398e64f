#include "catalogue/message.h"

#include <algorithm>
#include <cmath>

#include "wire/text.h"

namespace pixazo::catalogue {
namespace {

constexpr size_t kShownBytes = 80;
constexpr double kExactIntegers = 9007199254740992.0;  // 2^53

std::string Lower(std::string_view s) {
  std::string out(s);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string Shown(std::string_view text) {
  std::string out = wire::CleanForMessage(text, kShownBytes);
  return text.size() > kShownBytes ? out + "..." : out;
}

}  // namespace

Where WhereOf(const Param& param) {
  if (param.wire_name == param.name) return {param.name, param.name};
  return {param.name, param.name + " (" + param.wire_name + ")"};
}

Where WhereOf(const Param& param, size_t index) {
  return {param.name, param.name + "[" + std::to_string(index) + "]"};
}

Where MemberOf(const Where& list, size_t index, const std::string& member) {
  return {list.field, list.field + "[" + std::to_string(index) + "]" + (member.empty() ? "" : "." + member)};
}

wire::Error Refuse(const Where& where, std::string_view what) {
  return RefuseField(where.field, where.label + " " + std::string(what));
}

wire::Error RefuseField(std::string_view field, std::string_view message) {
  return wire::MakeError(wire::Code::kInvalidArg, wire::CleanForMessage(message),
                         wire::CleanForMessage(field, 200));
}

std::string Quoted(std::string_view text) { return "'" + Shown(text) + "'"; }

std::string ValueText(const wire::Json& v) {
  if (v.is_string()) return Quoted(v.as_string());
  if (v.is_double() && !std::isfinite(v.as_double())) return "not a finite number";
  if (v.is_array()) return "a list of " + std::to_string(v.as_array().size());
  if (v.is_object()) return "an object";
  return wire::WriteJson(v);
}

std::string NumberText(double v) {
  if (v == std::floor(v) && std::fabs(v) < kExactIntegers) return std::to_string(static_cast<int64_t>(v));
  return wire::WriteJson(wire::Json(v));
}

std::string ListText(const std::vector<wire::Json>& values) {
  std::string out;
  for (const wire::Json& v : values) {
    if (!out.empty()) out += ", ";
    out += v.is_string() ? v.as_string() : wire::WriteJson(v);
  }
  return out;
}

std::string NamesText(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) {
    if (!out.empty()) out += ", ";
    out += name;
  }
  return out;
}

const char* TypeName(ParamType type) {
  switch (type) {
    case ParamType::kString:
      return "string";
    case ParamType::kInteger:
      return "integer";
    case ParamType::kNumber:
      return "number";
    case ParamType::kBoolean:
      return "boolean";
    case ParamType::kImage:
      return "image";
    case ParamType::kImages:
      return "images";
    case ParamType::kSize:
      return "size";
    case ParamType::kStringList:
      return "string_list";
    case ParamType::kObjectList:
      return "object_list";
    case ParamType::kUrl:
      return "url";
  }
  return "";
}

std::string TypeText(ParamType type) {
  switch (type) {
    case ParamType::kString:
      return "a string";
    case ParamType::kInteger:
      return "an integer";
    case ParamType::kNumber:
      return "a number";
    case ParamType::kBoolean:
      return "true or false";
    case ParamType::kImage:
      return "one picture: a URL, bytes or a file";
    case ParamType::kImages:
      return "pictures: a URL, a list of URLs, bytes or files";
    case ParamType::kSize:
      return "a size: text or an object with width and height";
    case ParamType::kStringList:
      return "a list of strings";
    case ParamType::kObjectList:
      return "a list of objects";
    case ParamType::kUrl:
      return "a URL";
  }
  return "";
}

std::string_view NearestName(std::string_view name, const std::vector<std::string_view>& names) {
  if (name.size() > 100) return "";
  const std::string wanted = Lower(name);
  size_t best = std::max<size_t>(2, name.size() / 3) + 1;
  std::string_view found;
  for (std::string_view candidate : names) {
    const size_t distance = wire::EditDistance(wanted, Lower(candidate), best - 1);
    // A name that would have to be rewritten completely is no suggestion.
    if (distance >= best || distance >= std::max(candidate.size(), name.size())) continue;
    best = distance;
    found = candidate;
    if (best == 0) break;
  }
  return found;
}

}  // namespace pixazo::catalogue
