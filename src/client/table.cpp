#include "client/table.h"

namespace pixazo::client {

using wire::Code;
using wire::MakeError;

wire::Result<Ref<Job>> JobTable::Admit(const Ref<Job>& job, uint32_t undelivered) {
  std::lock_guard lock(mutex_);
  if (closed()) return MakeError(Code::kClosed, "the client is shut down");
  if (job->has_submit_key()) {
    auto known = keys_.find(job->submit_key());
    if (known != keys_.end()) return jobs_.at(known->second);
  }
  // What a webhook found was paid for, and is named once: no limit keeps it out.
  const bool was_found = job->made.kind == core::JobSpec::Kind::kAttach && job->made.origin() != 0;
  if (!was_found && live() >= limits_.in_flight)
    return MakeError(Code::kLimit, std::to_string(live()) + " jobs are in flight, more are not allowed");
  if (!was_found && undelivered >= limits_.undelivered)
    return MakeError(Code::kLimit,
                     std::to_string(undelivered) + " finished jobs wait in the queue; drain events first");
  int64_t amount = 0;
  if (job->made.kind == core::JobSpec::Kind::kSubmit) {
    const Submission& submission = *job->made.submission;
    auto price = ledger_.Price(submission.price_microusd, submission.endpoint->price.source);
    if (!price.ok()) return price.error();
    amount = *price;
  }
  Insert(job);
  job->reserved_microusd = amount;
  ledger_.Reserve(amount);
  live_.fetch_add(1, std::memory_order_seq_cst);
  unfinished_.fetch_add(1, std::memory_order_seq_cst);
  return job;
}

wire::Result<int64_t> JobTable::Reserve(int64_t high_estimate) {
  std::lock_guard lock(mutex_);
  auto price = ledger_.Price(high_estimate, "its row does not say it");
  if (price.ok()) ledger_.Reserve(*price);
  return price;
}

void JobTable::ReserveAnyway(int64_t amount) {
  std::lock_guard lock(mutex_);
  ledger_.Reserve(amount);
}

bool JobTable::Readmit(const Ref<Job>& job, int64_t reserved) {
  std::lock_guard lock(mutex_);
  if (closed()) {
    ledger_.Settle(reserved, wire::Charged::kNo);
    return false;
  }
  Insert(job);
  job->reserved_microusd = reserved;
  live_.fetch_add(1, std::memory_order_seq_cst);
  unfinished_.fetch_add(1, std::memory_order_seq_cst);
  return true;
}

bool JobTable::Keep(const Ref<Job>& job) {
  std::lock_guard lock(mutex_);
  if (closed()) return false;
  Insert(job);
  return true;
}

void JobTable::Forget(core::JobId id) {
  Ref<Job> last;
  std::lock_guard lock(mutex_);
  const auto it = jobs_.find(id);
  if (it == jobs_.end() || !it->second->has_submit_key()) return;
  const auto key = keys_.find(it->second->submit_key());
  if (key != keys_.end() && key->second == id) keys_.erase(key);
  last = std::move(it->second);
  jobs_.erase(it);
}

// Both maps or, if memory ends between them, neither.
void JobTable::Insert(const Ref<Job>& job) {
  struct Undo {
    ~Undo() {
      if (jobs) jobs->erase(id);
    }
    Jobs* jobs;
    core::JobId id;
  } undo{&jobs_, job->id};
  jobs_.emplace(job->id, job);
  if (job->has_submit_key()) keys_.emplace(job->submit_key(), job->id);
  undo.jobs = nullptr;
}

void JobTable::Settle(const Job& job) {
  std::lock_guard lock(mutex_);
  ledger_.Settle(job.reserved_microusd, job.charged());
  live_.fetch_sub(1, std::memory_order_seq_cst);
}

void JobTable::Delivered(const Job& job) {
  if (job.has_submit_key()) return;
  Ref<Job> last;
  std::lock_guard lock(mutex_);
  auto it = jobs_.find(job.id);
  if (it == jobs_.end()) return;
  last = std::move(it->second);
  jobs_.erase(it);
}

void JobTable::Close() {
  std::lock_guard lock(mutex_);
  closed_.store(true, std::memory_order_release);
}

Ref<Job> JobTable::Find(core::JobId id) const {
  std::lock_guard lock(mutex_);
  auto it = jobs_.find(id);
  return it == jobs_.end() ? Ref<Job>() : it->second;
}

void JobTable::Trim(core::JobId id) {
  std::lock_guard lock(mutex_);
  auto it = jobs_.find(id);
  if (it != jobs_.end() && it->second->owners() == 1 && it->second->ended()) it->second->DropBytes();
}

JobTable::Jobs JobTable::Clear() {
  Jobs jobs;
  std::lock_guard lock(mutex_);
  jobs.swap(jobs_);
  keys_.clear();
  return jobs;
}

std::vector<Ref<Job>> JobTable::Copy() const {
  std::lock_guard lock(mutex_);
  std::vector<Ref<Job>> jobs;
  jobs.reserve(jobs_.size());
  for (const auto& [id, job] : jobs_) jobs.push_back(job);
  return jobs;
}

Ref<Job> JobTable::AnyAlive() const {
  std::lock_guard lock(mutex_);
  for (const auto& [id, job] : jobs_)
    if (!job->ended()) return job;
  return {};
}

int64_t JobTable::spent() const {
  std::lock_guard lock(mutex_);
  return ledger_.spent();
}

int64_t JobTable::reserved() const {
  std::lock_guard lock(mutex_);
  return ledger_.reserved();
}

}  // namespace pixazo::client
