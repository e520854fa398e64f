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
constexpr uint32_t kMaxSharedPolls =
    100;  // libcurl's own limit of streams on one connection, and most servers'

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

// A quarter of the connections for outputs, a quarter for polls, the rest for paid requests. HTTP/2 for polls
// was chosen by tests/bench/compare/connections.py (1,000 jobs over TLS, 16 connections, polled each second):
// 40 ms away the mean lag is 1.59 s with HTTP/1.1 and 0.54 s with HTTP/2, with 1 % lost 1.72 s and 0.57 s;
// near it is the same, and a job's CPU within 12 %. More connections help paid requests alone, each of which
// takes three round trips: with 8, 16 and 32 connections 1,000 jobs took 36, 22 and 15 s.
Error CurlTransport::Open() {
  const uint32_t all = std::max(around_.config.max_connections, 3u), quarter = std::max(all / 4, 1u);
  const auto open = [this](Completion::Kind kind, std::unique_ptr<Pool> pool) {
    pools_.push_back(std::move(pool));
    LaneOf(kind).pool = pools_.back().get();
  };
  open(Completion::Kind::kSubmit, Pool::Create(all - 2 * quarter));
  open(Completion::Kind::kStatus, Pool::Create(quarter, kMaxSharedPolls));
  open(Completion::Kind::kDownload, Pool::Create(quarter));
  const bool whole =
      std::all_of(pools_.begin(), pools_.end(), [](const auto& pool) { return pool != nullptr; });
  if (!whole) return MakeError(Code::kNoMemory, "out of memory");
  if (!waiter_.Open()) return MakeError(Code::kIo, "no file descriptors are left for a wake-up channel");
  return {};
}

CurlTransport::~CurlTransport() {
  for (auto& [token, transfer] : live_) {
    CURL* handle = transfer->handle();
    if (!handle) continue;
    transfer->pool()->Remove(handle);
    Pool::Destroy(handle);
  }
  live_.clear();
}

void CurlTransport::StartSubmit(Token token, SubmitCall call) {
  ++around_.counters.submits;
  Start(std::make_unique<Submit>(token, std::move(call), around_));
}

void CurlTransport::StartStatus(Token token, std::string_view request_id) {
  ++around_.counters.statuses;
  Start(std::make_unique<Status>(token, request_id, around_));
}

void CurlTransport::StartDownload(Token token, DownloadCall call) {
  ++around_.counters.downloads;
  Start(std::make_unique<Download>(token, std::move(call), around_));
}

void CurlTransport::Start(std::unique_ptr<Transfer> transfer) {
  Transfer* t = transfer.get();
  if (live_.count(t->token()) != 0) {  // a bug of the caller's: the one that runs is not disturbed
    t->Fail(Fault::kArgument, "the token is in use");
    done_.push_back(t->Take());
    return;
  }
  live_.emplace(t->token(), std::move(transfer));
  LaneOf(t->kind()).line.push_back(t);
}

void CurlTransport::Admit() {
  for (Lane& lane : lanes_) AdmitFrom(lane);
}

void CurlTransport::AdmitFrom(Lane& lane) {
  Pool& pool = *lane.pool;
  while (!lane.line.empty() && !pool.full()) {
    Transfer* t = lane.line.front();
    lane.line.pop_front();
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
  if (t->Begin(handle, pool)) {
    if (pool.Add(handle)) return true;
    t->Fail(Fault::kMemory, "out of memory");
  }
  LetGo(t, handle);
  return false;
}

// Before the transfer goes: the handle's options point into it.
void CurlTransport::LetGo(Transfer* t, CURL* handle) {
  t->Detach();
  if (t->kind() == Completion::Kind::kSubmit)
    Pool::Destroy(handle);
  else
    t->pool()->Give(handle);
}

void CurlTransport::Finish(Transfer* t) {
  const Token token = t->token();
  done_.push_back(t->Take());
  live_.erase(token);
  std::erase_if(endings_, [token](const Ending& ending) { return ending.token == token; });
}

void CurlTransport::Collect(Pool& pool) {
  CURL* handle = nullptr;
  CURLcode code = CURLE_OK;
  while (pool.NextDone(handle, code)) {
    Transfer* t = nullptr;
    curl_easy_getinfo(handle, CURLINFO_PRIVATE, &t);
    if (t->http_version() != 0) pool.SetShared(t->http_version() == CURL_HTTP_VERSION_2_0);
    Lane& lane = LaneOf(t->kind());
    if (code == CURLE_OPERATION_TIMEDOUT && t->kind() == Completion::Kind::kStatus && lane.pool == &pool)
      Leave(lane);
    const bool again = t->End(code) == Transfer::Next::kAgain;
    if (!again) LetGo(t, handle);
    if (again) curl_easy_reset(handle);
    if (!again || !Launch(t, pool, handle)) Finish(t);
  }
}

// A poll got no answer in time, and libcurl would go on using its connection if that speaks HTTP/2: one that
// has died without a word (a network that was changed, a forgetful middlebox) would take every later poll
// with it. What still runs on it may end there.
void CurlTransport::Leave(Lane& lane) {
  std::unique_ptr<Pool> fresh = lane.pool->Anew();
  if (!fresh) return;
  pools_.push_back(std::move(fresh));
  lane.pool = pools_.back().get();
}

void CurlTransport::Abort(Token token) {
  if (inside_)
    aborts_.push_back(token);
  else
    AbortSoon(token);
}

void CurlTransport::AbortSoon(Token token) {
  const auto found = live_.find(token);
  if (found == live_.end()) return;
  if (found->second->answer_is_paid())
    endings_.push_back({token, Clock::now() + std::chrono::milliseconds(kLastWordsMs)});
  else
    AbortNow(token);
}

void CurlTransport::AbortNow(Token token) {
  const auto found = live_.find(token);
  if (found == live_.end()) return;
  Transfer* t = found->second.get();
  Lane& lane = LaneOf(t->kind());
  std::erase(lane.line, t);
  CURL* handle = t->handle();
  if (handle) t->pool()->Remove(handle);
  t->Abort();
  if (handle) LetGo(t, handle);
  Finish(t);
}

void CurlTransport::AbortDeferred(Clock::time_point now) {
  for (Token token : std::exchange(aborts_, {})) AbortSoon(token);
  while (!endings_.empty() && endings_.front().until <= now) AbortNow(endings_.front().token);
}

uint64_t CurlTransport::Progress(Token token) const {
  const auto found = live_.find(token);
  return found == live_.end() ? 0 : found->second->progress();
}

void CurlTransport::Run(int timeout_ms, std::vector<Completion>& out) {
  const Clock::time_point until = Clock::now() + std::chrono::milliseconds(std::max(timeout_ms, 0));
  Step();
  while (done_.empty() && !waiter_.woken()) {
    Wait(until);
    Step();
    if (Clock::now() >= until) break;
  }
  waiter_.ForgetWake();
  std::move(done_.begin(), done_.end(), std::back_inserter(out));
  done_.clear();
}

void CurlTransport::Step() {
  Admit();
  inside_ = true;
  const Clock::time_point now = Clock::now();
  for (const auto& pool : pools_) pool->OnTime(now);
  inside_ = false;
  AbortDeferred(now);
  for (size_t i = 0; i < pools_.size(); ++i) Collect(*pools_[i]);
  std::erase_if(pools_, [this](const auto& pool) {
    return pool->idle() && std::none_of(lanes_.begin(), lanes_.end(),
                                        [&](const Lane& lane) { return lane.pool == pool.get(); });
  });
  Admit();
}

void CurlTransport::Wait(Clock::time_point until) {
  ready_.clear();
  ends_.clear();
  for (const auto& pool : pools_) {
    if (pool->timer()) until = std::min(until, *pool->timer());
    pool->AppendSockets(ready_);
    ends_.push_back(ready_.size());
  }
  if (!endings_.empty()) until = std::min(until, endings_.front().until);
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
  if (!waiter_.Wait(ready_, static_cast<int>(std::max<int64_t>(left, 0)))) std::this_thread::sleep_for(kPause);
  inside_ = true;
  for (size_t i = 0, pool = 0; i < ready_.size(); ++i) {
    while (i == ends_[pool]) ++pool;
    if (ready_[i].revents != 0) pools_[pool]->OnSocket(ready_[i]);
  }
  inside_ = false;
}

}  // namespace pixazo::transport
