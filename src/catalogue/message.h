// Words for errors: one line, which parameter, what is wrong, what is allowed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "catalogue/catalogue.h"

namespace pixazo::catalogue {

// What a message is about. field goes into Error.field; label is what people read: "count (num_images)",
// "loras[1].scale".
struct Where {
  std::string field;
  std::string label;
};
Where WhereOf(const Param& param);
Where WhereOf(const Param& param, size_t index);  // one picture of a list
Where MemberOf(const Where& list, size_t index,
               const std::string& member);  // one member of one object of a list

wire::Error Refuse(const Where& where, std::string_view what);  // kInvalidArg: "<label> <what>"
wire::Error RefuseField(std::string_view field, std::string_view message);

std::string Quoted(std::string_view text);   // 'text', cleaned and cut for a message
std::string ValueText(const wire::Json& v);  // strings quoted, the rest as JSON, cut for a message
std::string NumberText(double v);            // 20, not 20.0
std::string ListText(const std::vector<wire::Json>& values);  // low, medium, high
std::string NamesText(const std::vector<std::string>& names);
const char* TypeName(ParamType type);  // as in the catalogue's JSON
std::string TypeText(ParamType type);  // "a string", "an integer"

// The nearest of names by edits, "" if none is near enough to be meant.
std::string_view NearestName(std::string_view name, const std::vector<std::string_view>& names);

}  // namespace pixazo::catalogue
