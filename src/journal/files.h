// What the journal asks of the file system, with errors in words.
#pragma once

#include <csignal>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "wire/result.h"

namespace pixazo::journal {

std::string Reason(int error);  // errno in words, whatever the locale
std::string Number(int64_t n);
wire::Error IoError(std::string_view path, std::string_view reason);  // "the journal <path>: <reason>"
wire::Error IoError(std::string_view path, int error);

// While it lives, a write of this thread past RLIMIT_FSIZE fails with EFBIG and raises no SIGXFSZ.
class FileSizeSignal {
 public:
  FileSizeSignal();
  ~FileSizeSignal();
  FileSizeSignal(const FileSizeSignal&) = delete;
  FileSizeSignal& operator=(const FileSizeSignal&) = delete;

 private:
  sigset_t old_;
  bool was_pending_ = false;
};

// A file that stays the same one while others have it open. A size of 0 also if there is none.
class Watched {
 public:
  explicit Watched(std::string path) : path_(std::move(path)) {}
  void Watch();         // the file that is there now; none: any is the same
  bool IsGone() const;  // there is none at its path any more, or another one
  uint64_t size() const;

 private:
  const std::string path_;
  uint64_t device_ = 0, inode_ = 0;
};

class File {
 public:
  File() = default;
  explicit File(int fd) : fd_(fd) {}
  ~File() { Close(); }
  File(File&& other) noexcept : fd_(other.Release()) {}
  File& operator=(File&& other) noexcept;
  // Never waits on a FIFO, never leaks into other programs. Not open: errno says why.
  static File Open(const std::string& path, int flags, unsigned mode = 0);

  bool is_open() const { return fd_ >= 0; }
  int fd() const { return fd_; }
  int Release();
  void Close();
  int WriteAt(uint64_t offset, std::string_view bytes);  // 0 or errno; a short write is an error
  int Sync();                                            // 0 or errno
  int SyncData();

 private:
  int fd_ = -1;
};

// Where a path leads: absolute, links followed, so that two spellings have one lock. The directory must
// exist.
wire::Result<std::string> Canonical(const std::string& path);
// A file beside the journal `path`, made if it is not there, to be written to: no link, nobody else's, and by
// no other name.
wire::Result<File> OpenBeside(const std::string& path, const std::string& tail);
wire::Result<std::string> ReadFile(const File& file, const std::string& path, uint64_t max_bytes);
// Whole file; "" if there is none. At most max_bytes, else kLimit.
wire::Result<std::string> ReadFile(const std::string& path, uint64_t max_bytes);
int SyncDirectoryOf(const std::string& path);  // 0 or errno
bool Exists(const std::string& path);
std::string BootId();  // "" if the system has none
int64_t UnixMs();
std::string StampNow();  // 20261121T080311Z, for names of files

}  // namespace pixazo::journal
