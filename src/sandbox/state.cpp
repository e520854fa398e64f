// The sandbox's state as JSON.
#include <algorithm>

#include "sandbox/gateway.h"
#include "sandbox/ids.h"
#include "sandbox/report.h"
#include "wire/text.h"

namespace pixazo::sandbox {
namespace {

using wire::Json;

Json Micro(const std::optional<int64_t>& microusd) { return microusd ? Json(*microusd) : Json(); }
std::string PrintText(uint64_t print) { return print ? "#" + HexDigits(print >> 40, 6) : std::string(); }
Json Count(uint64_t n) { return static_cast<int64_t>(n); }

Json PostJson(const Post& post, bool with_body) {
  Json json = Json::Object{{"serial", Count(post.serial)},
                           {"at_ms", post.at_ms},
                           {"endpoint", post.endpoint},
                           {"path", post.path},
                           {"status", post.status},
                           {"job", post.job},
                           {"key", PrintText(post.key)},
                           {"prompt", post.prompt},
                           {"body_bytes", Count(post.body_bytes)}};
  if (!with_body) return json;
  Json headers{Json::Object()};
  for (const auto& [name, value] : post.headers) headers.Set(name, wire::CleanForMessage(value, 8192));
  json.Set("headers", std::move(headers));
  // Text, as it came; null if it was dropped to save memory or is no text.
  bool kept = post.body.size() == post.body_bytes && wire::IsValidUtf8(post.body);
  json.Set("body", kept ? Json(post.body) : Json());
  return json;
}

Json JobJson(const Job& job) {
  Json::Array media;
  for (const std::string& path : job.media) media.push_back(path);
  return Json::Object{{"serial", Count(job.serial)},
                      {"id", job.id},
                      {"endpoint", job.endpoint->id},
                      {"queued", job.endpoint->queued},
                      {"post", Count(job.post)},
                      {"key", PrintText(job.owner)},
                      {"prompt", job.order.prompt},
                      {"status", StatusWord(job.status)},
                      {"error", job.error()},
                      {"width", job.order.width},
                      {"height", job.order.height},
                      {"count", job.order.count},
                      {"format", wire::Extension(job.order.format)},
                      {"created_ms", job.created_ms},
                      {"updated_ms", job.updated_ms},
                      {"completed_ms", job.completed_ms},
                      {"due_ms", job.due_ms},
                      {"queued_for_ms", job.plan.queued_ms},
                      {"processing_for_ms", job.plan.processing_ms},
                      {"polls", Count(job.polls)},
                      {"price_microusd", job.price_microusd},
                      {"charged_microusd", job.charged ? job.price_microusd : 0},
                      {"media", std::move(media)}};
}

Json CallJson(const HookCall& call) {
  return Json::Object{{"serial", Count(call.serial)}, {"job", call.id},    {"url", call.url},
                      {"event", call.event},          {"mode", call.mode}, {"status", call.status},
                      {"at_ms", call.at_ms},          {"http", call.http}, {"attempts", call.attempts},
                      {"error", call.error},          {"over", call.over}, {"body", call.body}};
}

Json EndpointsJson(const Ledger& ledger) {
  Json json{Json::Object()};
  for (const auto& [id, c] : ledger.endpoints())
    json.Set(id, Json::Object{{"posts", Count(c.posts)},
                              {"accepted", Count(c.accepted)},
                              {"refused", Count(c.refused)},
                              {"completed", Count(c.completed)},
                              {"failed", Count(c.failed)},
                              {"errors", Count(c.errors)},
                              {"charged_microusd", c.charged_microusd}});
  return json;
}

template <class Map>
Json MapJson(const Map& map) {
  Json::Object json;  // keys are unique: no search for each
  for (const auto& [key, n] : map) {
    if constexpr (std::is_integral_v<std::decay_t<decltype(key)>>)
      json.emplace_back(std::to_string(key), Count(n));
    else
      json.emplace_back(key, Count(n));
  }
  return json;
}

}  // namespace

std::string Gateway::StateJson(const Extent& extent) const {
  auto ids = [](const auto& endpoints) {
    Json::Array list;
    for (const Endpoint* endpoint : endpoints) list.push_back(endpoint->id);
    return list;
  };
  Json state = Json::Object{
      {"emulator", true},
      {"version", VersionText()},
      {"now_ms", UnixMs()},
      {"up_ms", UnixMs() - started_ms_},
      {"settings", Json::Object{{"speed", settings_.speed},
                                {"seed", Count(options_.seed)},
                                {"initial_balance_microusd", Micro(options_.balance_microusd)},
                                {"submits_per_second", settings_.submits_per_second},
                                {"failed_share", settings_.failed_share},
                                {"error_share", settings_.error_share},
                                {"disabled", ids(settings_.disabled)},
                                {"forbidden", ids(settings_.forbidden)}}},
      {"wallet",
       Json::Object{{"balance_microusd", Micro(wallet_.balance())}, {"charged_microusd", wallet_.taken()}}},
      {"counts", MapJson(ledger_.counts())},
      {"replies", MapJson(ledger_.statuses())},
      {"endpoints", EndpointsJson(ledger_)},
      {"pictures",
       Json::Object{{"drawn", Count(studio_.drawn())}, {"cached_bytes", Count(studio_.cached_bytes())}}}};
  if (extent.lists) ListState(state, extent);
  return wire::WriteJson(state);
}

void Gateway::ListState(Json& state, const Extent& extent) const {
  Json left_out{Json::Object()};
  auto list = [&](const char* name, const auto& all, auto write) {
    size_t skipped = extent.last == 0 || all.size() <= extent.last ? 0 : all.size() - extent.last;
    Json::Array latest;
    // From the end: to walk there past thousands that nobody asked for would cost the server's thread its
    // time.
    for (auto at = std::prev(all.end(), static_cast<std::ptrdiff_t>(all.size() - skipped)); at != all.end();
         ++at)
      latest.push_back(write(*at));
    state.Set(name, std::move(latest));
    left_out.Set(name, Count(skipped));
  };
  list("webhooks", hooks_.calls(), CallJson);
  state.Set("faults", faults_.ToJson(UnixMs()));
  if (extent.last == 0) state.Set("prompts", MapJson(ledger_.prompts()));
  list("posts", ledger_.posts(), [&](const Post& post) { return PostJson(post, extent.bodies); });
  list("jobs", jobs_.all(), [](const auto& entry) { return JobJson(entry.second); });
  if (extent.last > 0) state.Set("left_out", std::move(left_out));
}

// One post, its body in it.
Reply Gateway::TellPost(const HttpRequest& request) {
  Post* post = ledger_.Find(request.Number("serial"));
  return post ? JsonReply(200, PostJson(*post, true)) : ErrorReply(404, "Not Found", "There is no such post");
}

}  // namespace pixazo::sandbox
