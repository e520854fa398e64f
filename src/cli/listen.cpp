// pz listen: receives webhooks on this machine, for development. With a journal they are handed to the client whose
// jobs they are about.
#include <httplib.h>
#include <poll.h>

#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "commands.h"
#include "ends.h"
#include "json.h"
#include "save.h"
#include "signals.h"
#include "text.h"
#include "words.h"

namespace pixazo::cli {
namespace {

constexpr size_t kMostBytes = 256u << 10;  // what pz_client_deliver_webhook takes
constexpr size_t kMostText = 4096;         // of a body that is shown as text
constexpr int kMostDepth = 32;             // of a body that is shown as JSON: copying and printing one recurse

// Anybody may post here, and the HTTP library unpacks before it counts: what is packed is refused unread. Forms go
// the same way: the library reads them in a manner of their own.
httplib::Server::HandlerResponse RefuseUnread(const httplib::Request& request, httplib::Response& response) {
  if (!request.has_header("Content-Encoding") && !request.is_multipart_form_data())
    return httplib::Server::HandlerResponse::Unhandled;
  response.status = 415;
  return httplib::Server::HandlerResponse::Handled;
}

struct Listener {
  const Args& args;
  pz_client* client;  // null: only told
  std::mutex mutex;   // over standard output
  std::map<uint64_t, std::vector<std::string>> kept;  // of jobs that run: what was to stay in memory, as files

  int Take(const std::string& path, const std::string& body) {
    const pz_status status =
        client ? pz_client_deliver_webhook(client, path.data(), path.size(), body.data(), body.size()) : PZ_OK;
    Tell(path, body, status);
    return status == PZ_OK ? 200 : status == PZ_E_NOT_FOUND ? 404 : 400;
  }

  void Tell(const std::string& path, const std::string& body, pz_status status) {
    bool deep = false;
    const auto shallow = [&](int depth, Json::parse_event_t, Json&) { return !(deep |= depth > kMostDepth); };
    const Json json = Json::parse(body, shallow, false);
    const bool object = !deep && json.is_object();
    const auto text = [&](const char* name) {
      const auto at = object ? json.find(name) : json.end();
      return object && at != json.end() && at->is_string() ? Clean(at->get<std::string>()) : std::string("-");
    };
    std::lock_guard lock(mutex);
    if (args.report.json)
      Print({{"path", path}, {"status", pz_status_name(status)}, {"body", object ? json : Json(Clean(body.substr(0, kMostText)))}});
    else
      WriteLine(stdout, Clean(path) + "  " + text("request_id") + "  " + text("status") +
                            (status == PZ_OK ? "" : std::string("  refused: ") + pz_status_name(status)));
    std::fflush(stdout);
  }

  void TellEnds() {
    for (;;) {
      Owned<pz_event> event;
      if (pz_client_poll_event(client, Out(event)) != PZ_OK) return;
      std::string made;
      if (pz_event_kind(event.get()) == PZ_EVENT_OUTPUT) TakeOutput(event.get(), args, made);
      if (!made.empty()) kept[pz_event_job_id(event.get())].push_back(made);
      if (pz_event_kind(event.get()) == PZ_EVENT_DONE) TellEnd(event.get());
    }
  }

  void TellEnd(const pz_event* event) {
    const pz_job* job = pz_event_job(event);
    std::vector<std::string> paths;
    if (const auto node = kept.extract(pz_job_id(job))) paths = node.mapped();
    for (uint32_t i = 0; i < pz_job_output_count(job); ++i)
      if (const char* path = pz_output_path(pz_job_output(job, i)); *path) paths.push_back(path);
    std::string line = "job " + std::to_string(pz_job_id(job)) + "  " + StateWord(pz_event_state(event)) + "  " +
                       Clean(pz_job_remote_id(job));
    for (const std::string& path : paths) line += "\n  " + Clean(path);
    std::lock_guard lock(mutex);
    if (args.report.json)
      Print({{"job_id", std::to_string(pz_job_id(job))},
             {"origin", std::to_string(pz_job_origin_id(job))},
             {"state", pz_state_name(pz_event_state(event))},
             {"request_id", pz_job_remote_id(job)},
             {"paths", paths}});
    else
      WriteLine(stdout, line);
    std::fflush(stdout);
  }
};

Or<Owned<pz_client>> Open(const Args& args) {
  if (args.gateway.journal.empty()) return Owned<pz_client>();
  LearnFileMode();
  auto loaded = LoadCatalogue(args.gateway);
  if (auto* problem = std::get_if<Problem>(&loaded)) return *problem;
  ClientPlan plan;
  plan.journal = true;
  auto made = MakeClient(args.gateway, std::get<Owned<pz_catalogue>>(loaded).get(), plan);
  if (std::holds_alternative<Problem>(made)) return made;
  Owned<pz_error> error;
  pz_client_pause(std::get<Owned<pz_client>>(made).get());  // who listens does not pay: what was never sent stays so
  if (pz_client_restore(std::get<Owned<pz_client>>(made).get(), nullptr, Out(error)) != PZ_OK)
    return ProblemOf(error.get());
  return made;
}

}  // namespace

Exit Listen(const Args& args) {
  auto made = Open(args);
  if (auto* problem = std::get_if<Problem>(&made)) return Report(*problem, args.report);
  Listener listener{args, std::get<Owned<pz_client>>(made).get(), {}, {}};
  httplib::Server server;
  server.set_payload_max_length(kMostBytes);
  server.set_read_timeout(10);
  server.set_keep_alive_max_count(1);  // what was not read must not be taken for the next request
  server.set_pre_routing_handler(RefuseUnread);
  const auto take = [&](const httplib::Request& request, httplib::Response& response,
                        const httplib::ContentReader& read) {
    std::string body;
    const bool whole = read([&](const char* bytes, size_t len) {
      if (len > kMostBytes - body.size()) return false;  // in chunks, which have no length to check before
      body.append(bytes, len);
      return true;
    });
    response.status = whole ? listener.Take(request.path, body) : 413;
  };
  server.Post(".*", httplib::Server::HandlerWithContentReader(take));
  const int port = args.port == 0 ? server.bind_to_any_port("127.0.0.1")
                   : server.bind_to_port("127.0.0.1", static_cast<int>(args.port)) ? static_cast<int>(args.port)
                                                                                  : -1;
  if (port <= 0) {
    Problem problem = Usage("port " + std::to_string(args.port) + " of 127.0.0.1 cannot be listened on", "--port");
    problem.exit = Exit::kFailure;
    return Report(problem, args.report);
  }
  Signals signals;
  std::thread serving([&] { server.listen_after_bind(); });
  WriteLine(stderr, "pz: listening on http://127.0.0.1:" + std::to_string(port) +
                        "; the webhook's URL must be https: put a reverse proxy in front");
  pollfd wait[] = {{signals.fd(), POLLIN, 0},
                   {listener.client ? static_cast<int>(pz_client_wakeup_handle(listener.client)) : -1, POLLIN, 0}};
  for (bool on = true; on;) {
    ::poll(wait, 2, -1);
    while (const int signal = signals.Take()) on = on && (signal == SIGWINCH || signal == SIGCONT || signal == SIGTSTP);
    if (listener.client) listener.TellEnds();
  }
  server.stop();
  serving.join();
  return Exit::kOk;
}

}  // namespace pixazo::cli
