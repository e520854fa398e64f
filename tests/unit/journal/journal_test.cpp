// What a host sees of a sound journal.
#include <sqlite3.h>
#include <sys/stat.h>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <ctime>

#include "support.h"

namespace pixazo::test {
namespace {

// As a person with the sqlite3 program sees it.
std::vector<std::vector<std::string>> Query(const std::string& path, const char* sql) {
  std::vector<std::vector<std::string>> rows;
  sqlite3* db = nullptr;
  REQUIRE(sqlite3_open_v2(path.c_str(), &db, SQLITE_OPEN_READWRITE, nullptr) == SQLITE_OK);
  sqlite3_stmt* s = nullptr;
  REQUIRE(sqlite3_prepare_v2(db, sql, -1, &s, nullptr) == SQLITE_OK);
  while (sqlite3_step(s) == SQLITE_ROW) {
    auto& row = rows.emplace_back();
    for (int i = 0; i < sqlite3_column_count(s); ++i) {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(s, i));
      row.push_back(text == nullptr ? "NULL" : text);
    }
  }
  sqlite3_finalize(s);
  sqlite3_close(db);
  return rows;
}

}  // namespace

TEST_CASE("every member of every record reads back after a restart, oldest job first") {
  TempDir dir;
  std::vector<Record> written;
  {
    Host host(dir / "j");
    REQUIRE(host.ok());
    CHECK(host->loaded().records.empty());
    CHECK(host->loaded().problems.empty());
    CHECK(host->next_job() == 1);
    for (uint64_t job : {3, 1, 2}) {
      written.push_back(MakeRecord(job, static_cast<Stage>(job)));
      CHECK(host.Write(written.back()).ok());
    }
    CHECK(host->next_job() == 4);
  }
  Host host(dir / "j");
  REQUIRE(host.ok());
  CHECK(host->loaded().problems.empty());
  REQUIRE(host->loaded().records.size() == 3);
  for (uint64_t job = 1; job <= 3; ++job) CHECK(host->loaded().records[job - 1].job == job);
  for (const Record& record : written) CHECK(Difference(*host.Find(record.job), record) == "");
  CHECK(host->next_job() == 4);
}

TEST_CASE("a later write replaces the row and leaves the request where none is given") {
  TempDir dir;
  const Record intent = MakeRecord(1, Stage::kIntent);
  Record ended = MakeRecord(1, Stage::kEnded, 1);
  {
    Host host(dir / "j");
    CHECK(host.Write(intent).ok());
    ended.body.clear();
    ended.params.clear();
    CHECK(host.Write(ended).ok());
    CHECK(host->counters().rows_written == 2);
  }
  Host host(dir / "j");
  REQUIRE(host->loaded().records.size() == 1);
  ended.body = intent.body;
  ended.params = intent.params;
  CHECK(Difference(*host.Find(1), ended) == "");
}

TEST_CASE("requests of jobs past their intent are read on demand") {
  TempDir dir;
  {
    Host host(dir / "j");
    for (uint64_t job : {1, 2, 3}) CHECK(host.Write(MakeRecord(job, static_cast<Stage>(job))).ok());
  }
  Options options = Host::OptionsFor(dir / "j");
  options.load_requests = false;
  for (bool read_only : {false, true}) {
    options.read_only = read_only;
    Host host(options);
    CHECK(host.Find(1)->body == MakeRecord(1, Stage::kIntent).body);
    CHECK(host.Find(2)->body == "");
    CHECK(host.Find(3)->params == "");
    CHECK_FALSE(host.Find(3)->body_withheld);
    const auto whole = host->Read(3);
    REQUIRE(whole.ok());
    CHECK(Difference(*whole, MakeRecord(3, Stage::kEnded)) == "");
    CHECK(host->Read(4).error().code == Code::kNotFound);
  }
}

TEST_CASE("ids are never used again, whatever was forgotten") {
  TempDir dir;
  {
    Host host(dir / "j");
    for (uint64_t job : {1, 2, 9}) CHECK(host.Write(MakeRecord(job, Stage::kEnded)).ok());
    host->Forget(9);
    host->Forget(1);
    host->Forget(77);
    CHECK(host.Write(MakeRecord(3, Stage::kEnded)).ok());
  }
  {
    Host host(dir / "j");
    CHECK(host->loaded().problems.empty());
    CHECK(host->loaded().records.size() == 2);
    CHECK(host->next_job() == 10);
    host->Forget(2);
    host->Forget(3);
  }
  Host host(dir / "j");
  CHECK(host->loaded().records.empty());
  CHECK(host->next_job() == 10);
}

TEST_CASE("what was forgotten is in none of the files once they are closed") {
  TempDir dir;
  const auto holds = [&](const std::string& needle) {
    for (const auto& name : FilesIn(dir.path()))
      if (ReadBytes(dir / name).find(needle) != std::string::npos) return true;
    return false;
  };
  Host host(dir / "j");
  CHECK(host.Write(MakeRecord(1, Stage::kIntent)).ok());
  CHECK(host.Write(MakeRecord(2, Stage::kIntent)).ok());
  CHECK(holds("a lighthouse in winter 1.0"));
  host->Forget(1);
  CHECK(host.Write(MakeRecord(2, Stage::kAcked)).ok());
  host.Close();
  CHECK_FALSE(holds("a lighthouse in winter 1.0"));
  CHECK(holds("a lighthouse in winter 2.0"));
}

TEST_CASE("old jobs that are over and were delivered are dropped at Open, all others are kept") {
  TempDir dir;
  const int64_t now = static_cast<int64_t>(std::time(nullptr)) * 1000, hour = 3'600'000;
  const auto put = [&](Host& host, uint64_t job, Stage stage, bool delivered, int64_t updated) {
    Record r = MakeRecord(job, stage);
    r.delivered = delivered;
    r.updated_ms = updated;
    CHECK(host.Write(r).ok());
  };
  {
    Host host(dir / "j");
    put(host, 1, Stage::kEnded, true, now - 2 * hour);
    put(host, 2, Stage::kEnded, true, now);
    put(host, 3, Stage::kEnded, false, now - 2 * hour);
    put(host, 4, Stage::kAcked, true, now - 2 * hour);
    put(host, 5, Stage::kEnded, true, -(int64_t{1} << 61));
    put(host, 6, Stage::kEnded, true, int64_t{1} << 61);
  }
  Options options = Host::OptionsFor(dir / "j");
  options.keep_ended_ms = 0;
  CHECK(Host(options)->loaded().records.size() == 6);
  options.keep_ended_ms = hour;
  for (int round = 0; round < 2; ++round) {
    Host host(options);
    std::vector<uint64_t> jobs;
    for (const Record& r : host->loaded().records) jobs.push_back(r.job);
    CHECK(jobs == std::vector<uint64_t>{2, 3, 4, 6});
    CHECK(host->loaded().problems.empty());
    CHECK(host->next_job() == 7);
  }
}

TEST_CASE("C3: times in the future are kept as they are and nothing is dropped for them") {
  TempDir dir;
  Record r = MakeRecord(1, Stage::kEnded);
  r.delivered = true;
  r.created_ms = r.updated_ms = r.deadline_ms =
      (static_cast<int64_t>(std::time(nullptr)) + 40'000'000) * 1000;
  {
    Host host(dir / "j");
    CHECK(host.Write(r).ok());
  }
  Host host(dir / "j");
  REQUIRE(host.Find(1) != nullptr);
  CHECK(Difference(*host.Find(1), r) == "");
}

TEST_CASE("with a digest the request is not on the disk, and the job cannot be sent from there") {
  TempDir dir;
  Options options = Host::OptionsFor(dir / "j");
  options.digest_bodies = true;
  Record expected = MakeRecord(1, Stage::kAcked);
  {
    Host host(options);
    CHECK(host.Write(MakeRecord(1, Stage::kIntent)).ok());
    expected.body.clear();
    expected.params.clear();
    CHECK(host.Write(expected).ok());
    for (const auto& name : FilesIn(dir.path()))
      CHECK(ReadBytes(dir / name).find("lighthouse") == std::string::npos);
  }
  for (bool digest : {true, false}) {
    options.digest_bodies = digest;
    Host host(options);
    REQUIRE(host.Find(1) != nullptr);
    // sha256sum of {"prompt":"a lighthouse in winter 1.0"}
    expected.body = "6ef82d221c744208ca4087e8365147af6207b72f3359f18628fd961ed87037d3";
    expected.body_withheld = true;
    CHECK(Difference(*host.Find(1), expected) == "");
    CHECK(host.Write(*host.Find(1)).ok());  // a digest is not digested again
  }
}

TEST_CASE("J11: files are for their owner alone, and stay so") {
  TempDir dir;
  const mode_t old = ::umask(0);
  Host host(dir / "j");
  CHECK(host.Write(MakeRecord(1, Stage::kIntent)).ok());
  ::umask(old);
  CHECK(FilesIn(dir.path()) == std::vector<std::string>{"j", "j-lock", "j-marks", "j-shm", "j-wal"});
  for (const auto& name : FilesIn(dir.path())) {
    struct stat st;
    REQUIRE(::stat((dir / name).c_str(), &st) == 0);
    CHECK((st.st_mode & 07777) == 0600);
  }
}

TEST_CASE("a person reads it with sqlite3 while it is in use") {
  TempDir dir;
  Host host(dir / "j");
  CHECK(host.Write(MakeRecord(1, Stage::kAcked)).ok());
  CHECK(host.Write(MakeRecord(2, Stage::kEnded)).ok());
  const auto jobs = Query(dir / "j", "SELECT * FROM job_list");
  REQUIRE(jobs.size() == 2);
  CHECK(jobs[0] == std::vector<std::string>{"1", "queued", "yes", "endpoint-1.0", "model-0_1.0", "", "1",
                                            "2026-09-21T14:13:20.001Z", "2026-09-21T14:13:20.001Z"});
  CHECK(jobs[1][5] == "the second picture of 2.0 could not be fetched");
  const auto outputs = Query(dir / "j", "SELECT job, output, path, bytes FROM output_list");
  REQUIRE(outputs.size() == 3);
  CHECK(outputs[2] == std::vector<std::string>{"2", "1", "/pictures/2.0", "5"});
  CHECK(Query(dir / "j", "SELECT * FROM about").size() > 10);
  const auto json = nlohmann::json::parse(Query(dir / "j", "SELECT outputs FROM jobs WHERE job=2")[0][0]);
  CHECK(json[0]["width"] == 1024);
  CHECK(Query(dir / "j", "SELECT version FROM meta")[0][0] == "3");
  // Looking changed nothing.
  CHECK(host.Write(MakeRecord(3, Stage::kIntent)).ok());
  host.Close();
  CHECK(Host(dir / "j")->loaded().problems.empty());
}

TEST_CASE("a row that a person edits is noticed, set aside and said") {
  TempDir dir;
  {
    Host host(dir / "j");
    for (uint64_t job : {1, 2, 3}) CHECK(host.Write(MakeRecord(job, Stage::kIntent)).ok());
  }
  Query(dir / "j", "UPDATE jobs SET attempts = 5 WHERE job = 2");
  Host host(dir / "j");
  REQUIRE(host.ok());
  CHECK(host.Find(1) != nullptr);
  CHECK(host.Find(2) == nullptr);
  CHECK(host.Find(3) != nullptr);
  REQUIRE(host->loaded().problems.size() >= 2);
  CHECK(host->loaded().problems[0].find(".damaged-") != std::string::npos);
  CHECK(host->loaded().problems[1] == "job 2: its row is damaged");
  host.Close();
  CHECK(Host(dir / "j")->loaded().problems.empty());
}

TEST_CASE("nothing is written when the journal is open read-only, and a ticket says so") {
  TempDir dir;
  CHECK(Host(Host::ReadOnly(dir / "j")).error().code == Code::kNotFound);
  {
    Host host(dir / "j");
    CHECK(host.Write(MakeRecord(1, Stage::kIntent)).ok());
  }
  const auto before = ReadBytes(dir / "j");
  {
    Host host(Host::ReadOnly(dir / "j"));
    REQUIRE(host.ok());
    CHECK(host->next_job() == 2);
    CHECK(host.Write(MakeRecord(2, Stage::kIntent)).code == Code::kInvalidState);
    CHECK_FALSE(host->Mark(1, 1));
    host->Forget(1);
  }
  CHECK(ReadBytes(dir / "j") == before);
}

TEST_CASE("a reader beside the writer sees what was durable when it opened") {
  TempDir dir;
  Host writer(dir / "j");
  CHECK(writer.Write(MakeRecord(1, Stage::kIntent)).ok());
  Host reader(Host::ReadOnly(dir / "j"));
  REQUIRE(reader.ok());
  CHECK(reader->loaded().problems.empty());
  CHECK(Difference(*reader.Find(1), MakeRecord(1, Stage::kIntent)) == "");
  CHECK(writer.Write(MakeRecord(2, Stage::kIntent)).ok());
  CHECK(Host(Host::ReadOnly(dir / "j"))->loaded().records.size() == 2);
  CHECK(reader->Read(2).ok());
}

TEST_CASE("jobs that cannot be named are refused, whatever they carry") {
  TempDir dir;
  Host host(dir / "j");
  for (uint64_t job : {uint64_t{0}, uint64_t{1} << 62, uint64_t{1} << 63, UINT64_MAX}) {
    Record r = MakeRecord(1, Stage::kIntent);
    r.job = job;
    CHECK(host.Write(r).code == Code::kInvalidArg);
  }
  Record largest = MakeRecord(1, Stage::kIntent);
  largest.job = (uint64_t{1} << 62) - 1;
  CHECK(host.Write(largest).ok());
  CHECK(host->next_job() == uint64_t{1} << 62);
}

TEST_CASE("a request of megabytes is written once and reads back") {
  TempDir dir;
  Record r = MakeRecord(1, Stage::kIntent);
  r.body.assign(13'000'000, 'b');
  {
    Host host(dir / "j");
    CHECK(host.Write(r).ok());
    r.stage = Stage::kAcked;
    CHECK(host.Write(r).ok());  // the same body again
    r.stage = Stage::kEnded;
    r.state = 100;
    Record without = r;
    without.body.clear();
    without.params.clear();
    CHECK(host.Write(without).ok());
    struct stat st;
    REQUIRE(::stat((dir / "j-wal").c_str(), &st) == 0);
    CHECK(st.st_size < 20'000'000);
  }
  Host host(dir / "j");
  CHECK(Difference(*host.Find(1), r) == "");
}

TEST_CASE("a file that became mostly empty shrinks, and loses nothing") {
  TempDir dir;
  {
    Host host(dir / "j");
    for (uint64_t job = 1; job <= 8; ++job) {
      Record r = MakeRecord(job, Stage::kEnded);
      r.body.assign(1'000'000, static_cast<char>('a' + job));
      CHECK(host.Write(r).ok());
    }
    for (uint64_t job = 1; job <= 7; ++job) host->Forget(job);
  }
  struct stat before, after;
  REQUIRE(::stat((dir / "j").c_str(), &before) == 0);
  CHECK(before.st_size > 8'000'000);
  Host host(dir / "j");
  CHECK(host->loaded().problems.empty());
  host.Close();
  REQUIRE(::stat((dir / "j").c_str(), &after) == 0);
  CHECK(after.st_size < 2'000'000);
  Host again(dir / "j");
  CHECK(again->loaded().problems.empty());
  CHECK(again.Find(8)->body == std::string(1'000'000, static_cast<char>('a' + 8)));
}

}  // namespace pixazo::test
