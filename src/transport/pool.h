// One libcurl multi handle with its connections, TLS sessions and idle easy handles. The gateway and the
// outputs have a pool each: what belongs to one never meets a connection of the other.
#pragma once

#include <curl/curl.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace pixazo::transport {

using Clock = std::chrono::steady_clock;

class Pool {
 public:
  // nullptr: out of memory or descriptors.
  static std::unique_ptr<Pool> Create(uint32_t max_connections);
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  CURL* NewHandle();        // never used before; nullptr: out of memory
  CURL* Take();             // an idle one, without options, or a new one
  void Give(CURL* handle);  // not running; its options are forgotten
  static void Destroy(CURL* handle);

  bool Add(CURL* handle);     // begins to run with the next Drive
  void Remove(CURL* handle);  // never blocks
  bool full() const { return running_ >= max_connections_; }
  CURLSH* share() const { return share_; }

  void AppendSockets(std::vector<curl_waitfd>& out) const {
    out.insert(out.end(), sockets_.begin(), sockets_.end());
  }
  std::optional<Clock::time_point> timer() const { return strained_ ? next_look_ : timer_; }
  void OnSocket(const curl_waitfd& ready);  // ignored if the socket is no longer ours
  void OnTime(Clock::time_point now);
  // The next transfer that ended, already removed from the multi handle.
  bool NextDone(CURL*& handle, CURLcode& code);

 private:
  explicit Pool(uint32_t max_connections) : max_connections_(max_connections) {}
  bool Open();
  CURLM* NewMulti();
  static int OnSocketChange(CURL* handle, curl_socket_t fd, int what, void* self, void*);
  static int OnTimerChange(CURLM* multi, long timeout_ms, void* self);
  void Check(CURLMcode code);
  void DriveAll(Clock::time_point now);

  const uint32_t max_connections_;
  uint32_t running_ = 0;
  CURLM* multi_ = nullptr;
  CURLSH* share_ = nullptr;
  std::vector<CURL*> idle_;
  std::vector<curl_waitfd> sockets_;
  std::optional<Clock::time_point> timer_;
  // libcurl lost track of a socket for want of memory, and would divide by zero if it were told of that
  // socket again (7.88.1). So what still runs is driven by time alone; then the multi handle is replaced.
  bool strained_ = false;
  std::optional<Clock::time_point> next_look_;
};

}  // namespace pixazo::transport
