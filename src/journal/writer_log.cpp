// The writer's part about the write-ahead log: when it is emptied, and what becomes of it when it is taken
// away.
#include "journal/forks.h"
#include "journal/load.h"
#include "journal/writer.h"

namespace pixazo::journal {
namespace {

constexpr int kCheckpointPages = 1000;

}  // namespace

int Writer::Prepare() {
  const int code = store_->Prepare();
  if (code != SQLITE_OK) return code;
  sqlite3_busy_handler(db_->handle(), Busy, this);
  sqlite3_wal_hook(db_->handle(), OnCommit, this);
  db_->CheckpointOnClose();
  log_.Watch();
  log_pages_ = 0;
  checkpoint_at_ = kCheckpointPages;
  return SQLITE_OK;
}

int Writer::OnCommit(void* self, sqlite3*, const char*, int pages) {
  static_cast<Writer*>(self)->log_pages_ = pages;
  return SQLITE_OK;
}

// The log that SQLite writes to has no name any more (somebody removed it, or an SQLite that could not see
// our locks, which the host loses by closing the file itself). What it holds goes into the database, where
// the next life looks, and that is opened anew; unless it is not as it was left, or another log is being
// written.
int Writer::TakeNewLog() {
  if (db_->handle() != nullptr) {
    if (db_->HasMoved()) return SQLITE_READONLY_DBMOVED;
    if (log_.size() > 0) return kLogIsGone;
    // No frame may be left: the numbers of those that are live on in the memory that connections share.
    const int code =
        sqlite3_wal_checkpoint_v2(db_->handle(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
    if (code != SQLITE_OK) return code;
    store_->Close();
    db_->Close();
  }
  Meta meta;
  std::string mode;
  int code = db_->Open(path_, Database::Mode::kWrite);
  if (code == SQLITE_OK) code = db_->BeDurable(mode);
  if (code == SQLITE_OK) code = LoadMeta(*db_, meta);
  if (code == SQLITE_OK && (mode != "wal" || meta != store_->meta())) code = kLogIsGone;
  if (code == SQLITE_OK) code = Prepare();
  if (code == SQLITE_OK) return code;
  system_error_ = db_->system_error();
  store_->Close();
  db_->Close();
  return code;
}

// After the completions, so that nobody waits for it.
void Writer::Checkpoint(bool erase) {
  if (!erase && log_pages_ < checkpoint_at_) return;
  const SqliteUse use;
  // What was forgotten is to leave the log, too; if somebody is reading, with the next chance.
  const int mode = erase ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE;
  int frames = 0, moved = 0;
  wait_for_others_ = false;
  sqlite3_wal_checkpoint_v2(db_->handle(), nullptr, mode, &frames, &moved);
  wait_for_others_ = true;
  checkpoint_at_ = (frames > moved ? log_pages_ : 0) + kCheckpointPages;
}

}  // namespace pixazo::journal
