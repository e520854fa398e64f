// The journal's part: what the engine wants recorded, what has been, and the mark before each paid POST.
#include <map>

#include "client/driver.h"
#include "client/journal_row.h"
#include "client/meta.h"

namespace pixazo::client {

using core::Action;
using wire::Code;
using Row = journal::Record;

namespace {

// A ticket is the job's id, for the row that says delivered with this bit. No id has it.
constexpr uint64_t kDelivered = uint64_t{1} << 63;

bool NeedsUrls(const Job& job) {
  const Submission* submission = job.made.submission.get();
  for (size_t i = 0; submission && i < submission->slot_count(); ++i)
    if (submission->prepared->slots[i].needs_url && !job.provided_url(i)) return true;
  return false;
}

// Closing the client ends its jobs in memory only.
bool IsOnlyClosed(const wire::Error* error) { return error && error->code == Code::kClosed; }

}  // namespace

// What of it cannot be read, and what is another gateway's.
void Driver::LogJournal() {
  std::map<std::string_view, size_t> elsewhere;
  for (const Row& row : journal_->loaded().records)
    if (row.stage != Row::Stage::kEnded && IsElsewhere(row, session_->config)) ++elsewhere[row.gateway];
  for (const std::string& problem : journal_->loaded().problems)
    Log(kLogWarn, nullptr, "journal: " + problem);
  for (const auto& [gateway, jobs] : elsewhere)
    Log(kLogWarn, nullptr,
        "journal: jobs of the gateway " + std::string(gateway) + " stay as they are (" +
            std::to_string(jobs) + "): this client speaks to " + GatewayOf(session_->config));
}

void Driver::AddRequest(const Job& job, Row& row) const {
  row.params = session_->config.journal.digest ? "" : ParametersJson(job);
  auto body = NeedsUrls(job) ? wire::Result<std::string>(std::string()) : BuildBody(job);
  if (body.ok()) row.body = std::move(*body);
}

// When the intent is durable and the last picture's URL has come: now another life could send the request,
// too.
void Driver::CompleteIntent(core::JobId id) {
  const auto it = records_.find(id);
  if (it == records_.end()) return;
  Record& record = it->second;
  if (!record.job->is_durable || !record.job->lacks_urls || NeedsUrls(*record.job)) return;
  record.job->lacks_urls = false;
  Row row = RowOf(*record.job, Row::Stage::kIntent);
  AddRequest(*record.job, row);
  journal_->Put(std::move(row), 0);
}

// An intent without a body (its pictures' URLs are not known yet, a file cannot be read) is not sent by
// another life.
void Driver::WriteRecord(Record& record, const Action& action) {
  Job& job = *record.job;
  job.SetCounts(action.polls, action.attempts);
  const bool intent = action.state == core::State::kWaiting;
  Row row = RowOf(job, intent ? Row::Stage::kIntent : Row::Stage::kAcked);
  if (intent) {
    job.lacks_urls = NeedsUrls(job);
    AddRequest(job, row);
  } else {
    job.is_accepted = true;
    row.charged = static_cast<int32_t>(action.charged);
    row.request_id = action.text.str();
    for (const std::string& url : action.urls) {
      row.outputs.emplace_back().url = url;
      row.outputs.back().status = static_cast<int32_t>(Code::kAgain);
    }
    if (replying_ && action.urls.empty())
      record.Fetched().reply_body = std::make_unique<const std::string>(replying_->body);
  }
  job.in_journal = true;
  journal_->Put(std::move(row), job.id);
}

void Driver::ReadJournal() {
  if (!journal_) return;
  journal::Journal::Completion completion;
  while (journal_->Next(completion)) {
    if (completion.ticket & kDelivered) {
      if (const auto node = delivered_.extract(completion.ticket & ~kDelivered))
        session_->table.Delivered(*node.mapped());
      continue;
    }
    const auto it = records_.find(completion.ticket);
    if (it != records_.end() && !completion.error.ok() && it->second.job->state() == core::State::kWaiting)
      it->second.job->in_journal = false;  // no row was written, none will be
    if (it != records_.end()) it->second.job->is_durable = completion.error.ok();
    CompleteIntent(completion.ticket);
    engine_.OnRecorded(ReadClocks(), completion.ticket, completion.error);
    CarryOut();
  }
}

// In WAITING the POST before is proven to have had no effect: a restart may know. In UNCERTAIN nothing is
// proven, not even what seemed so before a webhook came: a mark beyond it says so.
void Driver::WriteProof(const Record& record, const Action& action) {
  if (!journal_ || !record.job->in_journal) return;
  if (action.state == core::State::kUncertain) journal_->Mark(record.job->id, action.attempts + 1);
  if (action.state == core::State::kWaiting && action.attempts > 0)
    journal_->Put(RowOf(*record.job, Row::Stage::kIntent), 0);
}

void Driver::WriteCandidate(Job& job, wire::SharedText id) {
  job.candidate = std::move(id);
  if (!journal_ || !job.in_journal) return;
  journal_->Put(Named(RowOf(job, Row::Stage::kIntent), job.candidate.str()), 0);
}

// Nothing is sent for a job that was told as ended meanwhile, or whose mark cannot be written.
std::function<bool()> Driver::MarkBefore(const Ref<Job>& job, uint32_t attempt) {
  return [this, job, attempt] {
    job->unmarked = job->is_end_claimed() || (journal_ && !journal_->Mark(job->id, attempt));
    return !job->unmarked;
  };
}

void Driver::WriteEnd(const Record& record, const Action& action) {
  const Job& job = *record.job;
  if (!journal_ || !job.in_journal) return;
  const bool alive = IsOnlyClosed(action.error.get());
  if (alive && (job.is_accepted || action.text.empty())) return;  // its row says all there is
  if (!alive && !job.is_accepted && action.charged == wire::Charged::kNo) MarkEnded(*record.job);
  Row row = RowOf(job, alive ? Row::Stage::kAcked : Row::Stage::kEnded);
  if (!alive) row.state = static_cast<int32_t>(action.state);
  row.charged = static_cast<int32_t>(action.charged);
  if (action.error && !alive) row.error = Clean(*action.error);
  journal_->Put(std::move(row), 0);
}

// No later life may send what the host was told is over and not charged, whether or not its row can be
// written.
void Driver::MarkEnded(Job& job) {
  // Of what was sent and refused a webhook may still say that the gateway has it: then it is in doubt.
  const bool may_be_named = job.attempts() > 0 && !job.made.nonce.empty();
  if (!journal_->MarkEnded(job.id, may_be_named ? job.attempts() + 1 : 0))
    Log(kLogWarn, &job, "journal: the job's end could not be marked, and its row may be lost, too");
}

void Driver::WriteDelivered(const Ref<Job>& job) {
  const Failure* error = job->error();
  if (!journal_ || !job->in_journal || (error && IsOnlyClosed(&error->error)))
    return session_->table.Delivered(*job);
  Row row = RowOf(*job, Row::Stage::kEnded);
  row.delivered = true;
  delivered_[job->id] = job;
  journal_->Put(std::move(row), job->id | kDelivered);
}

void Driver::Forget(Job* job, core::JobId id) {
  if (job) job->in_journal = false;
  if (journal_) journal_->Forget(id);
}

// True: it has ended already, its DONE was not delivered.
bool Driver::EndRestored(const Ref<Job>& job) {
  const Row& row = *job->made.row();
  if (row.stage != Row::Stage::kEnded) return false;
  ShowOutputs(*job, row);
  if (row.charged == static_cast<int32_t>(wire::Charged::kNo)) MarkEnded(*job);
  journal_->Put(row, 0);
  session_->FinishJob(*job, static_cast<core::State>(row.state), static_cast<wire::Charged>(row.charged),
                      ErrorOf(row));
  return true;
}

void Driver::Restore(Job& job, core::JobSpec& spec) {
  using Kind = core::JobSpec::Kind;
  const Row& row = *job.made.row();
  const bool unsent = row.stage == Row::Stage::kIntent && journal_->SentOf(row) == journal::Sent::kNo;
  spec.deadline_ms = RemainingMs(row, unsent, ReadClocks().unix_ms);
  spec.queued_endpoint = row.queued_endpoint;
  spec.priority = row.priority;
  if (row.kind != static_cast<int32_t>(Kind::kFetch)) spec.fetch_outputs = row.fetch_outputs;
  // A base that is gone cannot be sent along with what was not sent yet.
  spec.webhook = !row.nonce.empty() && !(unsent && session_->config.webhook.base.empty());
  spec.hint = row.candidate;
  Webhooks::Told told;  // one may have come before the job lived again
  if (spec.webhook && session_->webhooks.Take(row.nonce, told) && !told.request_id.empty())
    spec.hint = told.request_id;
  spec.recorded = true;
  spec.attempts = row.attempts;
  if (row.stage == Row::Stage::kIntent) {
    spec.kind = unsent ? Kind::kSubmit : Kind::kUncertain;
    if (spec.hint != row.candidate) WriteCandidate(job, spec.hint);
  } else if (!row.request_id.empty() && row.kind != static_cast<int32_t>(Kind::kFetch) &&
             (row.queued_endpoint || row.outputs.empty())) {
    spec.kind = Kind::kAttach;
  } else {
    spec.kind = Kind::kFetch;
    spec.charged = wire::Charged::kYes;
    for (const Row::Output& output : row.outputs)
      if (!output.url.empty()) spec.urls.push_back(output.url);
  }
}

// Jobs without a paid POST: nothing waits for their row.
void Driver::WriteBegin(const Ref<Job>& job) {
  if (!journal_ || job->made.kind == core::JobSpec::Kind::kSubmit) return;
  Row row = RowOf(*job, Row::Stage::kAcked);
  row.state = static_cast<int32_t>(core::State::kQueued);
  row.request_id = job->made.past->request_id;
  for (const std::string& url : job->made.past->urls) {
    row.outputs.emplace_back().url = url;
    row.outputs.back().status = static_cast<int32_t>(Code::kAgain);
  }
  job->in_journal = true;
  journal_->Put(std::move(row), 0);
}

}  // namespace pixazo::client
