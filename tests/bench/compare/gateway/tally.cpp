#include "tally.h"

#include <algorithm>
#include <numeric>

#include "clock.h"
#include "text.h"

namespace pixazo::bench {

Tally::Tally() : cpu_at_start_us_(ClockNow_us(CLOCK_PROCESS_CPUTIME_ID)) {}

void Tally::Exchange(Kind kind, int64_t now_us) {
  if (exchanges_++ == 0) {
    first_us_ = now_us;
    idle_at_first_us_ = idle_us_;
  }
  last_us_ = now_us;
  idle_at_last_us_ = idle_us_;
  submits_ += kind == Kind::kSubmit;
  polls_ += kind == Kind::kPoll;
  downloads_ += kind == Kind::kDownload;
}

void Tally::Opened() {
  ++connections_;
  peak_ = std::max(peak_, ++open_);
}

void Tally::Closed() { --open_; }

std::string Tally::Json() {
  std::sort(lags_us_.begin(), lags_us_.end());
  const size_t count = lags_us_.size();
  const auto at = [&](double share) {
    return count == 0
               ? 0
               : static_cast<double>(lags_us_[static_cast<size_t>(share * static_cast<double>(count - 1))]) /
                     1e3;
  };
  const double mean =
      count == 0 ? 0
                 : std::accumulate(lags_us_.begin(), lags_us_.end(), 0.0) / static_cast<double>(count) / 1e3;
  const int64_t wall = last_us_ - first_us_, idle = idle_at_last_us_ - idle_at_first_us_;
  const double busy = wall == 0 ? 0 : 1 - static_cast<double>(idle) / static_cast<double>(wall);
  const double cpu = static_cast<double>(ClockNow_us(CLOCK_PROCESS_CPUTIME_ID) - cpu_at_start_us_) / 1e3;
  return Text(
      R"({"submits":%ju,"polls":%ju,"downloads":%ju,"exchanges":%ju,"connections":%ju,"connections_peak":%ju,)"
      R"("tls_full":%ju,"tls_resumed":%ju,"server_cpu_ms":%.1f,"jobs_done":%zu,)"
      R"("lag_ms":{"mean":%.2f,"p50":%.2f,"p99":%.2f,"max":%.2f},"busy":%.4f})",
      uintmax_t{submits_}, uintmax_t{polls_}, uintmax_t{downloads_}, uintmax_t{exchanges_},
      uintmax_t{connections_}, uintmax_t{peak_}, uintmax_t{tls_full_}, uintmax_t{tls_resumed_}, cpu, count,
      mean, at(0.5), at(0.99), at(1), busy);
}

}  // namespace pixazo::bench
