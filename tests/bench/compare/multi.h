// A multi handle of libcurl, its sockets and its timer.
#pragma once

#include <curl/curl.h>
#include <poll.h>

#include <optional>
#include <vector>

namespace pixazo::bench {

class Multi {
 public:
  Multi(long connections, bool shared);
  ~Multi() { curl_multi_cleanup(multi_); }
  Multi(const Multi&) = delete;
  Multi& operator=(const Multi&) = delete;

  CURLM* get() const { return multi_; }
  const std::vector<pollfd>& sockets() const { return sockets_; }
  std::optional<double> timer_s() const { return timer_s_; }
  bool OnTime(double now_s);  // false: it is not time
  void OnReady(const pollfd& socket);

 private:
  static int OnSocket(CURL*, curl_socket_t fd, int what, void* self, void*);
  static int OnTimer(CURLM*, long ms, void* self);

  CURLM* multi_ = curl_multi_init();
  std::vector<pollfd> sockets_;
  std::optional<double> timer_s_;
};

}  // namespace pixazo::bench
