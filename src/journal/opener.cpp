#include "journal/opener.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace pixazo::journal {
namespace {

constexpr int64_t kMinVacuumPages = 1024;

uint64_t SizeOf(const std::string& path) {
  struct stat st;
  return ::stat(path.c_str(), &st) == 0 ? static_cast<uint64_t>(st.st_size) : 0;
}

wire::Error CheckSystem() {
  const char* why = UnusableSqlite();
  return why == nullptr ? wire::Error() : wire::MakeError(wire::Code::kUnsupported, why);
}

bool IsOld(const Record& r, int64_t keep_ms, int64_t now) {
  const bool over = r.stage == Record::Stage::kEnded && r.delivered;
  // A time in the future is a clock that was wrong: such a row is young, not old.
  return over && keep_ms > 0 && r.updated_ms <= now && now - std::max<int64_t>(r.updated_ms, 0) > keep_ms;
}

}  // namespace

wire::Error Opener::Sqlite(int code) const {
  const bool open = out_.files.db != nullptr && out_.files.db->handle() != nullptr;
  wire::Error error = IoError(out_.files.path, SqliteReason(code, open ? out_.files.db->system_error() : 0));
  if (code == SQLITE_NOMEM) error.code = wire::Code::kNoMemory;
  return error;
}

wire::Error Opener::CheckFile() const {
  struct stat st;
  const std::string& path = out_.files.path;
  if (::stat(path.c_str(), &st) != 0) return errno == ENOENT ? wire::Error() : IoError(path, errno);
  if (S_ISDIR(st.st_mode)) return IoError(path, EISDIR);
  if (!S_ISREG(st.st_mode)) return IoError(path, "is not a regular file");
  if (options_.read_only) return {};
  if (st.st_uid != ::geteuid()) return IoError(path, "belongs to another user (" + Number(st.st_uid) + ")");
  if (st.st_nlink > 1)
    return IoError(path,
                   "has another name (a hard link), each would have a log and a lock of its own; "
                   "remove one of the names");
  if (::access(path.c_str(), W_OK) != 0) return IoError(path, errno);
  return {};
}

wire::Error Opener::OpenMarks() {
  out_.boot_id = BootId();
  auto marks = Marks::Open(out_.files.path, out_.boot_id, options_.read_only);
  if (!marks.ok()) return marks.error();
  out_.files.marks = std::move(*marks);
  return {};
}

wire::Result<Opened> Opener::ToWrite() {
  std::string aside;
  wire::Error error = CheckSystem();
  if (!error.ok()) return error;
  auto path = Canonical(options_.path);
  if (!path.ok()) return path.error();
  out_.files.path = std::move(*path);
  error = CheckFile();
  if (!error.ok()) return error;
  auto lock = Lock::Take(out_.files.path);
  if (!lock.ok()) return lock.error();
  out_.files.lock = std::move(*lock);
  error = FinishRepair(out_.files.path, aside);
  if (error.ok()) error = OpenMarks();
  if (!error.ok()) return error;
  if (!aside.empty())
    out_.loaded.problems.push_back("a repair that was interrupted is finished; the damaged journal is " +
                                   aside);
  error = OpenSound();
  if (!error.ok()) return error;
  Adopt();
  DropOld();
  ArrangeMarks();
  return std::move(out_);
}

wire::Result<Opened> Opener::ToRead() {
  wire::Error error = CheckSystem();
  if (!error.ok()) return error;
  auto path = Canonical(options_.path);
  if (!path.ok()) return path.error();
  out_.files.path = std::move(*path);
  error = CheckFile();
  if (!error.ok()) return error;
  if (!Exists(out_.files.path) && !Exists(out_.files.path + "-wal"))
    return wire::MakeError(wire::Code::kNotFound, "there is no journal " + out_.files.path);
  error = OpenMarks();  // before the database, whose writer goes the other way
  if (!error.ok()) return error;
  error = LoadToRead();
  if (!error.ok()) return error;
  out_.files.db.reset();
  out_.files.meta = contents_.meta;
  Adopt();
  ArrangeMarks();
  return std::move(out_);
}

wire::Error Opener::LoadToRead() {
  if (IsEmptied()) return SalvageToRead(true);
  out_.files.db = std::make_unique<Database>();
  const int code = out_.files.db->Open(out_.files.path, Database::Mode::kRead);
  sqlite3_busy_timeout(out_.files.db->handle(), 1000);
  const Identified identified =
      code == SQLITE_OK ? Identify(*out_.files.db) : Identified{Identity::kError, 0, code};
  auto verdict = Judge(identified);
  if (verdict.ok()) return *verdict == Verdict::kDamaged ? SalvageToRead(true) : wire::Error();
  // SQLite cannot read a log in a directory where it may not write: the bytes themselves can be read.
  return identified.identity == Identity::kError ? SalvageToRead(false) : verdict.error();
}

wire::Error Opener::SalvageToRead(bool damaged) {
  const std::string& path = out_.files.path;
  const auto raw = ReadRaw(path);
  if (!raw.ok()) return raw.error();
  if (!out_.files.marks->known() && !WasJournal(*raw)) return IoError(path, "is not a journal");
  contents_ =
      Salvage(*raw, out_.files.marks.get(), options_.load_requests ? Requests::kAll : Requests::kOfIntents);
  auto& problems = out_.loaded.problems;
  if (damaged) problems.push_back("the journal is damaged (" + damage_ + "); read-only, it is left as it is");
  problems.insert(problems.end(), contents_.problems.begin(), contents_.problems.end());
  return {};
}

wire::Error Opener::OpenSound() {
  for (int tries = 0; tries < 4; ++tries) {
    auto verdict = TryOpen();
    if (!verdict.ok()) return verdict.error();
    if (*verdict == Verdict::kSound) return {};
    if (*verdict == Verdict::kAgain) continue;
    const wire::Error error = RepairFrom(damage_);
    if (!error.ok()) return error;
  }
  return IoError(out_.files.path, "it is damaged and does not become sound");
}

// Before SQLite sees it, which deletes the log of an empty file; one byte counts as empty, too.
bool Opener::IsEmptied() {
  const std::string& path = out_.files.path;
  if (SizeOf(path) > 1 || (!HadRows() && SizeOf(path + "-wal") == 0)) return false;
  damage_ = Exists(path) ? "its file is empty" : "its file is gone";
  return true;
}

bool Opener::HadRows() const { return out_.files.marks->known() && out_.files.marks->writes() > 0; }

wire::Result<Opener::Verdict> Opener::TryOpen() {
  out_.files.db = std::make_unique<Database>();
  if (IsEmptied()) return Verdict::kDamaged;
  if (!Exists(out_.files.path)) {
    const File file = File::Open(out_.files.path, O_RDWR | O_CREAT | O_EXCL, 0600);
    if (!file.is_open()) return IoError(out_.files.path, errno);
    if (const int error = SyncDirectoryOf(out_.files.path)) return IoError(out_.files.path, error);
  }
  const wire::Error held = out_.files.lock->TakeDatabase(out_.files.path);
  if (!held.ok()) return held;
  const int code = out_.files.db->Open(out_.files.path, Database::Mode::kWrite);
  if (code != SQLITE_OK) return Sqlite(code);
  sqlite3_busy_timeout(out_.files.db->handle(), 2000);
  return Judge(Identify(*out_.files.db));
}

wire::Result<Opener::Verdict> Opener::Judge(const Identified& identified) {
  const std::string& path = out_.files.path;
  switch (identified.identity) {
    case Identity::kError:
      return Sqlite(identified.code);
    case Identity::kForeign:
      return IoError(path, "is a database of another program");
    case Identity::kNewer:
      return wire::MakeError(wire::Code::kVersion,
                             "the journal " + path + " was written by a newer libpixazo (format " +
                                 Number(identified.format) + ", this one knows " + Number(kFormat) + ")");
    case Identity::kEmpty: {
      if (HadRows()) break;
      if (options_.read_only) return Verdict::kSound;
      const wire::Error error = Create();
      if (!error.ok()) return error;
      return Verdict::kAgain;
    }
    case Identity::kJournal:
      return JudgeContents();
    case Identity::kDamaged:
      break;
  }
  if (identified.code != 0 && !out_.files.marks->known()) {
    const auto raw = ReadRaw(path);
    if (!raw.ok()) return raw.error();
    if (!WasJournal(*raw)) return IoError(path, "is not a journal, and was none; it is left alone");
  }
  damage_ = identified.code != 0 ? SqliteReason(identified.code, 0) : "its definition is damaged";
  return Verdict::kDamaged;
}

wire::Result<Opener::Verdict> Opener::JudgeContents() {
  contents_ = Load(*out_.files.db, options_.load_requests ? Requests::kAll : Requests::kOfIntents);
  if (contents_.code != SQLITE_OK) return Sqlite(contents_.code);
  if (contents_.problems.empty() && out_.files.marks->known() &&
      out_.files.marks->writes() > contents_.meta.writes)
    contents_.problems.push_back("the last writes are missing");
  if (!contents_.problems.empty()) {
    damage_ = contents_.problems.front();
    return Verdict::kDamaged;
  }
  if (options_.read_only) return Verdict::kSound;
  std::string mode;
  int code = out_.files.db->BeDurable(mode);
  if (code != SQLITE_OK) return Sqlite(code);
  if (mode != "wal")
    return wire::MakeError(
        wire::Code::kUnsupported,
        "the journal " + out_.files.path + ": its file system cannot hold one (no shared memory)");
  out_.files.meta = contents_.meta;
  if (contents_.meta.version == kFormat) return Verdict::kSound;
  code = Upgrade();
  if (IsDamage(code)) {  // there are places that reading does not come by
    damage_ = SqliteReason(code, 0);
    return Verdict::kDamaged;
  }
  return code == SQLITE_OK ? wire::Result<Verdict>(Verdict::kAgain) : Sqlite(code);
}

// All rows anew in the tables of today, in one transaction: killed in it, the file is as it was.
int Opener::Upgrade() {
  Database& db = *out_.files.db;
  const Contents old = Load(db, Requests::kAll);
  if (old.code != SQLITE_OK) return old.code;
  Meta meta = old.meta;
  meta.version = kFormat;
  meta.rows = meta.digest = 0;
  int code = db.Run("BEGIN IMMEDIATE");
  if (code == SQLITE_OK) code = DropSchema(db);
  if (code == SQLITE_OK) code = CreateSchema(db, meta);
  Store store(db, meta);
  if (code == SQLITE_OK) code = store.Prepare();
  if (code == SQLITE_OK) code = store.Begin();
  if (code == SQLITE_OK) code = store.RestoreAll(old.jobs);
  if (code == SQLITE_OK) return store.Commit();
  if (db.in_transaction()) db.Run("ROLLBACK");
  return code;
}

wire::Error Opener::Create() {
  std::string mode;
  Meta meta;
  meta.version = kFormat;
  int code = out_.files.db->BeDurable(mode);
  if (code == SQLITE_OK) code = CreateSchema(*out_.files.db, meta);
  return code == SQLITE_OK ? wire::Error() : Sqlite(code);
}

wire::Error Opener::RepairFrom(const std::string& reason) {
  out_.files.db->Close();
  const std::string& path = out_.files.path;
  auto raw = ReadRaw(path);
  if (!raw.ok()) return raw.error();
  const Contents found = Salvage(*raw, out_.files.marks.get(), Requests::kAll);
  std::string aside;
  const wire::Error error = Repair(path, found, aside);
  if (!error.ok()) return error;
  auto& problems = out_.loaded.problems;
  problems.push_back("the journal was damaged (" + reason + "); " +
                     (aside.empty() ? "there was nothing to set aside" : "the damaged file is now " + aside));
  problems.insert(problems.end(), found.problems.begin(), found.problems.end());
  // What the marks missed has been said; the new file goes on from there.
  return {};
}

// Takes over the rows; those that are only prepared are none.
void Opener::Adopt() {
  const auto& entries = out_.files.marks->entries();
  for (JobRow& row : contents_.jobs) {
    Record& record = row.record;
    if (record.stage == Record::Stage::kIntent) {
      const auto entry = entries.find(record.job);
      if (entry != entries.end() && entry->second.prepared) continue;
      if (entry != entries.end()) out_.entries[record.job] = entry->second;
    }
    out_.loaded.records.push_back(std::move(record));
  }
}

int Opener::Drop(Store& store) {
  int code = store.Prepare();
  if (code == SQLITE_OK) code = store.Begin();
  int64_t dropped = 0;
  const auto drop = [&](uint64_t job) {
    if (code == SQLITE_OK) code = store.Forget(job);
    ++dropped;
  };
  const Marks& marks = *out_.files.marks;
  for (const auto& [job, entry] : marks.entries())
    if (entry.prepared) drop(job);
  const int64_t now = UnixMs();
  std::erase_if(out_.loaded.records, [&](const Record& r) {
    const bool old = IsOld(r, options_.keep_ended_ms, now);
    if (old) drop(r.job);
    return old;
  });
  const bool behind = marks.known() && marks.next_job() > out_.files.meta.next_job;
  if (behind) store.KeepIdsAbove(marks.next_job(), 0);
  if (code == SQLITE_OK && (dropped > 0 || behind)) code = store.Commit();
  store.Rollback();
  return code;
}

void Opener::DropOld() {
  Store store(*out_.files.db, out_.files.meta);
  const int code = Drop(store);
  out_.files.meta = store.meta();
  dropped_prepared_ = code == SQLITE_OK;
  if (code != SQLITE_OK)
    out_.loaded.problems.push_back("old rows could not be dropped: " + SqliteReason(code, 0));
  else
    Shrink();
}

void Opener::Shrink() {
  int64_t pages = 0, unused = 0;
  Database& db = *out_.files.db;
  if (db.Query("PRAGMA main.page_count", pages) == SQLITE_OK &&
      db.Query("PRAGMA main.freelist_count", unused) == SQLITE_OK && pages > kMinVacuumPages &&
      unused * 2 > pages)
    db.Run("VACUUM");  // a crash or a full disk in it leaves the file as it was
}

void Opener::ArrangeMarks() {
  Marks& marks = *out_.files.marks;
  auto places = std::make_unique<Places>();
  int64_t silent = 0;  // intents of this run of the machine about which the marks say nothing
  for (const Record& r : out_.loaded.records) {
    if (r.stage != Record::Stage::kIntent) continue;
    const auto entry = out_.entries.find(r.job);
    if (entry != out_.entries.end())
      places->Keep(r.job, {entry->second.place, entry->second.attempt}, entry->second.ended);
    else if (!out_.boot_id.empty() && r.boot_id == out_.boot_id)
      ++silent;
  }
  auto& problems = out_.loaded.problems;
  if (marks.unreadable() > 0)
    problems.push_back("the file of marks is damaged: entries that cannot be read: " +
                       Number(marks.unreadable()));
  if (silent > 0 && !options_.read_only)
    problems.push_back("jobs that may have been sent, because the file of marks " +
                       std::string(marks.copied() ? "is a copy" : "does not tell") + ": " + Number(silent));
  if (options_.read_only) return;
  bool in_use = !out_.entries.empty();
  for (const auto& [job, entry] : marks.entries()) {
    if (!entry.prepared || dropped_prepared_) continue;
    places->Keep(job, {entry.place, 0});
    places->Refuse(job);
    in_use = true;
  }
  marks.SetHead(out_.files.meta.writes, out_.files.meta.next_job);
  if (!in_use) marks.Shrink(0);
  places->FreeOthers(marks.places());
  for (uint32_t place : places->free()) marks.Clear(place);
  out_.files.places = std::move(places);
}

}  // namespace pixazo::journal
