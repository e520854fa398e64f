#include "client/session.h"

#include <unordered_map>

#include "client/dispatch.h"
#include "client/driver.h"
#include "client/process.h"

namespace pixazo::client {

using core::State;
using wire::Charged;
using wire::Code;
using wire::Error;
using wire::MakeError;

namespace {

constexpr uint32_t kStopMs = 250;   // what pz_client_free waits for a callback, for each thread
constexpr uint32_t kCloseMs = 500;  // what pz_client_shutdown waits for the I/O thread to end every job

std::atomic<core::JobId> g_next_job{1};

FailurePtr Closed(const char* message, Charged charged, Code code = Code::kClosed) {
  Error error = MakeError(code, message);
  error.charged = charged;
  return std::make_shared<const Failure>(std::move(error));
}

}  // namespace

Session::Session(Config c, Wiring wiring)
    : config(std::move(c)),
      queue(std::move(wiring.callback)),
      table({config.max_in_flight, config.max_undelivered},
            Ledger(config.budget_microusd, config.assumed_price_microusd)),
      generation_(Process::generation()),
      closed_unsent_(Closed("the client was closed before anything was sent", Charged::kNo)),
      closed_sent_(Closed("the client was closed; the gateway goes on with the job", Charged::kUnknown)),
      starved_unsent_(
          Closed("memory ran out on the library's thread; nothing was sent", Charged::kNo, Code::kNoMemory)),
      starved_sent_(Closed("memory ran out on the library's thread; the gateway goes on with the job",
                           Charged::kUnknown, Code::kNoMemory)),
      hooks_(std::move(wiring.hooks)) {}

wire::Result<std::shared_ptr<Session>> Session::Start(Config config, Wiring wiring) {
  if (Error error = Process::Prepare(); !error.ok()) return error;
  std::string api_key = std::move(wiring.api_key);
  auto session = std::make_shared<Session>(std::move(config), std::move(wiring));
  if (Error error = session->OpenJournal(); !error.ok()) return error;
  auto driver = std::make_shared<Driver>(session);
  if (Error error = driver->Open(); !error.ok()) return error;
  session->SetKey(std::move(api_key));
  struct EndUnlessStarted {
    ~EndUnlessStarted() {
      if (session) session->End();
    }
    Session* session;
  } end{session.get()};
  session->io_ = StartThread(session, "pz-io", [driver] { driver->Run(); });
  driver.reset();  // from here on the thread's
  if (session->io_ && session->config.dispatch_thread)
    session->dispatcher_ = StartThread(session, "pz-dispatch", [session] { DispatchUntilClosed(session); });
  if (!session->io_ || (session->config.dispatch_thread && !session->dispatcher_))
    return MakeError(Code::kLimit, "the client's thread could not be started");
  Process::Add(session.get());
  end.session = nullptr;
  return session;
}

// Ids of new jobs are larger than all that were ever written there.
Error Session::OpenJournal() {
  if (config.journal.path.empty()) return {};
  journal::Options options;
  options.path = config.journal.path;
  options.digest_bodies = config.journal.digest;
  options.keep_ended_ms = config.journal.keep_ended_ms;
  options.wake = [this] { mailbox.Post(Mailbox::kRecorded); };
  auto opened = journal::Journal::Open(std::move(options));
  if (!opened.ok()) return opened.error();
  const core::JobId first = (*opened)->next_job();
  core::JobId next = g_next_job.load(std::memory_order_relaxed);
  while (next < first && !g_next_job.compare_exchange_weak(next, first, std::memory_order_relaxed)) {
  }
  std::unordered_map<core::JobId, const std::string*> nonces;
  for (const journal::Record& row : (*opened)->loaded().records) {
    webhooks.Remember(row, *config.catalogue);
    if (!row.nonce.empty()) nonces[row.job] = &row.nonce;
  }
  for (const journal::Record& row : (*opened)->loaded().records) {
    const auto found = nonces.find(row.origin);
    const bool follows = row.kind == static_cast<int32_t>(core::JobSpec::Kind::kAttach);
    if (found != nonces.end() && follows) webhooks.Followed(*found->second, row.request_id);
  }
  archive.Open(std::move(*opened));
  return {};
}

std::unique_ptr<Thread> Session::StartThread(const std::shared_ptr<Session>& session, const char* name,
                                             std::function<void()> body) {
  return Thread::Start(name, [session, name, body = std::move(body)]() mutable {
    session->CallHook(&Hooks::on_start, name);
    body();
    body = nullptr;
    if (!session->exiting()) session->CallHook(&Hooks::on_stop, name);
    if (session->dispatcher_ends_ && session->dispatcher_->IsSelf()) session->CloseHooks();
  });
}

void Session::CallHook(Hooks::Function Hooks::*hook, const char* thread_name) {
  HooksPtr hooks;
  {
    std::lock_guard lock(hooks_mutex_);
    if (!hooks_) return;
    hooks = hooks_;
    ++hooks_running_;
  }
  if (Hooks::Function function = (*hooks).*hook) function(thread_name, hooks->user.get());
  hooks = nullptr;
  std::lock_guard lock(hooks_mutex_);
  if (--hooks_running_ == 0) hook_ended_.notify_all();
}

void Session::CloseHooks() {
  HooksPtr last;
  std::unique_lock lock(hooks_mutex_);
  last = std::move(hooks_);
  hook_ended_.wait_until(lock, Deadline(kStopMs).at(), [&] { return hooks_running_ == 0; });
  lock.unlock();
}

bool Session::forked() const { return generation_ != Process::generation(); }

Error Session::ForkedError() {
  return MakeError(Code::kForked,
                   "this client belongs to the parent process; make one of your own after fork()");
}

wire::Result<Ref<Job>> Session::Admit(Job::Make make, CallbackPtr callback, bool& is_new) {
  Ref<Job> job = Ref<Job>::Adopt(new Job(g_next_job.fetch_add(1, std::memory_order_relaxed),
                                         shared_from_this(), std::move(make), std::move(callback)));
  const std::string nonce = job->made.nonce.str();
  if (!nonce.empty())  // remembered longer than the job: as the client's own catalogue has it
    webhooks.Expect(nonce, {job->id, job->made.tag, config.catalogue->Find(job->endpoint_id())});
  auto admitted = table.Admit(job, queue.undelivered());
  is_new = admitted.ok() && admitted->get() == job.get();
  if (!nonce.empty() && !is_new) webhooks.Drop(nonce);
  return admitted;
}

void Session::StartJob(const Ref<Job>& job) {
  if (mailbox.PostStart(job)) return;
  Abandon(*job);
}

void Session::DoneTaken(const Ref<Job>& job) {
  if (config.journal.path.empty() || !mailbox.PostDelivered(job)) table.Delivered(*job);
}

Error Session::SetKey(std::string key) {
  if (table.closed()) return MakeError(Code::kClosed, "the client is shut down");
  const bool present = !key.empty();
  mailbox.Post({Command::Kind::kSetKey, {}, std::move(key)});
  key_present_.store(present, std::memory_order_release);
  return {};
}

int64_t Session::stat(Stat which) const {
  switch (which) {
    case Stat::kJobsLive:
      return table.live();
    case Stat::kEventsQueued:
      return static_cast<int64_t>(queue.size());
    case Stat::kWebhooks:
      return static_cast<int64_t>(webhooks.delivered());
    case Stat::kJournalRows:
      return static_cast<int64_t>(archive.counters().rows_written);
    case Stat::kJournalFailures:
      return static_cast<int64_t>(archive.counters().failures);
    case Stat::kBytesBuffered:
      return static_cast<int64_t>(buffered());
    case Stat::kBudgetSpent:
      return table.spent();
    case Stat::kBudgetReserved:
      return table.reserved();
    default:
      break;
  }
  const auto i = static_cast<size_t>(which);
  return i < stats_.size() ? stats_[i].load(std::memory_order_relaxed) : 0;
}

void Session::FinishJob(Job& job, State state, Charged charged, FailurePtr error) {
  if (job.ClaimEnd()) FinishClaimed(job, state, charged, std::move(error));
}

void Session::FinishClaimed(Job& job, State state, Charged charged, FailurePtr error) {
  if (state == State::kCompleted) job.SetProgress(1);
  if (!job.made.nonce.empty()) {
    // Whatever its answers said: its webhook may still show that the gateway has it. (Of POSTs in an earlier
    // life whose answer is unknown, attempts() says nothing.) A host that cancels gives up.
    const bool sent = job.attempts() > 0 || charged != Charged::kNo;
    const bool in_doubt = state == State::kFailed && sent && *job.remote_id() == '\0';
    const std::string nonce = job.made.nonce.str();
    if (webhooks.Ended(nonce, in_doubt)) mailbox.Post({Command::Kind::kWebhook, {}, nonce});
  }
  job.SetEnd(charged, std::move(error));
  table.Settle(job);  // before DONE can be seen: who takes it may submit the next one
  queue.PushDone(job, state);
  table.Queued();
  bell.Ring();
}

// Nothing that costs money has left for it, in this life or in one before.
bool Session::IsUnsent(const Job& job) {
  using Kind = core::JobSpec::Kind;
  if (job.made.kind == Kind::kFetch) return true;
  if (job.made.kind != Kind::kSubmit || job.state() != State::kWaiting) return false;
  return !job.made.row() || job.made.past->is_unsent;
}

// Claimed first: from then on no POST of the job leaves (Driver::SendSubmit), so what its state says stays
// true.
void Session::Abandon(Job& job) {
  if (job.ended() || !job.ClaimEnd()) return;
  const bool unsent = IsUnsent(job);
  FinishClaimed(job, State::kCancelled, unsent ? Charged::kNo : Charged::kUnknown,
                unsent ? closed_unsent_ : closed_sent_);
}

void Session::Starve() noexcept {
  table.Close();
  while (const Ref<Job> job = table.AnyAlive()) {
    if (!job->ClaimEnd()) continue;
    const bool unsent = IsUnsent(*job);
    FinishClaimed(*job, State::kFailed, unsent ? Charged::kNo : Charged::kUnknown,
                  unsent ? starved_unsent_ : starved_sent_);
  }
  queue.Finish();
}

Code Session::Shutdown(uint32_t timeout_ms) {
  if (InCallback(this)) return Code::kDeadlock;
  table.Close();
  const auto all_done = [this] { return table.unfinished() == 0 || exiting(); };
  const bool in_time = bell.Wait(Deadline(timeout_ms), all_done);
  mailbox.Post(Mailbox::kClose);
  if (!bell.Wait(Deadline(kCloseMs), all_done))
    for (const Ref<Job>& job : table.Copy()) Abandon(*job);
  queue.Finish();
  return in_time ? Code::kOk : Code::kTimeout;
}

void Session::End() noexcept {
  if (ended_.exchange(true, std::memory_order_acq_rel)) return;
  table.Close();
  const EventQueue::Remains remains = queue.Sever(kStopMs);
  mailbox.Post(Mailbox::kStop);
  if (!io_ || !io_->JoinFor(Deadline(kStopMs)))
    mailbox.Close();  // left behind: it finds nothing to do and goes
  for (const auto& [id, job] : table.Clear()) {
    Abandon(*job);
    const CallbackPtr last = queue.TakeCallback(*job);
  }
  if (dispatcher_ && dispatcher_->IsSelf()) {
    dispatcher_ends_ = true;
  } else {
    if (dispatcher_) dispatcher_->JoinFor(Deadline(kStopMs));
    CloseHooks();
  }
  archive.Close();
  Process::Remove(this);
}

void Session::Unbuffer(uint64_t bytes) {
  buffered_.fetch_sub(bytes, std::memory_order_seq_cst);
  if (tell_when_freed_.load(std::memory_order_seq_cst) && !forked()) mailbox.Post(Mailbox::kBytesFreed);
}

void Session::BeginQuit() {
  exiting_.store(true, std::memory_order_release);
  table.Close();
  queue.Stop();
  mailbox.Post(Mailbox::kQuit);
  bell.Ring();
}

void Session::AwaitQuit(const Deadline& deadline) {
  if (io_) io_->JoinFor(deadline);
  if (dispatcher_) dispatcher_->JoinFor(deadline);
  archive.Close();
}

}  // namespace pixazo::client
