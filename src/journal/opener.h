// From a path to an open journal: creates, recognises, repairs, loads.
#pragma once

#include <string>
#include <unordered_map>

#include "journal/load.h"
#include "journal/salvage.h"
#include "journal/schema.h"
#include "journal/writer.h"

namespace pixazo::journal {

struct Opened {
  OpenFiles files;  // to write: everything; to read: path alone
  Loaded loaded;
  std::string boot_id;
  std::unordered_map<uint64_t, Marks::Entry> entries;  // of kIntent rows
};

class Opener {
 public:
  explicit Opener(const Options& options) : options_(options) {}
  wire::Result<Opened> ToWrite();
  wire::Result<Opened> ToRead();

 private:
  enum class Verdict { kSound, kDamaged, kAgain };

  wire::Error CheckFile() const;
  wire::Error OpenMarks();
  wire::Error OpenSound();
  wire::Result<Verdict> TryOpen();
  wire::Result<Verdict> Judge(const Identified& identified);
  wire::Result<Verdict> JudgeContents();
  wire::Error RepairFrom(const std::string& reason);
  wire::Error Create();
  int Upgrade();
  bool HadRows() const;
  bool IsEmptied();
  void Adopt();
  void DropOld();
  int Drop(Store& store);
  void Shrink();
  void ArrangeMarks();
  wire::Error Sqlite(int code) const;
  wire::Error LoadToRead();
  wire::Error SalvageToRead(bool damaged);

  const Options& options_;
  Opened out_;
  Contents contents_;
  std::string damage_;  // the first thing that was found wrong
  bool dropped_prepared_ = false;
};

}  // namespace pixazo::journal
