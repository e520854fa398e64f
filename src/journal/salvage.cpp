#include "journal/salvage.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "journal/carve.h"
#include "journal/files.h"
#include "journal/schema.h"
#include "wire/text.h"

namespace pixazo::journal {
namespace {

constexpr uint64_t kMaxRaw = 2u << 30;
constexpr int64_t kIdMargin = 1'000'000;  // added where the journal no longer says how far its ids went

// A database opened through SQLite's file layer, without SQLite reading it.
class RawFile {
 public:
  RawFile() = default;
  RawFile(const RawFile&) = delete;
  RawFile& operator=(const RawFile&) = delete;
  ~RawFile() {
    if (opened()) {
      file()->pMethods->xUnlock(file(), SQLITE_LOCK_NONE);
      file()->pMethods->xClose(file());
    }
    sqlite3_free_filename(name_);
  }

  int Open(const std::string& path, int flags) {
    sqlite3_vfs* vfs = sqlite3_vfs_find(nullptr);
    name_ = sqlite3_create_filename(path.c_str(), "", "", 0, nullptr);
    if (vfs == nullptr || name_ == nullptr) return SQLITE_NOMEM;
    memory_ = std::make_unique<char[]>(static_cast<size_t>(vfs->szOsFile));
    return vfs->xOpen(vfs, name_, file(), flags | SQLITE_OPEN_MAIN_DB, nullptr);
  }
  bool opened() { return memory_ != nullptr && file()->pMethods != nullptr; }
  sqlite3_file* file() { return reinterpret_cast<sqlite3_file*>(memory_.get()); }

 private:
  std::unique_ptr<char[]> memory_;
  const char* name_ = nullptr;
};

wire::Error SqliteError(const std::string& path, int code) {
  return IoError(path, SqliteReason(code, errno));
}

wire::Result<std::string> ReadDatabase(const std::string& path) {
  struct stat st;
  if (::stat(path.c_str(), &st) != 0 && errno == ENOENT) return std::string();
  RawFile raw;
  sqlite3_int64 size = 0;
  int code = raw.Open(path, SQLITE_OPEN_READONLY);
  if (code == SQLITE_OK) code = raw.file()->pMethods->xFileSize(raw.file(), &size);
  if (code != SQLITE_OK) return SqliteError(path, code);
  if (static_cast<uint64_t>(size) > kMaxRaw)
    return IoError(path, "it is damaged, and too large to be repaired");
  std::string bytes(static_cast<size_t>(size), '\0');
  constexpr size_t kChunk = 1u << 20;
  for (size_t at = 0; at < bytes.size(); at += kChunk) {
    const size_t n = std::min(kChunk, bytes.size() - at);
    code = raw.file()->pMethods->xRead(raw.file(), bytes.data() + at, static_cast<int>(n),
                                       static_cast<sqlite3_int64>(at));
    if (code != SQLITE_OK && code != SQLITE_IOERR_SHORT_READ) return SqliteError(path, code);
  }
  return bytes;
}

void CarveAll(const RawFiles& files, Carved& found) {
  for (uint32_t size : PageSizes(files)) {
    Carve(Pages(files, size, Pages::Log::kCommitted), INT64_MIN, found);
    // What lies behind a damaged place of the log counts where it is newer than all before it: older rows
    // there may have been forgotten since.
    if (!files.log.empty()) Carve(Pages(files, size, Pages::Log::kEverything), found.writes, found);
    if (!found.jobs.empty()) return;
  }
}

// Moves the newest version of each job, with its request, into contents.
void TakeRows(Carved& found, Requests requests, Contents& out) {
  for (auto& [job, row] : found.jobs) {
    found.damaged.erase(job);
    if (row.request_checksum != 0) {
      const auto request = found.requests.find({job, row.request_checksum});
      if (request == found.requests.end()) {
        MarkRequestLost(row.record);
        row.request_checksum = 0;
        out.problems.push_back("job " + Number(job) +
                               ": what was asked for is damaged; it cannot be sent from here");
      } else {
        row.record.body_withheld = request->second.withheld;
        if (requests == Requests::kAll || row.record.stage == Record::Stage::kIntent) {
          row.record.body = std::move(request->second.body);
          row.record.params = std::move(request->second.params);
        }
      }
    }
    WithholdIfEmpty(row.record);
    out.jobs.push_back(std::move(row));
  }
}

void SayWhatIsMissing(const Carved& found, const Marks* marks, Contents& out) {
  for (int64_t job : found.damaged) out.problems.push_back("job " + Number(job) + ": its row is damaged");
  const auto rows = static_cast<int64_t>(out.jobs.size());
  if (!found.meta || found.meta->writes < found.writes)
    out.problems.push_back("how many jobs there were cannot be read; found: " + Number(rows));
  else if (rows < found.meta->rows)
    out.problems.push_back(Number(found.meta->rows - rows) + " of " + Number(found.meta->rows) +
                           " jobs cannot be found");
  if (marks != nullptr && marks->writes() > found.writes)
    out.problems.push_back("the last " + Number(marks->writes() - found.writes) +
                           " writes are missing: a file was cut, deleted or replaced by an older one");
}

}  // namespace

wire::Result<RawFiles> ReadRaw(const std::string& path) {
  auto database = ReadDatabase(path);
  if (!database.ok()) return database.error();
  auto log = ReadFile(path + "-wal", kMaxRaw);
  if (!log.ok()) return log.error();
  return RawFiles{std::move(*database), std::move(*log)};
}

bool InUse(const std::string& path) {
  RawFile raw;
  if (raw.Open(path, SQLITE_OPEN_READWRITE) != SQLITE_OK) return false;
  const sqlite3_io_methods* methods = raw.file()->pMethods;
  return methods->xLock(raw.file(), SQLITE_LOCK_SHARED) != SQLITE_OK ||
         methods->xLock(raw.file(), SQLITE_LOCK_EXCLUSIVE) != SQLITE_OK;
}

bool WasJournal(const RawFiles& files) {
  constexpr size_t kAt = 68;  // application_id, big endian
  const std::string_view db = files.database;
  return db.size() >= kAt + 4 && db.substr(kAt, 4) == "PXzJ";
}

Contents Salvage(const RawFiles& files, const Marks* marks, Requests requests) {
  if (marks != nullptr && !marks->known()) marks = nullptr;
  Carved found;
  CarveAll(files, found);
  Contents out;
  TakeRows(found, requests, out);
  SayWhatIsMissing(found, marks, out);
  Meta& meta = out.meta;
  if (found.meta) meta = *found.meta;
  meta.version = kFormat;
  if (!out.jobs.empty())
    meta.next_job = std::max(meta.next_job, static_cast<int64_t>(out.jobs.back().record.job) + 1);
  if (marks != nullptr) meta.next_job = std::max(meta.next_job, marks->next_job());
  if (!found.meta && marks == nullptr) meta.next_job += kIdMargin;
  meta.writes = std::max({found.writes, meta.writes, marks != nullptr ? marks->writes() : 0});
  return out;
}

}  // namespace pixazo::journal
