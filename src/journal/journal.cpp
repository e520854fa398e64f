#include "journal/journal.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <utility>

#include "journal/files.h"
#include "journal/forks.h"
#include "journal/opener.h"

namespace pixazo::journal {
namespace {

class OpenJournal final : public Journal {
 public:
  OpenJournal(Opened opened, const Options& options)
      : path_(opened.files.path),
        wake_(options.wake),
        loaded_(std::move(opened.loaded)),
        boot_id_(std::move(opened.boot_id)),
        entries_(std::move(opened.entries)) {}

  ~OpenJournal() override {
    if (!writer_) return;
    if (::getpid() == process_)
      writer_->Stop();
    else
      (void)
          writer_.release();  // a forked child has no writer thread, and must not close what is the parent's
  }

  wire::Error StartWriter(OpenFiles files, const Options& options) {
    next_job_ = static_cast<uint64_t>(files.meta.next_job);
    auto writer = Writer::Start(std::move(files), options);
    if (!writer.ok()) return writer.error();
    writer_ = std::move(*writer);
    return {};
  }
  void SetNextJob(uint64_t next_job) { next_job_ = next_job; }

  const Loaded& loaded() const override { return loaded_; }

  Sent SentOf(const Record& r) const override {
    if (r.stage != Record::Stage::kIntent || boot_id_.empty() || r.boot_id != boot_id_ ||
        !r.candidate.empty())
      return Sent::kUnknown;
    const auto entry = entries_.find(r.job);
    if (entry == entries_.end()) return Sent::kUnknown;
    if (entry->second.ended) return Sent::kEnded;
    return entry->second.attempt <= r.attempts ? Sent::kNo : Sent::kUnknown;
  }

  uint64_t next_job() const override { return next_job_; }

  wire::Result<Record> Read(uint64_t job) const override {
    if (const wire::Error error = WatchForks(); !error.ok()) return error;
    const SqliteUse use;
    Record record;
    Database db;
    int code = db.Open(path_, Database::Mode::kRead);
    if (code == SQLITE_OK) {
      sqlite3_busy_timeout(db.handle(), 1000);
      code = LoadOne(db, job, record);
    }
    if (code == SQLITE_OK) return record;
    if (code != SQLITE_NOTFOUND && ReadRawly(job, record)) return record;
    if (code != SQLITE_NOTFOUND) return IoError(path_, SqliteReason(code, 0));
    return wire::MakeError(wire::Code::kNotFound,
                           "the journal has no job " + Number(static_cast<int64_t>(job)));
  }

  void Put(Record record, uint64_t ticket) override {
    if (!writer_) return Refuse(ticket);
    if (record.boot_id.empty()) record.boot_id = boot_id_;
    if (record.job < static_cast<uint64_t>(kMaxCount)) next_job_ = std::max(next_job_.load(), record.job + 1);
    writer_->Put(std::move(record), ticket);
  }
  void Forget(uint64_t job) override {
    if (writer_) writer_->Forget(job);
  }
  bool Mark(uint64_t job, uint32_t attempt) override { return writer_ && writer_->Mark(job, attempt); }
  bool MarkEnded(uint64_t job, uint32_t doubted) override {
    return writer_ && writer_->MarkEnded(job, doubted);
  }

  bool Next(Completion& out) override {
    if (writer_) return writer_->Next(out);
    if (refused_.empty()) return false;
    out.ticket = refused_.front();
    out.error = wire::MakeError(wire::Code::kInvalidState, "the journal " + path_ + " is open read-only");
    refused_.pop_front();
    return true;
  }

  Counters counters() const override { return writer_ ? writer_->counters() : Counters(); }

 private:
  bool ReadRawly(uint64_t job, Record& out) const {
    const auto raw = ReadRaw(path_);
    if (!raw.ok()) return false;
    Contents found = Salvage(*raw, nullptr, Requests::kAll);
    for (JobRow& row : found.jobs) {
      if (row.record.job != job) continue;
      out = std::move(row.record);
      return true;
    }
    return false;
  }

  void Refuse(uint64_t ticket) {
    if (ticket == 0) return;
    refused_.push_back(ticket);
    if (wake_) wake_();
  }

  const std::string path_;
  const pid_t process_ = ::getpid();
  const std::function<void()> wake_;
  Loaded loaded_;
  std::string boot_id_;
  std::unordered_map<uint64_t, Marks::Entry> entries_;
  std::atomic<uint64_t> next_job_{1};
  std::deque<uint64_t> refused_;  // read-only: tickets of writes that cannot be
  Writer::Handle writer_;
};

}  // namespace

wire::Result<std::unique_ptr<Journal>> Journal::Open(Options options) {
  if (const wire::Error error = WatchForks(); !error.ok()) return error;
  const FileSizeSignal guard;
  const SqliteUse use;
  Opener opener(options);
  auto opened = options.read_only ? opener.ToRead() : opener.ToWrite();
  if (!opened.ok()) return opened.error();
  OpenFiles files = std::move(opened->files);
  opened->files.path = files.path;
  auto journal = std::make_unique<OpenJournal>(std::move(*opened), options);
  if (options.read_only) {
    journal->SetNextJob(static_cast<uint64_t>(files.meta.next_job));
  } else {
    const wire::Error error = journal->StartWriter(std::move(files), options);
    if (!error.ok()) return error;
  }
  return std::unique_ptr<Journal>(std::move(journal));
}

}  // namespace pixazo::journal
