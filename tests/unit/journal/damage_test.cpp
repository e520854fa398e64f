// J4, J5: a journal that was cut or hit anywhere. Whatever happens to its files, nothing is sent that may
// have been sent, what is readable is kept, and what is not is said.
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <map>
#include <set>

#include "support.h"

namespace pixazo::test {
namespace {

constexpr const char* kTails[] = {"", "-wal", "-marks"};
// Every byte is a run of minutes (PIXAZO_EVERY_BYTE, tests/run.sh --all); otherwise one in three, and another one each time.
const bool kEveryByte = std::getenv("PIXAZO_EVERY_BYTE") != nullptr;
const size_t kStride = kEveryByte ? 1 : 3, kFirst = static_cast<size_t>(::getpid()) % kStride;
const size_t kStrideToWrite = 5 * kStride;

// Few bytes, so that each of them can be hit.
Record Small(uint64_t job, Stage stage, uint64_t salt = 0) {
  Record r;
  r.job = job;
  r.tag = salt;
  r.stage = stage;
  r.state = stage == Stage::kIntent ? 1 : stage == Stage::kAcked ? 4 : 100;
  r.endpoint_id = "sdxl";
  r.body = "{\"prompt\":\"" + std::to_string(job) + "\"}";
  r.created_ms = 1'790'000'000'000;
  if (stage == Stage::kAcked) r.request_id = "m_" + std::to_string(job);
  if (stage == Stage::kEnded)
    r.outputs.push_back({"https://cdn.example/" + std::to_string(job), "", "", 1, 2, 3, 0});
  return r;
}

void Sql(const std::string& path, const char* sql) {
  sqlite3* db = nullptr;
  REQUIRE(sqlite3_open_v2(path.c_str(), &db, SQLITE_OPEN_READWRITE, nullptr) == SQLITE_OK);
  REQUIRE(sqlite3_exec(db, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(db);
}

// A small journal as a killed process leaves it: some rows in the database, some in the log.
class Specimen {
 public:
  enum class Kind { kKilled, kClosed };

  explicit Specimen(Kind kind) {
    Session([](Specimen& s) {
      for (uint64_t job : {1, 2, 3, 5}) s.Write(Small(job, Stage::kIntent));
      s.Write(Small(7, Stage::kEnded));
      s.Forget(7);
      s.Mark(1);
      s.Write(Small(1, Stage::kEnded, 1));
    });
    Sql(path(),
        "DROP TABLE about; DROP VIEW job_list; DROP VIEW output_list;"
        "PRAGMA journal_mode=DELETE; PRAGMA page_size=512; VACUUM; PRAGMA journal_mode=WAL;");
    const auto second = [](Specimen& s) {
      s.Mark(3);
      s.Write(Small(8, Stage::kIntent));
      s.Mark(8);
      s.Write(Small(8, Stage::kAcked, 1));
      Record cancelled = Small(5, Stage::kEnded, 1);
      cancelled.state = 102;
      cancelled.outputs.clear();
      s.Write(cancelled);  // never sent
      Record long_one = Small(9, Stage::kIntent);
      long_one.body = "{\"prompt\":\"" + std::string(700, 'x') + "\"}";  // over several pages
      s.Write(long_one);
      s.Write(Small(3, Stage::kIntent, 2));
    };
    // The versions are wanted here, too, so the child's life is lived twice: once for the files, once on
    // paper.
    if (kind == Kind::kKilled) {
      REQUIRE(InChild([&] {
                Session(second, true);
                return 0;
              }) == 0);
      on_paper_ = true;
      second(*this);
    } else {
      Session(second);
    }
    for (const char* tail : kTails) files_[tail] = ReadBytes(path() + tail);
    REQUIRE((files_["-wal"].size() > 0) == (kind == Kind::kKilled));
    for (uint64_t job : {2, 9}) unsent_.insert(job);
  }

  std::string path() const { return dir_ / "j"; }
  const std::string& bytes(const std::string& tail) { return files_[tail]; }

  // Puts all files back as they were; one of them changed.
  void Set(const std::string& tail, const std::string& bytes) {
    for (const auto& name : FilesIn(dir_.path()))
      if (name != "j-marks") ::unlink((dir_ / name).c_str());
    for (const char* t : kTails) {
      const std::string& content = t == tail ? bytes : files_[t];
      if (!content.empty() || t == tail) WriteBytes(path() + t, content);
    }
  }

  // What must hold of an opened journal, whatever was done to its files. Returns how many jobs are not as
  // they were last.
  size_t Check(Host& host) {
    REQUIRE(host.ok());
    size_t behind = 0;
    std::set<uint64_t> found;
    for (const Record& r : host->loaded().records) {
      INFO("job ", r.job);
      CHECK(found.insert(r.job).second);
      CHECK(IsAVersion(r));
      const auto last = final_.find(r.job);
      if (last == final_.end() || !Same(r, last->second)) ++behind;
      if (host->SentOf(r) == Sent::kNo && !r.body_withheld) CHECK(unsent_.count(r.job) == 1);
    }
    for (const auto& [job, record] : final_) behind += found.count(job) == 0 ? 1 : 0;
    if (behind > 0) CHECK_FALSE(host->loaded().problems.empty());
    CHECK(host->next_job() >= 10);
    return behind;
  }

 private:
  void Session(const std::function<void(Specimen&)>& live, bool die = false) {
    Host host(path());
    REQUIRE(host.ok());
    host_ = &host;
    live(*this);
    if (die) ::_exit(0);
  }
  void Write(const Record& r) {
    if (!on_paper_) REQUIRE(host_->Write(r).ok());
    versions_[r.job].push_back(r);
    final_[r.job] = r;
  }
  void Mark(uint64_t job) {
    if (!on_paper_) REQUIRE((*host_)->Mark(job, 1));
  }
  void Forget(uint64_t job) {
    if (!on_paper_) (*host_)->Forget(job);
    final_.erase(job);
  }
  static bool Same(Record a, const Record& b) {
    if (a.body_withheld && a.body.empty()) {
      a.body_withheld = b.body_withheld;
      a.body = b.body;
      a.params = b.params;
    }
    return Difference(a, b).empty();
  }
  bool IsAVersion(const Record& r) {
    const auto& versions = versions_[r.job];
    return std::any_of(versions.begin(), versions.end(), [&](const Record& v) { return Same(r, v); });
  }

  TempDir dir_;
  Host* host_ = nullptr;
  bool on_paper_ = false;
  std::map<std::string, std::string> files_;
  std::map<uint64_t, std::vector<Record>> versions_;
  std::map<uint64_t, Record> final_;
  std::set<uint64_t> unsent_;
};

std::string Flipped(std::string bytes, size_t at, int mask) {
  bytes[at] = static_cast<char>(bytes[at] ^ mask);
  return bytes;
}

}  // namespace

TEST_CASE("a journal of a killed process is whole: this is what the damage below is compared with") {
  for (auto kind : {Specimen::Kind::kKilled, Specimen::Kind::kClosed}) {
    Specimen specimen(kind);
    for (int round = 0; round < 2; ++round) {
      specimen.Set("none", "");
      Host host(round == 0 ? Host::ReadOnly(specimen.path()) : Host::OptionsFor(specimen.path()));
      CHECK(specimen.Check(host) == 0);
      CHECK(host->loaded().problems.empty());
      CHECK(host->loaded().records.size() == 6);
      for (uint64_t job : {2, 9}) CHECK(host->SentOf(*host.Find(job)) == Sent::kNo);
      CHECK(host->SentOf(*host.Find(3)) == Sent::kUnknown);
    }
  }
}

TEST_CASE("J5: any byte flipped, read-only: at most the row that was hit is lost") {
  for (auto kind : {Specimen::Kind::kKilled, Specimen::Kind::kClosed}) {
    Specimen specimen(kind);
    for (const char* tail : kTails) {
      const std::string whole = specimen.bytes(tail);
      MESSAGE("j", std::string(tail), ": ", whole.size(), " bytes");
      for (size_t at = kFirst; at < whole.size(); at += kStride) {
        specimen.Set(tail, Flipped(whole, at, at % 2 == 0 ? 0xff : 1 << (at % 8)));
        Host host(Host::ReadOnly(specimen.path()));
        INFO("byte ", at, " of j", std::string(tail));
        CHECK(specimen.Check(host) <= 1);
      }
    }
  }
}

TEST_CASE("J5: any byte flipped, to write: the file is repaired, and is sound afterwards") {
  for (auto kind : {Specimen::Kind::kKilled, Specimen::Kind::kClosed}) {
    Specimen specimen(kind);
    for (const char* tail : kTails) {
      const std::string whole = specimen.bytes(tail);
      for (size_t at = kFirst; at < whole.size(); at += kStrideToWrite) {
        specimen.Set(tail, Flipped(whole, at, at % 2 == 0 ? 0xff : 1 << (at % 8)));
        INFO("byte ", at, " of j", std::string(tail));
        const bool go_on = at / kStrideToWrite % 13 == 0;
        size_t behind = 0;
        {
          Host host(specimen.path());
          behind = specimen.Check(host);
          CHECK(behind <= 1);
          if (go_on) CHECK(host.Write(MakeRecord(host->next_job(), Stage::kIntent)).ok());
        }
        if (!go_on) continue;
        Host again(specimen.path());
        REQUIRE(again.ok());
        for (const auto& problem : again->loaded().problems)
          CHECK(problem.find("may have been sent") != std::string::npos);
      }
    }
  }
}

TEST_CASE("J4: cut at any byte: what lies before the cut is kept, and what is missing is said") {
  for (auto kind : {Specimen::Kind::kKilled, Specimen::Kind::kClosed}) {
    Specimen specimen(kind);
    for (const char* tail : kTails) {
      const std::string whole = specimen.bytes(tail);
      size_t least = 6;
      for (size_t size = kFirst; size < whole.size(); size += kStride) {
        specimen.Set(tail, whole.substr(0, size));
        INFO("j", std::string(tail), " cut to ", size);
        Host host(size % 4 == 0 ? Host::OptionsFor(specimen.path()) : Host::ReadOnly(specimen.path()));
        specimen.Check(host);
        least = std::min(least, host->loaded().records.size());
      }
      // Of a log without its database the rows written last are left; of marks nothing is needed to find
      // jobs.
      INFO("j", std::string(tail));
      CHECK(least >= (std::string(tail) == "-marks" ? 6 : kind == Specimen::Kind::kKilled ? 3 : 0));
    }
  }
}

}  // namespace pixazo::test
