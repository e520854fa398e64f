#include "transport/curl_transport.h"

#include <algorithm>
#include <iterator>
#include <thread>
#include <utility>

#include "transport/download.h"
#include "transport/status.h"
#include "transport/submit.h"
#include "wire/text.h"

namespace pixazo::transport {
namespace {

using wire::Code;
using wire::Error;
using wire::Fault;
using wire::MakeError;

constexpr auto kPause = std::chrono::milliseconds(10);  // if waiting itself fails

}  // namespace

wire::Result<std::unique_ptr<Transport>> Transport::Create(Config config) {
  if (Error error = GlobalInit(); !error.ok()) return error;
  const ProxyChoice proxies(config);
  const bool proxied = !proxies.For(config.base).empty();
  if (wire::Result<AddressRule> rule = CheckBase(config.base, config, proxied); !rule.ok())
    return rule.error();
  if (!config.user_agent.empty() && !wire::IsHeaderValue(config.user_agent))
    return MakeError(Code::kInvalidArg, "the user agent contains characters that a header cannot carry",
                     "user_agent");
  wire::Result<Trust> trust = ChooseTrust(config);
  if (!trust.ok()) return trust.error();
  auto driver = std::make_unique<CurlTransport>(std::move(config), std::move(*trust));
  if (Error error = driver->Open(); !error.ok()) return error;
  return std::unique_ptr<Transport>(std::move(driver));
}

// A quarter of the connections for outputs, the rest for the gateway.
Error CurlTransport::Open() {
  const uint32_t all = std::max(around_.config.max_connections, 2u);
  const uint32_t for_outputs = std::max(all / 4, 1u);
  outputs_ = Pool::Create(for_outputs);
  gateway_ = Pool::Create(all - for_outputs);
  waiter_ = curl_multi_init();
  if (!outputs_ || !gateway_ || !waiter_) return MakeError(Code::kNoMemory, "out of memory");
  if (curl_multi_wakeup(waiter_) != CURLM_OK)
    return MakeError(Code::kIo, "no file descriptors are left for a wake-up channel");
  return {};
}

CurlTransport::~CurlTransport() {
  for (auto& [token, transfer] : live_) {
    CURL* handle = transfer->handle();
    if (!handle) continue;
    PoolOf(*transfer).Remove(handle);
    Pool::Destroy(handle);
  }
  live_.clear();
  if (waiter_) curl_multi_cleanup(waiter_);
}

void CurlTransport::StartSubmit(Token token, SubmitCall call) {
  ++around_.counters.submits;
  Start(std::make_unique<Submit>(token, std::move(call), around_), submits_);
}

void CurlTransport::StartStatus(Token token, std::string_view request_id) {
  ++around_.counters.statuses;
  Start(std::make_unique<Status>(token, request_id, around_), statuses_);
}

void CurlTransport::StartDownload(Token token, DownloadCall call) {
  ++around_.counters.downloads;
  Start(std::make_unique<Download>(token, std::move(call), around_), downloads_);
}

void CurlTransport::Start(std::unique_ptr<Transfer> transfer, std::deque<Transfer*>& line) {
  Transfer* t = transfer.get();
  if (live_.count(t->token()) != 0) {  // a bug of the caller's: the one that runs is not disturbed
    t->Fail(Fault::kArgument, "the token is in use");
    done_.push_back(t->Take());
    return;
  }
  live_.emplace(t->token(), std::move(transfer));
  line.push_back(t);
}

void CurlTransport::Admit() {
  AdmitFrom(submits_, *gateway_);
  AdmitFrom(statuses_, *gateway_);
  AdmitFrom(downloads_, *outputs_);
}

void CurlTransport::AdmitFrom(std::deque<Transfer*>& line, Pool& pool) {
  while (!line.empty() && !pool.full()) {
    Transfer* t = line.front();
    line.pop_front();
    // A submit's handle has no past: nothing an earlier exchange left in it can matter.
    CURL* handle = t->kind() == Completion::Kind::kSubmit ? pool.NewHandle() : pool.Take();
    if (!handle) {
      t->Fail(Fault::kMemory, "out of memory");
      Finish(t);
      continue;
    }
    if (!Launch(t, pool, handle)) Finish(t);
  }
}

bool CurlTransport::Launch(Transfer* t, Pool& pool, CURL* handle) {
  if (t->Begin(handle, pool.share())) {
    if (pool.Add(handle)) return true;
    t->Fail(Fault::kMemory, "out of memory");
  }
  LetGo(t, pool, handle);
  return false;
}

// Before the transfer goes: the handle's options point into it.
void CurlTransport::LetGo(Transfer* t, Pool& pool, CURL* handle) {
  t->Detach();
  if (t->kind() == Completion::Kind::kSubmit)
    Pool::Destroy(handle);
  else
    pool.Give(handle);
}

void CurlTransport::Finish(Transfer* t) {
  const Token token = t->token();
  done_.push_back(t->Take());
  live_.erase(token);
}

void CurlTransport::Collect(Pool& pool) {
  CURL* handle = nullptr;
  CURLcode code = CURLE_OK;
  while (pool.NextDone(handle, code)) {
    Transfer* t = nullptr;
    curl_easy_getinfo(handle, CURLINFO_PRIVATE, &t);
    const bool again = t->End(code) == Transfer::Next::kAgain;
    if (!again) LetGo(t, pool, handle);
    if (again) curl_easy_reset(handle);
    if (!again || !Launch(t, pool, handle)) Finish(t);
  }
}

void CurlTransport::Abort(Token token) {
  if (inside_)
    aborts_.push_back(token);
  else
    AbortNow(token);
}

void CurlTransport::AbortNow(Token token) {
  const auto found = live_.find(token);
  if (found == live_.end()) return;
  Transfer* t = found->second.get();
  for (auto* line : {&submits_, &statuses_, &downloads_}) std::erase(*line, t);
  CURL* handle = t->handle();
  if (handle) PoolOf(*t).Remove(handle);
  t->Abort();
  if (handle) LetGo(t, PoolOf(*t), handle);
  Finish(t);
}

void CurlTransport::AbortDeferred() {
  for (Token token : std::exchange(aborts_, {})) AbortNow(token);
}

uint64_t CurlTransport::Progress(Token token) const {
  const auto found = live_.find(token);
  return found == live_.end() ? 0 : found->second->progress();
}

void CurlTransport::Run(int timeout_ms, std::vector<Completion>& out) {
  const Clock::time_point until = Clock::now() + std::chrono::milliseconds(std::max(timeout_ms, 0));
  Step();
  while (done_.empty() && !woken_) {
    Wait(until);
    Step();
    if (Clock::now() >= until) break;
  }
  woken_ = false;
  std::move(done_.begin(), done_.end(), std::back_inserter(out));
  done_.clear();
}

void CurlTransport::Step() {
  Admit();
  inside_ = true;
  const Clock::time_point now = Clock::now();
  gateway_->OnTime(now);
  outputs_->OnTime(now);
  inside_ = false;
  AbortDeferred();
  Collect(*gateway_);
  Collect(*outputs_);
  Admit();
}

void CurlTransport::Wait(Clock::time_point until) {
  for (const Pool* pool : {gateway_.get(), outputs_.get()})
    if (pool->timer()) until = std::min(until, *pool->timer());
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
  ready_.clear();
  gateway_->AppendSockets(ready_);
  const size_t gateways = ready_.size();
  outputs_->AppendSockets(ready_);
  const CURLMcode code = curl_multi_poll(waiter_, ready_.data(), static_cast<unsigned>(ready_.size()),
                                         static_cast<int>(std::max<int64_t>(left, 0)), nullptr);
  if (code != CURLM_OK) std::this_thread::sleep_for(kPause);
  inside_ = true;
  for (size_t i = 0; i < ready_.size(); ++i)
    if (ready_[i].revents != 0) (i < gateways ? gateway_ : outputs_)->OnSocket(ready_[i]);
  inside_ = false;
}

void CurlTransport::Wake() {
  woken_ = true;
  curl_multi_wakeup(waiter_);
}

}  // namespace pixazo::transport
