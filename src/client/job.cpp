#include "client/job.h"

#include <algorithm>

#include "client/clock.h"
#include "client/event.h"
#include "client/process.h"
#include "client/session.h"
#include "wire/url.h"

namespace pixazo::client {

using core::IsTerminal;
using wire::Code;
using wire::Error;
using wire::MakeError;

namespace {
int64_t AgeMs(const Job::Make& make) {
  return make.row() ? std::max<int64_t>(UnixMs() - make.row()->created_ms, 0) : 0;
}
}  // namespace

Job::Job(core::JobId job_id, std::shared_ptr<Session> s, Make make, CallbackPtr callback)
    : id(job_id),
      session(std::move(s)),
      made(std::move(make)),
      created_mono_ms(MonoMs() - AgeMs(made)),
      created_unix_ms(made.row() ? made.row()->created_ms : UnixMs()),
      callback_(std::move(callback)),
      done_event_(new Event(EventType::kDone)) {
  if (made.row()) candidate = made.row()->candidate;
  const bool named = made.kind == core::JobSpec::Kind::kAttach ||
                     (made.row() && made.row()->stage != journal::Record::Stage::kIntent);
  if (named && !made.past->request_id.empty()) SetRemoteId(made.past->request_id);
  const size_t slots = made.submission ? made.submission->slot_count() : 0;
  if (slots > 0) {
    provided_ = std::make_unique<Provided>();
    provided_->urls.resize(slots);
  }
}

Job::~Job() {
  if (done_event_) done_event_->Release();
  if (const Outputs* outputs = outputs_.get())
    for (const auto& slot : outputs->slots)
      if (Output* output = slot.load(std::memory_order_acquire)) output->Release();
}

void Job::Release() const {
  if (!has_submit_key()) {
    if (Drop() == 0) const_cast<Job*>(this)->Dispose();
    return;
  }
  // The table keeps a job with a submit key. When it is the last owner, nobody can look at the bytes.
  const std::shared_ptr<Session> keep = session;
  const core::JobId self = id;
  const uint32_t left = Drop();
  if (left == 0)
    const_cast<Job*>(this)->Dispose();
  else if (left == 1 && !keep->forked())  // the table's lock may be held for ever there
    keep->TrimKeyed(self);
}

void Job::Dispose() {
  if (session->forked()) return;  // the parent's locks may be held for ever here: leak
  delete this;
}

const char* Job::remote_id() const {
  return has_remote_id_.load(std::memory_order_acquire) ? remote_id_.c_str() : "";
}

int64_t Job::elapsed_ms() const {
  const int64_t ended = ended_mono_ms_.load(std::memory_order_acquire);
  return (ended >= 0 ? ended : MonoMs()) - created_mono_ms;
}

int64_t Job::remaining_ms() const {
  if (ended()) return 0;
  const int64_t expected = end_expected_mono_ms_.load(std::memory_order_relaxed);
  return expected < 0 ? -1 : std::max<int64_t>(expected - MonoMs(), 0);
}

const Failure* Job::error() const { return ended() ? error_.get() : nullptr; }

int64_t Job::gateway_ms() const {
  const Outputs* outputs = outputs_.get();
  return outputs ? outputs->gateway_ms : -1;
}

uint32_t Job::output_count() const {
  const Outputs* outputs = outputs_.get();
  return outputs ? static_cast<uint32_t>(outputs->slots.size()) : 0;
}

Output* Job::output(uint32_t index) const {
  const Outputs* outputs = outputs_.get();
  if (!outputs || index >= outputs->slots.size()) return nullptr;
  return outputs->slots[index].load(std::memory_order_acquire);
}

Error Job::Cancel() {
  if (session->forked()) return Session::ForkedError();
  if (!ended()) session->mailbox.Post({Command::Kind::kCancel, Ref<Job>::Share(this), {}});
  return {};
}

Error Job::ProvideUrl(std::string_view field, uint32_t index, std::string_view url) {
  if (session->forked()) return Session::ForkedError();
  if (ended()) return MakeError(Code::kInvalidState, "the job has ended");
  if (!provided_) return MakeError(Code::kNotFound, "no URL was asked for", std::string(field));
  const auto& slots = made.submission->prepared->slots;
  const auto slot = std::find_if(slots.begin(), slots.end(), [&](const catalogue::Prepared::Slot& s) {
    return s.needs_url && s.index == index && (s.field == field || s.wire_name == field);
  });
  if (slot == slots.end()) return MakeError(Code::kNotFound, "no URL was asked for", std::string(field));
  auto parsed = wire::ParseUrl(url);
  if (!parsed.ok()) return parsed.error();
  const bool local = session->config.transport.allow_loopback && wire::IsLoopbackHost(*parsed);
  if (parsed->scheme != "https" && !local)
    return MakeError(Code::kInvalidArg, "the URL of a picture must be https", std::string(field));
  const auto i = static_cast<size_t>(slot - slots.begin());
  const uint64_t bit = uint64_t{1} << i;
  std::string text(url);
  bool first = true;
  session->mailbox.Post({Command::Kind::kUrlProvided, Ref<Job>::Share(this), {}}, [&] {
    first = !(provided_->claimed.fetch_or(bit, std::memory_order_acq_rel) & bit);
    if (!first) return false;
    provided_->urls[i] = std::move(text);
    provided_->ready.fetch_or(bit, std::memory_order_release);
    return true;
  });
  if (!first) return MakeError(Code::kInvalidState, "this URL was given already", std::string(field));
  return {};
}

const std::string* Job::provided_url(size_t slot) const {
  if (!provided_ || !(provided_->ready.load(std::memory_order_acquire) >> slot & 1)) return nullptr;
  return &provided_->urls[slot];
}

Code Job::Wait(uint32_t timeout_ms) {
  if (session->forked()) return Code::kForked;
  if (ended()) return Code::kOk;
  if (Session::InCallback(session.get())) return Code::kDeadlock;
  return session->bell.Wait(Deadline(timeout_ms), [this] { return ended() || session->exiting(); })
             ? (ended() ? Code::kOk : Code::kClosed)
             : Code::kTimeout;
}

void Job::SetRemoteId(wire::SharedText remote) {
  if (has_remote_id_.load(std::memory_order_relaxed)) return;
  remote_id_ = std::move(remote);
  has_remote_id_.store(true, std::memory_order_release);
}

void Job::SetCounts(uint32_t polls, uint32_t attempts) {
  polls_.store(polls, std::memory_order_relaxed);
  attempts_.store(attempts, std::memory_order_relaxed);
}

void Job::SetProgress(double progress) {
  if (progress > progress_.load(std::memory_order_relaxed))
    progress_.store(progress, std::memory_order_relaxed);
}

void Job::SetRemaining(int64_t ms) {
  end_expected_mono_ms_.store(ms < 0 ? -1 : MonoMs() + ms, std::memory_order_relaxed);
}

void Job::SetOutputCount(uint32_t count, int64_t gateway_ms) {
  outputs_.Set(std::make_unique<const Outputs>(count, gateway_ms));
}

void Job::SetOutput(uint32_t index, Ref<Output> output) {
  const Outputs* outputs = outputs_.get();
  if (!outputs || index >= outputs->slots.size()) return;
  std::atomic<Output*>& slot = outputs->slots[index];
  if (slot.load(std::memory_order_relaxed)) return;  // settled is settled
  slot.store(output.Detach(), std::memory_order_release);
}

void Job::SetEnd(wire::Charged charged, FailurePtr error) {
  charged_.store(charged, std::memory_order_release);
  error_ = std::move(error);
  ended_mono_ms_.store(MonoMs(), std::memory_order_release);
}

void Job::EndedBefore(core::State state, wire::Charged charged, FailurePtr error) {
  SetEnd(charged, std::move(error));
  ended_mono_ms_.store(created_mono_ms + std::max<int64_t>(made.row()->updated_ms - created_unix_ms, 0),
                       std::memory_order_release);
  if (state == core::State::kCompleted) SetProgress(1);
  state_.store(state, std::memory_order_release);
}

void Job::DropBytes() {
  const Outputs* outputs = outputs_.get();
  if (!outputs) return;
  for (std::atomic<Output*>& slot : outputs->slots) {
    Output* output = slot.load(std::memory_order_acquire);
    if (!output || output->bytes.empty()) continue;
    slot.store(output->WithoutBytes().Detach(), std::memory_order_release);
    output->Release();
  }
}

}  // namespace pixazo::client
