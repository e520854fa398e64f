// The engine's inside, private to core: one class, its parts in a file each (engine.cpp inputs and queues,
// submits.cpp, polls.cpp, downloads.cpp, ends.cpp).
#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "core/durations.h"
#include "core/engine.h"
#include "core/gate.h"
#include "core/job.h"
#include "core/schedule.h"

namespace pixazo::core {

class Engine::Impl {
 public:
  Impl(const Policy& policy, uint64_t seed) : policy_(policy), random_(seed), bucket_(policy.bucket_tokens) {}

  // engine.cpp
  void Submit(Now now, JobSpec spec);
  void SetKey(bool present);
  void UrlProvided(JobId id);
  void SetPaused(bool paused);
  void Tick();
  void At(Now now) { now_ = now; }
  void Pump();
  int64_t NextWake();
  Job* Find(JobId id);

  // submits.cpp
  void OnRecorded(Job& job, const wire::Error& error);
  void OnSubmit(Job& job, const wire::SubmitExchange& x);
  void FailSubmit(Job& job, wire::Error error);
  void Webhook(Job& job, std::string_view request_id);
  // polls.cpp
  void OnStatus(Job& job, const wire::Exchange& x);
  // downloads.cpp
  void OnDownload(Job& job, uint32_t index, const wire::DownloadExchange& x);
  void OnDownloadProgress(Job& job, double fraction);
  void HoldDownload(Job& job, uint32_t index);
  void ReleaseDownload(Job& job, uint32_t index);
  // ends.cpp
  void Cancel(Job& job);
  void Close();
  void CancelAll();

  Policy policy_;
  Now now_;
  bool paused_ = false;
  std::deque<Action> actions_;
  std::map<JobId, Job> jobs_;
  Stats stats_;
  TokenBucket& bucket() { return bucket_; }

 private:
  // engine.cpp
  void Arm(Job& job);
  void Step(Job& job);
  void PollSoon(Job& job);  // unless it is being asked about
  void MakeReady(Job& job);
  void Begin(Job& job);
  bool KeyUsable() const { return key_present_ && !key_refused_; }
  void RefuseKey(const Job& job, const wire::Error& error);
  void FailWaiting(const wire::Error& error, const char* why, const Job* but);
  void AskForKey();
  void SetState(Job& job, State state);
  void Progress(Job& job, double progress);
  void Emit(Action::Kind kind, const Job& job, wire::SharedText text = {}, uint32_t index = Action::kNoIndex);
  void Log(const Job& job, int level, std::string text);
  // submits.cpp
  void StartSubmits();
  void Accepted(Job& job, SubmitJudgement j);
  void Proceed(Job& job);
  void RetrySubmit(Job& job, SubmitJudgement j);
  void Rejected(Job& job, const SubmitJudgement& j);
  void Doubt(Job& job, const SubmitJudgement& j);
  void DoubtByHook(Job& job);
  void Confirm(Job& job, wire::SharedText candidate);
  void RecordAnswer(const Job& job, const wire::Reply& reply);
  void EndInFlight(Job& job, const SubmitJudgement& j);
  // polls.cpp
  void StartPolls();
  void SchedulePoll(Job& job, int64_t wait);
  void Dearer() { poll_price_ = std::min(poll_price_ * 2, 64 * policy_.poll_price_s); }
  void ScheduleNextPoll(Job& job);
  void SchedulePollByHook(Job& job);
  void JudgeWebhooks(const Job& ended);
  void Learn(const Job& job, const wire::Reply& reply);
  const Durations* Known(const Job& job) const;
  double Scaled(int64_t ms) const {
    return 2.0 * static_cast<double>(ms) / static_cast<double>(policy_.poll_floor_ms);
  }
  int64_t Unscaled(double t) const {
    return static_cast<int64_t>(std::min(t, 1e6) * static_cast<double>(policy_.poll_floor_ms) / 2);
  }
  void TellProgress(Job& job);
  void PollFailed(Job& job, PollJudgement j);
  void PollNotFound(Job& job, PollJudgement j);
  void ConfirmationFailed(Job& job);
  void Alive(Job& job);
  bool Confirmed(Job& job, const PollJudgement& j);
  // downloads.cpp
  void StartOutputs(Job& job, const wire::Reply& reply);
  void StartDownloads();
  void ReadyOutputs(Job& job);
  void SettleOutput(Job& job, uint32_t index, std::shared_ptr<const wire::Error> error);
  void OutputGone(Job& job, uint32_t index, const DownloadJudgement& j);
  void Refreshed(Job& job, const PollJudgement& j);
  void FailExpired(Job& job);
  void EndIfSettled(Job& job);
  void FailPending(Job& job, wire::Code code, const std::string& why);
  // ends.cpp
  void Finish(Job& job, State state, std::shared_ptr<const wire::Error> error);
  void Fail(Job& job, wire::Error error);
  void DeadlinePassed(Job& job);
  void EndNow(Job& job, Job::End why);
  wire::Error EndError(const Job& job, Job::End why) const;

  Random random_;
  TokenBucket bucket_;
  Gate submit_gate_, poll_gate_;
  Schedule schedule_;
  std::set<std::pair<int64_t, JobId>> submit_ready_;  // (-priority, id): the best first
  std::deque<JobId> poll_ready_;
  std::deque<std::pair<JobId, uint32_t>> download_ready_;
  uint32_t submits_running_ = 0, polls_running_ = 0, downloads_running_ = 0;
  double poll_price_ = policy_.poll_price_s;  // doubled by every 429, falling back with every good answer
  std::map<uint32_t, Durations> durations_;   // by endpoint
  bool webhooks_come_ = false;                // the last job that ended with a webhook was told so by it
  uint32_t key_generation_ = 0;
  bool key_present_ = false, key_refused_ = false, key_asked_ = false;
};

}  // namespace pixazo::core
