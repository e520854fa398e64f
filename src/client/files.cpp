#include "client/files.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <climits>
#include <cstring>

#include "wire/text.h"

namespace pixazo::client {
namespace {

using wire::Code;
using wire::Error;

Error IoError(const char* what, std::string_view path, int number) {
  char text[128] = "";
#if defined(__GLIBC__)
  const char* reason = strerror_r(number, text, sizeof text);
#else
  const char* reason = strerror_r(number, text, sizeof text) == 0 ? text : "";
#endif
  return wire::MakeError(
      Code::kIo, wire::CleanForMessage(std::string(what) + " '" + std::string(path) + "': " + reason));
}

class File {
 public:
  explicit File(int fd) : fd_(fd) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() { Close(); }
  int fd() const { return fd_; }
  bool ok() const { return fd_ >= 0; }
  int Close() {
    const int result = fd_ >= 0 ? close(fd_) : 0;
    fd_ = -1;
    return result;
  }

 private:
  int fd_;
};

std::string DirectoryOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

void SyncDirectory(const std::string& directory) {
  File file(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (file.ok()) (void)fsync(file.fd());  // some file systems cannot: the file itself is safe
}

bool WriteAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return true;
}

// A temporary file that disappears unless it got its name.
class Draft {
 public:
  explicit Draft(std::string directory) : directory_(std::move(directory)) {
    static std::atomic<uint32_t> g_next{0};
    for (int tries = 0; tries < 100 && fd_ < 0; ++tries) {
      path_ = directory_ + "/.pixazo-" + std::to_string(getpid()) + "-" +
              std::to_string(g_next.fetch_add(1, std::memory_order_relaxed));
      fd_ = open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
      if (fd_ < 0 && errno != EEXIST) break;
    }
    error_ = errno;
  }
  ~Draft() {
    if (fd_ >= 0) close(fd_);
    if (fd_ >= 0 || sealed_) unlink(path_.c_str());
  }
  bool ok() const { return fd_ >= 0; }
  int error() const { return error_; }
  bool Write(std::string_view bytes) { return WriteAll(fd_, bytes) || Fail(); }
  bool Seal() {
    if (fsync(fd_) != 0) return Fail();
    sealed_ = true;
    const int result = close(fd_);
    fd_ = -1;
    return result == 0 || Fail();
  }
  bool Replace(const std::string& path) {
    if (rename(path_.c_str(), path.c_str()) != 0) return Fail();
    sealed_ = false;
    SyncDirectory(directory_);
    return true;
  }
  // False with error() == EEXIST if there is such a file.
  bool Appear(const std::string& path) {
    if (link(path_.c_str(), path.c_str()) != 0) return Fail();
    SyncDirectory(directory_);
    return true;
  }

 private:
  bool Fail() {
    error_ = errno;
    return false;
  }
  std::string directory_;
  std::string path_;
  int fd_ = -1;
  int error_ = 0;
  bool sealed_ = false;
};

}  // namespace

wire::Result<std::string> ReadFile(const std::string& path, size_t max_bytes) {
  File file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  struct stat info {};
  if (!file.ok() || fstat(file.fd(), &info) != 0) return IoError("cannot read", path, errno);
  if (!S_ISREG(info.st_mode))
    return wire::MakeError(Code::kIo, wire::CleanForMessage("'" + path + "' is not a file"));
  if (static_cast<uint64_t>(info.st_size) > max_bytes)
    return wire::MakeError(
        Code::kIo, wire::CleanForMessage("'" + path + "' has " + std::to_string(info.st_size) +
                                         " bytes, at most " + std::to_string(max_bytes) + " are allowed"));
  std::string bytes(static_cast<size_t>(info.st_size), '\0');
  size_t have = 0;
  while (have < bytes.size()) {
    const ssize_t n = read(file.fd(), bytes.data() + have, bytes.size() - have);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return IoError("cannot read", path, errno);
    if (n == 0) break;
    have += static_cast<size_t>(n);
  }
  bytes.resize(have);
  return bytes;
}

namespace {

constexpr int64_t kLeftAfterMs = 24 * 3'600'000;
constexpr int kMostEntries = 100'000;  // of a directory that are looked at

// ".pixazo-" and 32 hexadecimal digits (a download), or two numbers (Draft).
bool IsTemporaryName(std::string_view name) {
  constexpr std::string_view kPrefix = ".pixazo-";
  if (!name.starts_with(kPrefix)) return false;
  name.remove_prefix(kPrefix.size());
  const auto only = [](std::string_view text, std::string_view allowed) {
    return !text.empty() && text.find_first_not_of(allowed) == std::string_view::npos;
  };
  if (name.size() == 32 && only(name, "0123456789abcdef")) return true;
  const size_t dash = name.find('-');
  return dash != std::string_view::npos && only(name.substr(0, dash), "0123456789") &&
         only(name.substr(dash + 1), "0123456789");
}

}  // namespace

void RemoveLeftovers(const std::string& directory, int64_t unix_ms) {
  DIR* open = opendir(directory.c_str());
  if (!open) return;
  const int fd = dirfd(open);
  for (int seen = 0; seen < kMostEntries; ++seen) {
    const dirent* entry = readdir(open);
    if (!entry) break;
    struct stat about {};
    if (!IsTemporaryName(entry->d_name) || fstatat(fd, entry->d_name, &about, AT_SYMLINK_NOFOLLOW) != 0)
      continue;
    const int64_t written_ms = int64_t{about.st_mtim.tv_sec} * 1000;
    if (S_ISREG(about.st_mode) && about.st_uid == geteuid() && unix_ms - written_ms > kLeftAfterMs)
      unlinkat(fd, entry->d_name, 0);
  }
  closedir(open);
}

Error CheckDirectory(const std::string& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) return IoError("cannot use the directory", path, errno);
  if (!S_ISDIR(info.st_mode)) return IoError("cannot use the directory", path, ENOTDIR);
  if (access(path.c_str(), W_OK | X_OK) != 0) return IoError("cannot write to the directory", path, errno);
  return {};
}

wire::Result<std::string> Absolute(const std::string& path) {
  if (path.empty() || path.front() == '/') return path;
  char here[PATH_MAX];
  if (!getcwd(here, sizeof here)) return IoError("cannot tell the current directory, so not", path, errno);
  std::string_view rest = path;
  while (rest == "." || rest.starts_with("./")) rest.remove_prefix(std::min<size_t>(rest.size(), 2));
  std::string absolute = here;
  if (!rest.empty() && absolute != "/") absolute += '/';
  return absolute.append(rest);
}

wire::Result<std::string> OutputDirectory(const std::string& path) {
  if (path.empty()) return path;
  Error error = CheckDirectory(path);
  auto absolute = error.ok() ? Absolute(path) : wire::Result<std::string>(std::move(error));
  if (absolute.ok()) return absolute;
  error = absolute.error();
  error.field = "output_dir";
  return error;
}

Error WriteWhole(const std::string& path, std::string_view bytes) {
  Draft draft(DirectoryOf(path));
  if (!draft.ok() || !draft.Write(bytes) || !draft.Seal() || !draft.Replace(path))
    return IoError("cannot write", path, draft.error());
  return {};
}

Error CopyWhole(const std::string& from, const std::string& to) {
  File source(open(from.c_str(), O_RDONLY | O_CLOEXEC));
  if (!source.ok()) return IoError("cannot read", from, errno);
  Draft draft(DirectoryOf(to));
  if (!draft.ok()) return IoError("cannot write", to, draft.error());
  char block[64 * 1024];
  for (;;) {
    const ssize_t n = read(source.fd(), block, sizeof block);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return IoError("cannot read", from, errno);
    if (n == 0) break;
    if (!draft.Write({block, static_cast<size_t>(n)})) return IoError("cannot write", to, draft.error());
  }
  if (!draft.Seal() || !draft.Replace(to)) return IoError("cannot write", to, draft.error());
  return {};
}

wire::Result<std::string> WriteNew(const std::string& directory, const std::string& stem,
                                   std::string_view extension, std::string_view bytes) {
  Draft draft(directory);
  if (!draft.ok() || !draft.Write(bytes) || !draft.Seal())
    return IoError("cannot write to", directory, draft.error());
  for (int n = 1; n < 10'000; ++n) {
    const std::string path =
        directory + "/" + stem + (n > 1 ? "-" + std::to_string(n) : "") + "." + std::string(extension);
    if (draft.Appear(path)) return path;
    if (draft.error() != EEXIST) return IoError("cannot write", path, draft.error());
  }
  return IoError("no free name for", directory + "/" + stem, EEXIST);
}

}  // namespace pixazo::client
