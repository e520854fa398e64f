#include "journal/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <chrono>
#include <climits>
#include <cstdlib>
#include <utility>

#include "wire/text.h"
#include "wire/time.h"

namespace pixazo::journal {

std::string Reason(int error) {
  switch (error) {
    case EACCES:
    case EPERM:
      return "permission denied";
    case ENOENT:
      return "no such directory";
    case ENOTDIR:
      return "a part of the path is not a directory";
    case EISDIR:
      return "is a directory";
    case EROFS:
      return "the file system is read-only";
    case ENOSPC:
      return "the disk is full";
    case EDQUOT:
      return "the disk quota is used up";
    case EFBIG:
      return "the file would become larger than this process may write (RLIMIT_FSIZE)";
    case EIO:
      return "the disk reported an input/output error";
    case EMFILE:
    case ENFILE:
      return "too many open files";
    case ENAMETOOLONG:
      return "the path is too long";
    case ELOOP:
      return "too many symbolic links";
    case ENOMEM:
      return "out of memory";
    case ENOLCK:
    case EOPNOTSUPP:
      return "the file system does not support locks";
  }
  return "system error " + Number(error);
}

std::string Number(int64_t n) {
  char digits[24];
  return std::string(digits, std::to_chars(digits, digits + sizeof digits, n).ptr);
}

wire::Error IoError(std::string_view path, std::string_view reason) {
  std::string text = "the journal " + std::string(path) + ": " + std::string(reason);
  return wire::MakeError(wire::Code::kIo, wire::CleanForMessage(text));
}

wire::Error IoError(std::string_view path, int error) { return IoError(path, Reason(error)); }

FileSizeSignal::FileSizeSignal() {
  sigset_t pending, ours;
  sigpending(&pending);
  was_pending_ = sigismember(&pending, SIGXFSZ) == 1;
  sigemptyset(&ours);
  sigaddset(&ours, SIGXFSZ);
  pthread_sigmask(SIG_BLOCK, &ours, &old_);
}

FileSizeSignal::~FileSizeSignal() {
  sigset_t pending;
  sigpending(&pending);
  if (!was_pending_ && sigismember(&pending, SIGXFSZ) == 1) {
    sigset_t ours;
    sigemptyset(&ours);
    sigaddset(&ours, SIGXFSZ);
    int taken = 0;
    sigwait(&ours, &taken);
  }
  pthread_sigmask(SIG_SETMASK, &old_, nullptr);
}

void Watched::Watch() {
  struct stat st;
  const bool there = ::stat(path_.c_str(), &st) == 0;
  device_ = there ? static_cast<uint64_t>(st.st_dev) : 0;
  inode_ = there ? static_cast<uint64_t>(st.st_ino) : 0;
}

bool Watched::IsGone() const {
  struct stat st;
  if (inode_ == 0) return false;
  if (::stat(path_.c_str(), &st) != 0) return errno == ENOENT;
  return static_cast<uint64_t>(st.st_dev) != device_ || static_cast<uint64_t>(st.st_ino) != inode_;
}

uint64_t Watched::size() const {
  struct stat st;
  return ::stat(path_.c_str(), &st) == 0 ? static_cast<uint64_t>(st.st_size) : 0;
}

File& File::operator=(File&& other) noexcept {
  if (this != &other) {
    Close();
    fd_ = other.Release();
  }
  return *this;
}

File File::Open(const std::string& path, int flags, unsigned mode) {
  for (;;) {
    const int fd = ::open(path.c_str(), flags | O_CLOEXEC | O_NONBLOCK, mode);
    if (fd >= 0 || errno != EINTR) return File(fd);
  }
}

int File::Release() { return std::exchange(fd_, -1); }

void File::Close() {
  if (fd_ >= 0) ::close(Release());
}

int File::WriteAt(uint64_t offset, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno;
    if (n == 0) return ENOSPC;
    bytes.remove_prefix(static_cast<size_t>(n));
    offset += static_cast<uint64_t>(n);
  }
  return 0;
}

int File::Sync() { return ::fsync(fd_) == 0 ? 0 : errno; }

int File::SyncData() { return ::fdatasync(fd_) == 0 ? 0 : errno; }

wire::Result<std::string> Canonical(const std::string& path) {
  if (path.empty() || path.find('\0') != std::string::npos || path.ends_with('/'))
    return wire::MakeError(wire::Code::kInvalidArg, "the journal's path must name a file");
  char resolved[PATH_MAX];
  if (::realpath(path.c_str(), resolved) != nullptr) return std::string(resolved);
  struct stat link;
  if (errno != ENOENT) return IoError(path, errno);
  if (::lstat(path.c_str(), &link) == 0) return IoError(path, "is a symbolic link that leads nowhere");
  const size_t slash = path.rfind('/');
  const std::string directory = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  if (::realpath(directory.c_str(), resolved) == nullptr) return IoError(path, errno);
  std::string result = resolved;
  if (!result.ends_with('/')) result += '/';
  return result + (slash == std::string::npos ? path : path.substr(slash + 1));
}

wire::Result<File> OpenBeside(const std::string& path, const std::string& tail) {
  const std::string name = path + tail;
  const auto refused = [&](std::string why) { return IoError(path, name + " " + why); };
  File file = File::Open(name, O_RDWR | O_CREAT | O_NOFOLLOW, 0600);
  if (!file.is_open() && errno == ELOOP) return refused("is a symbolic link");
  struct stat st;
  if (!file.is_open() || ::fstat(file.fd(), &st) != 0) return IoError(path, name + ": " + Reason(errno));
  if (!S_ISREG(st.st_mode)) return refused("is not a regular file");
  if (st.st_uid != ::geteuid()) return refused("belongs to another user (" + Number(st.st_uid) + ")");
  if (st.st_nlink > 1) return refused("has another name (a hard link)");
  return file;
}

wire::Result<std::string> ReadFile(const std::string& path, uint64_t max_bytes) {
  const File file = File::Open(path, O_RDONLY);
  if (!file.is_open()) {
    if (errno == ENOENT) return std::string();
    return IoError(path, errno);
  }
  return ReadFile(file, path, max_bytes);
}

wire::Result<std::string> ReadFile(const File& file, const std::string& path, uint64_t max_bytes) {
  struct stat st;
  if (::fstat(file.fd(), &st) != 0) return IoError(path, errno);
  if (!S_ISREG(st.st_mode)) return IoError(path, "is not a regular file");
  if (static_cast<uint64_t>(st.st_size) > max_bytes)
    return wire::MakeError(wire::Code::kLimit, wire::CleanForMessage(path + ": is too large"));
  std::string bytes(static_cast<size_t>(st.st_size), '\0');
  size_t got = 0;
  while (got < bytes.size()) {
    const ssize_t n = ::pread(file.fd(), bytes.data() + got, bytes.size() - got, static_cast<off_t>(got));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return IoError(path, errno);
    if (n == 0) break;
    got += static_cast<size_t>(n);
  }
  bytes.resize(got);
  return bytes;
}

int SyncDirectoryOf(const std::string& path) {
  File directory = File::Open(path.substr(0, path.rfind('/') + 1), O_RDONLY | O_DIRECTORY);
  return directory.is_open() ? directory.Sync() : errno;
}

bool Exists(const std::string& path) {
  struct stat st;
  return ::lstat(path.c_str(), &st) == 0;
}

std::string BootId() {
  const File file = File::Open("/proc/sys/kernel/random/boot_id", O_RDONLY);
  char bytes[64];
  const ssize_t n = file.is_open() ? ::read(file.fd(), bytes, sizeof bytes) : 0;
  std::string id(bytes, n > 0 ? static_cast<size_t>(n) : 0);
  while (id.ends_with('\n')) id.pop_back();
  return id.size() == 36 ? id : std::string();
}

int64_t UnixMs() {
  using std::chrono::duration_cast, std::chrono::milliseconds, std::chrono::system_clock;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

std::string StampNow() {
  std::string stamp;
  for (char c : wire::FormatStatusDate(UnixMs()).substr(0, 19))
    if (c != '-' && c != ':') stamp += c;
  return stamp + 'Z';
}

}  // namespace pixazo::journal
