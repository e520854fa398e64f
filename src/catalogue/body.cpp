// BuildBody: the last look at the pictures, then the bytes to send.
#include "catalogue/picture.h"
#include "catalogue/value.h"
#include "wire/text.h"

namespace pixazo::catalogue {
namespace {

using wire::Json;

wire::Result<Json> FillingFor(const Param& param, const Where& where, const Prepared::Slot& slot,
                              const Picture& picture, const CheckOptions& options) {
  if (picture.is_url) {
    if (auto error = CheckPictureText(param, where, picture.data, options); !error.ok()) return error;
    return Json(picture.data);
  }
  if (slot.needs_url) return Refuse(where, "must be given as a URL: this endpoint takes no picture data");
  const auto info = InspectPicture(where, picture.data);
  if (!info.ok()) return info.error();
  return Json(wire::MakeDataUri(wire::MediaType(info->format), picture.data.data(), picture.data.size()));
}

wire::Error Fill(Json& body, const Prepared::Slot& slot, Json filling) {
  const Json* target = body.Find(slot.wire_name);
  const bool in_list = target && target->is_array() && slot.index < target->as_array().size();
  if (!target || (!target->is_null() && !in_list)) {
    return wire::MakeError(wire::Code::kInternal, "a picture has no place in the body", slot.field);
  }
  if (!in_list) {
    body.Set(slot.wire_name, std::move(filling));
    return {};
  }
  for (auto& [name, member] : body.object()) {
    if (name == slot.wire_name) member.array()[slot.index] = std::move(filling);
  }
  return {};
}

const Param* WebhookOf(const Endpoint& endpoint) {
  const Param* param = endpoint.Find("webhook");
  return param && param->type == ParamType::kUrl ? param : nullptr;
}

}  // namespace

bool NamesWebhook(const Endpoint& endpoint, std::string_view body) {
  const Param* param = WebhookOf(endpoint);
  if (!param) return false;
  const auto json = wire::ParseJson(body, {.max_bytes = body.size()});
  return json.ok() && json->Find(param->wire_name);
}

bool AddWebhook(const Endpoint& endpoint, std::string_view url, std::string& body) {
  const Param* param = WebhookOf(endpoint);
  if (!param || !body.starts_with('{')) return false;
  const bool empty = body.find_first_not_of(" \t\r\n", 1) == body.find('}');
  body.insert(1, wire::WriteJson(Json(param->wire_name)) + ":" + wire::WriteJson(Json(url)) + (empty ? "" : ","));
  return true;
}

wire::Result<std::string> BuildBody(const Endpoint& endpoint, const Prepared& prepared,
                                    const std::vector<Picture>& pictures, const CheckOptions& options) {
  if (pictures.size() != prepared.slots.size()) {
    return wire::MakeError(wire::Code::kInternal, "a picture for every slot is needed, no more and no less");
  }
  Json body = prepared.body;
  KnownBytes known;
  for (size_t i = 0; i < pictures.size(); ++i) {
    const Prepared::Slot& slot = prepared.slots[i];
    const Param* param = endpoint.Find(slot.field);
    if (!param) return wire::MakeError(wire::Code::kInternal, "a slot of another endpoint", slot.field);
    const Json* target = body.Find(slot.wire_name);
    const Where where = target && target->is_array() ? WhereOf(*param, slot.index) : WhereOf(*param);
    auto filling = FillingFor(*param, where, slot, pictures[i], options);
    if (!filling.ok()) return filling.error();
    if (auto error = Fill(body, slot, std::move(*filling)); !error.ok()) return error;
    known.push_back(pictures[i].is_url ? std::nullopt : std::optional(pictures[i].data));
  }
  if (auto error = CheckSameSizes(endpoint, body, prepared.slots, known); !error.ok()) return error;
  return wire::WriteJson(body);
}

}  // namespace pixazo::catalogue
