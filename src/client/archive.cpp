#include "client/archive.h"

#include <algorithm>
#include <vector>

#include "client/clock.h"
#include "client/journal_row.h"
#include "client/session.h"
#include "wire/reply.h"

namespace pixazo::client {

using journal::Record;
using journal::Sent;
using wire::Charged;
using wire::Code;
using wire::MakeError;

namespace {

Record Ended(Record row, core::State state, wire::Error error, Charged charged) {
  row.stage = Record::Stage::kEnded;
  row.state = static_cast<int32_t>(state);
  row.charged = static_cast<int32_t>(charged);
  row.updated_ms = UnixMs();
  error.charged = charged;
  error.request_id = row.request_id;
  row.error = std::move(error);
  return row;
}

// What has ended needs no gateway.
bool StaysElsewhere(const Record& row, const Session& session) {
  return row.stage != Record::Stage::kEnded && IsElsewhere(row, session.config);
}

// A job as its row says, that nobody waits for any more.
Ref<Job> Past(Session& session, Record row) {
  const core::JobId id = row.job;
  Ref<Job> job = Ref<Job>::Adopt(
      new Job(id, session.shared_from_this(), MakeOf(std::move(row), session.config), nullptr));
  ShowOutputs(*job, *job->made.row());
  job->EndedBefore(static_cast<core::State>(job->made.row()->state),
                   static_cast<Charged>(job->made.row()->charged), ErrorOf(*job->made.row()));
  return job;
}

}  // namespace

void Archive::Open(std::shared_ptr<journal::Journal> journal) {
  for (const Row& row : journal->loaded().records) {
    if (!row.submit_key.empty() && row.origin == 0) keys_.emplace(row.submit_key, &row);
    if (!IsPast(row)) dormant_.emplace(row.job, &row);
  }
  journal_ = std::move(journal);
}

void Archive::Close() {
  std::shared_ptr<journal::Journal> last;
  std::lock_guard lock(mutex_);
  last.swap(journal_);
  keys_.clear();
  dormant_.clear();
}

std::shared_ptr<journal::Journal> Archive::journal() const {
  std::lock_guard lock(mutex_);
  return journal_;
}

journal::Journal::Counters Archive::counters() const {
  const auto open = journal();
  return open ? open->counters() : journal::Journal::Counters();
}

// What a restart makes of the row: what cannot go on has ended.
Record Archive::Judged(const Row& row) const {
  if (row.stage == Row::Stage::kEnded) return row;
  if (row.stage == Row::Stage::kAcked) {
    const bool urls = std::any_of(row.outputs.begin(), row.outputs.end(),
                                  [](const Row::Output& output) { return !output.url.empty(); });
    if (!row.request_id.empty() || urls) return row;
    return Ended(row, core::State::kFailed,
                 MakeError(Code::kOutput, "the picture came inside the answer and was lost with the process"),
                 Charged::kYes);
  }
  const Sent sent = journal_->SentOf(row);
  if (sent == Sent::kEnded)
    return Ended(row, core::State::kCancelled,
                 MakeError(Code::kCancelled,
                           "the job had ended, not charged, before its end could be written to the journal"),
                 Charged::kNo);
  if (sent == Sent::kUnknown) {
    if (wire::ValidRequestId(row.candidate)) return row;        // the gateway can be asked about it
    if (!row.nonce.empty() && row.queued_endpoint) return row;  // its webhook may still tell
    return Ended(
        row, core::State::kFailed,
        MakeError(Code::kUncertain,
                  "the process ended while the request was on its way; the gateway may have accepted it"),
        Charged::kUnknown);
  }
  if (row.deadline_ms > 0 && row.deadline_ms <= UnixMs())
    return Ended(row, core::State::kFailed,
                 MakeError(Code::kTimeout, "the job's deadline passed before anything was sent"),
                 Charged::kNo);
  if (!row.body_withheld && !row.body.empty()) return row;
  return Ended(row, core::State::kFailed,
               MakeError(Code::kUnsupported, "never sent, and the journal has no request that could be sent"),
               Charged::kNo);
}

// With the lock held.
wire::Result<Ref<Job>> Archive::Revive(Session& session, const Row& row, bool& lives) {
  lives = false;
  if (IsPast(row)) {
    Ref<Job> past = Past(session, row);
    if (!session.table.Keep(past)) return MakeError(Code::kClosed, "the client is shut down");
    return past;
  }
  Record judged = Judged(row);
  const bool sends = judged.stage == Row::Stage::kIntent && journal_->SentOf(row) == Sent::kNo;
  if (sends && !session.config.catalogue->Find(row.endpoint_id))
    judged = Ended(row, core::State::kFailed,
                   MakeError(Code::kUnsupported,
                             "never sent: the catalogue has no endpoint '" + row.endpoint_id + "' any more"),
                   Charged::kNo);
  int64_t reserved = judged.stage == Row::Stage::kEnded ? 0 : std::max<int64_t>(judged.reserved_microusd, 0);
  if (sends && judged.stage != Row::Stage::kEnded) {
    const auto price = session.table.Reserve(judged.reserved_microusd);
    if (!price.ok()) judged = Ended(row, core::State::kFailed, price.error(), Charged::kNo);
    reserved = price.ok() ? *price : 0;
  } else {
    session.table.ReserveAnyway(reserved);
  }
  Job::Make make = MakeOf(std::move(judged), session.config);
  make.Follow().is_unsent = sends;
  Ref<Job> job = Ref<Job>::Adopt(new Job(row.job, session.shared_from_this(), std::move(make), nullptr));
  job->in_journal = true;
  if (!session.table.Readmit(job, reserved)) return MakeError(Code::kClosed, "the client is shut down");
  dormant_.erase(row.job);
  lives = true;
  session.StartJob(job);
  return job;
}

wire::Result<uint32_t> Archive::Restore(Session& session) {
  std::lock_guard lock(mutex_);
  if (!journal_) return MakeError(Code::kInvalidState, "the client has no journal");
  uint32_t count = 0;
  for (const Row& row : journal_->loaded().records) {
    const auto found = dormant_.find(row.job);
    if (found == dormant_.end() || StaysElsewhere(row, session)) continue;
    bool lives = false;
    auto job = Revive(session, row, lives);
    if (!job.ok()) return job.error();
    count += lives;
  }
  return count;
}

void Archive::Name(core::JobId id, const std::string& request_id) {
  std::lock_guard lock(mutex_);
  const auto found = dormant_.find(id);
  if (found == dormant_.end() || found->second->stage != Row::Stage::kIntent) return;
  journal_->Put(Named(*found->second, request_id), 0);
}

wire::Result<Ref<Job>> Archive::FindByKey(Session& session, std::string_view key) {
  std::lock_guard lock(mutex_);
  const auto found = keys_.find(std::string(key));
  if (found == keys_.end()) return Ref<Job>();
  if (Ref<Job> known = session.table.Find(found->second->job)) return known;
  if (IsElsewhere(*found->second, session.config))
    return MakeError(Code::kInvalidState,
                     "the submit key '" + std::string(key) + "' is that of a job of another gateway, " +
                         found->second->gateway + ": take another key, or another journal");
  bool lives = false;
  return Revive(session, *found->second, lives);
}

wire::Result<Ref<Job>> Archive::Find(Session& session, core::JobId id) const {
  std::shared_ptr<journal::Journal> open;
  {
    std::lock_guard lock(mutex_);
    if (!forgotten_.count(id)) open = journal_;
  }
  if (!open) return MakeError(Code::kNotFound, "there is no such job");
  auto row = open->Read(id);
  if (!row.ok()) return row.error();
  if (row->stage != Row::Stage::kEnded)
    return MakeError(Code::kNotFound, "the job has not ended: restore the client's jobs first");
  return Past(session, std::move(*row));
}

std::shared_ptr<const Submission> Archive::RequestOf(const Session& session, core::JobId id) const {
  const auto open = journal();
  if (!open) return nullptr;
  auto row = open->Read(id);
  if (!row.ok() || row->body_withheld || row->body.empty()) return nullptr;
  return MakeOf(std::move(*row), session.config).submission;
}

Code Archive::Forget(core::JobId id) {
  const auto open = journal();
  if (!open) return Code::kInvalidState;
  {
    std::lock_guard lock(mutex_);
    const auto asleep = dormant_.find(id);
    if (asleep != dormant_.end() && asleep->second->stage != Row::Stage::kEnded) return Code::kInvalidState;
  }
  if (auto row = open->Read(id); !row.ok()) return row.error().code;
  std::lock_guard lock(mutex_);
  dormant_.erase(id);
  forgotten_.insert(id);
  std::erase_if(keys_, [id](const auto& key) { return key.second->job == id; });
  return Code::kOk;
}

}  // namespace pixazo::client
