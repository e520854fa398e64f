// CheckRules of check.h.
#include <algorithm>

#include "catalogue/check.h"
#include "catalogue/message.h"

namespace pixazo::catalogue {
namespace {

using wire::Json;

// The value that counts: what is sent, else the documented default.
const Json* Effective(const Request& request, const Param& param) {
  const Json* value = request.ValueOf(param);
  if (!value && param.default_value) value = &*param.default_value;
  return value;
}

bool IsAllowed(const Rule& rule, const Json* value) {
  return value && std::find(rule.allowed.begin(), rule.allowed.end(), *value) != rule.allowed.end();
}

wire::Error Broken(const Rule& rule, const std::string& what) {
  return RefuseField(rule.a, rule.text.empty() ? what : rule.text + ": " + what);
}

// How the host wrote it, so that the message speaks of what it set.
std::string Spelling(const Request& request, const Param& param) {
  const Bound* bound = request.Find(param.name);
  return bound && bound->argument ? bound->argument->name : param.name;
}

wire::Error CheckOne(const Request& request, const Rule& rule, const Param& a, const Param& other) {
  const bool set = request.IsSet(other);
  switch (rule.kind) {
    case Rule::Kind::kExcludes:
      if (!set) return {};
      return Broken(rule, Spelling(request, a) + " and " + Spelling(request, other) + " are both set");
    case Rule::Kind::kRequires:
      if (set) return {};
      return Broken(rule, other.name + " is missing");
    case Rule::Kind::kValueRequires: {
      const Json* value = Effective(request, other);
      if (*request.ValueOf(a) != rule.value || IsAllowed(rule, value)) return {};
      return Broken(rule, WhereOf(other).label + " is " + (value ? ValueText(*value) : "not set") +
                              "; it must be one of " + ListText(rule.allowed));
    }
    case Rule::Kind::kIgnoredFor:
    case Rule::Kind::kSameSize:
      break;
  }
  return {};
}

}  // namespace

wire::Error CheckRules(const Request& request, std::vector<std::string>& notes) {
  for (const Rule& rule : request.endpoint->rules) {
    const Param* a = request.endpoint->Find(rule.a);
    if (!a || !request.IsSet(*a)) continue;
    for (const std::string& name : rule.others) {
      const Param* other = request.endpoint->Find(name);
      if (!other) continue;
      if (auto error = CheckOne(request, rule, *a, *other); !error.ok()) return error;
      if (rule.kind == Rule::Kind::kIgnoredFor && IsAllowed(rule, Effective(request, *other)))
        notes.push_back(rule.text);
    }
  }
  return {};
}

}  // namespace pixazo::catalogue
