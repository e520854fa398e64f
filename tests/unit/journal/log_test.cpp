// What becomes of a journal whose write-ahead log is taken away while it is open.
#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "support.h"

namespace pixazo::test {
namespace {

// In a process that knows nothing of the journal until a byte comes: reads it with SQLite, closes it,
// answers.
class Stranger {
 public:
  explicit Stranger(const std::string& path) {
    int go[2], done[2];
    REQUIRE((::pipe(go) == 0 && ::pipe(done) == 0));
    pid_ = ::fork();
    REQUIRE(pid_ >= 0);
    go_ = go[1];
    done_ = done[0];
    ::close(pid_ != 0 ? go[0] : go[1]);  // it ends with whoever made it
    ::close(pid_ != 0 ? done[1] : done[0]);
    if (pid_ != 0) return;
    char byte = 0;
    while (::read(go[0], &byte, 1) == 1) {
      sqlite3* db = nullptr;
      byte = sqlite3_open(path.c_str(), &db) == SQLITE_OK &&
             sqlite3_exec(db, "SELECT * FROM job_list", nullptr, nullptr, nullptr) == SQLITE_OK;
      sqlite3_close(db);
      if (::write(done[1], &byte, 1) != 1) break;
    }
    ::_exit(0);
  }
  bool Reads() {
    char byte = 1;
    return ::write(go_, &byte, 1) == 1 && ::read(done_, &byte, 1) == 1 && byte == 1;
  }
  ~Stranger() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }

 private:
  pid_t pid_ = 0;
  int go_ = -1, done_ = -1;
};

bool HasRows(const std::string& path, uint64_t count) {
  Host host(path);
  return host.ok() && host->loaded().problems.empty() && host->loaded().records.size() == count;
}

}  // namespace

TEST_CASE(
    "J1: a log that is removed takes nothing along: what it held and what follows outlive a killed process") {
  TempDir dir;
  CHECK(InChild([&] {
          Host host(dir / "j");
          uint64_t job = 0;
          for (int round = 0; round < 3; ++round) {
            for (const Stage stage : {Stage::kIntent, Stage::kAcked, Stage::kEnded})
              if (!host.Write(MakeRecord(++job, stage)).ok()) return 1;
            if (!std::filesystem::remove(dir / "j-wal")) return 2;
          }
          if (!host.Write(MakeRecord(++job, Stage::kIntent)).ok() || !host->Mark(job, 1)) return 3;
          if (host->counters().failures != 0) return 4;
          ::_exit(0);
        }) == 0);
  CHECK(HasRows(dir / "j", 10));
}

TEST_CASE("J1: a host that opens and closes the file, whereupon a reader removes the log, loses no row") {
  TempDir dir;
  CHECK(InChild([&] {
          Stranger stranger(dir / "j");
          Host host(dir / "j");
          if (!host.Write(MakeRecord(1, Stage::kIntent)).ok()) return 1;
          if (!stranger.Reads() || !std::filesystem::exists(dir / "j-wal")) return 2;
          ReadBytes(dir / "j");  // now no other process sees that it is in use
          if (!stranger.Reads() || std::filesystem::exists(dir / "j-wal")) return 3;
          for (uint64_t job : {2, 3})
            if (!host.Write(MakeRecord(job, Stage::kIntent)).ok()) return 4;
          if (!stranger.Reads() || !std::filesystem::exists(dir / "j-wal")) return 5;  // it is seen again
          if (!host.Write(MakeRecord(1, Stage::kAcked)).ok()) return 6;
          if (host->counters().failures != 0) return 7;
          ::_exit(0);
        }) == 0);
  CHECK(HasRows(dir / "j", 3));
}

TEST_CASE("J1: a forked child that opens the journal after its parent loses no row to a reader") {
  TempDir dir;
  CHECK(InChild([&] {
          Stranger stranger(dir / "j");
          int parent_gone[2];
          if (::pipe(parent_gone) != 0) return 1;
          const pid_t parent = ::getpid();
          Host before(dir / "j");
          if (!before.Write(MakeRecord(1, Stage::kAcked)).ok()) return 2;
          const pid_t pid = ::fork();
          if (pid != 0) {  // its locks are gone when it is; SQLite in the child believes to hold them
            int status = 0;
            before.Close();
            if (::write(parent_gone[1], "", 1) != 1 || ::waitpid(pid, &status, 0) != pid) return 3;
            return WIFEXITED(status) ? WEXITSTATUS(status) : 4;
          }
          char byte = 0;
          if (::getppid() != parent || ::read(parent_gone[0], &byte, 1) != 1) ::_exit(5);
          Host host(dir / "j");
          for (uint64_t job : {2, 3, 4, 5}) {
            if (!host.Write(MakeRecord(job, Stage::kAcked)).ok()) ::_exit(6);
            if (!stranger.Reads()) ::_exit(7);
          }
          ::_exit(host->counters().failures == 0 ? 0 : 8);
        }) == 0);
  CHECK(HasRows(dir / "j", 5));
}

TEST_CASE("O7: with a log that somebody else put there nothing is written any more, and that is said") {
  TempDir dir;
  {
    Host host(dir / "j");
    CHECK(host.Write(MakeRecord(1, Stage::kAcked)).ok());
    std::filesystem::copy_file(dir / "j-wal", dir / "copy");
    std::filesystem::rename(dir / "copy", dir / "j-wal");
    const wire::Error error = host.Write(MakeRecord(2, Stage::kIntent));
    CHECK(error.code == Code::kIo);
    CHECK(error.message.find("-wal file was removed or replaced") != std::string::npos);
    CHECK_FALSE(host->Mark(2, 1));
    CHECK(host->counters().failures > 0);
  }
  CHECK(HasRows(dir / "j", 1));
}

}  // namespace pixazo::test
