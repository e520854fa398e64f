#include "sandbox/faults.h"

#include <algorithm>

namespace pixazo::sandbox {
namespace {

using wire::Json;

struct WhereRow {
  const char* word;
  Where where;
};
constexpr WhereRow kWheres[] = {{"submit", Where::kSubmit},
                                {"status", Where::kStatus},
                                {"media", Where::kMedia},
                                {"webhook", Where::kWebhook}};

bool TakeWhere(const Json& value, Where& out) {
  for (const WhereRow& row : kWheres)
    if (value.is_string() && value.as_string() == row.word) return out = row.where, true;
  return false;
}
bool Take(const Json& value, bool& out) { return out = value.as_bool(), value.is_bool(); }
bool Take(const Json& value, int64_t& out) { return out = value.as_int(), value.is_int() && out >= 0; }
bool Take(const Json& value, std::string& out) { return out = value.as_string(), value.is_string(); }
bool TakeShare(const Json& value, double& out) {
  return out = value.as_double(), value.is_number() && out >= 0 && out <= 1;
}
bool TakeEnd(const Json& value, std::string& out) {
  return Take(value, out) && (out == "FAILED" || out == "ERROR" || out == "COMPLETED");
}
// A body is text, or JSON that is written as text; Retry-After may be a number.
bool TakeText(const Json& value, std::optional<std::string>& out) {
  return out = value.is_string() ? value.as_string() : wire::WriteJson(value), true;
}

struct Member {
  const char* name;
  bool (*take)(const Json& value, Fault& fault);
};

const Member kMembers[] = {
    {"on", [](const Json& v, Fault& f) { return TakeWhere(v, f.on); }},
    {"endpoint", [](const Json& v, Fault& f) { return Take(v, f.endpoint); }},
    {"prompt", [](const Json& v, Fault& f) { return Take(v, f.prompt); }},
    {"path", [](const Json& v, Fault& f) { return Take(v, f.path); }},
    {"nth", [](const Json& v, Fault& f) { return Take(v, f.nth) && f.nth > 0; }},
    {"times", [](const Json& v, Fault& f) { return Take(v, f.times); }},
    {"share", [](const Json& v, Fault& f) { return TakeShare(v, f.share); }},
    {"for_ms", [](const Json& v, Fault& f) { return Take(v, f.for_ms); }},
    {"delay_ms", [](const Json& v, Fault& f) { return Take(v, f.delay_ms); }},
    {"cut_at", [](const Json& v, Fault& f) { return Take(v, f.cut_at); }},
    {"truncate", [](const Json& v, Fault& f) { return Take(v, f.truncate); }},
    {"bytes_per_second",
     [](const Json& v, Fault& f) { return Take(v, f.bytes_per_second) && f.bytes_per_second > 0; }},
    {"drop", [](const Json& v, Fault& f) { return Take(v, f.drop); }},
    {"reset", [](const Json& v, Fault& f) { return Take(v, f.reset); }},
    {"twice", [](const Json& v, Fault& f) { return Take(v, f.twice); }},
    {"endless", [](const Json& v, Fault& f) { return Take(v, f.endless); }},
    {"status",
     [](const Json& v, Fault& f) { return Take(v, f.status) && f.status >= 100 && f.status <= 599; }},
    {"body", [](const Json& v, Fault& f) { return TakeText(v, f.body); }},
    {"content_type", [](const Json& v, Fault& f) { return v.is_string() && TakeText(v, f.content_type); }},
    {"retry_after", [](const Json& v, Fault& f) { return TakeText(v, f.retry_after); }},
    {"process", [](const Json& v, Fault& f) { return Take(v, f.process); }},
    {"end", [](const Json& v, Fault& f) { return TakeEnd(v, f.end); }},
    {"error", [](const Json& v, Fault& f) { return Take(v, f.error); }},
    {"queued_ms", [](const Json& v, Fault& f) { return Take(v, f.queued_ms); }},
    {"processing_ms", [](const Json& v, Fault& f) { return Take(v, f.processing_ms); }},
    {"lie", [](const Json& v, Fault& f) { return f.lie = v, v.is_object(); }},
};

wire::Error Wrong(size_t index, const std::string& what) {
  return wire::MakeError(wire::Code::kInvalidArg, "rules[" + std::to_string(index) + "]" + what);
}

wire::Result<Fault> ReadRule(const Json& json, size_t index) {
  if (!json.is_object()) return Wrong(index, " must be an object");
  if (!json.Find("on")) return Wrong(index, ".on is missing: submit, status, media or webhook");
  Fault fault;
  for (const auto& [name, value] : json.as_object()) {
    const Member* found = nullptr;
    for (const Member& member : kMembers)
      if (name == member.name) found = &member;
    if (!found) return Wrong(index, "." + name + " is no member of a rule");
    if (!found->take(value, fault)) return Wrong(index, "." + name + " cannot be " + wire::WriteJson(value));
  }
  fault.source = json;
  return fault;
}

}  // namespace

bool Fault::OnlyPlans() const {
  bool plans = !end.empty() || queued_ms >= 0 || processing_ms >= 0;
  bool replies = status != 0 || body || content_type || retry_after || drop || reset || twice || endless ||
                 delay_ms > 0 || cut_at >= 0 || truncate >= 0 || bytes_per_second > 0;
  return plans && !replies;
}

bool Fault::Over(int64_t now_ms) const {
  return (for_ms > 0 && now_ms >= set_ms + for_ms) || (times > 0 && matched + 1 >= nth + times);
}

wire::Result<std::vector<Fault>> Faults::Read(const Json& json) {
  const Json* rules = json.Find("rules");
  Json::Array list;
  if (rules && rules->is_array())
    list = rules->as_array();
  else if (json.is_array())
    list = json.as_array();
  else
    list.push_back(json);
  std::vector<Fault> faults;
  for (const Json& rule : list) {
    auto fault = ReadRule(rule, faults.size());
    if (!fault.ok()) return fault.error();
    faults.push_back(std::move(*fault));
  }
  return faults;
}

void Faults::Add(std::vector<Fault> faults, int64_t now_ms) {
  for (Fault& fault : faults) {
    fault.set_ms = now_ms;
    fault.number = next_number_++;
    faults_.push_back(std::move(fault));
  }
}

std::optional<Fault> Faults::Match(Where where, std::string_view endpoint, std::string_view prompt,
                                   int64_t now_ms, std::string_view path) {
  for (Fault& fault : faults_) {
    if (fault.on != where || (!fault.endpoint.empty() && fault.endpoint != endpoint)) continue;
    if (!fault.prompt.empty() && prompt.find(fault.prompt) == std::string_view::npos) continue;
    if (!fault.path.empty() && path.find(fault.path) == std::string_view::npos) continue;
    if (fault.Over(now_ms)) continue;
    if (++fault.matched < fault.nth) continue;
    if (fault.share < 1 && random_.Unit() >= fault.share) continue;
    ++fault.applied;
    return fault;
  }
  return std::nullopt;
}

void Faults::TakeBack(const Fault& fault) {
  for (Fault& mine : faults_)
    if (mine.number == fault.number) --mine.matched, --mine.applied;
}

Json Faults::ToJson(int64_t now_ms) const {
  Json::Array rules;
  for (const Fault& fault : faults_) {
    Json rule = fault.source;
    rule.Set("applied", fault.applied);
    rule.Set("over", fault.Over(now_ms));
    if (fault.for_ms > 0) rule.Set("left_ms", std::max<int64_t>(0, fault.set_ms + fault.for_ms - now_ms));
    rules.push_back(std::move(rule));
  }
  return rules;
}

void Spoil(const Fault& fault, Reply& reply) {
  if (fault.status != 0) {
    auto head_only = reply.head_only;
    reply = ErrorReply(static_cast<int>(fault.status), "Fault", "This reply comes from the fault script");
    reply.head_only = head_only;
  }
  if (fault.body) {
    reply.body = std::make_shared<const std::string>(*fault.body);
    reply.offset = 0;
    reply.length = fault.body->size();
  }
  if (fault.content_type) reply.content_type = *fault.content_type;
  if (fault.retry_after) reply.headers.emplace_back("Retry-After", *fault.retry_after);
  Delivery& delivery = reply.delivery;
  delivery.delay_ms = fault.delay_ms;
  delivery.cut_at = fault.drop ? 0 : fault.cut_at;
  delivery.cut_body_at = fault.truncate;
  delivery.bytes_per_second = fault.bytes_per_second;
  delivery.reset = fault.reset;
  delivery.twice = fault.twice;
  delivery.endless = fault.endless;
}

void Spoil(const Fault& fault, Plan& plan) {
  if (fault.end == "COMPLETED") plan.end = JobStatus::kCompleted;
  if (fault.end == "FAILED") plan.end = JobStatus::kFailed;
  if (fault.end == "ERROR") plan.end = JobStatus::kError;
  if (!fault.end.empty()) plan.error = fault.error.empty() ? "Description of the error" : fault.error;
  if (fault.queued_ms >= 0) plan.queued_ms = fault.queued_ms;
  if (fault.processing_ms >= 0) plan.processing_ms = fault.processing_ms;
}

void Spoil(const Fault& fault, Json& status) {
  if (!fault.lie) return;
  for (const auto& [name, value] : fault.lie->as_object()) status.Set(name, value);
}

}  // namespace pixazo::sandbox
