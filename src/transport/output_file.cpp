#include "transport/output_file.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "wire/text.h"

namespace pixazo::transport {
namespace {

using wire::Code;
using wire::Error;

constexpr int kTemporaryNames = 16;  // tries
constexpr int kFinalNames = 10'000;  // stem, stem-2, ...

std::string TemporaryName() {
  uint64_t random[2] = {};
  if (getrandom(random, sizeof random, 0) != sizeof random) random[0] = static_cast<uint64_t>(getpid());
  constexpr char kHex[] = "0123456789abcdef";
  std::string name = ".pixazo-";
  for (uint64_t word : random)
    for (int shift = 60; shift >= 0; shift -= 4) name += kHex[(word >> shift) & 15];
  return name;
}

// 0, or an error number; EEXIST if `to` exists. Never replaces.
int RenameWithoutReplacing(int directory, const char* from, const char* to) {
#ifdef RENAME_NOREPLACE
  if (renameat2(directory, from, directory, to, RENAME_NOREPLACE) == 0) return 0;
  if (errno != ENOSYS && errno != EINVAL) return errno;
#endif
  if (linkat(directory, from, directory, to, 0) != 0) return errno;
  unlinkat(directory, from, 0);
  return 0;
}

std::string Joined(const std::string& directory, const std::string& name) {
  return directory.back() == '/' ? directory + name : directory + "/" + name;
}

const char* Reason(int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
      return "the disk is full";
    case EACCES:
    case EPERM:
      return "permission denied";
    case ENOENT:
      return "no such directory";
    case ENOTDIR:
      return "not a directory";
    case EROFS:
      return "the file system is read-only";
    case EFBIG:
      return "the file is too large";
    case EMFILE:
    case ENFILE:
      return "too many open files";
    case ENAMETOOLONG:
      return "the name is too long";
    case EIO:
      return "input/output error";
    default:
      return nullptr;
  }
}

}  // namespace

bool IsFileStem(std::string_view stem) {
  return !stem.empty() && stem.size() <= 200 && stem != "." && stem != ".." &&
         stem.find_first_of("/\\") == std::string_view::npos && !wire::HasControl(stem);
}

wire::Result<std::unique_ptr<OutputFile>> OutputFile::Create(const std::string& directory) {
  const int fd = directory.empty() ? -1 : open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const int error = directory.empty() ? ENOENT : errno;
  std::unique_ptr<OutputFile> file(new OutputFile(directory, fd));
  if (fd < 0) return file->Failed("open the directory", error);
  if (Error failed = file->Open(); !failed.ok()) return failed;
  return file;
}

Error OutputFile::Open() {
  for (int i = 0; i < kTemporaryNames && fd_ < 0; ++i) {
    name_ = TemporaryName();
    fd_ = openat(directory_fd_, name_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd_ < 0 && errno != EEXIST) break;
  }
  if (fd_ >= 0) return {};
  name_.clear();
  return Failed("create a file", errno);
}

OutputFile::~OutputFile() {
  if (fd_ >= 0) close(fd_);
  if (!name_.empty()) unlinkat(directory_fd_, name_.c_str(), 0);
  if (directory_fd_ >= 0) close(directory_fd_);
}

Error OutputFile::Failed(const std::string& doing, int error) const {
  const char* reason = Reason(error);
  const std::string why = reason ? reason : "error " + std::to_string(error);
  return wire::MakeError(Code::kIo,
                         wire::CleanForMessage("cannot " + doing + " in '" + directory_ + "': " + why));
}

Error OutputFile::Write(const char* bytes, size_t len) {
  while (len > 0) {
    const ssize_t written = write(fd_, bytes, len);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return Failed("write", written < 0 ? errno : EIO);
    bytes += written;
    len -= static_cast<size_t>(written);
    size_ += static_cast<uint64_t>(written);
  }
  return {};
}

Error OutputFile::Truncate() {
  if (ftruncate(fd_, 0) != 0 || lseek(fd_, 0, SEEK_SET) != 0) return Failed("write", errno);
  size_ = 0;
  return {};
}

Error OutputFile::Expect(uint64_t more) {
  struct statvfs space {};
  if (fstatvfs(fd_, &space) != 0 || space.f_frsize == 0) return {};  // the write will tell
  const bool fits = more / space.f_frsize < space.f_bavail;
  return fits ? Error() : Failed("write " + std::to_string(more) + " bytes", ENOSPC);
}

std::string_view OutputFile::ReadAt(uint64_t offset, size_t len, std::string& scratch) const {
  scratch.resize(len);
  size_t have = 0;
  while (have < len) {
    const ssize_t got = pread(fd_, scratch.data() + have, len - have, static_cast<off_t>(offset + have));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    have += static_cast<size_t>(got);
  }
  return std::string_view(scratch).substr(0, have);
}

std::string_view OutputFile::Head(size_t max, std::string& scratch) const {
  return ReadAt(0, static_cast<size_t>(std::min<uint64_t>(max, size_)), scratch);
}

std::string_view OutputFile::Tail(size_t max, std::string& scratch) const {
  const uint64_t len = std::min<uint64_t>(max, size_);
  return ReadAt(size_ - len, static_cast<size_t>(len), scratch);
}

wire::Result<std::string> OutputFile::Publish(std::string_view stem, std::string_view extension) {
  if (fsync(fd_) != 0) return Failed("sync", errno);
  std::string final_name;
  int error = EEXIST;
  for (int n = 1; n <= kFinalNames && error == EEXIST; ++n) {
    final_name = std::string(stem) + (n > 1 ? "-" + std::to_string(n) : "") + "." + std::string(extension);
    error = RenameWithoutReplacing(directory_fd_, name_.c_str(), final_name.c_str());
  }
  if (error != 0) return Failed("name the file", error);
  name_.clear();
  // Some file systems cannot sync a directory; only a real failure counts.
  if (fsync(directory_fd_) != 0 && errno == EIO) {
    unlinkat(directory_fd_, final_name.c_str(), 0);
    return Failed("sync the directory", EIO);
  }
  return Joined(directory_, final_name);
}

}  // namespace pixazo::transport
