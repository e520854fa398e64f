// DOWNLOADING: every output on its own. A download that fails never causes a submit.
#include <algorithm>

#include "core/engine_impl.h"

namespace pixazo::core {

using wire::Charged;
using wire::Code;

void Engine::Impl::StartOutputs(Job& job, const wire::Reply& reply) {
  job.step = kNever;
  job.outputs.resize(reply.raw_image ? 1 : reply.urls.size());
  for (size_t i = 0; i < reply.urls.size(); ++i) job.outputs[i].url = reply.urls[i];
  job.progress = std::max(job.progress, 0.90);
  SetState(job, State::kDownloading);
  Emit(Action::Kind::kOutputs, job, {}, static_cast<uint32_t>(job.outputs.size()));
  if (reply.created_ms && reply.completed_ms && *reply.completed_ms >= *reply.created_ms)
    actions_.back().gateway_ms = *reply.completed_ms - *reply.created_ms;
  for (uint32_t i = 0; i < reply.urls.size(); ++i) {
    Emit(Action::Kind::kOutputUrl, job, reply.urls[i], i);
  }
  if (reply.raw_image) {
    Emit(Action::Kind::kInline, job, {}, 0);
    SettleOutput(job, 0, nullptr);
    EndIfSettled(job);
    return;
  }
  if (!job.fetch_outputs) {
    Finish(job, State::kCompleted, nullptr);
    return;
  }
  ReadyOutputs(job);
  if (job.outputs.empty())
    EndIfSettled(job);
  else
    Arm(job);
}

// Puts what may start into the queue and sets the time for the rest.
void Engine::Impl::ReadyOutputs(Job& job) {
  for (uint32_t i = 0; i < job.outputs.size(); ++i) {
    Output& out = job.outputs[i];
    if (out.state != Output::State::kPending || out.ready || out.expired) continue;
    if (out.not_before > now_.mono_ms) {
      job.step = std::min(job.step, out.not_before);
      continue;
    }
    out.ready = true;
    download_ready_.emplace_back(job.id, i);
  }
}

void Engine::Impl::StartDownloads() {
  while (!download_ready_.empty() && downloads_running_ < policy_.max_downloads) {
    const auto [id, index] = download_ready_.front();
    download_ready_.pop_front();
    Job* job = Find(id);
    if (!job || index >= job->outputs.size() || !job->outputs[index].ready) continue;
    Output& out = job->outputs[index];
    out.ready = false;
    out.state = Output::State::kRunning;
    ++out.attempts;
    ++downloads_running_;
    ++stats_.downloads;
    Emit(Action::Kind::kDownload, *job, out.url, index);
  }
}

void Engine::Impl::HoldDownload(Job& job, uint32_t index) {
  if (index >= job.outputs.size() || job.outputs[index].state != Output::State::kRunning) return;
  job.outputs[index].state = Output::State::kHeld;
  --job.outputs[index].attempts;
  --downloads_running_;
  --stats_.downloads;
}

void Engine::Impl::ReleaseDownload(Job& job, uint32_t index) {
  if (index >= job.outputs.size() || job.outputs[index].state != Output::State::kHeld) return;
  job.outputs[index].state = Output::State::kPending;
  ReadyOutputs(job);
}

void Engine::Impl::OnDownloadProgress(Job& job, double fraction) {
  if (job.state != State::kDownloading || job.outputs.empty()) return;
  double done = fraction;
  for (const Output& out : job.outputs)
    done += out.state == Output::State::kFetched || out.state == Output::State::kFailed;
  Progress(job, 0.90 + 0.09 * std::min(1.0, done / static_cast<double>(job.outputs.size())));
}

void Engine::Impl::SettleOutput(Job& job, uint32_t index, std::shared_ptr<const wire::Error> error) {
  Output& out = job.outputs[index];
  out.state = error ? Output::State::kFailed : Output::State::kFetched;
  out.error = std::move(error);
  Emit(Action::Kind::kOutput, job, {}, index);
  actions_.back().error = out.error;
}

void Engine::Impl::OnDownload(Job& job, uint32_t index, const wire::DownloadExchange& x) {
  if (index >= job.outputs.size() || job.outputs[index].state != Output::State::kRunning) return;
  Output& out = job.outputs[index];
  out.state = Output::State::kPending;
  --downloads_running_;
  DownloadJudgement j = JudgeDownload(x, now_.unix_ms);
  j.error.request_id = job.request_id;
  switch (j.verdict) {
    case DownloadVerdict::kWhole:
      bucket_.Return(1);
      SettleOutput(job, index, nullptr);
      OnDownloadProgress(job, 0);
      break;
    case DownloadVerdict::kFinal:
      SettleOutput(job, index, std::make_shared<wire::Error>(std::move(j.error)));
      break;
    case DownloadVerdict::kGone:
      OutputGone(job, index, j);
      break;
    case DownloadVerdict::kRetry: {
      const int64_t asked = std::min(j.retry_after_ms.value_or(0), policy_.retry_after_cap_ms);
      if (out.attempts >= policy_.download_attempts) {
        SettleOutput(job, index, std::make_shared<wire::Error>(std::move(j.error)));
        break;
      }
      ++stats_.retries;
      Log(job, 2, "output " + std::to_string(index) + ": " + j.error.message);
      out.not_before = now_.mono_ms + std::max(asked, FullJitter(policy_, out.attempts - 1, random_.Unit()));
      break;
    }
  }
  if (job.state == State::kDownloading) {
    ReadyOutputs(job);
    Arm(job);
    EndIfSettled(job);
  }
}

// A URL that is gone: tried once more, then the status call is asked for fresh ones, once.
void Engine::Impl::OutputGone(Job& job, uint32_t index, const DownloadJudgement& j) {
  Output& out = job.outputs[index];
  out.error = std::make_shared<wire::Error>(j.error);
  if (out.attempts < 2) {
    out.not_before = now_.mono_ms + std::max<int64_t>(policy_.retry_base_ms, 1);
    return;
  }
  if (job.refreshed || job.request_id.empty()) {
    SettleOutput(job, index, out.error);
    return;
  }
  out.expired = true;
  if (job.refreshing) return;
  job.refreshing = true;
  job.poll_ready = true;
  poll_ready_.push_back(job.id);
}

void Engine::Impl::Refreshed(Job& job, const PollJudgement& j) {
  if (j.verdict != PollVerdict::kCompleted || j.reply.urls.size() != job.outputs.size()) {
    FailExpired(job);
    return;
  }
  job.refreshing = false;
  job.refreshed = true;
  for (uint32_t i = 0; i < job.outputs.size(); ++i) {
    Output& out = job.outputs[i];
    if (!out.expired) continue;
    out.expired = false;
    out.attempts = policy_.download_attempts - std::min(policy_.download_attempts, 2u);
    out.not_before = 0;
    out.url = j.reply.urls[i];
    Emit(Action::Kind::kOutputUrl, job, out.url, i);
  }
  ReadyOutputs(job);
  Arm(job);
}

void Engine::Impl::FailExpired(Job& job) {
  job.refreshing = false;
  job.refreshed = true;
  for (uint32_t i = 0; i < job.outputs.size(); ++i) {
    if (!job.outputs[i].expired) continue;
    job.outputs[i].expired = false;
    SettleOutput(job, i, job.outputs[i].error);
  }
  Arm(job);
  EndIfSettled(job);
}

void Engine::Impl::FailPending(Job& job, Code code, const std::string& why) {
  for (uint32_t i = 0; i < job.outputs.size(); ++i) {
    Output& out = job.outputs[i];
    if (out.state == Output::State::kFetched || out.state == Output::State::kFailed) continue;
    if (out.state == Output::State::kRunning) {
      --downloads_running_;
      Emit(Action::Kind::kAbort, job, {}, i);
    }
    wire::Error e = wire::MakeError(code, why);
    e.charged = job.charged;
    e.request_id = job.request_id;
    SettleOutput(job, i, std::make_shared<wire::Error>(std::move(e)));
  }
}

void Engine::Impl::EndIfSettled(Job& job) {
  for (const Output& out : job.outputs)
    if (out.state != Output::State::kFetched && out.state != Output::State::kFailed) return;
  Finish(job, State::kCompleted, nullptr);
}

}  // namespace pixazo::core
