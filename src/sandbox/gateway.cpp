#include "sandbox/gateway.h"

#include <random>

#include "sandbox/media.h"
#include "sandbox/report.h"
#include "wire/text.h"

namespace pixazo::sandbox {
namespace {

constexpr std::string_view kKeyHeader = "Ocp-Apim-Subscription-Key";
constexpr std::string_view kMedia = "/media/", kControl = "/sandbox/";

uint64_t ProcessSalt() {
  std::random_device device;
  return uint64_t{device()} << 32 | device();
}

Reply MethodNotAllowed(std::string_view allowed) {
  Reply reply = ErrorReply(405, "Method Not Allowed", "This path takes " + std::string(allowed));
  reply.headers.emplace_back("Allow", allowed);
  return reply;
}

bool BeginsWith(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

}  // namespace

Gateway::Gateway(const Options& options, Agenda& agenda, Studio& studio, Courier& courier)
    : options_(options),
      agenda_(agenda),
      studio_(studio),
      fetcher_(studio, courier),
      faults_(options.seed),
      hooks_(options_, agenda, courier, faults_),
      catalogue_(options.catalogue ? options.catalogue : catalogue::Catalogue::BuiltIn()),
      salt_(ProcessSalt()),
      started_ms_(UnixMs()),
      wallet_(options.balance_microusd),
      ledger_(options.max_jobs, options.kept_body_bytes),
      jobs_(options.max_jobs, options.kept_source_bytes) {
  for (const Endpoint& endpoint : catalogue_->endpoints()) paths_[endpoint.path] = &endpoint;
  const std::string& status = catalogue_->status().path;
  status_prefix_ = status.substr(0, status.find('{'));
  for (const std::string& key : options.keys) keys_.insert(Hash(key, salt_));
  LoadSettings();
}

void Gateway::Handle(const HttpRequest& request, Answer answer) {
  // Who looks on (the console asks every second) is not counted among the clients.
  if (request.method == "HEAD")
    answer = [answer = std::move(answer)](Reply reply) {
      answer((reply.head_only = true, std::move(reply)));
    };
  if (request.reads() && (request.path == "/" || BeginsWith(request.path, kControl)))
    return Route(request, std::move(answer));
  ledger_.Count("requests");
  Route(request, [this, answer = std::move(answer), line = request.method + " " + request.path](Reply reply) {
    ledger_.CountStatus(reply.status);
    if (options_.log) options_.log(std::to_string(reply.status) + " " + line);
    answer(std::move(reply));
  });
}

void Gateway::Route(const HttpRequest& request, Answer answer) {
  const std::string& path = request.path;
  bool reads = request.reads();
  if (BeginsWith(path, kMedia))
    return reads ? Media(request, std::move(answer)) : answer(MethodNotAllowed("GET, HEAD"));
  if (BeginsWith(path, kControl)) return Control(request, std::move(answer));
  if (path == "/") return answer(reads ? Home(request) : MethodNotAllowed("GET"));
  if (BeginsWith(path, status_prefix_)) {
    if (request.method != catalogue_->status().method)
      return answer(MethodNotAllowed(catalogue_->status().method));
    return Poll(request, std::string_view(path).substr(status_prefix_.size()), std::move(answer));
  }
  auto found = paths_.find(path);
  if (found == paths_.end()) {
    ledger_.Count("unknown_paths");
    return answer(
        ErrorReply(404, "Not Found", "There is no endpoint at " + wire::CleanForMessage(path, 200)));
  }
  if (request.method != found->second->method) return answer(MethodNotAllowed(found->second->method));
  Submit(*found->second, request, std::move(answer));
}

uint64_t Gateway::KeyPrint(const HttpRequest& request) const {
  const std::string* key = request.Header(kKeyHeader);
  return key && !key->empty() ? Hash(*key, salt_) : 0;
}

std::optional<Reply> Gateway::RefuseKey(const HttpRequest& request) {
  uint64_t print = KeyPrint(request);
  if (print != 0 && (keys_.empty() || keys_.count(print))) return std::nullopt;
  ledger_.Count("refused_keys");
  return ErrorReply(
      401, "Unauthorized",
      print == 0 ? "The header Ocp-Apim-Subscription-Key is missing" : "The subscription key is not valid");
}

std::string Gateway::Base(const HttpRequest& request) const {
  if (!options_.public_url.empty()) return options_.public_url;
  const std::string* host = request.Header("Host");
  bool usable =
      host && !host->empty() && host->size() < 256 &&
      host->find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]") ==
          std::string::npos;
  return "http://" + (usable ? *host : "127.0.0.1:" + std::to_string(port_));
}

void Gateway::Poll(const HttpRequest& request, std::string_view id, Answer answer) {
  ledger_.Count("polls");
  if (auto refusal = RefuseKey(request)) return answer(std::move(*refusal));
  Job* job = jobs_.FindById(id);
  if (!job || !job->endpoint->queued || job->owner != KeyPrint(request)) {
    ledger_.Count("unknown_ids");
    return answer(
        ErrorReply(404, "Not Found", "There is no request '" + wire::CleanForMessage(id, 200) + "'"));
  }
  ++job->polls;
  wire::Json status = StatusJson(*job, Base(request));
  auto fault = faults_.Match(Where::kStatus, job->endpoint->id, job->order.prompt, UnixMs());
  if (fault) Spoil(*fault, status);
  Reply reply = JsonReply(200, status);
  if (fault) Spoil(*fault, reply);
  answer(std::move(reply));
}

void Gateway::Media(const HttpRequest& request, Answer answer) {
  ledger_.Count("media");
  if (KeyPrint(request) != 0) ledger_.Count("media_requests_with_a_key");
  const PictureSpec* spec = jobs_.FindPicture(request.path);
  if (!spec)
    return answer(
        ErrorReply(404, "Not Found", "There is no picture at " + wire::CleanForMessage(request.path, 200)));
  auto fault = faults_.Match(Where::kMedia, spec->endpoint, spec->prompt, UnixMs(), request.path);
  studio_.Fetch(
      *spec, [request, fault, format = spec->format, answer = std::move(answer)](const PictureFile& file) {
        Reply reply = file.bytes->empty()
                          ? ErrorReply(500, "Internal Server Error", "The picture could not be drawn")
                          : MediaReply(request, file, format);
        if (fault) Spoil(*fault, reply);
        answer(std::move(reply));
      });
}

}  // namespace pixazo::sandbox
