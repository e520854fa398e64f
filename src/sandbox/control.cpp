// The sandbox's own side door: the console, the settings, the fault script, the reset.
#include <algorithm>
#include <cmath>

#include "sandbox/console.h"
#include "sandbox/gateway.h"
#include "sandbox/media.h"
#include "sandbox/report.h"
#include "wire/text.h"

namespace pixazo::sandbox {
namespace {

using wire::Json;

constexpr std::string_view kConsole = "/sandbox/console/";
constexpr uint64_t kMaxLast = 5'000;
constexpr uint64_t kMinThumbnail = 16;

}  // namespace

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
    if (name == "speed") good = IsSpeed(changed.speed = value.as_double());
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
  if (changed.speed != settings_.speed) ChangeSpeed(changed.speed);
  settings_ = std::move(changed);
  wallet_.Set(balance);
  return TextReply(200, "application/json", StateJson({false}));
}

// Jobs under way keep the share of their time that is behind them.
void Gateway::ChangeSpeed(double speed) {
  double factor = speed / settings_.speed;
  int64_t now = UnixMs();
  agenda_.Hurry(factor);
  jobs_.ForEachUnderWay([&](Job& job) {
    if (job.due_ms > now)
      job.due_ms = now + static_cast<int64_t>(static_cast<double>(job.due_ms - now) / factor);
  });
}

Reply Gateway::ReplayWebhook(const HttpRequest& request) {
  uint64_t number = request.Number("webhook");
  if (!hooks_.Replay(number)) return ErrorReply(404, "Not Found", "There is no such webhook call");
  return JsonReply(200, Json::Object{{"replayed", static_cast<int64_t>(number)}});
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
  return JsonReply(200, Json::Object{{"rules", faults_.ToJson(UnixMs())}});
}

void Gateway::Control(const HttpRequest& request, Answer answer) {
  if (auto refusal = RefuseStranger(request)) return answer(std::move(*refusal));
  bool get = request.reads(), post = request.method == "POST";
  if (request.path == "/sandbox/state" && get) return answer(TellState(request));
  if (request.path == "/sandbox/post" && get) return answer(TellPost(request));
  if (request.path == "/sandbox/picture" && get) return ShowPicture(request, std::move(answer));
  if (request.path.starts_with(kConsole) && get)
    return answer(ConsoleReply(std::string_view(request.path).substr(kConsole.size())));
  if (request.path == "/sandbox/reset" && post) {
    Reset();
    return answer(TextReply(200, "application/json", StateJson({false})));
  }
  if (request.path == "/sandbox/replay" && post) return answer(ReplayWebhook(request));
  if (request.path == "/sandbox/faults") return answer(ChangeFaults(request));
  if (request.path == "/sandbox/settings" && post) return answer(ChangeSettings(request));
  answer(ErrorReply(
      404, "Not Found",
      "The sandbox has GET /sandbox/state, /sandbox/post and /sandbox/picture, POST /sandbox/reset, "
      "/sandbox/settings and /sandbox/replay, and /sandbox/faults"));
}

// A web page of somebody else's must neither work the controls through its visitor's browser nor read the
// state.
std::optional<Reply> Gateway::RefuseStranger(const HttpRequest& request) const {
  if (!NamesThisServer(request, options_.public_url))
    return ErrorReply(
        403, "Forbidden",
        "This is not the name of this server; call it by its address or localhost, or start it with "
        "--public-url");
  const std::string* origin = request.Header("Origin");
  const std::string* host = request.Header("Host");
  if (origin && *origin != Base(request) && (!host || *origin != "http://" + *host))
    return ErrorReply(403, "Forbidden", "Control requests must come from this server's own pages");
  return std::nullopt;
}

Reply Gateway::TellState(const HttpRequest& request) const {
  Extent extent;
  extent.lists = request.Query("brief").empty();
  extent.last = static_cast<size_t>(std::min(request.Number("last"), kMaxLast));
  extent.bodies = request.Query("bodies") != "0";
  return TextReply(200, "application/json", StateJson(extent));
}

// The console's own way to a job's pictures: no client's request, so it is neither counted nor spoiled. With
// a side it is the same scene, small and without the words.
void Gateway::ShowPicture(const HttpRequest& request, Answer answer) {
  Job* job = jobs_.Find(request.Number("job"));
  uint64_t index = request.Number("index"), side = request.Number("side");
  if (!job || job->status != JobStatus::kCompleted || index >= job->pictures.size())
    return answer(ErrorReply(404, "Not Found", "There is no such picture"));
  PictureSpec spec = job->pictures[index];
  double scale = static_cast<double>(side) / std::max(spec.width, spec.height);
  if (side >= kMinThumbnail && scale < 1) {
    spec.width = std::max(1, static_cast<int>(std::lround(spec.width * scale)));
    spec.height = std::max(1, static_cast<int>(std::lround(spec.height * scale)));
    spec.signature.clear();
  }
  studio_.Fetch(spec, [request, format = spec.format, answer = std::move(answer)](const PictureFile& file) {
    if (file.bytes->empty())
      return answer(ErrorReply(500, "Internal Server Error", "The picture could not be drawn"));
    Reply reply = MediaReply(request, file, format);
    for (auto& [name, value] : reply.headers)  // another sandbox may listen here tomorrow, with other jobs
      if (name == "Cache-Control") value = "no-cache";
    answer(std::move(reply));
  });
}

// Browsers get the console, everything else a few lines.
Reply Gateway::Home(const HttpRequest& request) const {
  if (auto refusal = RefuseStranger(request)) return std::move(*refusal);
  const std::string* accept = request.Header("Accept");
  if (accept && accept->find("text/html") != std::string::npos) return ConsoleReply("index.html");
  std::string text = "pz-sandbox " + VersionText() +
                     ": an emulator of the Pixazo gateway on this machine. Nothing here is the real service; "
                     "its pictures are drawn by this "
                     "program.\n\nConsole: this page in a browser\nState: /sandbox/state\n\nEndpoints:\n";
  for (const Endpoint& endpoint : catalogue_->endpoints())
    text += "  " + endpoint.method + " " + endpoint.path + "  (" + endpoint.id + ")\n";
  text += "  " + catalogue_->status().method + " " + catalogue_->status().path + "\n";
  return TextReply(200, "text/plain; charset=utf-8", std::move(text));
}

}  // namespace pixazo::sandbox
