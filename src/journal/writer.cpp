#include "journal/writer.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <utility>

#include "journal/forks.h"
#include "journal/sha256.h"

namespace pixazo::journal {
namespace {

constexpr auto kStopBound = std::chrono::seconds(1);
constexpr int kBusyStepMs = 5, kBusyMs = 2000, kBusyHurryMs = 300;
constexpr size_t kMostWritten = 4096;
constexpr size_t kMaxRow = 512u << 20;
constexpr size_t kStack = 1u << 20;

// Between tries of writes that failed: 1 s, 2 s, 4 s, ... 32 s.
std::chrono::seconds RetryDelay(uint32_t failures) {
  return std::chrono::seconds(1u << std::min(failures > 0 ? failures - 1 : 0, 5u));
}

size_t SizeOf(const Record& r, const JobTexts& t) {
  return r.body.size() + r.params.size() + t.error.size() + t.outputs.size() + r.endpoint_id.size() +
         r.request_id.size() + r.submit_key.size() + r.nonce.size() + r.output_dir.size() +
         r.output_name.size() + r.candidate.size() + r.gateway.size() + r.boot_id.size();
}

}  // namespace

bool WrittenJobs::Add(uint64_t job) {
  if (job < floor_ || !above_.insert(job).second) return false;
  while (above_.size() > kMostWritten || (!above_.empty() && *above_.begin() == floor_)) {
    floor_ = *above_.begin() + 1;
    above_.erase(above_.begin());
  }
  return true;
}

Writer::Writer(OpenFiles files, const Options& options)
    : path_(std::move(files.path)),
      digest_bodies_(options.digest_bodies),
      written_(static_cast<uint64_t>(files.meta.next_job)),
      wake_(options.wake),
      places_(std::move(files.places)),
      marks_(std::move(files.marks)),
      lock_(std::move(files.lock)),
      db_(std::move(files.db)),
      store_(std::make_unique<Store>(*db_, files.meta)),
      log_(path_ + "-wal") {}

wire::Result<Writer::Handle> Writer::Start(OpenFiles files, const Options& options) {
  std::unique_ptr<Writer> w(new Writer(std::move(files), options));
  const int code = w->Prepare();
  if (code != SQLITE_OK) return IoError(w->path_, SqliteReason(code, w->db_->system_error()));

  // The thread takes no signal of the host's; a blocked SIGXFSZ makes a write past RLIMIT_FSIZE an error.
  sigset_t all, old;
  sigfillset(&all);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, kStack);
  pthread_sigmask(SIG_SETMASK, &all, &old);
  const int error = pthread_create(&w->thread_, &attributes, Main, w.get());
  pthread_sigmask(SIG_SETMASK, &old, nullptr);
  pthread_attr_destroy(&attributes);
  if (error != 0)
    return wire::MakeError(wire::Code::kLimit, "the journal's thread could not be started: out of threads");
  return Handle(w.release());
}

void Writer::Drop() {
  if (references_.fetch_sub(1) == 1) delete this;
}

void Writer::Stop() {
  bool closed = false;
  {
    std::unique_lock lock(mutex_);
    stopping_ = true;
    hurry_ = true;
    work_.notify_all();
    closed = closed_.wait_for(lock, kStopBound, [this] { return is_closed_; });
  }
  if (closed)
    pthread_join(thread_, nullptr);
  else
    pthread_detach(thread_);
  const std::lock_guard lock(wake_mutex_);
  wake_ = nullptr;
}

// -- The caller's side --

void Writer::Enqueue(Batch op) {
  const std::lock_guard lock(mutex_);
  queue_.splice(queue_.end(), op);
  work_.notify_one();
}

void Writer::Put(Record record, uint64_t ticket) {
  Batch batch(1);
  Op& op = batch.front();
  op.job = record.job;
  op.texts = TextsOf(record);
  if (ticket != 0) op.done.emplace_back().ticket = ticket;
  if (!IsPossible(record) || SizeOf(record, op.texts) > kMaxRow) {
    if (ticket == 0) return;
    op.kind = Op::Kind::kNothing;
    op.done.front().error =
        wire::MakeError(wire::Code::kInvalidArg, "a job that cannot be written to a journal");
  } else {
    op.record = std::move(record);
    const std::lock_guard lock(mutex_);
    const bool intent = op.record.stage == Record::Stage::kIntent;
    op.first = written_.Add(op.job) && intent;
    if (op.first) places_->Take(op.job);
  }
  Enqueue(std::move(batch));
}

void Writer::Forget(uint64_t job) {
  Batch batch(1);
  batch.front().kind = Op::Kind::kForget;
  batch.front().job = job;
  Enqueue(std::move(batch));
}

bool Writer::Mark(uint64_t job, uint32_t attempt) {
  Places::Mark mark;
  if (!places_->Begin(job, attempt, mark) || marks_->Set(mark.place, job, mark.attempt) != 0) return false;
  SyncSoon();
  return true;
}

bool Writer::MarkEnded(uint64_t job, uint32_t doubted) {
  {
    const std::lock_guard lock(entry_mutex_);
    uint32_t place = 0;
    if (!places_->End(job, place)) return true;
    const int error = doubted > 0 ? marks_->Set(place, job, doubted) : marks_->End(place, job);
    if (error != 0) return false;
  }
  SyncSoon();
  return true;
}

void Writer::SyncSoon() {
  const std::lock_guard lock(mutex_);
  if (!sync_marks_) work_.notify_one();
  sync_marks_ = true;
}

bool Writer::Next(Journal::Completion& out) {
  std::list<Done> one;
  {
    const std::lock_guard lock(mutex_);
    if (done_.empty()) return false;
    one.splice(one.end(), done_, done_.begin());
  }
  Done& done = one.front();
  out.ticket = done.ticket;
  out.error = std::move(done.error);
  if (done.code != SQLITE_OK) {
    out.error = IoError(path_, SqliteReason(done.code, done.system_error));
    if (done.code == SQLITE_NOMEM) out.error.code = wire::Code::kNoMemory;
  }
  return true;
}

Journal::Counters Writer::counters() const {
  const std::lock_guard lock(mutex_);
  return counters_;
}

// -- The thread --

void* Writer::Main(void* self) {
  auto* w = static_cast<Writer*>(self);
  w->Run();
  w->Drop();
  return nullptr;
}

int Writer::Busy(void* self, int count) {
  auto* w = static_cast<Writer*>(self);
  if (!w->wait_for_others_ || count * kBusyStepMs >= (w->hurry_ ? kBusyHurryMs : kBusyMs)) return 0;
  sqlite3_sleep(kBusyStepMs);
  return 1;
}

void Writer::Run() {
  Batch batch;
  for (Work work = Wait(batch); work.any; work = Wait(batch)) {
    if (!batch.empty()) WriteOut(batch);
    if (work.sync_marks) marks_->Sync();
  }
  Close();
}

void Writer::WriteOut(Batch& batch) {
  const bool erase =
      std::any_of(batch.begin(), batch.end(), [](const Op& op) { return op.kind == Op::Kind::kForget; });
  int code = SQLITE_OK;
  {
    const SqliteUse use;
    code = TryCommit(batch);
  }
  if (code != SQLITE_OK) return Failed(batch, code);
  Committed(batch);
  Checkpoint(erase);
}

// None: stopped, and there is nothing left to try. Marks alone are no reason to try again what has failed.
Writer::Work Writer::Wait(Batch& batch) {
  std::unique_lock lock(mutex_);
  const auto awake = [this] { return stopping_ || sync_marks_ || !queue_.empty(); };
  if (retry_.empty())
    work_.wait(lock, awake);
  else if (!stopping_)
    work_.wait_for(lock, RetryDelay(failures_in_a_row_), awake);
  const bool sync = std::exchange(sync_marks_, false);
  if (sync && !stopping_ && queue_.empty()) return {true, true};
  batch.splice(batch.end(), retry_);
  batch.splice(batch.end(), queue_);
  return {sync || !batch.empty(), sync};
}

int Writer::SetEntry(uint32_t place, uint64_t job, bool durable) {
  const std::lock_guard lock(entry_mutex_);
  if (places_->HasEnded(job)) return marks_->End(place, job);
  return durable ? marks_->Set(place, job, 0) : marks_->Prepare(place, job);
}

int Writer::TryCommit(Batch& batch) {
  system_error_ = 0;
  if (db_->handle() == nullptr || log_.IsGone())
    if (const int code = TakeNewLog(); code != SQLITE_OK) return code;
  // Until the host can be told that an intent is durable, a restart must not find it.
  for (const Op& op : batch) {
    uint32_t place = 0;
    if (!op.first || !places_->Find(op.job, place)) continue;
    system_error_ = SetEntry(place, op.job, false);
    if (system_error_ != 0) return SQLITE_IOERR_WRITE;
  }
  refused_count_ = places_->Refused(refused_);
  int code = store_->Begin();
  for (size_t i = 0; i < refused_count_ && code == SQLITE_OK; ++i) code = store_->Forget(refused_[i]);
  for (Op& op : batch)
    if (code == SQLITE_OK) code = Write(op);
  if (code == SQLITE_OK) code = store_->Commit();
  // Written to where the next life looks?
  if (code == SQLITE_OK && log_.IsGone()) return kLogIsGone;
  if (code == SQLITE_OK && db_->HasMoved()) return SQLITE_READONLY_DBMOVED;
  if (code == SQLITE_OK) return code;
  system_error_ = db_->system_error();
  store_->Rollback();
  return code;
}

int Writer::Write(Op& op) {
  if (op.kind == Op::Kind::kNothing) return SQLITE_OK;
  if (op.kind == Op::Kind::kForget) return store_->Forget(op.job);
  const Record& r = op.record;
  Request request = {static_cast<int64_t>(r.job), r.body_withheld, r.body, r.params};
  std::array<char, 64> digest;
  if (digest_bodies_ && !r.body_withheld) {
    request.withheld = true;
    request.params = {};
    if (!r.body.empty()) {
      digest = Sha256Hex(r.body);
      request.body = std::string_view(digest.data(), digest.size());
    }
  }
  return store_->Put(r, op.texts, request);
}

// The row of an intent is durable. Its entry must say so before anybody else does.
void Writer::Ready(Op& op) {
  uint32_t place = 0;
  if (!op.first || !places_->Find(op.job, place)) return;
  const int error = SetEntry(place, op.job, true);
  if (error == 0) return places_->SetDurable(op.job);
  places_->Refuse(op.job);
  for (Done& d : op.done) {
    d.code = SQLITE_IOERR_WRITE;
    d.system_error = error;
  }
}

void Writer::Committed(Batch& batch) {
  failures_in_a_row_ = 0;
  const auto release = [this](uint64_t job) {
    const std::lock_guard lock(entry_mutex_);
    uint32_t place = 0;
    if (!places_->Find(job, place)) return;
    marks_->Clear(place);
    places_->Release(job);
  };
  for (size_t i = 0; i < refused_count_; ++i) release(refused_[i]);
  uint64_t rows = 0;
  for (Op& op : batch) {
    rows += op.kind == Op::Kind::kPut ? 1 : 0;
    if (op.kind == Op::Kind::kPut && op.record.stage == Record::Stage::kIntent)
      Ready(op);
    else if (op.kind != Op::Kind::kNothing)
      release(op.job);
  }
  marks_->SetHead(store_->meta().writes, store_->meta().next_job);
  {
    const std::lock_guard lock(mutex_);
    counters_.rows_written += rows;
    ++counters_.commits;
  }
  Complete(batch, SQLITE_OK, 0);
  batch.clear();
}

void Writer::Failed(Batch& batch, int code) {
  ++failures_in_a_row_;
  // The host hears that these were not written. Their entries go on saying "prepared" until the rows, should
  // they be found, are gone.
  for (Op& op : batch) {
    if (!op.first || op.done.empty()) continue;
    places_->Refuse(op.job);
    op.kind = Op::Kind::kNothing;
  }
  bool last = false;
  {
    const std::lock_guard lock(mutex_);
    ++counters_.failures;
    last = stopping_;
  }
  Complete(batch, code, system_error_);
  batch.remove_if([last](const Op& op) { return last || op.kind == Op::Kind::kNothing; });
  retry_.splice(retry_.end(), batch);
}

void Writer::Complete(Batch& batch, int code, int system_error) {
  std::list<Done> done;
  for (Op& op : batch) {
    for (Done& d : op.done) {
      if (d.code != SQLITE_OK) continue;
      d.code = code;
      d.system_error = system_error;
    }
    done.splice(done.end(), op.done);
  }
  if (done.empty()) return;
  {
    const std::lock_guard lock(mutex_);
    done_.splice(done_.end(), done);
  }
  const std::lock_guard lock(wake_mutex_);
  if (wake_) wake_();
}

void Writer::Close() {
  {
    const SqliteUse use;
    store_.reset();
    db_->Close();
  }
  lock_.reset();
  const std::lock_guard lock(mutex_);
  is_closed_ = true;
  closed_.notify_all();
}

}  // namespace pixazo::journal
