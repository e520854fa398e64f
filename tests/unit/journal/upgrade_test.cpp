// J13: journals of older formats are read, and written anew before they are written on.
#include <cerrno>

#include "disk.h"
#include "support.h"

namespace pixazo::test {
namespace {

std::string OfFormat1() { return ReadBytes(PZ_TEST_DATA "/journal/format-1"); }

Options KeepAll(Options options) {
  options.keep_ended_ms = 0;
  options.load_requests = true;
  return options;
}

Options ToRead(const TempDir& dir) { return KeepAll(Host::ReadOnly(dir / "j")); }
Options ToWrite(const TempDir& dir) { return KeepAll(Host::OptionsFor(dir / "j")); }

// Jobs 1 to 3 as MakeRecord makes them, without what rows have had only since format 2.
void CheckRowsOfFormat1(Host& host) {
  INFO(host.error().message);
  REQUIRE(host.ok());
  CHECK(host->next_job() == 5);
  REQUIRE(host->loaded().records.size() == 3);
  for (uint64_t job : {1, 2, 3}) {
    Record expected = MakeRecord(job, static_cast<Stage>(job));
    expected.delivered = job == 3;
    expected.fetch_outputs = true;
    expected.submit_timeout_ms = 0;
    INFO("job ", job);
    CHECK(Difference(*host.Find(job), expected) == "");
    CHECK(Difference(*host->Read(job), expected) == "");
  }
  CHECK(host->SentOf(*host.Find(1)) == Sent::kUnknown);  // another machine
}

}  // namespace

TEST_CASE("J13: a journal of format 1 opens, whatever version this is, and is written on in today's format") {
  TempDir dir;
  WriteBytes(dir / "j", OfFormat1());
  for (auto options : {ToRead(dir), ToWrite(dir), ToWrite(dir), ToRead(dir)}) {
    Host host(std::move(options));
    CheckRowsOfFormat1(host);
    CHECK(host->loaded().problems.empty());
  }
  Record record = MakeRecord(6, Stage::kIntent);
  record.candidate = "model-0_named";
  REQUIRE(Host(ToWrite(dir)).Write(record).ok());
  Host host(ToWrite(dir));
  CHECK(host->loaded().problems.empty());
  CHECK(Difference(*host.Find(6), record) == "");
  CHECK(host->SentOf(*host.Find(6)) == Sent::kUnknown);  // unmarked, but somebody has named it
}

TEST_CASE("J13: the journal that 1.0 wrote opens, whatever version this is") {
  TempDir dir;
  WriteBytes(dir / "j", ReadBytes(PZ_TEST_DATA "/journal/format-2"));
  for (auto options : {ToRead(dir), ToWrite(dir)}) {
    Host host(std::move(options));
    REQUIRE(host.ok());
    CHECK(host->loaded().problems.empty());
    REQUIRE(host->loaded().records.size() == 3);
    for (uint64_t job : {1, 2, 3}) {
      Record expected = MakeRecord(job, static_cast<Stage>(job));
      if (job == 1) expected.candidate = "model-0_named";
      CHECK(Difference(*host.Find(job), expected) == "");
    }
  }
}

TEST_CASE("J13: looking at a journal of format 1 changes nothing") {
  TempDir dir;
  WriteBytes(dir / "j", OfFormat1());
  CHECK(Host(ToRead(dir)).ok());
  CHECK(ReadBytes(dir / "j") == OfFormat1());
}

TEST_CASE("J13: a damaged journal of format 1 is set aside, and its rows are carried over") {
  // The header, twice, and the tree of definitions; 55 is only met when a table is dropped.
  for (const size_t at : {size_t{19}, size_t{29}, size_t{101}, size_t{55}}) {
    TempDir dir;
    std::string bytes = OfFormat1();
    bytes[at] = static_cast<char>(bytes[at] ^ 0x55);
    WriteBytes(dir / "j", bytes);
    INFO("byte ", at);
    for (auto options : {ToRead(dir), ToWrite(dir)}) {
      Host host(std::move(options));
      REQUIRE(host.ok());
      REQUIRE(host->loaded().records.size() == 3);
      CHECK(host->loaded().records[1].output_dir == "/pictures/2.0");
      CHECK(host->loaded().records[1].fetch_outputs);
    }
    CHECK(Host(ToWrite(dir))->loaded().problems.empty());
  }
}

TEST_CASE("J13, J9: whichever step of writing an old journal anew fails or is the last, no row is lost") {
  struct Working {
    ~Working() { Disk::Get().Work(); }
  } const restored;
  uint64_t steps = 0;
  for (const Disk::Way way : {Disk::Way::kOnce, Disk::Way::kAlways, Disk::Way::kDie}) {
    for (uint64_t n = 1;; ++n, ++steps) {
      TempDir dir;
      WriteBytes(dir / "j", OfFormat1());
      INFO("step ", n);
      const int code = InChild([&] {
        Disk::Get().FailAt(n, way, ENOSPC);
        { Host host(ToWrite(dir)); }
        return Disk::Get().failed() ? 1 : 0;
      });
      Host host(ToWrite(dir));
      CheckRowsOfFormat1(host);
      CHECK(host->loaded().problems.empty());
      if (code == 0) break;
    }
  }
  CHECK(steps > 60);
}

}  // namespace pixazo::test
