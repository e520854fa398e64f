#include "disk.h"

#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <cstdarg>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <new>

namespace pixazo::test {
namespace {

struct State {
  std::mutex mutex;
  std::condition_variable changed;
  bool armed = false, failed = false;
  uint64_t at = 0, steps = 0;
  Disk::Way way = Disk::Way::kOnce;
  Disk::Steps which = Disk::Steps::kAll;
  int error = 0;
  bool hold = false, hold_marks = false, hold_memory = false;
  int held = 0, marks_held = 0, memory_held = 0;
  uint64_t mark_syncs = 0;
} g;

// 0, or the error the step is to end with.
int Step(Disk::Steps kind) {
  const std::lock_guard lock(g.mutex);
  if (!g.armed || (g.which == Disk::Steps::kAll ? kind == Disk::Steps::kThreads : kind != g.which)) return 0;
  ++g.steps;
  if (g.way == Disk::Way::kAlways ? g.steps < g.at : g.steps != g.at) return 0;
  g.failed = true;
  if (g.way == Disk::Way::kDie) ::_exit(99);
  return g.error;
}

int SqliteCode(int error, int otherwise) {
  if (error == ENOSPC) return SQLITE_FULL;
  errno = error;
  return otherwise;
}

// -- SQLite's file layer --

struct ShimFile {
  sqlite3_file base;
  bool log;
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};
ShimFile* Shim(sqlite3_file* f) { return reinterpret_cast<ShimFile*>(f); }
sqlite3_vfs* g_real = nullptr;

#define REAL(f) Shim(f)->real()->pMethods
#define PASS(name, params, args) \
  int name params { return REAL(f)->name args; }

int xClose(sqlite3_file* f) { return REAL(f)->xClose(Shim(f)->real()); }
int xRead(sqlite3_file* f, void* p, int n, sqlite3_int64 at) {
  return REAL(f)->xRead(Shim(f)->real(), p, n, at);
}
int xWrite(sqlite3_file* f, const void* p, int n, sqlite3_int64 at) {
  if (const int error = Step(Disk::Steps::kWrites)) return SqliteCode(error, SQLITE_IOERR_WRITE);
  return REAL(f)->xWrite(Shim(f)->real(), p, n, at);
}
int xTruncate(sqlite3_file* f, sqlite3_int64 n) {
  if (const int error = Step(Disk::Steps::kAll)) return SqliteCode(error, SQLITE_IOERR_TRUNCATE);
  return REAL(f)->xTruncate(Shim(f)->real(), n);
}
int xSync(sqlite3_file* f, int flags) {
  if (Shim(f)->log) {
    std::unique_lock lock(g.mutex);
    ++g.held;
    g.changed.notify_all();
    g.changed.wait(lock, [] { return !g.hold; });
    --g.held;
  }
  if (const int error = Step(Disk::Steps::kSyncs)) return SqliteCode(error, SQLITE_IOERR_FSYNC);
  return REAL(f)->xSync(Shim(f)->real(), flags);
}
int xFileSize(sqlite3_file* f, sqlite3_int64* n) { return REAL(f)->xFileSize(Shim(f)->real(), n); }
int xLock(sqlite3_file* f, int level) { return REAL(f)->xLock(Shim(f)->real(), level); }
int xUnlock(sqlite3_file* f, int level) { return REAL(f)->xUnlock(Shim(f)->real(), level); }
int xCheckReservedLock(sqlite3_file* f, int* out) {
  return REAL(f)->xCheckReservedLock(Shim(f)->real(), out);
}
int xFileControl(sqlite3_file* f, int op, void* arg) {
  return REAL(f)->xFileControl(Shim(f)->real(), op, arg);
}
int xSectorSize(sqlite3_file* f) { return REAL(f)->xSectorSize(Shim(f)->real()); }
int xDeviceCharacteristics(sqlite3_file* f) { return REAL(f)->xDeviceCharacteristics(Shim(f)->real()); }
int xShmMap(sqlite3_file* f, int region, int size, int extend, void volatile** out) {
  if (extend != 0)
    if (const int error = Step(Disk::Steps::kAll)) return SqliteCode(error, SQLITE_IOERR_SHMSIZE);
  return REAL(f)->xShmMap(Shim(f)->real(), region, size, extend, out);
}
int xShmLock(sqlite3_file* f, int at, int n, int flags) {
  return REAL(f)->xShmLock(Shim(f)->real(), at, n, flags);
}
void xShmBarrier(sqlite3_file* f) { REAL(f)->xShmBarrier(Shim(f)->real()); }
int xShmUnmap(sqlite3_file* f, int remove) { return REAL(f)->xShmUnmap(Shim(f)->real(), remove); }

const sqlite3_io_methods kMethods = {2,
                                     xClose,
                                     xRead,
                                     xWrite,
                                     xTruncate,
                                     xSync,
                                     xFileSize,
                                     xLock,
                                     xUnlock,
                                     xCheckReservedLock,
                                     xFileControl,
                                     xSectorSize,
                                     xDeviceCharacteristics,
                                     xShmMap,
                                     xShmLock,
                                     xShmBarrier,
                                     xShmUnmap,
                                     nullptr,
                                     nullptr};

int xOpen(sqlite3_vfs*, const char* name, sqlite3_file* f, int flags, int* out) {
  f->pMethods = nullptr;
  if ((flags & SQLITE_OPEN_CREATE) != 0 && name != nullptr && ::access(name, F_OK) != 0)
    if (const int error = Step(Disk::Steps::kAll)) return SqliteCode(error, SQLITE_CANTOPEN);
  Shim(f)->log = (flags & SQLITE_OPEN_WAL) != 0;
  const int code = g_real->xOpen(g_real, name, Shim(f)->real(), flags, out);
  if (code == SQLITE_OK) f->pMethods = &kMethods;
  return code;
}
int xDelete(sqlite3_vfs*, const char* name, int sync) {
  if (const int error = Step(Disk::Steps::kAll)) return SqliteCode(error, SQLITE_IOERR_DELETE);
  return g_real->xDelete(g_real, name, sync);
}

void Register() {
  static sqlite3_vfs shim;
  g_real = sqlite3_vfs_find(nullptr);
  shim = *g_real;
  shim.zName = "failing";
  shim.szOsFile = static_cast<int>(sizeof(ShimFile)) + g_real->szOsFile;
  shim.xOpen = xOpen;
  shim.xDelete = xDelete;
  shim.pNext = nullptr;
  sqlite3_vfs_register(&shim, 1);
}

// -- SQLite's memory --

sqlite3_mem_methods g_memory;
std::atomic<uint64_t> g_memory_at{0}, g_memory_count{0};

bool NoMemory() {
  const uint64_t at = g_memory_at;
  return at != 0 && ++g_memory_count >= at;
}
void* Malloc(int n) {
  std::unique_lock lock(g.mutex);
  ++g.memory_held;
  g.changed.notify_all();
  g.changed.wait(lock, [] { return !g.hold_memory; });
  --g.memory_held;
  lock.unlock();
  return NoMemory() ? nullptr : g_memory.xMalloc(n);
}
void* Realloc(void* p, int n) { return NoMemory() ? nullptr : g_memory.xRealloc(p, n); }

// Before any test uses SQLite.
const bool g_ready = [] {
  sqlite3_config(SQLITE_CONFIG_GETMALLOC, &g_memory);
  sqlite3_mem_methods failing = g_memory;
  failing.xMalloc = Malloc;
  failing.xRealloc = Realloc;
  sqlite3_config(SQLITE_CONFIG_MALLOC, &failing);
  sqlite3_initialize();
  Register();
  return true;
}();

thread_local uint64_t t_allocations = 0;
std::atomic<uint64_t> g_directory_syncs{0};

void SyncMarks() {
  std::unique_lock lock(g.mutex);
  ++g.marks_held;
  g.changed.notify_all();
  g.changed.wait(lock, [] { return !g.hold_marks; });
  --g.marks_held;
  ++g.mark_syncs;
}

void CountSync(int fd) {
  struct stat st;
  if (::fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) ++g_directory_syncs;
}

}  // namespace

Disk& Disk::Get() {
  static Disk disk;
  return disk;
}

void Disk::FailAt(uint64_t n, Way way, int error, Steps steps) {
  const std::lock_guard lock(g.mutex);
  g.armed = true;
  g.failed = false;
  g.at = n;
  g.steps = 0;
  g.way = way;
  g.which = steps;
  g.error = error;
}

void Disk::Work() {
  const std::lock_guard lock(g.mutex);
  g.armed = false;
  g.hold = g.hold_marks = g.hold_memory = false;
  g.changed.notify_all();
}

uint64_t Disk::steps() const {
  const std::lock_guard lock(g.mutex);
  return g.steps;
}

bool Disk::failed() const {
  const std::lock_guard lock(g.mutex);
  return g.failed;
}

uint64_t Disk::directory_syncs() const { return g_directory_syncs; }

void Disk::Hold() {
  const std::lock_guard lock(g.mutex);
  g.hold = true;
}

void Disk::WaitUntilHeld() {
  std::unique_lock lock(g.mutex);
  g.changed.wait(lock, [] { return g.held > 0; });
}

void Disk::Release() {
  const std::lock_guard lock(g.mutex);
  g.hold = g.hold_marks = g.hold_memory = false;
  g.changed.notify_all();
}

void Disk::HoldMarks() {
  const std::lock_guard lock(g.mutex);
  g.hold_marks = true;
}

void Disk::WaitUntilMarksHeld() {
  std::unique_lock lock(g.mutex);
  g.changed.wait(lock, [] { return g.marks_held > 0; });
}

void Disk::HoldMemory() {
  const std::lock_guard lock(g.mutex);
  g.hold_memory = true;
}

void Disk::WaitUntilMemoryHeld() {
  std::unique_lock lock(g.mutex);
  g.changed.wait(lock, [] { return g.memory_held > 0; });
}

uint64_t Disk::mark_syncs() const {
  const std::lock_guard lock(g.mutex);
  return g.mark_syncs;
}

void FailSqliteMemory(uint64_t n) {
  g_memory_count = 0;
  g_memory_at = n;
}
bool SqliteMemoryFailed() { return g_memory_at != 0 && g_memory_count >= g_memory_at; }

uint64_t Allocations() { return t_allocations; }

}  // namespace pixazo::test

using pixazo::test::Disk;
using pixazo::test::Step;

// -- the journal's own calls --

extern "C" {

int __real_open(const char* path, int flags, ...);
int __wrap_open(const char* path, int flags, ...) {
  va_list list;
  va_start(list, flags);
  const unsigned mode = (flags & O_CREAT) != 0 ? va_arg(list, unsigned) : 0;
  va_end(list);
  if ((flags & O_CREAT) != 0 && ::access(path, F_OK) != 0) {
    if (const int error = Step(Disk::Steps::kAll)) {
      errno = error;
      return -1;
    }
  }
  return __real_open(path, flags, mode);
}

#define WRAP(name, kind, params, args)               \
  int __real_##name params;                          \
  int __wrap_##name params {                         \
    if (const int error = Step(Disk::Steps::kind)) { \
      errno = error;                                 \
      return -1;                                     \
    }                                                \
    return __real_##name args;                       \
  }
int __real_fsync(int fd);
int __wrap_fsync(int fd) {
  if (const int error = Step(Disk::Steps::kSyncs)) {
    errno = error;
    return -1;
  }
  pixazo::test::CountSync(fd);
  return __real_fsync(fd);
}
int __real_fdatasync(int fd);
int __wrap_fdatasync(int fd) {
  pixazo::test::SyncMarks();
  return __real_fdatasync(fd);
}
WRAP(ftruncate, kAll, (int fd, off_t size), (fd, size))
WRAP(rename, kAll, (const char* from, const char* to), (from, to))
WRAP(unlink, kAll, (const char* path), (path))
WRAP(flock, kAll, (int fd, int operation), (fd, operation))

ssize_t __real_pwrite(int fd, const void* p, size_t n, off_t at);
ssize_t __wrap_pwrite(int fd, const void* p, size_t n, off_t at) {
  if (const int error = Step(Disk::Steps::kWrites)) {
    errno = error;
    return -1;
  }
  return __real_pwrite(fd, p, n, at);
}

int __real_pthread_create(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);
int __wrap_pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*run)(void*),
                          void* arg) {
  if (const int error = Step(Disk::Steps::kThreads)) return error;
  return __real_pthread_create(thread, attributes, run, arg);
}
}

void* operator new(size_t n) {
  ++pixazo::test::t_allocations;
  if (void* p = std::malloc(n != 0 ? n : 1)) return p;
  throw std::bad_alloc();
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, size_t) noexcept { std::free(p); }
