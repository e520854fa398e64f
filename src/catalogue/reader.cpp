#include "catalogue/reader.h"

#include <algorithm>

#include "catalogue/number.h"
#include "wire/text.h"

namespace pixazo::catalogue {

using wire::Json;

namespace {
constexpr size_t kMaxTextBytes = 4096;
const Json::Array& NoList() {
  static const auto* const none = new Json::Array();
  return *none;
}
}  // namespace

Reader::Reader(const Json& json, std::string place, wire::Error* error)
    : json_(json), place_(std::move(place)), error_(error) {
  if (ok() && !json_.is_object()) Fail("", "must be an object, not " + ValueText(json_));
}

std::string Reader::PlaceOf(std::string_view member) const {
  if (member.empty()) return place_.empty() ? "the catalogue" : place_;
  return place_.empty() ? std::string(member) : place_ + "." + std::string(member);
}

void Reader::Fail(std::string_view member, std::string_view what) {
  if (!ok()) return;
  const std::string place = PlaceOf(member);
  *error_ = RefuseField(place, place + " " + std::string(what));
}

const Json* Reader::Take(std::string_view member, Need need) {
  if (!ok()) return nullptr;
  taken_.push_back(member);
  const Json* value = json_.Find(member);
  if (!value && need == Need::kRequired) Fail(member, "is missing");
  return ok() ? value : nullptr;
}

void Reader::Text(std::string_view member, std::string& out, Need need) {
  const Json* value = Take(member, need);
  if (!value) return;
  if (!value->is_string()) return Fail(member, "must be a string, not " + ValueText(*value));
  const std::string& text = value->as_string();
  if (text.empty()) return Fail(member, "must not be empty");
  if (text.size() > kMaxTextBytes) return Fail(member, "may have at most 4096 bytes");
  if (wire::HasControl(text)) return Fail(member, "holds a control character");
  out = text;
}

void Reader::Texts(std::string_view member, std::vector<std::string>& out, Need need) {
  size_t index = 0;
  for (const Json& item : List(member, 1000, need)) {
    const std::string place = std::string(member) + "[" + std::to_string(index++) + "]";
    if (!item.is_string()) return Fail(place, "must be a string, not " + ValueText(item));
    const std::string& text = item.as_string();
    if (text.empty() || text.size() > kMaxTextBytes) return Fail(place, "must have 1 to 4096 bytes");
    if (wire::HasControl(text)) return Fail(place, "holds a control character");
    out.push_back(text);
  }
}

void Reader::Flag(std::string_view member, bool& out) {
  const Json* value = Take(member);
  if (!value) return;
  if (!value->is_bool()) return Fail(member, "must be true or false, not " + ValueText(*value));
  out = value->as_bool();
}

void Reader::Count(std::string_view member, uint32_t& out) {
  const Json* value = Take(member);
  if (!value) return;
  if (!value->is_int() || value->as_int() < 0 || value->as_int() > 1'000'000) {
    return Fail(member, "must be an integer from 0 to 1000000, not " + ValueText(*value));
  }
  out = static_cast<uint32_t>(value->as_int());
}

void Reader::Number(std::string_view member, std::optional<double>& out) {
  const Json* value = Take(member);
  if (!value) return;
  if (!value->is_number()) return Fail(member, "must be a number, not " + ValueText(*value));
  out = value->as_double();
}

void Reader::Values(std::string_view member, std::vector<Json>& out) {
  const Json::Array& list = List(member, 1000);
  out.assign(list.begin(), list.end());
}

const Json::Array& Reader::List(std::string_view member, size_t most, Need need) {
  const Json* value = Take(member, need);
  if (!value) return NoList();
  if (!value->is_array()) {
    Fail(member, "must be a list, not " + ValueText(*value));
    return NoList();
  }
  if (value->as_array().size() > most) {
    Fail(member, "may have at most " + std::to_string(most) + " entries");
    return NoList();
  }
  return value->as_array();
}

void Reader::Finish() {
  if (!ok()) return;
  for (const auto& [name, value] : json_.as_object()) {
    if (std::find(taken_.begin(), taken_.end(), name) != taken_.end()) continue;
    return Fail(wire::CleanForMessage(name, 80), "is not a member that is known here");
  }
}

}  // namespace pixazo::catalogue
