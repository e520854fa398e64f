// Files that are no journal, files that may not be written, files that somebody holds.
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "support.h"

namespace pixazo::test {
namespace {

constexpr uid_t kNobody = 65534;

void Sql(const std::string& path, const char* sql) {
  sqlite3* db = nullptr;
  REQUIRE(sqlite3_open(path.c_str(), &db) == SQLITE_OK);
  REQUIRE(sqlite3_exec(db, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(db);
}

void Fill(const std::string& path) {
  Host host(path);
  REQUIRE(host.ok());
  for (uint64_t job : {1, 2}) REQUIRE(host.Write(MakeRecord(job, Stage::kIntent)).ok());
}

bool Says(const wire::Error& error, const char* what) {
  return error.message.find(what) != std::string::npos;
}

// In a process that may not do everything. Root gives its rights up; anybody else has none to give.
int AsNobody(const std::function<int()>& run) {
  return InChild([&] {
    if (::geteuid() == 0 && (::setgid(kNobody) != 0 || ::setuid(kNobody) != 0)) return 90;
    return run();
  });
}

// A small file system of its own, that vanishes with the process. False: not possible here; why is printed.
bool MountTiny(const std::string& path, const char* options) {
  const int flags = CLONE_NEWNS | (::geteuid() == 0 ? 0 : CLONE_NEWUSER);
  if (::unshare(flags) == 0 && ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
      ::mount("tmpfs", path.c_str(), "tmpfs", 0, options) == 0)
    return true;
  std::printf("no tmpfs can be mounted here: %s\n", std::strerror(errno));
  return false;
}

}  // namespace

TEST_CASE("L15: a second client is told who holds the journal, and gets it when that one is gone") {
  TempDir dir;
  Fill(dir / "j");
  {
    Host first(dir / "j");
    Host second(dir / "j");
    CHECK(second.error().code == Code::kInvalidState);
    CHECK(Says(second.error(), "another client of this process"));
    CHECK(Says(second.error(), std::to_string(::getpid()).c_str()));
    std::filesystem::create_symlink(dir / "j", dir / "link");
    CHECK(Host(dir / "link").error().code == Code::kInvalidState);  // the same file by another name
    CHECK(Host(Host::ReadOnly(dir / "j")).ok());
  }
  CHECK(Host(dir / "j").ok());
  CHECK(Host(dir / "link").ok());
}

TEST_CASE(
    "L15: who holds the journal keeps it when the file of locks is removed, and lets it go at the end") {
  TempDir dir;
  {
    Host first(dir / "j");
    REQUIRE(first.ok());
    REQUIRE(std::filesystem::remove(dir / "j-lock"));
    CHECK(Host(dir / "j").error().code == Code::kInvalidState);  // makes a new one, and gives it up
    Host second(dir / "j");
    CHECK(second.error().code == Code::kInvalidState);
    CHECK(Says(second.error(), "removed"));
    CHECK(first.Write(MakeRecord(1, Stage::kIntent)).ok());
  }
  CHECK(Host(dir / "j").ok());
}

TEST_CASE("L15: a journal that has two names, by a hard link, is not opened by either, and is read by both") {
  TempDir dir;
  Fill(dir / "j");
  std::filesystem::create_hard_link(dir / "j", dir / "k");
  for (const char* name : {"j", "k"}) {
    Host host(dir / name);
    CHECK(host.error().code == Code::kIo);
    CHECK(Says(host.error(), "has another name (a hard link)"));
    CHECK(Host(Host::ReadOnly(dir / name)).ok());
  }
  std::filesystem::remove(dir / "k");
  Host host(dir / "j");
  REQUIRE(host.ok());
  std::filesystem::create_hard_link(dir / "j", dir / "k");  // while it is held
  CHECK(Says(Host(dir / "k").error(), "has another name"));
  CHECK(host.Write(MakeRecord(3, Stage::kIntent)).ok());
}

TEST_CASE("L15: a journal that is mounted in two places is held by one client") {
  TempDir dir, other;
  CHECK(InChild([&] {
          if (!MountTiny(other.path(), "size=1m")) return 0;
          Fill(dir / "j");
          WriteBytes(other / "k", "");
          if (::mount((dir / "j").c_str(), (other / "k").c_str(), nullptr, MS_BIND, nullptr) != 0) return 1;
          return InChild([&] {
            Host first(dir / "j");
            if (!first.ok()) return 2;
            const int code = InChild([&] {
              const wire::Error error = Host(other / "k").error();
              return error.code == Code::kInvalidState && Says(error, "another path") ? 0 : 3;
            });
            if (code != 0 || !first.Write(MakeRecord(3, Stage::kIntent)).ok()) return code + 10;
            first.Close();
            return Host(other / "k").ok() ? 0 : 4;
          });
        }) == 0);
}

TEST_CASE("what lies beside a journal is written to only if it is a plain file of our own") {
  for (const char* tail : {"-lock", "-marks"}) {
    TempDir dir;
    Fill(dir / "j");
    const std::string beside = dir / ("j" + std::string(tail)), victim = dir / "victim";
    std::filesystem::remove(beside);
    WriteBytes(victim, "precious");
    std::filesystem::create_symlink(victim, beside);
    CHECK(Says(Host(dir / "j").error(), "is a symbolic link"));
    CHECK(Host(Host::ReadOnly(dir / "j")).ok());
    std::filesystem::remove(beside);
    std::filesystem::create_hard_link(victim, beside);
    CHECK(Says(Host(dir / "j").error(), "has another name (a hard link)"));
    std::filesystem::remove(beside);
    if (::geteuid() == 0) {
      WriteBytes(beside, "theirs");
      REQUIRE(::chown(beside.c_str(), kNobody, kNobody) == 0);
      CHECK(Says(Host(dir / "j").error(), "belongs to another user"));
      CHECK(ReadBytes(beside) == "theirs");
      std::filesystem::remove(beside);
    }
    CHECK(ReadBytes(victim) == "precious");
    CHECK(Host(dir / "j").ok());
  }
}

TEST_CASE("L15: a process that holds the journal is named by its pid, and a killed one holds nothing") {
  TempDir dir;
  Fill(dir / "j");
  int ready[2];
  REQUIRE(::pipe(ready) == 0);
  const pid_t pid = ::fork();
  REQUIRE(pid >= 0);
  if (pid == 0) {
    Host host(dir / "j");
    char ok = host.ok() ? 1 : 0;
    if (::write(ready[1], &ok, 1) != 1) ::_exit(1);
    for (;;) ::pause();
  }
  char ok = 0;
  REQUIRE(::read(ready[0], &ok, 1) == 1);
  CHECK(ok == 1);
  {
    Host host(dir / "j");
    CHECK(host.error().code == Code::kInvalidState);
    CHECK(Says(host.error(), ("process " + std::to_string(pid) + ", since 20").c_str()));
    CHECK(Says(host.error(), "read it with pz_journal_open"));
  }
  ::kill(pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
  Host host(dir / "j");
  REQUIRE(host.ok());
  CHECK(host->loaded().records.size() == 2);
}

TEST_CASE("L12, L14: a forked child neither holds its parent's journal nor disturbs it by ending") {
  TempDir dir;
  int tried[2], done[2];
  REQUIRE(::pipe(tried) == 0);
  REQUIRE(::pipe(done) == 0);
  pid_t pid = 0;
  char byte = 0;
  {
    Host host(dir / "j");
    REQUIRE(host.Write(MakeRecord(1, Stage::kIntent)).ok());
    pid = ::fork();
    REQUIRE(pid >= 0);
    if (pid == 0) {
      host.Close();  // the destructor, in the child
      const bool refused = !Host(dir / "j").ok();
      if (::write(tried[1], "x", 1) != 1 || ::read(done[0], &byte, 1) != 1) ::_exit(2);
      ::_exit(refused ? 0 : 1);
    }
    CHECK(host.Write(MakeRecord(2, Stage::kIntent)).ok());
    REQUIRE(::read(tried[0], &byte, 1) == 1);
  }
  // The child still lives, and the journal is free.
  Host host(dir / "j");
  REQUIRE(host.ok());
  CHECK(host->loaded().problems.empty());
  CHECK(host->loaded().records.size() == 2);
  REQUIRE(::write(done[1], "x", 1) == 1);
  int status = 0;
  ::waitpid(pid, &status, 0);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("what is not a journal is left alone, byte for byte") {
  TempDir dir;
  const auto refused = [&](const std::string& bytes, const char* why) {
    WriteBytes(dir / "x", bytes);
    for (auto options : {Host::OptionsFor(dir / "x"), Host::ReadOnly(dir / "x")}) {
      Host host(options);
      INFO(host.error().message);
      CHECK(host.error().code == Code::kIo);
      CHECK(Says(host.error(), why));
    }
    CHECK(ReadBytes(dir / "x") == bytes);
    for (const auto& name : FilesIn(dir.path())) CHECK(name.find("damaged") == std::string::npos);
    std::filesystem::remove(dir / "x-marks");
  };
  refused("not a database at all", "is not a journal");
  refused(std::string(5000, 'x'), "is not a journal");
  refused("\x89PNG\r\n\x1a\n", "is not a journal");
  Sql(dir / "other", "CREATE TABLE jobs(a, b); INSERT INTO jobs VALUES(1, 2)");
  refused(ReadBytes(dir / "other"), "database of another program");
  std::string damaged = ReadBytes(dir / "other");
  damaged[100] ^= 0x55;
  refused(damaged, "is not a journal");
}

TEST_CASE("paths that cannot be are errors that say why") {
  TempDir dir;
  CHECK(Host(dir / "no/such").error().code == Code::kIo);
  CHECK(Says(Host(dir / "no/such").error(), "no such directory"));
  CHECK(Says(Host(dir.path()).error(), "is a directory"));
  CHECK(Host("").error().code == Code::kInvalidArg);
  CHECK(Host(dir / "j/").error().code == Code::kInvalidArg);
  CHECK(Host(std::string("a\0b", 3)).error().code == Code::kInvalidArg);
  WriteBytes(dir / "file", "x");
  CHECK(Says(Host(dir / "file/j").error(), "not a directory"));
  CHECK(Says(Host(dir / std::string(300, 'x')).error(), "too long"));
  REQUIRE(::mkfifo((dir / "fifo").c_str(), 0600) == 0);
  CHECK(Says(Host(dir / "fifo").error(), "not a regular file"));
  std::filesystem::create_symlink(dir / "nowhere", dir / "dangling");
  CHECK(Says(Host(dir / "dangling").error(), "leads nowhere"));
  Fill(dir / "j");
  std::filesystem::remove(dir / "j-marks");
  REQUIRE(::mkfifo((dir / "j-marks").c_str(), 0600) == 0);
  CHECK(Host(dir / "j").error().code == Code::kIo);
}

TEST_CASE("an empty file, and an empty database, become journals") {
  TempDir dir;
  WriteBytes(dir / "a", "");
  Sql(dir / "b", "PRAGMA user_version=0; VACUUM;");
  for (const char* name : {"a", "b"}) {
    Fill(dir / name);
    Host host(dir / name);
    CHECK(host->loaded().problems.empty());
    CHECK(host->loaded().records.size() == 2);
  }
}

TEST_CASE("J13: a journal of a newer format is refused and not touched") {
  TempDir dir;
  Fill(dir / "j");
  Sql(dir / "j", "PRAGMA user_version=4; UPDATE meta SET version=4; ALTER TABLE jobs ADD COLUMN more;");
  const std::string before = ReadBytes(dir / "j");
  for (auto options : {Host::OptionsFor(dir / "j"), Host::ReadOnly(dir / "j")}) {
    Host host(options);
    CHECK(host.error().code == Code::kVersion);
    CHECK(Says(host.error(), "format 4"));
  }
  CHECK(ReadBytes(dir / "j") == before);
}

TEST_CASE("J13: one damaged number does not make a journal a newer one") {
  for (const char* sql : {"PRAGMA user_version=4", "UPDATE meta SET version=4", "PRAGMA user_version=2",
                          "PRAGMA user_version=1", "UPDATE meta SET version=1", "PRAGMA user_version=0",
                          "PRAGMA application_id=7"}) {
    TempDir dir;
    Fill(dir / "j");
    Sql(dir / "j", sql);
    Host host(dir / "j");
    INFO(sql);
    REQUIRE(host.ok());
    CHECK(host->loaded().records.size() == 2);
    CHECK(host->SentOf(*host.Find(1)) == Sent::kNo);
    CHECK_FALSE(host->loaded().problems.empty());
  }
}

TEST_CASE("O7: a directory or a file that may not be written is an error of Open, reading works") {
  TempDir dir;
  ::chmod(dir.path().c_str(), 0755);
  Fill(dir / "j");
  for (const char* name : {"j", "j-marks", "j-lock"}) ::chmod((dir / name).c_str(), 0644);
  CHECK(AsNobody([&] {
          Host host(dir / "j");
          const bool said =
              Says(host.error(), "belongs to another user") || Says(host.error(), "permission denied");
          if (host.error().code != Code::kIo || !said) return 1;
          Host fresh(dir / "fresh");
          if (::geteuid() == kNobody && !Says(fresh.error(), "permission denied")) return 2;
          Host reader(Host::ReadOnly(dir / "j"));
          if (!reader.ok() || !reader->loaded().problems.empty()) return 3;
          return reader->loaded().records.size() == 2 && reader->Read(1).ok() ? 0 : 4;
        }) == 0);
}

TEST_CASE("O7: a journal with a log in a directory that may not be written is read all the same") {
  TempDir dir;
  ::chmod(dir.path().c_str(), 0755);
  REQUIRE(InChild([&] {
            Host host(dir / "j");
            for (uint64_t job : {1, 2, 3})
              if (!host.Write(MakeRecord(job, Stage::kAcked)).ok()) return 1;
            ::_exit(0);
          }) == 0);
  std::filesystem::remove(dir / "j-shm");
  for (const char* name : {"j", "j-marks", "j-wal"}) ::chmod((dir / name).c_str(), 0444);
  ::chmod(dir.path().c_str(), 0555);
  const int code = AsNobody([&] {
    Host reader(Host::ReadOnly(dir / "j"));
    if (!reader.ok() || !reader->loaded().problems.empty()) return 1;
    const auto one = reader->Read(2);
    if (!one.ok() || !Difference(*one, MakeRecord(2, Stage::kAcked)).empty()) return 2;
    return reader->loaded().records.size() == 3 ? 0 : 3;
  });
  ::chmod(dir.path().c_str(), 0755);
  CHECK(code == 0);
}

TEST_CASE("O7: a disk that is really full, and a file system that is really read-only") {
  TempDir dir;
  CHECK(InChild([&] {
          if (!MountTiny(dir.path(), "size=256k")) return 0;
          Host host(dir / "j");
          if (!host.ok()) return 1;
          uint64_t job = 0, written = 0;
          wire::Error error;
          while (error.ok() && job < 10'000) {
            error = host.Write(MakeRecord(++job, Stage::kIntent));
            if (error.ok()) ++written;
          }
          if (error.code != Code::kIo || !Says(error, "the disk is full") || written < 5) return 2;
          if (host->Mark(job, 1) || !host->Mark(1, 1)) return 3;
          host.Close();
          if (::mount("none", dir.path().c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr) != 0) return 4;
          if (!Says(Host(dir / "j").error(), "read-only")) return 5;
          Host reader(Host::ReadOnly(dir / "j"));
          if (!reader.ok()) return 6;
          if (reader->loaded().records.size() != written) return 7;
          if (reader->SentOf(*reader.Find(1)) != Sent::kUnknown ||
              reader->SentOf(*reader.Find(2)) != Sent::kNo)
            return 8;
          return 0;
        }) == 0);
}

TEST_CASE("O8: RLIMIT_FSIZE makes a failed write, not a killed process, and leaves the host's signal alone") {
  TempDir dir;
  CHECK(InChild([&] {
          ::signal(SIGXFSZ, SIG_DFL);
          Host host(dir / "j");
          if (!host.ok() || !host.Write(MakeRecord(1, Stage::kIntent)).ok()) return 1;
          struct rlimit limit = {96 << 10, 96 << 10};
          if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return 2;
          uint64_t job = 1;
          wire::Error error;
          while (error.ok() && job < 1000) error = host.Write(MakeRecord(++job, Stage::kIntent));
          if (error.code != Code::kIo || job < 3) return 3;
          if (!host->Mark(1, 1)) return 4;
          host.Close();
          limit = {0, 96 << 10};
          if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return 5;
          Host again(dir / "other");  // cannot even begin
          if (again.ok() && again.Write(MakeRecord(1, Stage::kIntent)).ok()) return 6;
          sigset_t pending;
          ::sigpending(&pending);
          return ::sigismember(&pending, SIGXFSZ) == 0 ? 0 : 7;
        }) == 0);
  Host host(dir / "j");
  REQUIRE(host.ok());
  CHECK(host->loaded().records.size() >= 2);
  CHECK(host->loaded().problems.empty());
}

TEST_CASE("a damaged journal that somebody has open is not moved away under them") {
  TempDir dir;
  Fill(dir / "j");
  sqlite3* db = nullptr;
  REQUIRE(sqlite3_open((dir / "j").c_str(), &db) == SQLITE_OK);
  REQUIRE(sqlite3_exec(db, "UPDATE jobs SET attempts=1 WHERE job=2; SELECT * FROM jobs", nullptr, nullptr,
                       nullptr) == SQLITE_OK);
  {
    Host host(dir / "j");
    CHECK(host.error().code == Code::kInvalidState);
    CHECK(Says(host.error(), "has it open"));
  }
  sqlite3_close(db);
  Host host(dir / "j");
  REQUIRE(host.ok());
  CHECK(host->loaded().records.size() == 1);
}

TEST_CASE("somebody who holds the write lock for a moment only delays, who keeps it makes writes fail") {
  TempDir dir;
  Host host(dir / "j");
  REQUIRE(host.Write(MakeRecord(1, Stage::kIntent)).ok());
  sqlite3* db = nullptr;
  REQUIRE(sqlite3_open((dir / "j").c_str(), &db) == SQLITE_OK);
  REQUIRE(sqlite3_exec(db, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK);
  const wire::Error error = host.Write(MakeRecord(2, Stage::kIntent));
  CHECK(error.code == Code::kIo);
  CHECK(Says(error, "another program has locked it"));
  REQUIRE(sqlite3_exec(db, "ROLLBACK", nullptr, nullptr, nullptr) == SQLITE_OK);
  CHECK(host.Write(MakeRecord(3, Stage::kIntent)).ok());
  sqlite3_close(db);
}

}  // namespace pixazo::test
