// The emulated gateway: requests in, replies out, all on one thread. No sockets here.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "sandbox/agenda.h"
#include "sandbox/courier.h"
#include "sandbox/faults.h"
#include "sandbox/fetcher.h"
#include "sandbox/hooks.h"
#include "sandbox/http.h"
#include "sandbox/jobs.h"
#include "sandbox/ledger.h"
#include "sandbox/money.h"
#include "sandbox/options.h"
#include "sandbox/studio.h"

namespace pixazo::sandbox {

class Gateway {
 public:
  Gateway(const Options& options, Agenda& agenda, Studio& studio, Courier& courier);

  void Handle(const HttpRequest& request, Answer answer);
  struct Extent {  // how much of the state is told
    bool lists = true;   // posts, prompts, jobs, webhooks and faults; otherwise counts, wallet and settings only
    size_t last = 0;     // of each list only so many, the latest, and no prompts; 0: all
    bool bodies = true;  // the posts' bodies and headers
  };
  std::string StateJson(const Extent& extent) const;
  void Reset();  // as it was when it was started; jobs under way are forgotten, sync ones among them still
                 // answered
  void SetPort(uint16_t port) { port_ = port; }

 private:
  // gateway.cpp
  using Endpoint = catalogue::Endpoint;
  void Route(const HttpRequest& request, Answer answer);
  std::optional<Reply> RefuseKey(const HttpRequest& request);
  uint64_t KeyPrint(const HttpRequest& request) const;  // 0: no key
  std::string Base(const HttpRequest& request) const;   // what this server is called
  void Poll(const HttpRequest& request, std::string_view id, Answer answer);
  void Media(const HttpRequest& request, Answer answer);
  // submit.cpp
  void Submit(const Endpoint& endpoint, const HttpRequest& request, Answer answer);
  std::optional<Reply> RefuseEndpoint(const Endpoint& endpoint, const HttpRequest& request);
  std::optional<Reply> RefuseWebhook(const Endpoint& endpoint, const HttpRequest& request,
                                     const Order& order) const;
  // Makes the job, or says why not.
  std::optional<Reply> Accept(const Endpoint& endpoint, const HttpRequest& request,
                              const wire::Result<wire::Json>& body, const Post& post, Job** job);
  void Start(Job& job, const Answer& answer);
  Job& Open(const Endpoint& endpoint, const HttpRequest& request, Order order, const Post& post);
  void Begin(uint64_t job);    // PROCESSING
  void Arrived(uint64_t job);  // one of the things it waits for
  void CheckMask(Job& job);
  void Finish(uint64_t job);
  void Cycle(uint64_t job);  // the queue looks at it: a webhook in sync mode is called
  void Settle(Job& job);     // counts and money
  // state.cpp
  void ListState(wire::Json& state, const Extent& extent) const;
  Reply TellPost(const HttpRequest& request);
  // control.cpp
  void Control(const HttpRequest& request, Answer answer);
  std::optional<Reply> RefuseStranger(const HttpRequest& request) const;
  Reply ChangeSettings(const HttpRequest& request);
  Reply ChangeFaults(const HttpRequest& request);
  Reply ReplayWebhook(const HttpRequest& request);
  Reply TellState(const HttpRequest& request) const;
  void ShowPicture(const HttpRequest& request, Answer answer);
  Reply Home(const HttpRequest& request) const;
  void LoadSettings();  // and the fault script
  void ChangeSpeed(double speed);

  const Options options_;
  Agenda& agenda_;
  Studio& studio_;
  Fetcher fetcher_;
  Faults faults_;
  Hooks hooks_;
  std::shared_ptr<const catalogue::Catalogue> catalogue_;
  std::unordered_map<std::string, const Endpoint*> paths_;
  std::string status_prefix_;
  std::unordered_set<uint64_t> keys_;  // prints; empty: any key
  uint64_t salt_;                      // of prints: they mean nothing outside this process
  uint16_t port_ = 0;
  int64_t started_ms_;

  struct Settings {  // what can be changed while it runs
    double speed = 1, submits_per_second = 0, failed_share = 0, error_share = 0;
    std::unordered_set<const Endpoint*> disabled, forbidden;
  };
  Settings settings_;
  uint64_t serial_ = 0;
  Wallet wallet_;
  Limiter limiter_;
  Ledger ledger_;
  Jobs jobs_;
};

}  // namespace pixazo::sandbox
