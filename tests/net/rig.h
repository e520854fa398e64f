// A Transport aimed at a FaultServer, driven on the test's thread.
#pragma once

#include <doctest/doctest.h>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/policy.h"
#include "net/fault_server.h"
#include "transport/transport.h"
#include "wire/url.h"

namespace pixazo::testing {

constexpr const char* kKey = "canary-key-5d41402abc4b2a76";
constexpr int64_t kNow = 1'790'000'000'000;  // any wall clock: only dates without a Date header would use it
constexpr int kGiveUp_ms = 60'000;           // a safety net, not a measure

inline transport::Config ConfigFor(const FaultServer& server, std::string_view base_path = {}) {
  transport::Config config;
  config.base = *wire::ParseUrl(server.Url(base_path));
  config.allow_loopback = true;
  config.user_agent = "pixazo-test/1";
  config.ca_pem = server.identity().ca_pem;
  return config;
}

class Rig {
 public:
  explicit Rig(transport::Config config) {
    wire::Result<std::unique_ptr<transport::Transport>> made =
        transport::Transport::Create(std::move(config));
    REQUIRE_MESSAGE(made.ok(), (made.ok() ? std::string() : made.error().message));
    transport_ = std::move(*made);
    transport_->SetApiKey(kKey);
  }
  explicit Rig(const FaultServer& server) : Rig(ConfigFor(server)) {}

  transport::Transport& operator*() { return *transport_; }
  transport::Transport* operator->() { return transport_.get(); }
  void Drop() { transport_.reset(); }

  transport::Token StartSubmit(std::string body = R"({"prompt":"a fox"})", int64_t timeout_ms = 30'000,
                               std::vector<std::string> headers = {},
                               std::function<bool()> before_send = {}) {
    transport::SubmitCall call;
    call.path = "/v1/generate";
    call.body = std::move(body);
    call.timeout_ms = timeout_ms;
    call.headers = std::move(headers);
    call.before_send = std::move(before_send);
    transport_->StartSubmit(++last_, std::move(call));
    return last_;
  }
  transport::Token StartStatus(std::string_view id) {
    transport_->StartStatus(++last_, id);
    return last_;
  }
  transport::Token StartDownload(transport::DownloadCall call) {
    transport_->StartDownload(++last_, std::move(call));
    return last_;
  }

  // Drives until the exchange is over.
  transport::Completion Wait(transport::Token token) {
    REQUIRE(DriveUntil([&] { return finished_.count(token) != 0; }));
    transport::Completion done = std::move(finished_.at(token));
    finished_.erase(token);
    return done;
  }
  bool DriveUntil(const std::function<bool()>& pred) {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::milliseconds(kGiveUp_ms);
    while (!pred()) {
      if (std::chrono::steady_clock::now() > give_up) return false;
      Drive(20);
    }
    return true;
  }
  void Drive(int timeout_ms) {
    std::vector<transport::Completion> out;
    transport_->Run(timeout_ms, out);
    for (transport::Completion& done : out) {
      CHECK_MESSAGE(finished_.count(done.token) == 0, "a second completion for one token");
      finished_.emplace(done.token, std::move(done));
    }
  }
  bool finished(transport::Token token) const { return finished_.count(token) != 0; }

  wire::SubmitExchange Submit(std::string body = R"({"prompt":"a fox"})", int64_t timeout_ms = 30'000) {
    return Wait(StartSubmit(std::move(body), timeout_ms)).submit;
  }
  wire::Exchange Status(std::string_view id) { return Wait(StartStatus(id)).status; }
  transport::Completion Download(std::string url) {
    transport::DownloadCall call;
    call.url = std::move(url);
    return Wait(StartDownload(std::move(call)));
  }

 private:
  std::unique_ptr<transport::Transport> transport_;
  transport::Token last_ = 0;
  std::map<transport::Token, transport::Completion> finished_;
};

inline core::SubmitJudgement Judged(const wire::SubmitExchange& x, const core::Policy& policy = {}) {
  return core::JudgeSubmit(x, true, policy, kNow);
}

}  // namespace pixazo::testing

namespace doctest {
template <>
struct StringMaker<pixazo::wire::Fault> {
  static String convert(pixazo::wire::Fault fault) {
    constexpr const char* kNames[] = {"None",   "Dns",      "Connect",  "Proxy",     "Timeout",
                                      "Tls",    "Trust",    "Argument", "Memory",    "Aborted",
                                      "Broken", "Protocol", "TooLarge", "Forbidden", "Io"};
    return kNames[static_cast<size_t>(fault)];
  }
};
template <>
struct StringMaker<pixazo::core::Verdict> {
  static String convert(pixazo::core::Verdict verdict) {
    constexpr const char* kNames[] = {"Queued",       "Completed", "NoOutput",     "JobFailed",
                                      "JobError",     "Rejected",  "NotProcessed", "NotSent",
                                      "NotSentFinal", "Uncertain", "Cancelled"};
    return kNames[static_cast<size_t>(verdict)];
  }
};
}  // namespace doctest
