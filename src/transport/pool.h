// One libcurl multi handle with its connections, TLS sessions and idle easy handles. Paid POSTs, status GETs
// and outputs have a pool each: what belongs to one never meets a connection of another. (With HTTP/2,
// libcurl 7.88 sends a POST again when a poll has come to share its connection.)
#pragma once

#include <curl/curl.h>
#include <poll.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace pixazo::transport {

using Clock = std::chrono::steady_clock;

class Pool {
 public:
  // max_shared: how many exchanges may run at once where connections are shared by HTTP/2; 0: never shared.
  // nullptr: out of memory or descriptors.
  static std::unique_ptr<Pool> Create(uint32_t max_connections, uint32_t max_shared = 0);
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  // One like it without its connections, sessions and handles.
  std::unique_ptr<Pool> Anew() const { return Create(max_connections_, max_shared_); }

  CURL* NewHandle();        // never used before; nullptr: out of memory
  CURL* Take();             // an idle one, without options, or a new one
  void Give(CURL* handle);  // not running; its options are forgotten
  static void Destroy(CURL* handle);

  bool Add(CURL* handle);     // begins to run with the next Drive
  void Remove(CURL* handle);  // never blocks
  bool full() const {
    return running_ >= (shared_ ? std::max(max_shared_, max_connections_) : max_connections_);
  }
  bool idle() const { return running_ == 0; }
  // What the last reply said: its connection can carry others at the same time, or not.
  void SetShared(bool shared) { shared_ = shared; }
  CURLSH* share() const { return share_; }

  void AppendSockets(std::vector<pollfd>& out) const {
    out.insert(out.end(), sockets_.begin(), sockets_.end());
  }
  std::optional<Clock::time_point> timer() const { return strained_ ? next_look_ : timer_; }
  void OnSocket(const pollfd& ready);  // ignored if the socket is no longer ours
  void OnTime(Clock::time_point now);
  // The next transfer that ended, already removed from the multi handle.
  bool NextDone(CURL*& handle, CURLcode& code);

 private:
  Pool(uint32_t max_connections, uint32_t max_shared)
      : max_connections_(max_connections), max_shared_(max_shared) {}
  bool Open();
  CURLM* NewMulti();
  static int OnSocketChange(CURL* handle, curl_socket_t fd, int what, void* self, void*);
  static int OnTimerChange(CURLM* multi, long timeout_ms, void* self);
  void Check(CURLMcode code);
  void DriveAll(Clock::time_point now);

  const uint32_t max_connections_, max_shared_;
  uint32_t running_ = 0;
  bool shared_ = false;
  CURLM* multi_ = nullptr;
  CURLSH* share_ = nullptr;
  std::vector<CURL*> idle_;
  std::vector<pollfd> sockets_;
  std::optional<Clock::time_point> timer_;
  // libcurl lost track of a socket for want of memory, and would divide by zero if it were told of that
  // socket again (7.88.1). So what still runs is driven by time alone; then the multi handle is replaced.
  bool strained_ = false;
  std::optional<Clock::time_point> next_look_;
};

}  // namespace pixazo::transport
