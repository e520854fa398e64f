// What transport reports, handed to the engine.
#include "client/driver.h"

namespace pixazo::client {

using core::Action;

namespace {
constexpr double kUsualBytes = 1 << 20;  // of a picture
}  // namespace

void Driver::Hand(transport::Completion& completion) {
  const auto found = exchanges_.find(completion.token);
  if (found == exchanges_.end()) return;
  const Exchange exchange = found->second;
  exchanges_.erase(found);
  const core::Now now = ReadClocks();
  const auto it = records_.find(exchange.job);
  Record* record = it == records_.end() ? nullptr : &it->second;
  Job* job = record ? record->job.get() : nullptr;
  switch (completion.kind) {
    case transport::Completion::Kind::kSubmit: {
      if (record) record->token = 0;
      const wire::SubmitExchange& x = completion.submit;
      if (Logs(kLogDebug))
        Log(kLogDebug, job,
            "POST: HTTP " + std::to_string(x.http_status) + (x.detail.empty() ? "" : ", " + x.detail));
      replying_ = &x;
      if (record && std::exchange(job->unmarked, false))
        engine_.SubmitFailedLocally(
            now, exchange.job,
            job->is_end_claimed()
                ? wire::MakeError(wire::Code::kClosed, "the client was closed before anything was sent")
                : wire::MakeError(wire::Code::kIo,
                                  "nothing was sent, because the journal could not be written"));
      else
        engine_.OnSubmit(now, exchange.job, x);
      CarryOut();
      replying_ = nullptr;
      break;
    }
    case transport::Completion::Kind::kStatus: {
      if (record) record->token = 0;
      const wire::Exchange& x = completion.status;
      if (Logs(kLogDebug))
        Log(kLogDebug, job,
            "GET status: HTTP " + std::to_string(x.http_status) + (x.detail.empty() ? "" : ", " + x.detail));
      engine_.OnStatus(now, exchange.job, x);
      break;
    }
    case transport::Completion::Kind::kDownload: {
      --downloads_;
      if (record) {
        Fetch& fetch = record->Fetched().fetches[exchange.index];
        fetch.token = 0;
        fetch.exchange = std::move(completion.download);
        fetch.data = std::move(completion.data);
        fetch.partial = std::move(completion.partial);
        engine_.OnDownload(now, exchange.job, exchange.index, fetch.exchange);
        CarryOut();
      }
      ReleaseHeld();
      break;
    }
  }
  CarryOut();
}

// Transport knows bytes, not totals: the fraction of a download approaches 1 without reaching it.
void Driver::SampleProgress() {
  const core::Now now = ReadClocks();
  if (downloads_ == 0 || now.mono_ms - sampled_ms_ < kSampleMs) return;
  sampled_ms_ = now.mono_ms;
  std::unordered_map<core::JobId, double> fractions;
  for (const auto& [token, exchange] : exchanges_) {
    if (exchange.index == Action::kNoIndex) continue;
    const auto bytes = static_cast<double>(transport_->Progress(token));
    fractions[exchange.job] += bytes / (bytes + kUsualBytes);
  }
  for (const auto& [job, fraction] : fractions) engine_.OnDownloadProgress(now, job, fraction);
}

}  // namespace pixazo::client
