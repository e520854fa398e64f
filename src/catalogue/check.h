// One request being checked: which argument means which parameter, and with what value it will be sent.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/catalogue.h"

namespace pixazo::catalogue {

// A parameter that is set.
struct Bound {
  const Param* param = nullptr;
  const Argument* argument = nullptr;  // nullptr: set by width, height or aspect_ratio
  std::string key;                     // the member of the body
  wire::Json value;
};

// The spellings a size can have beside its own parameter's.
struct SizeArguments {
  const Argument* width = nullptr;
  const Argument* height = nullptr;
  const Argument* aspect_ratio = nullptr;
};

struct Request {
  const Endpoint* endpoint = nullptr;
  std::vector<Bound> bound;  // in the endpoint's order of parameters once everything is bound
  SizeArguments size;
  std::vector<const Argument*> as_is;

  const Bound* Find(std::string_view canonical) const;
  // The value a parameter will be sent with: bound, sent as it is under one of the parameter's names, or
  // nullptr.
  const wire::Json* ValueOf(const Param& param) const;
  bool IsSet(const Param& param) const { return ValueOf(param) != nullptr; }
};

// Finds each argument's parameter. Errors: unknown name (with the nearest), the same parameter twice.
wire::Error BindNames(const std::vector<Argument>& arguments, Request& request);
// Cross-field rules; what is only worth a note goes to notes.
wire::Error CheckRules(const Request& request, std::vector<std::string>& notes);
Estimate EstimatePrice(const Request& request);

}  // namespace pixazo::catalogue
