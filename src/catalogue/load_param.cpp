// ReadParam of load.h.
#include <array>

#include "catalogue/load.h"
#include "catalogue/picture.h"
#include "catalogue/size.h"
#include "catalogue/value.h"

namespace pixazo::catalogue {
namespace {

using wire::Json;

constexpr std::array kTypes = {ParamType::kString,  ParamType::kInteger,    ParamType::kNumber,
                               ParamType::kBoolean, ParamType::kImage,      ParamType::kImages,
                               ParamType::kSize,    ParamType::kStringList, ParamType::kObjectList,
                               ParamType::kUrl};

bool IsNumeric(ParamType t) { return t == ParamType::kInteger || t == ParamType::kNumber; }
bool IsPicture(ParamType t) { return t == ParamType::kImage || t == ParamType::kImages; }
bool IsList(ParamType t) {
  return t == ParamType::kImages || t == ParamType::kStringList || t == ParamType::kObjectList;
}

void ReadType(Reader& reader, Param& param) {
  std::string name;
  reader.Text("type", name, Need::kRequired);
  if (!reader.ok()) return;
  std::string known;
  for (ParamType type : kTypes) {
    if (name == TypeName(type)) {
      param.type = type;
      return;
    }
    known += (known.empty() ? "" : ", ") + std::string(TypeName(type));
  }
  reader.Fail("type", "is " + Quoted(name) + "; types are " + known);
}

void ReadNames(Reader& reader, Param& param) {
  reader.Text("name", param.name, Need::kRequired);
  reader.Text("wire_name", param.wire_name, Need::kRequired);
  reader.Texts("wire_aliases", param.wire_aliases);
  if (!reader.ok()) return;
  if (!IsParamName(param.name)) return reader.Fail("name", "is no parameter name: " + Quoted(param.name));
  if (!IsParamName(param.wire_name))
    return reader.Fail("wire_name", "is no parameter name: " + Quoted(param.wire_name));
  for (const std::string& alias : param.wire_aliases) {
    if (!IsParamName(alias)) return reader.Fail("wire_aliases", "has no parameter name: " + Quoted(alias));
    if (alias == param.wire_name || alias == param.name)
      return reader.Fail("wire_aliases", "repeats " + Quoted(alias));
  }
}

// A member that has no meaning for the type is a mistake of whoever wrote the row.
void CheckFits(Reader& reader, const Param& p) {
  const bool text = p.type == ParamType::kString;
  const bool chosen =
      text || IsNumeric(p.type) || p.type == ParamType::kSize || p.type == ParamType::kStringList;
  const struct {
    const char* member;
    bool is_set, fits;
  } rules[] = {
      {"min", p.min.has_value(), IsNumeric(p.type)},
      {"max", p.max.has_value(), IsNumeric(p.type)},
      {"choices", !p.choices.empty(), chosen},
      {"also_accepted", !p.also_accepted.empty(), chosen && !p.choices.empty()},
      {"open_choices", p.open_choices, !p.choices.empty() || p.type == ParamType::kSize},
      {"min_length", p.min_length > 0, text},
      {"max_length", p.max_length > 0, text},
      {"min_items", p.min_items > 0, IsList(p.type)},
      {"max_items", p.max_items > 0, IsList(p.type)},
      {"accepts_data_uri", p.accepts_data_uri, IsPicture(p.type)},
      {"accepts_single", p.accepts_single, p.type == ParamType::kImages},
      {"https_only", p.https_only, IsPicture(p.type) || p.type == ParamType::kUrl},
      {"object_form", p.object_form, p.type == ParamType::kSize},
      {"string_form", p.string_form, p.type == ParamType::kSize},
      {"members", !p.members.empty(), p.type == ParamType::kObjectList},
  };
  for (const auto& rule : rules) {
    if (rule.is_set && !rule.fits)
      return reader.Fail(rule.member, "has no meaning for type " + std::string(TypeName(p.type)));
  }
  if (p.min && p.max && *p.min > *p.max) return reader.Fail("max", "is less than min");
  if (p.max_length > 0 && p.min_length > p.max_length)
    return reader.Fail("max_length", "is less than min_length");
  if (p.max_items > 0 && p.min_items > p.max_items) return reader.Fail("max_items", "is less than min_items");
  if (p.type == ParamType::kSize && !p.object_form && !p.string_form) {
    return reader.Fail("", "of type size needs string_form or object_form");
  }
  if (p.type == ParamType::kObjectList && p.members.empty()) reader.Fail("members", "is missing");
}

// Choices have the parameter's type and keep its bounds, so that offering one is never wrong.
void CheckChoices(Reader& reader, const Param& param) {
  Param open = param;
  open.choices.clear();
  open.also_accepted.clear();
  for (const auto* list : {&param.choices, &param.also_accepted}) {
    size_t index = 0;
    for (const Json& choice : *list) {
      const char* member = list == &param.choices ? "choices" : "also_accepted";
      const std::string place = reader.PlaceOf(member) + "[" + std::to_string(index++) + "]";
      if (param.type == ParamType::kSize) {
        if (!choice.is_string()) return reader.Fail(member, "must be strings");
        if (auto e = CheckText({place, place}, choice.as_string(), TextKind::kStrict); !e.ok())
          return reader.Fail(member, e.message);
        continue;
      }
      const auto value = ConvertValue(open, {place, place}, choice, {});
      if (!value.ok())
        return reader.Fail(member, "has a value the parameter refuses: " + value.error().message);
      if (*value != choice)
        return reader.Fail(member, "has a value that would be sent as " + wire::WriteJson(*value));
    }
  }
}

void CheckOwnValue(Reader& reader, const Param& param, const char* member, const Json& value) {
  const Where where = WhereOf(param);
  wire::Error error;
  if (IsPicture(param.type)) {
    Argument argument;
    argument.value = value;
    const auto bound = BindPictures(param, param.wire_name, argument, {});
    if (!bound.ok()) error = bound.error();
  } else {
    const auto converted = ConvertValue(param, where, value, {});
    if (!converted.ok()) error = converted.error();
  }
  if (!error.ok()) reader.Fail(member, "is a value the parameter refuses: " + error.message);
}

bool MayBeMember(const Param& m) {
  return m.type == ParamType::kString || IsNumeric(m.type) || m.type == ParamType::kBoolean ||
         m.type == ParamType::kUrl;
}

void ReadMembers(Reader& reader, Param& param, wire::Error* error) {
  const Json::Array& list = reader.List("members", 50);
  for (const Json& item : list) {
    const std::string place = reader.PlaceOf("members") + "[" + std::to_string(param.members.size()) + "]";
    Param member = ReadParam(item, place, error);
    if (!reader.ok()) return;
    if (!MayBeMember(member))
      return reader.Fail("members", "may be strings, numbers, booleans and URLs only");
    for (const Param& other : param.members) {
      if (other.name == member.name || other.name == member.wire_name || other.wire_name == member.name ||
          other.wire_name == member.wire_name) {
        return reader.Fail("members", "has two with the name " + Quoted(member.name));
      }
    }
    param.members.push_back(std::move(member));
  }
}

void ReadLimits(Reader& reader, Param& param) {
  reader.Flag("required", param.required);
  reader.Number("min", param.min);
  reader.Number("max", param.max);
  reader.Values("choices", param.choices);
  reader.Values("also_accepted", param.also_accepted);
  reader.Flag("open_choices", param.open_choices);
  reader.Count("min_length", param.min_length);
  reader.Count("max_length", param.max_length);
  reader.Count("min_items", param.min_items);
  reader.Count("max_items", param.max_items);
  reader.Flag("accepts_data_uri", param.accepts_data_uri);
  reader.Flag("accepts_single", param.accepts_single);
  reader.Flag("https_only", param.https_only);
  reader.Flag("object_form", param.object_form);
  reader.Flag("string_form", param.string_form);
}

}  // namespace

Param ReadParam(const Json& json, const std::string& place, wire::Error* error) {
  Param param;
  Reader reader(json, place, error);
  ReadNames(reader, param);
  ReadType(reader, param);
  ReadLimits(reader, param);
  ReadMembers(reader, param, error);
  reader.Text("note", param.note);
  const Json* default_value = reader.Take("default");
  const Json* example = reader.Take("example");
  reader.Finish();
  if (reader.ok()) CheckFits(reader, param);
  if (reader.ok()) CheckChoices(reader, param);
  if (reader.ok() && default_value) {
    param.default_value = *default_value;
    CheckOwnValue(reader, param, "default", *default_value);
  }
  if (reader.ok() && example) {
    param.example = *example;
    CheckOwnValue(reader, param, "example", *example);
  }
  return param;
}

}  // namespace pixazo::catalogue
