// A host of the journal for tests: a directory of its own, records with recognisable contents, waiting for
// tickets.
#pragma once

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <condition_variable>

#include "records.h"

namespace pixazo::test {

using journal::Journal;
using journal::Options;
using journal::Sent;

// Removed at the end. In memory where the system has such a place, so that thousands of files cost nothing.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  const std::string& path() const { return path_; }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

std::string ReadBytes(const std::string& path);  // "" if there is none
// In place: the file keeps its inode.
void WriteBytes(const std::string& path, const std::string& bytes);
std::vector<std::string> FilesIn(const std::string& directory);

// An open journal and a way to wait for its completions.
class Host {
 public:
  // Opens; error() tells.
  explicit Host(const std::string& path) : Host(OptionsFor(path)) {}
  explicit Host(Options options);
  static Options OptionsFor(const std::string& path);
  static Options ReadOnly(const std::string& path);

  bool ok() const { return journal_ != nullptr; }
  const wire::Error& error() const { return error_; }
  Journal* operator->() { return journal_.get(); }
  wire::Error Write(Record record);  // Put with a ticket, waits for its completion
  wire::Error Wait(uint64_t ticket);
  uint64_t Ticket() { return ++tickets_; }
  const Record* Find(uint64_t job) const;
  // Closes, so that the next one may open.
  void Close() { journal_.reset(); }

 private:
  std::shared_ptr<std::pair<std::mutex, std::condition_variable>> signal_;
  std::unique_ptr<Journal> journal_;
  wire::Error error_;
  uint64_t tickets_ = 0;
  std::vector<Journal::Completion> completed_;
};

// Runs a function in a child process and returns its exit code, or 128 + the signal that ended it.
int InChild(const std::function<int()>& run);

}  // namespace pixazo::test
