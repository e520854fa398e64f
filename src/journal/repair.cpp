#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "journal/files.h"
#include "journal/salvage.h"
#include "journal/schema.h"
#include "journal/store.h"

namespace pixazo::journal {
namespace {

// Stage one writes "-repair" and, when it is whole and durable, names it "-repaired". From then on stage two,
// which moves the damaged files away and that one into place, can be done again until it is done.
std::string Draft(const std::string& path) { return path + "-repair"; }
std::string Ready(const std::string& path) { return path + "-repaired"; }

int Rename(const std::string& from, const std::string& to) {
  return std::rename(from.c_str(), to.c_str()) == 0 ? 0 : errno;
}

void RemoveDraft(const std::string& path) {
  for (const char* tail : {"", "-journal", "-wal", "-shm"}) ::unlink((Draft(path) + tail).c_str());
}

int WriteRows(Database& db, const Contents& contents) {
  Meta meta;
  meta.version = kFormat;
  int code = db.Run("PRAGMA synchronous=FULL; PRAGMA fullfsync=ON; PRAGMA secure_delete=ON; BEGIN IMMEDIATE");
  if (code == SQLITE_OK) code = CreateSchema(db, meta);
  if (code == SQLITE_OK) code = db.Run("COMMIT");
  Store store(db, meta);
  if (code == SQLITE_OK) code = store.Prepare();
  if (code == SQLITE_OK) code = store.Begin();
  if (code != SQLITE_OK) return code;
  store.KeepIdsAbove(contents.meta.next_job, contents.meta.writes);
  code = store.RestoreAll(contents.jobs);
  if (code == SQLITE_OK) return store.Commit();
  store.Rollback();
  return code;
}

wire::Error WriteDraft(const std::string& path, const Contents& contents) {
  if (Exists(path) && InUse(path))
    return wire::MakeError(
        wire::Code::kInvalidState,
        "the journal " + path + " is damaged and another program has it open; close that first");
  RemoveDraft(path);
  const std::string draft = Draft(path);
  {
    const File file = File::Open(draft, O_RDWR | O_CREAT | O_EXCL, 0600);
    if (!file.is_open()) return IoError(path, "it is damaged and cannot be repaired: " + Reason(errno));
  }
  Database db;
  int code = db.Open(draft, Database::Mode::kWrite);
  if (code == SQLITE_OK) code = WriteRows(db, contents);
  if (code != SQLITE_OK) {
    const std::string reason = SqliteReason(code, db.handle() != nullptr ? db.system_error() : 0);
    db.Close();
    RemoveDraft(path);
    return IoError(path, "it is damaged and cannot be repaired: " + reason);
  }
  return {};
}

// A name nobody has: "<path>.damaged-<time>", then with a number.
std::string AsideName(const std::string& path) {
  const std::string base = path + ".damaged-" + StampNow();
  std::string name = base;
  for (int64_t i = 2; Exists(name) || Exists(name + "-wal"); ++i) name = base + "-" + Number(i);
  return name;
}

int MoveIfThere(const std::string& from, const std::string& to) {
  return Exists(from) ? Rename(from, to) : 0;
}

wire::Error Swap(const std::string& path, std::string& set_aside) {
  const std::string aside = AsideName(path);
  // The log first: it must never lie beside a database that is not its own.
  int error = MoveIfThere(path + "-wal", aside + "-wal");
  if (error == 0 && ::unlink((path + "-shm").c_str()) != 0 && errno != ENOENT) error = errno;
  if (error == 0 && Exists(path)) {
    error = Rename(path, aside);
    set_aside = aside;
  }
  if (error == 0) error = SyncDirectoryOf(path);
  if (error == 0) error = Rename(Ready(path), path);
  if (error == 0) error = SyncDirectoryOf(path);
  if (error != 0) return IoError(path, "it is damaged and cannot be set aside: " + Reason(error));
  return {};
}

}  // namespace

wire::Error Repair(const std::string& path, const Contents& contents, std::string& set_aside) {
  wire::Error error = WriteDraft(path, contents);
  if (!error.ok()) return error;
  int code = Rename(Draft(path), Ready(path));
  if (code == 0) code = SyncDirectoryOf(path);
  if (code != 0) return IoError(path, "it is damaged and cannot be repaired: " + Reason(code));
  return Swap(path, set_aside);
}

wire::Error FinishRepair(const std::string& path, std::string& set_aside) {
  RemoveDraft(path);
  return Exists(Ready(path)) ? Swap(path, set_aside) : wire::Error();
}

}  // namespace pixazo::journal
