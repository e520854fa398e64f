// The writer thread, and disks that fail, hang or stop in the middle.
#include <cerrno>
#include <map>
#include <set>
#include <thread>

#include "disk.h"
#include "support.h"

namespace pixazo::test {
namespace {

constexpr uint64_t kMany = 1000;

// The disk works again at the end of a test, however it ends.
struct Working {
  ~Working() {
    Disk::Get().Work();
    FailSqliteMemory(0);
  }
};

}  // namespace

namespace {

void Fill(const std::string& path) {
  Host host(path);
  REQUIRE(host.ok());
  REQUIRE(host.Write(MakeRecord(host->next_job(), Stage::kIntent)).ok());
}

}  // namespace

TEST_CASE("Put and Mark never wait for the disk, and all that waits becomes durable in one commit") {
  TempDir dir;
  const Working restored;
  Host host(dir / "j");
  CHECK(host.Write(MakeRecord(1, Stage::kIntent)).ok());
  const auto before = host->counters();
  Disk::Get().Hold();
  const uint64_t first = host.Ticket();
  host->Put(MakeRecord(2, Stage::kIntent), first);
  Disk::Get().WaitUntilHeld();
  // The disk hangs. Nothing below would come back if it waited for it.
  std::vector<uint64_t> tickets;
  for (uint64_t job = 3; job < 3 + kMany; ++job) {
    tickets.push_back(host.Ticket());
    host->Put(MakeRecord(job, Stage::kIntent), tickets.back());
  }
  CHECK(host->Mark(1, 1));
  CHECK_FALSE(host->Mark(2, 1));  // not durable yet
  Journal::Completion none;
  CHECK_FALSE(host->Next(none));
  Disk::Get().Release();
  CHECK(host.Wait(first).ok());
  for (uint64_t ticket : tickets) CHECK(host.Wait(ticket).ok());
  CHECK(host->counters().commits == before.commits + 2);
  CHECK(host->counters().rows_written == before.rows_written + 1 + kMany);
}

TEST_CASE("the writer thread allocates nothing, so it cannot fail for want of memory") {
  TempDir dir;
  std::mutex mutex;
  std::condition_variable changed;
  int wakes = 0;
  uint64_t allocations = 0;
  Options options = Host::OptionsFor(dir / "j");
  options.digest_bodies = true;
  options.wake = [&] {
    const std::lock_guard lock(mutex);
    allocations = Allocations();
    ++wakes;
    changed.notify_all();
  };
  auto journal = Journal::Open(options);
  REQUIRE(journal.ok());
  const Working restored;
  for (int round = 1; round <= 20; ++round) {
    if (round == 15) Disk::Get().FailAt(1, Disk::Way::kOnce, EIO, Disk::Steps::kSyncs);
    (*journal)->Put(MakeRecord(static_cast<uint64_t>(round), static_cast<Stage>(1 + round % 3)), 1);
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return wakes == round; });
  }
  CHECK((*journal)->counters().failures == 1);
  CHECK(allocations == 0);
  CHECK(Allocations() > 0);
}

TEST_CASE(
    "a hanging disk holds the destructor up for a second, not for ever, and the writer then finishes alone") {
  TempDir dir;
  const Working restored;
  auto wakes = std::make_shared<std::atomic<int>>(0);
  Options options = Host::OptionsFor(dir / "j");
  options.wake = [wakes] { ++*wakes; };
  auto journal = Journal::Open(options);
  REQUIRE(journal.ok());
  Disk::Get().Hold();
  (*journal)->Put(MakeRecord(1, Stage::kIntent), 1);
  Disk::Get().WaitUntilHeld();
  (*journal)->Put(MakeRecord(2, Stage::kIntent), 2);
  journal->reset();
  CHECK(Host(dir / "j").error().code == Code::kInvalidState);
  Disk::Get().Release();
  for (;;) {
    Host host(dir / "j");
    if (!host.ok()) {
      REQUIRE(host.error().code == Code::kInvalidState);
      std::this_thread::yield();
      continue;
    }
    CHECK(host->loaded().problems.empty());
    CHECK(host->loaded().records.size() == 2);
    break;
  }
  CHECK(*wakes == 0);  // nobody is called after the destructor
}

TEST_CASE("J6: a failed fsync is a failed write: the ticket says so, and after a restart the job is none") {
  for (const bool restart_at_once : {true, false}) {
    TempDir dir;
    const Working restored;
    {
      Host host(dir / "j");
      CHECK(host.Write(MakeRecord(1, Stage::kIntent)).ok());
      Disk::Get().FailAt(1, restart_at_once ? Disk::Way::kAlways : Disk::Way::kOnce, EIO,
                         Disk::Steps::kSyncs);
      const wire::Error error = host.Write(MakeRecord(2, Stage::kIntent));
      CHECK(error.code == Code::kIo);
      CHECK(error.message.find("input/output error") != std::string::npos);
      CHECK_FALSE(host->Mark(2, 1));
      CHECK(host->Mark(1, 1));  // what was durable goes on
      CHECK(host->counters().failures == 1);
      if (!restart_at_once) CHECK(host.Write(MakeRecord(3, Stage::kIntent)).ok());
    }
    Disk::Get().Work();
    Host host(dir / "j");
    REQUIRE(host.ok());
    CHECK(host.Find(1) != nullptr);
    CHECK(host.Find(2) == nullptr);
    CHECK((host.Find(3) != nullptr) == !restart_at_once);
    CHECK(host->loaded().problems.empty());
  }
}

TEST_CASE(
    "J6: a failed fsync is never followed by one that says clean without the bytes being written again") {
  TempDir dir;
  const Working restored;
  Host host(dir / "j");
  CHECK(host.Write(MakeRecord(1, Stage::kIntent)).ok());
  Disk::Get().FailAt(1, Disk::Way::kOnce, EIO, Disk::Steps::kSyncs);
  const uint64_t ticket = host.Ticket();
  host->Put(MakeRecord(1, Stage::kAcked), ticket);
  CHECK(host.Wait(ticket).code == Code::kIo);
  // The row is not lost: it goes with the next commit, whose writes are counted.
  Disk::Get().FailAt(UINT64_MAX, Disk::Way::kOnce, EIO, Disk::Steps::kWrites);
  CHECK(host.Write(MakeRecord(2, Stage::kIntent)).ok());
  CHECK(Disk::Get().steps() >= 2);
  host.Close();
  Host again(dir / "j");
  CHECK(Difference(*again.Find(1), MakeRecord(1, Stage::kAcked)) == "");
}

TEST_CASE("O7: a full disk refuses what is new and keeps trying with what runs") {
  TempDir dir;
  const Working restored;
  {
    Host host(dir / "j");
    for (uint64_t job : {1, 2}) CHECK(host.Write(MakeRecord(job, Stage::kIntent)).ok());
    CHECK(host->Mark(1, 1));
    Disk::Get().FailAt(1, Disk::Way::kAlways, ENOSPC, Disk::Steps::kWrites);
    const wire::Error error = host.Write(MakeRecord(3, Stage::kIntent));
    CHECK(error.code == Code::kIo);
    CHECK(error.message.find("the disk is full") != std::string::npos);
    CHECK(host.Write(MakeRecord(1, Stage::kAcked)).code == Code::kIo);
    host->Put(MakeRecord(3, Stage::kEnded), 0);  // the host was told; now the job is over
    Disk::Get().Work();
    CHECK(host.Write(MakeRecord(4, Stage::kIntent)).ok());
  }
  Host host(dir / "j");
  CHECK(host->loaded().problems.empty());
  CHECK(Difference(*host.Find(1), MakeRecord(1, Stage::kAcked)) == "");
  CHECK(Difference(*host.Find(3), MakeRecord(3, Stage::kEnded)) == "");
  CHECK(host->SentOf(*host.Find(2)) == Sent::kNo);
  CHECK(host->SentOf(*host.Find(4)) == Sent::kNo);
}

TEST_CASE("a failed write without a new one after it is tried again by itself") {
  TempDir dir;
  const Working restored;
  Host host(dir / "j");
  CHECK(host.Write(MakeRecord(1, Stage::kIntent)).ok());
  const auto commits = host->counters().commits;
  Disk::Get().FailAt(1, Disk::Way::kOnce, EIO, Disk::Steps::kSyncs);
  CHECK(host.Write(MakeRecord(1, Stage::kAcked)).code == Code::kIo);
  while (host->counters().commits == commits) std::this_thread::yield();
  CHECK(Host(Host::ReadOnly(dir / "j")).Find(1)->stage == Stage::kAcked);
}

TEST_CASE("a journal that is moved or deleted while in use takes no more writes") {
  TempDir dir;
  Host host(dir / "j");
  CHECK(host.Write(MakeRecord(1, Stage::kIntent)).ok());
  REQUIRE(std::rename((dir / "j").c_str(), (dir / "k").c_str()) == 0);
  const wire::Error error = host.Write(MakeRecord(2, Stage::kIntent));
  CHECK(error.code == Code::kIo);
  CHECK(error.message.find("moved or deleted") != std::string::npos);
}

TEST_CASE("J10: the directory is synced after files were created in it and after they were renamed") {
  TempDir dir;
  const auto syncs = [] { return Disk::Get().directory_syncs(); };
  const uint64_t before = syncs();
  Fill(dir / "j");
  CHECK(syncs() >= before + 2);  // the database, the marks
  const uint64_t filled = syncs();
  Fill(dir / "j");
  CHECK(syncs() == filled);
  std::string bytes = ReadBytes(dir / "j");
  bytes[0] ^= 1;
  WriteBytes(dir / "j", bytes);
  Fill(dir / "j");
  CHECK(syncs() >= filled + 3);  // the new file is ready, the old ones are away, the new one is in place
}

TEST_CASE("a thread that cannot start is an error of Open") {
  TempDir dir;
  const Working restored;
  Disk::Get().FailAt(1, Disk::Way::kOnce, EAGAIN, Disk::Steps::kThreads);
  Host host(dir / "j");
  CHECK(Disk::Get().failed());
  CHECK(host.error().code == Code::kLimit);
  CHECK(Host(dir / "j").ok());
}

namespace {

// A life of a journal with rows in every stage, and what must be true afterwards whatever went wrong in it.
struct Life {
  TempDir dir;
  std::map<uint64_t, std::set<Stage>> possible;  // stages a job may be found in; empty set: or absent
  std::set<uint64_t> marked;                     // Mark was called (it may have said no)

  std::string path() const { return dir / "j"; }

  void Prepare() {
    Host host(path());
    REQUIRE(host.ok());
    for (uint64_t job : {1, 2}) REQUIRE(host.Write(MakeRecord(job, Stage::kIntent)).ok());
    REQUIRE(host->Mark(2, 1));
    for (uint64_t job : {3, 4}) REQUIRE(host.Write(MakeRecord(job, Stage::kAcked)).ok());
    Record old = MakeRecord(5, Stage::kEnded);
    old.delivered = true;
    REQUIRE(host.Write(old).ok());
    marked = {2};
    possible = {{1, {Stage::kIntent}},
                {2, {Stage::kIntent}},
                {3, {Stage::kAcked}},
                {4, {Stage::kAcked}},
                {5, {Stage::kEnded}}};
  }

  // Damage that Open has to repair; no row is hit.
  void Damage() {
    std::string bytes = ReadBytes(path());
    REQUIRE(bytes.size() > 100);
    bytes[0] ^= 1;
    WriteBytes(path(), bytes);
  }

  // Writes this and that; what was acknowledged is narrowed down in `possible`.
  void Live() {
    Options options = Host::OptionsFor(path());
    options.keep_ended_ms = 1;
    possible[5] = {};
    Host host(options);
    if (!host.ok()) return;
    possible[6] = {};
    marked.insert(6);
    if (host.Write(MakeRecord(6, Stage::kIntent)).ok()) {
      possible[6] = {Stage::kIntent};
      host->Mark(6, 1);
    } else {
      CHECK_FALSE(host->Mark(6, 1));
    }
    possible[1] = {Stage::kIntent, Stage::kAcked};
    marked.insert(1);
    if (host->Mark(1, 1) && host.Write(MakeRecord(1, Stage::kAcked)).ok()) possible[1] = {Stage::kAcked};
    possible[7] = {};
    if (host.Write(MakeRecord(7, Stage::kIntent)).ok()) possible[7] = {Stage::kIntent};
    possible[4] = {};
    host->Forget(4);
    possible[3] = {Stage::kAcked, Stage::kEnded};
    host->Put(MakeRecord(3, Stage::kEnded), 0);
  }

  void Check(bool died) {
    Host host(path());
    INFO(host.error().message);
    REQUIRE(host.ok());
    std::set<uint64_t> found;
    for (const Record& r : host->loaded().records) {
      INFO("job ", r.job);
      found.insert(r.job);
      const auto& stages = possible[r.job];
      if (!stages.empty()) CHECK(stages.count(r.stage) == 1);
      // Whoever was told that a job could not be written does not meet it again.
      if ((r.job == 6 || r.job == 7) && !died) CHECK_FALSE(stages.empty());
      Record expected = MakeRecord(r.job, r.stage);
      expected.delivered = r.job == 5;
      CHECK(Difference(r, expected) == "");
      if (r.stage == Stage::kIntent && marked.count(r.job) == 1 && r.job != 6 && r.job != 1)
        CHECK(host->SentOf(r) == Sent::kUnknown);
    }
    for (const auto& [job, stages] : possible)
      if (!stages.empty()) {
        INFO("job ", job);
        CHECK(found.count(job) == 1);
      }
    CHECK(host->next_job() > *std::max_element(found.begin(), found.end()));
  }
};

// Fails every step of a life in turn, until there are no more steps.
uint64_t FailEveryStep(Disk::Way way, int error, bool damaged) {
  const Working restored;
  for (uint64_t n = 1;; ++n) {
    Life life;
    life.Prepare();
    if (damaged) life.Damage();
    INFO("step ", n);
    if (way == Disk::Way::kDie) {
      const int code = InChild([&] {
        Disk::Get().FailAt(n, way, error);
        life.Live();
        return 0;
      });
      if (code == 0) return n;
      REQUIRE(code == 99);
      // What the child had been told is not known here.
      for (uint64_t job : {4, 5, 6, 7}) life.possible[job] = {};
      life.possible[1] = {Stage::kIntent, Stage::kAcked};
      life.possible[3] = {Stage::kAcked, Stage::kEnded};
    } else {
      Disk::Get().FailAt(n, way, error);
      life.Live();
      const bool failed = Disk::Get().failed();
      Disk::Get().Work();
      if (!failed) return n;
    }
    life.Check(way == Disk::Way::kDie);
  }
}

}  // namespace

TEST_CASE(
    "O7: whichever step of the disk fails once, nothing acknowledged is lost and nothing refused appears") {
  CHECK(FailEveryStep(Disk::Way::kOnce, EIO, false) > 30);
  CHECK(FailEveryStep(Disk::Way::kOnce, ENOSPC, false) > 30);
}

TEST_CASE(
    "O7: from whichever step on the disk is dead, nothing acknowledged is lost and nothing refused appears") {
  CHECK(FailEveryStep(Disk::Way::kAlways, EIO, false) > 30);
  CHECK(FailEveryStep(Disk::Way::kAlways, EROFS, false) > 30);
}

TEST_CASE("J1: killed in whichever step, the journal opens with every job") {
  CHECK(FailEveryStep(Disk::Way::kDie, 0, false) > 30);
}

TEST_CASE("J9: whichever step of a repair fails, or is the last of the process, no row is lost") {
  CHECK(FailEveryStep(Disk::Way::kOnce, ENOSPC, true) > 50);
  CHECK(FailEveryStep(Disk::Way::kAlways, EIO, true) > 50);
  CHECK(FailEveryStep(Disk::Way::kDie, 0, true) > 50);
}

TEST_CASE(
    "O1: whichever allocation of SQLite fails, nothing acknowledged is lost and nothing counts as damaged") {
  const Working restored;
  uint64_t tried = 0;
  for (uint64_t n = 1;; n += 1 + n / 16) {
    Life life;
    life.Prepare();
    INFO("allocation ", n);
    FailSqliteMemory(n);
    life.Live();
    const bool failed = SqliteMemoryFailed();
    FailSqliteMemory(0);
    if (!failed) break;
    ++tried;
    for (const auto& name : FilesIn(life.dir.path())) CHECK(name.find("damaged") == std::string::npos);
    life.Check(false);
  }
  CHECK(tried > 40);
}

}  // namespace pixazo::test
