#include "client/driver.h"

#include <sys/random.h>

#include <algorithm>
#include <climits>

#include "client/clock.h"
#include "client/files.h"
#include "client/secret.h"
#include "wire/contained.h"

namespace pixazo::client {

using wire::Error;

namespace {

// Jobs of one endpoint share what the engine learns of their durations. FNV-1a; never 0, which means
// "nothing".
uint32_t LearningKey(std::string_view endpoint_id) {
  uint32_t hash = 2166136261u;
  for (const char c : endpoint_id) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  return hash | 1;
}

constexpr int kFarewellMs = 150;  // for aborted transfers to say how far they got

uint64_t Seed(const Config& config) {
  uint64_t seed = 0;
  if (config.jitter_seed) return *config.jitter_seed;
  if (getrandom(&seed, sizeof seed, GRND_NONBLOCK) != sizeof seed)
    seed = static_cast<uint64_t>(UnixMs()) ^ static_cast<uint64_t>(reinterpret_cast<uintptr_t>(&config));
  return seed;
}

}  // namespace

Driver::Driver(std::shared_ptr<Session> session)
    : session_(std::move(session)),
      journal_(session_->archive.journal()),
      engine_(session_->config.policy, Seed(session_->config)) {}

Driver::~Driver() {
  session_->mailbox.Close();
  Wipe(key_);
}

Error Driver::Open() {
  transport::Config config = session_->config.transport;
  if (session_->config.log_level >= kLogDebug) {
    config.curl_verbose = true;
    config.log = [this](std::string_view line) { Log(kLogDebug, nullptr, std::string(line)); };
  }
  auto transport = transport::Transport::Create(std::move(config));
  if (!transport.ok()) return transport.error();
  transport_ = std::move(*transport);
  session_->mailbox.Connect(transport_.get());
  return {};
}

void Driver::Run() {
  const bool whole = wire::Contained(false, [this] {
    if (journal_) LogJournal();
    if (!session_->config.output_dir.empty()) RemoveLeftovers(session_->config.output_dir, UnixMs());
    while (!stopping_ && !quitting_) Turn();
    if (!quitting_) Finish();
    return true;
  });
  session_->mailbox.Close();  // nobody wakes a transport that is gone
  if (!whole) Starve();
  transport_.reset();
  records_.clear();
  journal_.reset();
  Wipe(key_);
}

void Driver::Turn() {
  if (!ReadCommands()) stopping_ = true;
  const core::Now now = ReadClocks();
  if (engine_.NextWake() <= now.mono_ms) engine_.Tick(now);
  if (closing_) engine_.Close(now);
  CarryOut();
  if (stopping_ || quitting_) return;
  transport_->Run(WaitMs(), completions_);
  for (transport::Completion& completion : completions_) Hand(completion);
  completions_.clear();
  SampleProgress();
  CarryOut();
}

bool Driver::ReadCommands() {
  const bool open = session_->mailbox.Take(letters_);
  for (auto letter = letters_.Next(); letter.job || letter.command; letter = letters_.Next()) {
    if (letter.job)
      StartJob(letter.job);
    else
      Obey(*letter.command);
  }
  while (const Ref<Job> job = letters_.NextDelivered()) WriteDelivered(job);
  const uint32_t signals = letters_.signals();
  if (signals & Mailbox::kRecorded) ReadJournal();
  if (signals & Mailbox::kBytesFreed) ReleaseHeld();
  if (signals & (Mailbox::kClose | Mailbox::kStop)) closing_ = true;
  if (signals & Mailbox::kStop) stopping_ = true;
  if (signals & Mailbox::kQuit) quitting_ = true;
  return open;
}

void Driver::Obey(Command& command) {
  const core::Now now = ReadClocks();
  switch (command.kind) {
    case Command::Kind::kCancel:
      engine_.Cancel(now, command.job->id);
      break;
    case Command::Kind::kCancelAll:
      engine_.CancelAll(now);
      break;
    case Command::Kind::kUrlProvided:
      CompleteIntent(command.job->id);
      engine_.UrlProvided(now, command.job->id);
      break;
    case Command::Kind::kSetKey:
      SetKey(std::move(command.text));
      break;
    case Command::Kind::kPause:
      engine_.Pause(now, true);
      break;
    case Command::Kind::kResume:
      engine_.Pause(now, false);
      break;
    case Command::Kind::kForget:
      Forget(command.job.get(), command.id);
      break;
    case Command::Kind::kWebhook:
      Webhook(command.text);
      break;
  }
}

void Driver::StartJob(const Ref<Job>& job) {
  const Job::Make& made = job->made;
  if (made.row() && EndRestored(job)) return;
  Record& record = records_[job->id];
  record.job = job;
  job->is_accepted = made.row() ? made.row()->stage == journal::Record::Stage::kAcked
                                : made.kind != core::JobSpec::Kind::kSubmit;
  core::JobSpec spec;
  spec.id = job->id;
  spec.kind = made.kind;
  if (made.past) {
    spec.request_id = made.past->request_id;
    spec.urls = made.past->urls;
  }
  spec.charged = made.kind == core::JobSpec::Kind::kFetch ? wire::Charged::kYes : wire::Charged::kNo;
  spec.deadline_ms = session_->config.job_timeout_ms;
  if (made.endpoint) {
    spec.queued_endpoint = made.endpoint->queued;
    spec.endpoint = LearningKey(made.endpoint->id);
  }
  if (const Submission* submission = made.submission.get()) {
    if (made.kind != core::JobSpec::Kind::kFetch) spec.fetch_outputs = submission->fetch_outputs;
    spec.priority = submission->priority;
    spec.webhook = !made.nonce.empty();
    if (submission->job_timeout_ms) spec.deadline_ms = *submission->job_timeout_ms;
    for (size_t i = 0; made.kind == core::JobSpec::Kind::kSubmit && i < submission->slot_count(); ++i)
      spec.needs_urls += submission->prepared->slots[i].needs_url && !job->provided_url(i);
  }
  if (made.row())
    Restore(*job, spec);
  else
    WriteBegin(job);
  engine_.Submit(ReadClocks(), std::move(spec));
}

void Driver::SetKey(std::string key) {
  Wipe(key_);
  key_ = key;
  const bool present = !key.empty();
  transport_->SetApiKey(key);
  Wipe(key);
  engine_.SetKey(ReadClocks(), present);
}

int Driver::WaitMs() const {
  const int64_t wake = engine_.NextWake();
  const int64_t now = MonoMs();
  int64_t wait = wake <= now ? 0 : std::min<int64_t>(wake - now, INT_MAX);
  if (downloads_ > 0) wait = std::min<int64_t>(wait, kSampleMs);
  return static_cast<int>(wait);
}

// Every job ends now; aborted transfers get a moment to say how far they got.
void Driver::Finish() {
  const int64_t until = MonoMs() + kFarewellMs;
  engine_.Close(ReadClocks());
  CarryOut();
  while (engine_.live_jobs() > 0 && MonoMs() < until) {
    transport_->Run(10, completions_);
    for (transport::Completion& completion : completions_) Hand(completion);
    completions_.clear();
    CarryOut();
  }
}

// Memory ended in the middle of a step, so nothing that was under way can be gone on with. First what is sent
// is cut off, then every job is told: only those that nothing was sent for cost nothing. Their rows in the
// journal live.
void Driver::Starve() noexcept {
  transport_.reset();
  session_->Starve();
}

void Driver::PublishStats() {
  const core::Engine::Stats stats = engine_.stats();
  session_->SetStat(Stat::kSubmits, stats.submits);
  session_->SetStat(Stat::kPolls, stats.polls);
  session_->SetStat(Stat::kDownloads, stats.downloads);
  session_->SetStat(Stat::kRetries, stats.retries);
  session_->SetStat(Stat::kThrottled, stats.throttled);
  session_->SetStat(Stat::kPollErrors, stats.poll_errors);
  session_->SetStat(Stat::kDone, stats.done);
  const transport::Transport::Counters counters = transport_->counters();
  session_->SetStat(Stat::kConnectionsOpened, counters.connections_opened);
  session_->SetStat(Stat::kBytesReceived, counters.bytes_in);
}

}  // namespace pixazo::client
