#include "save.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <vector>

namespace pixazo::cli {
namespace {

// What a new file is allowed to be.
mode_t FileMode() {
  static const mode_t mode = [] {
    const mode_t mask = ::umask(077);
    ::umask(mask);
    return static_cast<mode_t>(0666 & ~mask);
  }();
  return mode;
}

constexpr size_t kMostNames = 100'000;

// Moves only where nothing is. EEXIST: something is.
bool MoveNew(const std::string& from, const std::string& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return true;
  if (errno != EINVAL && errno != ENOSYS) return false;
  // A file system without that flag: a second name is made, which fails where one is, and the first one goes.
  return ::link(from.c_str(), to.c_str()) == 0 && ::unlink(from.c_str()) == 0;
}

std::string Join(const std::string& directory, const std::string& name) {
  if (directory.empty() || directory == ".") return name;
  return directory.back() == '/' ? directory + name : directory + "/" + name;
}

// The n-th name to try: "fox.png", "fox-2.png", "fox-3.png"; of several pictures "fox-1.png", "fox-2.png".
std::string Candidate(const std::string& stem, const std::string& extension, bool several, size_t n) {
  if (!several && n == 0) return stem + extension;
  return stem + "-" + std::to_string(n + 1) + extension;
}

std::string Place(const std::string& from, const std::string& stem, const std::string& extension,
                  bool several, size_t first, const SavePlan& plan) {
  if (plan.overwrite) {
    const std::string to = Join(plan.directory, Candidate(stem, extension, several, first));
    return ::rename(from.c_str(), to.c_str()) == 0 ? to : std::string();
  }
  for (size_t n = first; n < first + kMostNames; ++n) {
    const std::string to = Join(plan.directory, Candidate(stem, extension, several, n));
    if (MoveNew(from, to)) return to;
    if (errno != EEXIST) return {};
  }
  return {};
}

bool WriteAll(int fd, const std::string& bytes) {
  for (size_t at = 0; at < bytes.size();) {
    const ssize_t put = ::write(fd, bytes.data() + at, bytes.size() - at);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return false;
    at += static_cast<size_t>(put);
  }
  return ::fsync(fd) == 0;
}

}  // namespace

void LearnFileMode() { FileMode(); }

void Share(const std::string& path) { ::chmod(path.c_str(), FileMode()); }

std::string Adopt(const std::string& path, const SavePlan& plan) {
  Share(path);
  return Join(plan.directory, path.substr(path.rfind('/') + 1));
}

std::string Rename(const std::string& path, const std::string& stem, bool several, size_t index,
                   const SavePlan& plan) {
  const size_t dot = path.rfind('.');
  const size_t slash = path.rfind('/');
  const bool has = dot != std::string::npos && (slash == std::string::npos || dot > slash);
  const std::string extension = has ? path.substr(dot) : std::string();
  Share(path);
  const std::string moved = Place(path, stem, extension, several, several ? index : 0, plan);
  return moved.empty() ? path : moved;
}

std::string WriteWhole(const std::string& bytes, const std::string& stem, const std::string& extension,
                       const SavePlan& plan) {
  std::string temporary = Join(plan.directory, "." + stem + "-XXXXXX");
  const int fd = ::mkostemp(temporary.data(), O_CLOEXEC);
  if (fd < 0) return {};
  std::string path;
  const bool written = WriteAll(fd, bytes) && ::fchmod(fd, FileMode()) == 0;
  if (::close(fd) == 0 && written) path = Place(temporary, stem, extension, false, 0, plan);
  if (path.empty()) {
    const int why = errno;
    ::unlink(temporary.c_str());
    errno = why;
  }
  return path;
}

bool Directory::Make(const std::string& path) {
  LearnFileMode();
  std::string part;
  for (size_t at = 0; at != std::string::npos;) {
    at = path.find('/', at + 1);
    part = path.substr(0, at);
    if (::mkdir(part.c_str(), 0777) == 0) {
      made_ = part;
      ++levels_;
    } else if (errno != EEXIST) {
      return false;
    }
  }
  struct stat st {};
  if (::stat(path.c_str(), &st) != 0) return false;
  if (!S_ISDIR(st.st_mode)) {
    errno = ENOTDIR;
    return false;
  }
  return ::access(path.c_str(), W_OK | X_OK) == 0;
}

void Directory::RemoveIfEmpty() {
  while (levels_ > 0 && ::rmdir(made_.c_str()) == 0) {
    --levels_;
    made_ = made_.substr(0, made_.rfind('/'));
  }
  levels_ = 0;
}

}  // namespace pixazo::cli
