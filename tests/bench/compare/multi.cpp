#include "multi.h"

#include <algorithm>

#include "client.h"

namespace pixazo::bench {

Multi::Multi(long connections, bool shared) {
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &Multi::OnSocket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &Multi::OnTimer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_MAX_TOTAL_CONNECTIONS, connections);
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, connections);
  curl_multi_setopt(multi_, CURLMOPT_PIPELINING, shared ? CURLPIPE_MULTIPLEX : CURLPIPE_NOTHING);
}

bool Multi::OnTime(double now_s) {
  if (!timer_s_ || *timer_s_ > now_s) return false;
  timer_s_.reset();
  int running = 0;
  curl_multi_socket_action(multi_, CURL_SOCKET_TIMEOUT, 0, &running);
  return true;
}

void Multi::OnReady(const pollfd& socket) {
  const int mask = (socket.revents & (POLLIN | POLLHUP | POLLERR) ? CURL_CSELECT_IN : 0) |
                   (socket.revents & POLLOUT ? CURL_CSELECT_OUT : 0);
  int running = 0;
  if (mask) curl_multi_socket_action(multi_, socket.fd, mask, &running);
}

int Multi::OnSocket(CURL*, curl_socket_t fd, int what, void* self, void*) {
  auto& sockets = static_cast<Multi*>(self)->sockets_;
  const auto at = std::find_if(sockets.begin(), sockets.end(), [&](const pollfd& s) { return s.fd == fd; });
  const auto events =
      static_cast<short>((what & CURL_POLL_IN ? POLLIN : 0) | (what & CURL_POLL_OUT ? POLLOUT : 0));
  if (what == CURL_POLL_REMOVE) {
    if (at != sockets.end()) sockets.erase(at);
  } else if (at != sockets.end()) {
    at->events = events;
  } else {
    sockets.push_back({fd, events, 0});
  }
  return 0;
}

int Multi::OnTimer(CURLM*, long ms, void* self) {
  auto& timer = static_cast<Multi*>(self)->timer_s_;
  if (ms < 0)
    timer.reset();
  else
    timer = bench_now_s() + static_cast<double>(ms) / 1e3;
  return 0;
}

}  // namespace pixazo::bench
