// The sandbox's own side door: its state, its settings, its reset.
#include <charconv>

#include "pixazo/version.h"
#include "sandbox/gateway.h"
#include "sandbox/ids.h"
#include "wire/text.h"

namespace pixazo::sandbox {
namespace {

using wire::Json;

Json Micro(const std::optional<int64_t>& microusd) { return microusd ? Json(*microusd) : Json(); }
std::string PrintText(uint64_t print) { return print ? "#" + HexDigits(print >> 40, 6) : std::string(); }
Json Count(uint64_t n) { return static_cast<int64_t>(n); }

Json PostJson(const Post& post) {
  Json headers{Json::Object()};
  for (const auto& [name, value] : post.headers) headers.Set(name, wire::CleanForMessage(value, 8192));
  Json json = Json::Object{{"serial", Count(post.serial)},  {"at_ms", post.at_ms},
                           {"endpoint", post.endpoint},     {"path", post.path},
                           {"status", post.status},         {"job", post.job},
                           {"key", PrintText(post.key)},    {"prompt", post.prompt},
                           {"headers", std::move(headers)}, {"body_bytes", Count(post.body_bytes)}};
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
                      {"queued_for_ms", job.plan.queued_ms},
                      {"processing_for_ms", job.plan.processing_ms},
                      {"polls", Count(job.polls)},
                      {"price_microusd", job.price_microusd},
                      {"charged_microusd", job.charged ? job.price_microusd : 0},
                      {"media", std::move(media)}};
}

Json CallJson(const HookCall& call) {
  return Json::Object{
      {"serial", Count(call.serial)}, {"job", call.id},      {"url", call.url},   {"event", call.event},
      {"status", call.status},        {"at_ms", call.at_ms}, {"http", call.http}, {"attempts", call.attempts},
      {"error", call.error},          {"over", call.over},   {"body", call.body}};
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

std::string Version() {
  return std::to_string(PZ_VERSION_MAJOR) + "." + std::to_string(PZ_VERSION_MINOR) + "." +
         std::to_string(PZ_VERSION_PATCH);
}

}  // namespace

std::string Gateway::StateJson(bool whole) const {
  auto ids = [](const auto& endpoints) {
    Json::Array list;
    for (const Endpoint* endpoint : endpoints) list.push_back(endpoint->id);
    return list;
  };
  Json state = Json::Object{{"emulator", true},
                            {"version", Version()},
                            {"up_ms", UnixMs() - started_ms_},
                            {"settings", Json::Object{{"speed", settings_.speed},
                                                      {"seed", Count(options_.seed)},
                                                      {"submits_per_second", settings_.submits_per_second},
                                                      {"failed_share", settings_.failed_share},
                                                      {"error_share", settings_.error_share},
                                                      {"disabled", ids(settings_.disabled)},
                                                      {"forbidden", ids(settings_.forbidden)}}},
                            {"wallet", Json::Object{{"balance_microusd", Micro(wallet_.balance())},
                                                    {"charged_microusd", wallet_.taken()}}},
                            {"counts", MapJson(ledger_.counts())},
                            {"replies", MapJson(ledger_.statuses())},
                            {"endpoints", EndpointsJson(ledger_)},
                            {"pictures", Json::Object{{"drawn", Count(studio_.drawn())},
                                                      {"cached_bytes", Count(studio_.cached_bytes())}}}};
  if (whole) {
    Json::Array posts, jobs;
    for (const Post& post : ledger_.posts()) posts.push_back(PostJson(post));
    for (const auto& [serial, job] : jobs_.all()) jobs.push_back(JobJson(job));
    Json::Array calls;
    for (const HookCall& call : hooks_.calls()) calls.push_back(CallJson(call));
    state.Set("webhooks", std::move(calls));
    state.Set("faults", faults_.ToJson());
    state.Set("prompts", MapJson(ledger_.prompts()));
    state.Set("posts", std::move(posts));
    state.Set("jobs", std::move(jobs));
  }
  return wire::WriteJson(state);
}

void Gateway::LoadSettings() {
  settings_ = {
      options_.speed, options_.submits_per_second, options_.failed_share, options_.error_share, {}, {}};
  for (const std::string& id : options_.disabled)
    if (const Endpoint* endpoint = catalogue_->Find(id)) settings_.disabled.insert(endpoint);
  for (const std::string& id : options_.forbidden)
    if (const Endpoint* endpoint = catalogue_->Find(id)) settings_.forbidden.insert(endpoint);
  faults_ = Faults(options_.seed);
  auto script = Faults::Read(options_.faults.is_null() ? Json(Json::Array()) : options_.faults);
  if (script.ok()) faults_.Add(std::move(*script), UnixMs());
}

void Gateway::Reset() {
  std::vector<std::pair<std::function<void(const Job&)>, Job>> unanswered;
  for (const auto& [serial, job] : jobs_.all())
    if (job.when_done) unanswered.emplace_back(job.when_done, job);
  LoadSettings();
  wallet_ = Wallet(options_.balance_microusd);
  limiter_.Clear();
  ledger_.Clear();
  jobs_.Clear();
  hooks_.Clear();
  studio_.Forget();
  for (auto& [answer, job] : unanswered) {
    job.status = JobStatus::kError;
    job.plan.error = "The sandbox was reset";
    answer(job);
  }
}

Reply Gateway::ChangeSettings(const HttpRequest& request) {
  auto json = wire::ParseJson(request.body);
  if (!json.ok() || !json->is_object())
    return ErrorReply(400, "Bad Request", "The settings must be a JSON object");
  Settings changed = settings_;
  std::optional<int64_t> balance = wallet_.balance();
  auto endpoints = [this](const Json& list, std::unordered_set<const Endpoint*>& out) {
    out.clear();
    for (const Json& id : list.as_array()) {
      const Endpoint* endpoint = catalogue_->Find(id.as_string());
      if (!endpoint) return false;
      out.insert(endpoint);
    }
    return list.is_array();
  };
  for (const auto& [name, value] : json->as_object()) {
    bool good = false;
    if (name == "speed") good = (changed.speed = value.as_double()) > 0;
    if (name == "submits_per_second")
      good = (changed.submits_per_second = value.as_double()) >= 0 && value.is_number();
    if (name == "failed_share") good = (changed.failed_share = value.as_double()) >= 0 && value.is_number();
    if (name == "error_share") good = (changed.error_share = value.as_double()) >= 0 && value.is_number();
    if (name == "balance_microusd") good = value.is_null() || value.is_int();
    if (name == "balance_microusd") balance = value.is_int() ? std::optional(value.as_int()) : std::nullopt;
    if (name == "disabled") good = endpoints(value, changed.disabled);
    if (name == "forbidden") good = endpoints(value, changed.forbidden);
    if (!good)
      return ErrorReply(400, "Bad Request",
                        "No such setting, or no such value: '" + wire::CleanForMessage(name, 100) + "'");
  }
  if (changed.speed != settings_.speed) agenda_.Hurry(changed.speed / settings_.speed);
  settings_ = std::move(changed);
  wallet_.Set(balance);
  return TextReply(200, "application/json", StateJson(false));
}

Reply Gateway::ReplayWebhook(const HttpRequest& request) {
  std::string serial = request.Query("webhook");
  uint64_t number = 0;
  auto [end, error] = std::from_chars(serial.data(), serial.data() + serial.size(), number);
  if (error != std::errc() || !hooks_.Replay(number))
    return ErrorReply(404, "Not Found", "There is no such webhook call");
  return JsonReply(200, Json::Object{{"replayed", Count(number)}});
}

// GET shows the script, POST adds to it, PUT replaces it, DELETE ends it.
Reply Gateway::ChangeFaults(const HttpRequest& request) {
  bool put = request.method == "PUT";
  if (request.method == "DELETE") faults_.Clear();
  if (put || request.method == "POST") {
    auto json = wire::ParseJson(request.body);
    if (!json.ok()) return ErrorReply(400, "Bad Request", json.error().message);
    auto faults = Faults::Read(*json);
    if (!faults.ok()) return ErrorReply(400, "Bad Request", faults.error().message);
    if (put) faults_.Clear();
    faults_.Add(std::move(*faults), UnixMs());
  }
  return JsonReply(200, Json::Object{{"rules", faults_.ToJson()}});
}

void Gateway::Control(const HttpRequest& request, Answer answer) {
  // A web page of somebody else's must not reset the sandbox through its visitor's browser.
  const std::string* origin = request.Header("Origin");
  if (origin && *origin != Base(request))
    return answer(ErrorReply(403, "Forbidden", "Control requests must come from this server's own pages"));
  bool get = request.method == "GET", post = request.method == "POST";
  if (request.path == "/sandbox/state" && get)
    return answer(TextReply(200, "application/json", StateJson(request.Query("brief").empty())));
  if (request.path == "/sandbox/reset" && post) {
    Reset();
    return answer(TextReply(200, "application/json", StateJson(false)));
  }
  if (request.path == "/sandbox/replay" && post) return answer(ReplayWebhook(request));
  if (request.path == "/sandbox/faults") return answer(ChangeFaults(request));
  if (request.path == "/sandbox/settings" && post) return answer(ChangeSettings(request));
  answer(ErrorReply(404, "Not Found",
                    "The sandbox has GET /sandbox/state, POST /sandbox/reset, POST /sandbox/settings and "
                    "POST /sandbox/replay"));
}

std::string Gateway::Home() const {
  std::string text = "pz-sandbox " + Version() +
                     ": an emulator of the Pixazo gateway on this machine. Nothing here is the real service; "
                     "its pictures are drawn by this "
                     "program.\n\nState: /sandbox/state\n\nEndpoints:\n";
  for (const Endpoint& endpoint : catalogue_->endpoints())
    text += "  " + endpoint.method + " " + endpoint.path + "  (" + endpoint.id + ")\n";
  return text + "  " + catalogue_->status().method + " " + catalogue_->status().path + "\n";
}

}  // namespace pixazo::sandbox
