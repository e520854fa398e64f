#include "journal/lock.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>

#include "journal/files.h"
#include "journal/marks.h"
#include "wire/text.h"
#include "wire/time.h"

namespace pixazo::journal {
namespace {

// An flock lives as long as any descriptor of it, also one inherited by a forked child, which may outlive the
// parent: the child closes its copies. Fixed size, because nothing may be allocated between fork and that.
constexpr size_t kMost = 768;                // three a journal
std::array<std::atomic<int>, kMost> g_held;  // descriptor + 1; 0: free

void CloseInChild() {
  for (auto& held : g_held) {
    const int fd = held.exchange(0) - 1;
    if (fd >= 0) ::close(fd);
  }
}

bool WatchForks() {
  static const bool watching = pthread_atfork(nullptr, nullptr, CloseInChild) == 0;
  return watching;
}

// "<pid> <since>\n"; the reader may come between the lock and the text: then there is none.
std::string Holder(int fd) {
  char bytes[128];
  const ssize_t n = ::pread(fd, bytes, sizeof bytes, 0);
  const std::string_view text(bytes, n > 0 ? static_cast<size_t>(n) : 0);
  const size_t space = text.find(' '), end = text.find('\n');
  if (end == std::string_view::npos || space > end) return "another process";
  const std::string pid(text.substr(0, space));
  const std::string since = ", since " + wire::CleanForMessage(text.substr(space + 1, end - space - 1));
  if (pid == Number(::getpid())) return "another client of this process (" + pid + since + ")";
  return "process " + wire::CleanForMessage(pid) + since;
}

// 0, EWOULDBLOCK when somebody else holds it, or another errno.
int LockFile(const File& file) {
  while (::flock(file.fd(), LOCK_EX | LOCK_NB) != 0)
    if (errno != EINTR) return errno;
  return 0;
}

// 0, or EWOULDBLOCK. A byte that neither SQLite locks nor a journal reaches. Not an flock: over a network
// that is a lock of every byte, SQLite's too. Systems without such locks have the other two.
int LockByte(const File& file) {
  struct flock lock = {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = 0x7fffff00;
  lock.l_len = 1;
  while (::fcntl(file.fd(), F_OFD_SETLK, &lock) != 0)
    if (errno != EINTR) return errno == EAGAIN || errno == EACCES ? EWOULDBLOCK : 0;
  return 0;
}

wire::Error InUse(const std::string& path, const std::string& holder) {
  const std::string text = "the journal " + path + " is in use by " + holder +
                           "; use another path, or read it with pz_journal_open";
  return wire::MakeError(wire::Code::kInvalidState, wire::CleanForMessage(text));
}

wire::Error TooMany() {
  return wire::MakeError(wire::Code::kLimit, "too many journals are open in this process");
}

void WriteHolder(File& file) {
  const std::string text = Number(::getpid()) + " " + wire::FormatStatusDate(UnixMs()) + "\n";
  if (::ftruncate(file.fd(), 0) == 0) file.WriteAt(0, text);  // for people: a full disk may leave it out
}

}  // namespace

wire::Result<std::unique_ptr<Lock>> Lock::Take(const std::string& path) {
  auto file = OpenBeside(path, "-lock");
  if (!file.ok()) return file.error();
  int error = LockFile(*file);
  if (error == EWOULDBLOCK) return InUse(path, Holder(file->fd()));
  if (error != 0) return IoError(path, Reason(error));
  // The file of locks may be removed while it is held. The marks of a journal are always the same file.
  auto marks = OpenBeside(path, kMarksTail);
  if (!marks.ok()) return marks.error();
  error = LockFile(*marks);
  if (error == EWOULDBLOCK) return InUse(path, "another client, whose " + path + "-lock was removed");
  if (error != 0) return IoError(path, Reason(error));
  WriteHolder(*file);
  std::unique_ptr<Lock> lock(new Lock);
  if (!WatchForks()) return wire::MakeError(wire::Code::kNoMemory, "fork cannot be watched: out of memory");
  if (!lock->Keep(*file) || !lock->Keep(*marks)) return TooMany();
  return lock;
}

wire::Error Lock::TakeDatabase(const std::string& path) {
  struct stat st;
  if (::stat(path.c_str(), &st) != 0) return IoError(path, errno);
  const auto device = static_cast<uint64_t>(st.st_dev), inode = static_cast<uint64_t>(st.st_ino);
  if (count_ == kFiles && device == device_ && inode == inode_) return {};
  if (count_ == kFiles) DropLast();
  File file = File::Open(path, O_RDWR | O_NOFOLLOW);
  if (!file.is_open()) return IoError(path, errno);
  if (LockByte(file) != 0) return InUse(path, "another client, which knows it by another path");
  if (!Keep(file)) return TooMany();
  device_ = device;
  inode_ = inode;
  return {};
}

bool Lock::Keep(File& file) {
  for (size_t i = 0; i < kMost; ++i) {
    int free = 0;
    if (!g_held[i].compare_exchange_strong(free, file.fd() + 1)) continue;
    slots_[count_++] = i;
    file.Release();
    return true;
  }
  return false;
}

void Lock::DropLast() {
  const int fd = g_held[slots_[--count_]].exchange(0) - 1;
  if (fd >= 0) ::close(fd);
}

Lock::~Lock() {
  while (count_ > 0) DropLast();
}

}  // namespace pixazo::journal
