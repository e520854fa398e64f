// What may be concluded about a job that was about to be sent: "not sent" needs proof.
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "disk.h"
#include "support.h"

namespace pixazo::test {
namespace {

constexpr size_t kHead = 96, kEntry = 32;

// "no", "unknown", "ended" or "absent" for a job after the journal was opened again.
std::string SentOf(const std::string& path, uint64_t job) {
  Host host(path);
  REQUIRE(host.ok());
  const Record* r = host.Find(job);
  if (r == nullptr) return "absent";
  const Sent sent = host->SentOf(*r);
  return sent == Sent::kNo ? "no" : sent == Sent::kEnded ? "ended" : "unknown";
}

// The disk works again at the end of a test, however it ends.
struct Working {
  ~Working() { Disk::Get().Work(); }
};

Record WithAttempts(uint64_t job, uint32_t attempts) {
  Record r = MakeRecord(job, Stage::kIntent);
  r.attempts = attempts;
  return r;
}

}  // namespace

TEST_CASE("an intent without a mark was not sent, one with a mark may have been") {
  TempDir dir;
  {
    Host host(dir / "j");
    for (uint64_t job : {1, 2}) CHECK(host.Write(MakeRecord(job, Stage::kIntent)).ok());
    CHECK(host->Mark(2, 1));
  }
  for (int round = 0; round < 3; ++round) {
    CHECK(SentOf(dir / "j", 1) == "no");
    CHECK(SentOf(dir / "j", 2) == "unknown");
  }
  Host reader(Host::ReadOnly(dir / "j"));
  CHECK(reader->SentOf(*reader.Find(1)) == Sent::kNo);
  CHECK(reader->SentOf(*reader.Find(2)) == Sent::kUnknown);
}

TEST_CASE("a mark counts only beyond the attempts that are proven unsent") {
  TempDir dir;
  {
    Host host(dir / "j");
    CHECK(host.Write(WithAttempts(1, 0)).ok());
    CHECK(host->Mark(1, 1));
    CHECK(host.Write(WithAttempts(1, 1)).ok());
    CHECK(host.Write(WithAttempts(2, 0)).ok());
    CHECK(host->Mark(2, 1));
    CHECK(host.Write(WithAttempts(2, 1)).ok());
    CHECK(host->Mark(2, 2));
  }
  CHECK(SentOf(dir / "j", 1) == "no");
  CHECK(SentOf(dir / "j", 2) == "unknown");
  {
    Host host(dir / "j");
    CHECK(host->Mark(1, 2));  // sent in the second life
  }
  CHECK(SentOf(dir / "j", 1) == "unknown");
}

TEST_CASE("nothing is marked for a job whose intent is not durable: it must not be sent") {
  TempDir dir;
  Host host(dir / "j");
  CHECK_FALSE(host->Mark(1, 1));
  CHECK(host.Write(MakeRecord(1, Stage::kIntent)).ok());
  CHECK(host->Mark(1, 1));
  CHECK(host.Write(MakeRecord(1, Stage::kAcked)).ok());
  CHECK_FALSE(host->Mark(1, 2));
  CHECK(host.Write(MakeRecord(2, Stage::kAcked)).ok());
  CHECK_FALSE(host->Mark(2, 1));
}

TEST_CASE(
    "a job that has ended uncharged is sent by no later life, whether or not its row could be written") {
  TempDir dir;
  {
    Host host(dir / "j");
    for (uint64_t job : {1, 2, 3, 4}) CHECK(host.Write(WithAttempts(job, 0)).ok());
    CHECK(host->Mark(2, 1));
    CHECK(host.Write(WithAttempts(2, 1)).ok());  // sent, and proven to have had no effect
    for (uint64_t job : {1, 2, 3}) CHECK(host->MarkEnded(job, 0));
    CHECK_FALSE(host->Mark(1, 1));
    CHECK(host.Write(MakeRecord(3, Stage::kEnded)).ok());
    CHECK(host->MarkEnded(3, 0));  // its row says so: nothing to mark
    CHECK(host.Write(WithAttempts(5, 0)).ok());
    CHECK(host.Write(WithAttempts(6, 0)).ok());
    CHECK(host->Mark(6, 1));
    CHECK(host.Write(WithAttempts(6, 1)).ok());
    CHECK(host->MarkEnded(6, 2));  // its webhook may still come
    CHECK_FALSE(host->Mark(6, 2));
    CHECK(host->MarkEnded(3, 2));  // its row says so: nothing to mark
  }
  for (int round = 0; round < 3; ++round) {
    CHECK(SentOf(dir / "j", 6) == "unknown");
    for (uint64_t job : {1, 2}) CHECK(SentOf(dir / "j", job) == "ended");
    for (uint64_t job : {4, 5}) CHECK(SentOf(dir / "j", job) == "no");
  }
  {
    Host host(dir / "j");
    CHECK_FALSE(host->Mark(1, 1));
    CHECK(host.Write(MakeRecord(1, Stage::kEnded)).ok());
    CHECK(host.Write(WithAttempts(7, 0)).ok());  // in the place of the one that ended
  }
  CHECK(SentOf(dir / "j", 2) == "ended");
  CHECK(SentOf(dir / "j", 7) == "no");
  // Somebody has named an id for it: more than one process may say, it is asked about.
  {
    Host host(dir / "j");
    Record r = WithAttempts(2, 0);
    r.candidate = "an_id";
    CHECK(host.Write(r).ok());
  }
  CHECK(SentOf(dir / "j", 2) == "unknown");
}

TEST_CASE("a job that ends while its intent is being written has ended, when that is durable as well") {
  TempDir dir;
  const Working restored;
  CHECK(InChild([&] {
          Host host(dir / "j");
          Disk::Get().Hold();
          const uint64_t first = host.Ticket();
          host->Put(MakeRecord(1, Stage::kIntent), first);
          Disk::Get().WaitUntilHeld();  // its entry is there, its row nearly
          const uint64_t second = host.Ticket();
          host->Put(MakeRecord(2, Stage::kIntent), second);  // nothing of it is
          if (!host->MarkEnded(1, 0) || !host->MarkEnded(2, 0)) return 1;
          Disk::Get().Release();
          if (!host.Wait(first).ok() || !host.Wait(second).ok()) return 2;
          ::_exit(0);  // before their last rows
        }) == 0);
  for (uint64_t job : {1, 2}) CHECK(SentOf(dir / "j", job) == "ended");
}

TEST_CASE(
    "marks are synced by the writer thread, all that were made meanwhile in one go, and no mark waits for "
    "it") {
  TempDir dir;
  const Working restored;
  const uint64_t before = Disk::Get().mark_syncs();
  {
    Host host(dir / "j");
    for (uint64_t job : {1, 2, 3, 4}) CHECK(host.Write(MakeRecord(job, Stage::kIntent)).ok());
    CHECK(Disk::Get().mark_syncs() == before);
    Disk::Get().HoldMarks();
    CHECK(host->Mark(1, 1));
    Disk::Get().WaitUntilMarksHeld();
    // The disk hangs. Nothing below would come back if it waited for it.
    for (uint64_t job : {2, 3}) CHECK(host->Mark(job, 1));
    CHECK(host->MarkEnded(4, 0));
    Disk::Get().Release();
  }
  CHECK(Disk::Get().mark_syncs() == before + 2);
}

TEST_CASE("an intent of another run of the machine may have been sent") {
  TempDir dir;
  {
    Host host(dir / "j");
    Record r = MakeRecord(1, Stage::kIntent);
    r.boot_id = "00000000-0000-0000-0000-000000000000";
    CHECK(host.Write(r).ok());
    CHECK(host.Write(MakeRecord(2, Stage::kIntent)).ok());
    CHECK(host.Find(2) == nullptr);
  }
  CHECK(SentOf(dir / "j", 1) == "unknown");
  CHECK(SentOf(dir / "j", 2) == "no");
  Host host(dir / "j");
  CHECK(host.Find(1)->boot_id == "00000000-0000-0000-0000-000000000000");
  CHECK(host.Find(2)->boot_id.size() == 36);
}

TEST_CASE("a job that may have been sent never becomes one that was not, however often it is written") {
  TempDir dir;
  {
    Host host(dir / "j");
    CHECK(host.Write(MakeRecord(1, Stage::kIntent)).ok());
    CHECK(host->Mark(1, 1));
    CHECK(host.Write(MakeRecord(1, Stage::kIntent, 1)).ok());
  }
  CHECK(SentOf(dir / "j", 1) == "unknown");
  std::filesystem::remove(dir / "j-marks");
  for (int round = 0; round < 3; ++round) {
    Host host(dir / "j");
    CHECK(host->SentOf(*host.Find(1)) == Sent::kUnknown);
    CHECK(host.Write(MakeRecord(1, Stage::kIntent, 2)).ok());  // without a boot id: today's is filled in
    CHECK_FALSE(host->Mark(1, 2));
  }
}

TEST_CASE(
    "without the file of marks, or with a copy of it, everything may have been sent, and that is said") {
  for (const bool copied : {false, true}) {
    TempDir dir;
    {
      Host host(dir / "j");
      CHECK(host.Write(MakeRecord(1, Stage::kIntent)).ok());
    }
    if (copied) {
      std::filesystem::copy_file(dir / "j-marks", dir / "copy");
      std::filesystem::rename(dir / "copy", dir / "j-marks");
    } else {
      std::filesystem::remove(dir / "j-marks");
    }
    {
      Host host(dir / "j");
      REQUIRE(host.ok());
      CHECK(host->SentOf(*host.Find(1)) == Sent::kUnknown);
      REQUIRE(host->loaded().problems.size() == 1);
      CHECK(host->loaded().problems[0].find(copied ? "is a copy: 1" : "does not tell: 1") !=
            std::string::npos);
    }
    CHECK(SentOf(dir / "j", 1) == "unknown");
  }
}

TEST_CASE("a journal that was copied, with its marks, does not let two processes send one job") {
  TempDir dir;
  {
    Host host(dir / "j");
    CHECK(host.Write(MakeRecord(1, Stage::kIntent)).ok());
  }
  for (const char* tail : {"", "-marks"})
    std::filesystem::copy_file(dir / ("j" + std::string(tail)), dir / ("k" + std::string(tail)));
  CHECK(SentOf(dir / "k", 1) == "unknown");
  CHECK(SentOf(dir / "j", 1) == "no");
}

TEST_CASE("the file of marks cut at any byte proves nothing about the job whose entry is gone") {
  TempDir dir;
  {
    Host host(dir / "j");
    for (uint64_t job : {1, 2}) CHECK(host.Write(MakeRecord(job, Stage::kIntent)).ok());
    CHECK(host->Mark(2, 1));
  }
  const std::string whole = ReadBytes(dir / "j-marks");
  REQUIRE(whole.size() == kHead + 2 * kEntry);
  for (size_t size = 0; size <= whole.size(); ++size) {
    WriteBytes(dir / "j-marks", whole.substr(0, size));
    Host host(Host::ReadOnly(dir / "j"));
    REQUIRE(host.ok());
    INFO("cut to ", size);
    CHECK((host->SentOf(*host.Find(1)) == Sent::kNo) == (size >= kHead + kEntry));
    CHECK(host->SentOf(*host.Find(2)) == Sent::kUnknown);
  }
}

TEST_CASE("any byte of the marks flipped: proof is lost for one job at most, and never made up") {
  TempDir dir;
  {
    Host host(dir / "j");
    for (uint64_t job : {1, 2, 3}) CHECK(host.Write(MakeRecord(job, Stage::kIntent)).ok());
    CHECK(host->Mark(2, 1));
  }
  const std::string whole = ReadBytes(dir / "j-marks");
  for (size_t at = 0; at < whole.size(); ++at) {
    for (int mask : {0x01, 0x80, 0xff}) {
      std::string bytes = whole;
      bytes[at] = static_cast<char>(bytes[at] ^ mask);
      WriteBytes(dir / "j-marks", bytes);
      Host host(Host::ReadOnly(dir / "j"));
      REQUIRE(host.ok());
      INFO("byte ", at);
      const auto unsent = [&](uint64_t job) { return host->SentOf(*host.Find(job)) == Sent::kNo; };
      CHECK(unsent(1) == (at < kHead || at >= kHead + kEntry));
      CHECK_FALSE(unsent(2));
      CHECK(unsent(3) == (at < kHead + 2 * kEntry));
      CHECK(host->loaded().problems.empty() == (at < kHead));
    }
  }
  // And entries that trade places are no entries.
  std::string swapped = whole;
  std::swap_ranges(swapped.begin() + kHead, swapped.begin() + kHead + kEntry,
                   swapped.begin() + kHead + 2 * kEntry);
  WriteBytes(dir / "j-marks", swapped);
  CHECK(SentOf(dir / "j", 1) == "unknown");
}

TEST_CASE("the file of marks stays as small as the number of jobs about to be sent") {
  TempDir dir;
  Host host(dir / "j");
  for (uint64_t job = 1; job <= 500; ++job) {
    CHECK(host.Write(MakeRecord(job, Stage::kIntent)).ok());
    CHECK(host->Mark(job, 1));
    CHECK(host.Write(MakeRecord(job, job % 2 == 0 ? Stage::kAcked : Stage::kEnded)).ok());
  }
  CHECK(std::filesystem::file_size(dir / "j-marks") <= kHead + 2 * kEntry);
  host.Close();
  Host again(dir / "j");
  CHECK(again->loaded().problems.empty());
  CHECK(std::filesystem::file_size(dir / "j-marks") == kHead);
}

TEST_CASE("ids and the count of writes survive the loss of the database") {
  TempDir dir;
  {
    Host host(dir / "j");
    for (uint64_t job : {1, 2}) CHECK(host.Write(MakeRecord(job, Stage::kIntent)).ok());
    host->Forget(2);
  }
  std::filesystem::remove(dir / "j");
  Host host(dir / "j");
  REQUIRE(host.ok());
  CHECK(host->loaded().records.empty());
  CHECK(host->next_job() == 3);
  REQUIRE(host->loaded().problems.size() >= 2);
  CHECK(host->loaded().problems[0].find("its file is gone") != std::string::npos);
  CHECK(host.Write(MakeRecord(3, Stage::kIntent)).ok());
  host.Close();
  CHECK(SentOf(dir / "j", 3) == "no");
}

}  // namespace pixazo::test
