// The file "<path>-marks": for each job whose intent is in the journal, how many paid POSTs have begun.
// Nothing waits for it to be on the disk: it survives a killed process, not a lost power, and is believed
// only in the run of the machine that wrote it. What is not seen by that is a file system that goes while the
// machine runs on (a stick that is pulled, a disk over a network). Against it the writer thread syncs the
// file after each group of marks; a POST that began since the last sync that ended may then count as not sent
// in the next life.
//
// It is evidence for one statement alone: "this job was not sent". The entry of a job is written before its
// intent becomes durable and overwritten in place before the first byte of each POST. An entry that is gone,
// damaged, from another run of the machine or copied from another file says nothing, and then the job counts
// as perhaps sent. The same entry says when a job has ended that is not charged: such a job is over although
// its row, which may not have been written any more, says that it is about to be sent.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "journal/files.h"
#include "wire/result.h"

namespace pixazo::journal {

constexpr const char* kMarksTail = "-marks";

class Marks {
 public:
  struct Entry {
    uint32_t place = 0;
    uint32_t attempt = 0;  // the last POST that began, 0: none
    bool prepared = false;
    bool ended = false;  // it has ended and is not charged, whatever its row says
  };

  // journal: its path, canonical. Creates the file unless read_only; a missing one is then an empty one.
  static wire::Result<std::unique_ptr<Marks>> Open(const std::string& journal, const std::string& boot_id,
                                                   bool read_only);

  // What the file said when it was opened.
  const std::unordered_map<uint64_t, Entry>& entries() const { return entries_; }
  bool known() const { return known_; }       // its head was whole: this file belongs to a journal of ours
  int64_t writes() const { return writes_; }  // of the journal, at least
  int64_t next_job() const { return next_job_; }
  uint32_t unreadable() const { return unreadable_; }  // entries of this run of the machine that are damaged
  bool copied() const { return copied_; }              // the file is not the one that was written
  uint32_t places() const { return places_; }

  // Each is one write to the page cache; 0 or errno. Any thread, one at a time for a place.
  int Set(uint32_t place, uint64_t job, uint32_t attempt);
  int Prepare(uint32_t place, uint64_t job);
  int End(uint32_t place, uint64_t job);
  int Clear(uint32_t place);
  int SetHead(int64_t writes, int64_t next_job);
  int Sync();  // waits for the disk
  // Forgets every place from here on. Not while others write.
  void Shrink(uint32_t places);

 private:
  using EntryBytes = std::array<char, 32>;
  Marks() = default;
  void Parse(const std::string& bytes);
  void ParseEntry(uint32_t place, std::string_view bytes);
  EntryBytes MakeEntry(uint32_t place, uint64_t job, uint32_t attempt, uint32_t kind) const;
  int WriteEntry(uint32_t place, const EntryBytes& bytes);

  File file_;
  std::string boot_id_;
  uint64_t device_ = 0, inode_ = 0;
  std::unordered_map<uint64_t, Entry> entries_;
  bool known_ = false, copied_ = false;
  int64_t writes_ = 0, next_job_ = 1;
  uint32_t unreadable_ = 0, places_ = 0;
};

}  // namespace pixazo::journal
