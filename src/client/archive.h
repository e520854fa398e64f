// The jobs of earlier lives: what the journal held when the client was made, and how they come back. Any
// thread; the lock is held over no disk and nothing else that waits.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "client/job.h"
#include "journal/journal.h"
#include "wire/result.h"

namespace pixazo::client {

class Archive {
 public:
  void Open(std::shared_ptr<journal::Journal> journal);  // before any other call
  void Close();  // lets go of the journal: what is queued is written, its lock is given back
  std::shared_ptr<journal::Journal> journal() const;  // null: none, or closed
  journal::Journal::Counters counters() const;

  // Every job that has not ended, or whose DONE was not delivered, lives again; how many. Once a job.
  wire::Result<uint32_t> Restore(Session& session);
  // The job of an earlier life that was submitted with this key; if it has not ended it lives again. May be
  // empty.
  wire::Result<Ref<Job>> FindByKey(Session& session, std::string_view key);
  // A job that has ended, as its row says. Blocks on the disk. Errors: kNotFound, kIo.
  wire::Result<Ref<Job>> Find(Session& session, core::JobId id) const;
  // Its request, for sending it again; null if the journal has none that could be sent.
  std::shared_ptr<const Submission> RequestOf(const Session& session, core::JobId id) const;
  // A webhook has named an id for a job that does not live here (again): its row says so to the life that
  // asks.
  void Name(core::JobId id, const std::string& request_id);
  wire::Code Forget(core::JobId id);  // of a job that the client does not know as running

 private:
  using Row = journal::Record;
  wire::Result<Ref<Job>> Revive(Session& session, const Row& row, bool& lives);
  Row Judged(const Row& row) const;
  bool IsPast(const Row& row) const { return row.stage == Row::Stage::kEnded && row.delivered; }

  mutable std::mutex mutex_;
  std::shared_ptr<journal::Journal> journal_;
  std::unordered_map<std::string, const Row*> keys_;     // rows of journal_
  std::unordered_map<core::JobId, const Row*> dormant_;  // have not ended, or were not delivered, and do not
                                                         // live yet
  std::unordered_set<core::JobId> forgotten_;
};

}  // namespace pixazo::client
