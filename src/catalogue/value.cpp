#include "catalogue/value.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "catalogue/number.h"
#include "catalogue/size.h"
#include "wire/text.h"

namespace pixazo::catalogue {
namespace {

using wire::Json;

constexpr int kMaxNesting = 32;

wire::Error CheckSafe(const Where& where, const Json& value, int depth) {
  if (depth > kMaxNesting) return Refuse(where, "is nested too deeply; at most 32 levels are allowed");
  if (value.is_double() && !std::isfinite(value.as_double()))
    return Refuse(where, "holds a number that is not finite");
  if (value.is_string()) {
    const std::string& text = value.as_string();
    if (!wire::IsValidUtf8(text)) return Refuse(where, "holds text that is not valid UTF-8");
    if (text.find('\0') != std::string::npos) return Refuse(where, "holds a NUL character");
  }
  for (const Json& item : value.as_array()) {
    if (auto error = CheckSafe(where, item, depth + 1); !error.ok()) return error;
  }
  for (const auto& [name, member] : value.as_object()) {
    if (auto error = CheckSafe(where, Json(name), depth); !error.ok()) return error;
    if (auto error = CheckSafe(where, member, depth + 1); !error.ok()) return error;
  }
  return {};
}

wire::Error CheckLength(const Param& param, const Where& where, const std::string& text) {
  const size_t length = wire::CountCodePoints(text);
  if (length < param.min_length) {
    return Refuse(where, param.min_length == 1 ? "must not be empty"
                                               : "must have at least " + std::to_string(param.min_length) +
                                                     " characters; it has " + std::to_string(length));
  }
  if (param.max_length > 0 && length > param.max_length) {
    return Refuse(where, "may have at most " + std::to_string(param.max_length) + " characters; it has " +
                             std::to_string(length));
  }
  return {};
}

bool Contains(const std::vector<Json>& values, const Json& value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

bool IsListed(const Param& param, const Json& value) {
  return Contains(param.choices, value) || Contains(param.also_accepted, value);
}

// The same thing in the endpoint's own word, or nullptr: jpg and jpeg; 4:2 and 2:1.
const Json* SameMeaning(const Param& param, const std::string& text) {
  if (param.name == "aspect_ratio") {
    const auto ratio = ParseRatio(text);
    return ratio ? SameRatio(param.choices, *ratio) : nullptr;
  }
  if (param.name == "format" && (text == "jpg" || text == "jpeg")) {
    const Json other(text == "jpg" ? "jpeg" : "jpg");
    const auto it = std::find(param.choices.begin(), param.choices.end(), other);
    return it == param.choices.end() ? nullptr : &*it;
  }
  return nullptr;
}

std::string NearestChoice(const Param& param, const Json& value) {
  if (value.is_string()) {
    const auto ratio = param.name == "aspect_ratio" ? ParseRatio(value.as_string()) : std::nullopt;
    if (ratio) return NearestRatio(param.choices, *ratio);
    std::vector<std::string_view> names;
    for (const Json& choice : param.choices) names.push_back(choice.as_string());
    return std::string(NearestName(value.as_string(), names));
  }
  if (!value.is_number()) return "";
  const Json* best = nullptr;
  for (const Json& choice : param.choices) {
    const double distance = std::fabs(choice.as_double() - value.as_double());
    if (choice.is_number() && (!best || distance < std::fabs(best->as_double() - value.as_double())))
      best = &choice;
  }
  return best ? NumberText(best->as_double()) : "";
}

wire::Error NotAChoice(const Param& param, const Where& where, const Json& value) {
  const std::string near = NearestChoice(param, value);
  return Refuse(
      where, "is " +
                 (value.is_array() ? wire::CleanForMessage(wire::WriteJson(value), 80) : ValueText(value)) +
                 "; it takes " + ListText(param.choices) + (near.empty() ? "" : "; the nearest is " + near));
}

bool ChoicesAreClosed(const Param& param) { return !param.choices.empty() && !param.open_choices; }

wire::Error WrongType(const Param& param, const Where& where, const Json& value) {
  return Refuse(where, "must be " + TypeText(param.type) + ", not " + ValueText(value));
}

wire::Result<Json> ConvertString(const Param& param, const Where& where, const Json& value) {
  if (!value.is_string()) return WrongType(param, where, value);
  const std::string& text = value.as_string();
  const bool prompt = param.name == "prompt" || param.name == "negative_prompt";
  if (auto error = CheckText(where, text, prompt ? TextKind::kFree : TextKind::kStrict); !error.ok())
    return error;
  if (auto error = CheckLength(param, where, text); !error.ok()) return error;
  if (IsListed(param, value)) return value;
  if (const Json* listed = SameMeaning(param, text)) return *listed;
  if (ChoicesAreClosed(param)) return NotAChoice(param, where, value);
  return value;
}

wire::Result<Json> ConvertNumber(const Param& param, const Where& where, const Json& value) {
  if (!value.is_number()) return WrongType(param, where, value);
  Json number = value;
  if (param.type == ParamType::kInteger) {
    const auto whole = ToInteger(where, value);
    if (!whole.ok()) return whole.error();
    number = Json(*whole);
  }
  std::optional<double> min = param.min, max = param.max;
  if (param.name == "width" ||
      param.name == "height") {  // where no range is stated, only nonsense is refused
    min = min ? min : 1;
    max = max ? max : static_cast<double>(kMaxSide);
  }
  if (auto error = CheckRange(where, number, min, max); !error.ok()) return error;
  if (ChoicesAreClosed(param) && !IsListed(param, number)) return NotAChoice(param, where, number);
  return number;
}

wire::Error CheckItemCount(const Param& param, const Where& where, size_t count) {
  const bool few = count<param.min_items, many = param.max_items> 0 && count > param.max_items;
  if (!few && !many) return {};
  const std::string limit = std::to_string(few ? param.min_items : param.max_items);
  return Refuse(where, std::string(few ? "takes at least " : "takes at most ") + limit +
                           (limit == "1" ? " item, not " : " items, not ") + std::to_string(count));
}

wire::Result<Json> ConvertStringList(const Param& param, const Where& where, const Json& value) {
  if (!value.is_array()) return WrongType(param, where, value);
  if (auto error = CheckItemCount(param, where, value.as_array().size()); !error.ok()) return error;
  size_t index = 0;
  for (const Json& item : value.as_array()) {
    const Where here = MemberOf(where, index++, "");
    if (!item.is_string()) return Refuse(here, "must be a string, not " + ValueText(item));
    if (auto error = CheckText(here, item.as_string(), TextKind::kStrict); !error.ok()) return error;
  }
  if (ChoicesAreClosed(param) && !IsListed(param, value)) return NotAChoice(param, where, value);
  return value;
}

wire::Result<Json> ConvertObject(const Param& param, const Where& list, size_t index, const Json& value,
                                 const CheckOptions& options) {
  const Where here = MemberOf(list, index, "");
  if (!value.is_object()) return Refuse(here, "must be an object, not " + ValueText(value));
  Json out{Json::Object()};
  for (const auto& [name, member] : value.as_object()) {
    const auto it = std::find_if(param.members.begin(), param.members.end(), [&name = name](const Param& m) {
      return m.name == name || m.wire_name == name;
    });
    std::vector<std::string> names;
    for (const Param& m : param.members) names.push_back(m.name);
    if (it == param.members.end())
      return Refuse(here, "has no member " + Quoted(name) + "; it takes " + NamesText(names));
    if (out.Find(it->wire_name)) return Refuse(here, "sets " + it->name + " twice");
    auto converted = ConvertValue(*it, MemberOf(list, index, it->name), member, options);
    if (!converted.ok()) return converted.error();
    out.Set(it->wire_name, std::move(*converted));
  }
  for (const Param& m : param.members) {
    if (m.required && !out.Find(m.wire_name)) return Refuse(MemberOf(list, index, m.name), "is required");
  }
  return out;
}

wire::Result<Json> ConvertObjectList(const Param& param, const Where& where, const Json& value,
                                     const CheckOptions& options) {
  if (!value.is_array()) return WrongType(param, where, value);
  if (auto error = CheckItemCount(param, where, value.as_array().size()); !error.ok()) return error;
  Json::Array out;
  for (const Json& item : value.as_array()) {
    auto converted = ConvertObject(param, where, out.size(), item, options);
    if (!converted.ok()) return converted.error();
    out.push_back(std::move(*converted));
  }
  return Json(std::move(out));
}

}  // namespace

wire::Error CheckJsonSafe(const Where& where, const Json& value) { return CheckSafe(where, value, 0); }

wire::Error CheckText(const Where& where, std::string_view text, TextKind kind) {
  if (!wire::IsValidUtf8(text)) return Refuse(where, "is not valid UTF-8");
  if (text.find('\0') != std::string_view::npos) return Refuse(where, "holds a NUL character");
  if (text.find_first_of("\r\n") != std::string_view::npos) {
    return Refuse(where, "holds a line break; it must be one line");
  }
  if (kind == TextKind::kStrict && wire::HasControl(text)) return Refuse(where, "holds a control character");
  return {};
}

wire::Result<Json> ConvertValue(const Param& param, const Where& where, const Json& value,
                                const CheckOptions& options) {
  switch (param.type) {
    case ParamType::kString:
      return ConvertString(param, where, value);
    case ParamType::kInteger:
    case ParamType::kNumber:
      return ConvertNumber(param, where, value);
    case ParamType::kBoolean:
      return value.is_bool() ? wire::Result<Json>(value) : WrongType(param, where, value);
    case ParamType::kStringList:
      return ConvertStringList(param, where, value);
    case ParamType::kObjectList:
      return ConvertObjectList(param, where, value, options);
    case ParamType::kSize:
      if (value.is_string()) {
        if (auto error = CheckText(where, value.as_string(), TextKind::kStrict); !error.ok()) return error;
      }
      return ConvertSize(param, where, value);
    case ParamType::kUrl:
      if (!value.is_string()) return WrongType(param, where, value);
      if (auto error = CheckPublicUrl(where, value.as_string(), param.https_only, options); !error.ok())
        return error;
      return value;
    case ParamType::kImage:
    case ParamType::kImages:
      break;
  }
  return Refuse(where, "takes pictures");
}

}  // namespace pixazo::catalogue
