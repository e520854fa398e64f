#include "transport/pool.h"

#include <algorithm>
#include <utility>

#include "wire/contained.h"

namespace pixazo::transport {
namespace {

constexpr auto kLook = std::chrono::milliseconds(10);

short WaitEvents(int what) {
  short events = 0;
  if (what == CURL_POLL_IN || what == CURL_POLL_INOUT) events |= POLLIN;
  if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT) events |= POLLOUT;
  return events;
}

// What is broken is found by reading or writing, and said better: CURL_CSELECT_ERR ends a transfer with an
// error of its own (7.88.1).
int SelectMask(short revents) {
  int mask = 0;
  if (revents & (POLLIN | POLLPRI | POLLHUP | POLLERR | POLLNVAL)) mask |= CURL_CSELECT_IN;
  if (revents & (POLLOUT | POLLERR | POLLNVAL)) mask |= CURL_CSELECT_OUT;
  return mask;
}

}  // namespace

std::unique_ptr<Pool> Pool::Create(uint32_t max_connections, uint32_t max_shared) {
  std::unique_ptr<Pool> pool(new Pool(std::max(max_connections, 1u), max_shared));
  return pool->Open() ? std::move(pool) : nullptr;
}

bool Pool::Open() {
  multi_ = NewMulti();
  share_ = curl_share_init();
  if (!multi_ || !share_) return false;
  // What libcurl calls back for, and what takes a handle back, finds its memory here.
  idle_.reserve(std::max(max_connections_, max_shared_));
  sockets_.reserve(size_t{4} * max_connections_ + 16);
  // TLS sessions are kept for the whole pool (an easy handle would keep its own): a fresh connection then
  // costs a resumption, not a full handshake. Names and connections are kept by the multi handle.
  return curl_share_setopt(share_, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION) == CURLSHE_OK;
}

CURLM* Pool::NewMulti() {
  CURLM* multi = curl_multi_init();
  if (!multi) return nullptr;
  const long limit = static_cast<long>(max_connections_);
  if (curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, &Pool::OnSocketChange) == CURLM_OK &&
      curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, this) == CURLM_OK &&
      curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, &Pool::OnTimerChange) == CURLM_OK &&
      curl_multi_setopt(multi, CURLMOPT_TIMERDATA, this) == CURLM_OK &&
      curl_multi_setopt(multi, CURLMOPT_PIPELINING,
                        max_shared_ > 0 ? long{CURLPIPE_MULTIPLEX} : long{CURLPIPE_NOTHING}) == CURLM_OK &&
      curl_multi_setopt(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, limit) == CURLM_OK &&
      curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, limit) == CURLM_OK)
    return multi;
  curl_multi_cleanup(multi);
  return nullptr;
}

Pool::~Pool() {
  for (CURL* handle : idle_) curl_easy_cleanup(handle);
  if (multi_) curl_multi_cleanup(multi_);
  if (share_) curl_share_cleanup(share_);
}

CURL* Pool::NewHandle() { return curl_easy_init(); }

CURL* Pool::Take() {
  if (idle_.empty()) return NewHandle();
  CURL* handle = idle_.back();
  idle_.pop_back();
  return handle;
}

void Pool::Give(CURL* handle) {
  curl_easy_reset(handle);
  if (idle_.size() < idle_.capacity())
    idle_.push_back(handle);
  else
    Destroy(handle);
}

void Pool::Destroy(CURL* handle) { curl_easy_cleanup(handle); }

bool Pool::Add(CURL* handle) {
  if (curl_multi_add_handle(multi_, handle) != CURLM_OK) return false;
  ++running_;
  return true;
}

void Pool::Remove(CURL* handle) {
  curl_multi_remove_handle(multi_, handle);
  --running_;
}

void Pool::OnSocket(const pollfd& ready) {
  if (strained_) return;
  const int mask = SelectMask(ready.revents);
  const bool ours =
      std::any_of(sockets_.begin(), sockets_.end(), [&](const auto& s) { return s.fd == ready.fd; });
  int running = 0;
  if (mask != 0 && ours) Check(curl_multi_socket_action(multi_, ready.fd, mask, &running));
}

void Pool::OnTime(Clock::time_point now) {
  if (strained_) return DriveAll(now);
  if (!timer_ || *timer_ > now) return;
  timer_.reset();
  int running = 0;
  Check(curl_multi_socket_action(multi_, CURL_SOCKET_TIMEOUT, 0, &running));
}

void Pool::Check(CURLMcode code) {
  if (code == CURLM_OK) return;
  strained_ = true;
  next_look_ = Clock::time_point{};  // at once
}

void Pool::DriveAll(Clock::time_point now) {
  if (next_look_ && *next_look_ > now) return;
  next_look_ = now + kLook;
  int running = 0;
  curl_multi_perform(multi_, &running);
  if (running_ > 0) return;
  CURLM* fresh = NewMulti();
  if (!fresh) return;
  curl_multi_cleanup(std::exchange(multi_, fresh));
  sockets_.clear();
  strained_ = false;
}

bool Pool::NextDone(CURL*& handle, CURLcode& code) {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    handle = message->easy_handle;
    code = message->data.result;
    Remove(handle);
    return true;
  }
  return false;
}

int Pool::OnSocketChange(CURL*, curl_socket_t fd, int what, void* self, void*) {
  auto& sockets = static_cast<Pool*>(self)->sockets_;
  const auto at = std::find_if(sockets.begin(), sockets.end(), [&](const auto& s) { return s.fd == fd; });
  if (what == CURL_POLL_REMOVE) {
    if (at != sockets.end()) sockets.erase(at);
  } else if (at != sockets.end()) {
    at->events = WaitEvents(what);
  } else {
    return wire::Contained(-1, [&] {
      sockets.push_back({fd, WaitEvents(what), 0});
      return 0;
    });
  }
  return 0;
}

int Pool::OnTimerChange(CURLM*, long timeout_ms, void* self) {
  auto& timer = static_cast<Pool*>(self)->timer_;
  if (timeout_ms < 0)
    timer.reset();
  else
    timer = Clock::now() + std::chrono::milliseconds(timeout_ms);
  return 0;
}

}  // namespace pixazo::transport
