// What a run has cost, seen from the server.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace pixazo::bench {

class Tally {
 public:
  enum class Kind { kSubmit, kPoll, kDownload, kOther };

  Tally();
  void Exchange(Kind kind, int64_t now_us);
  void Opened();  // a connection that asked for more than the tally itself
  void Closed();
  void Handshake(bool resumed) { ++(resumed ? tls_resumed_ : tls_full_); }
  void Slept(int64_t us) { idle_us_ += us; }
  void JobSeen(int64_t lag_us) { lags_us_.push_back(lag_us); }
  std::string Json();

 private:
  uint64_t submits_ = 0, polls_ = 0, downloads_ = 0, exchanges_ = 0;
  uint64_t connections_ = 0, open_ = 0, peak_ = 0, tls_full_ = 0, tls_resumed_ = 0;
  int64_t idle_us_ = 0, cpu_at_start_us_ = 0;
  int64_t first_us_ = 0, last_us_ = 0, idle_at_first_us_ = 0, idle_at_last_us_ = 0;  // of the exchanges
  std::vector<int64_t> lags_us_;
};

}  // namespace pixazo::bench
