// J13: journals of older formats are read, and written anew before they are written on.
#include <cerrno>

#include "disk.h"
#include "support.h"

namespace pixazo::test {
namespace {

constexpr int kOlder[] = {1, 2};
std::string OfFormat(int format) {
  return ReadBytes(PZ_TEST_DATA "/journal/format-" + std::to_string(format));
}

Options KeepAll(Options options) {
  options.keep_ended_ms = 0;
  options.load_requests = true;
  return options;
}

Options ToRead(const TempDir& dir) { return KeepAll(Host::ReadOnly(dir / "j")); }
Options ToWrite(const TempDir& dir) { return KeepAll(Host::OptionsFor(dir / "j")); }

// Jobs 1 to 3 as MakeRecord makes them, without what rows of that format had not.
void CheckRowsOf(int format, Host& host) {
  INFO("format ", format, ": ", host.error().message);
  REQUIRE(host.ok());
  if (format == 1) CHECK(host->next_job() == 5);
  REQUIRE(host->loaded().records.size() == 3);
  for (uint64_t job : {1, 2, 3}) {
    Record expected = MakeRecord(job, static_cast<Stage>(job));
    expected.gateway.clear();
    if (format == 1) {
      expected.delivered = job == 3;
      expected.fetch_outputs = true;
      expected.submit_timeout_ms = 0;
    } else if (job == 1) {
      expected.candidate = "model-0_named";
    }
    INFO("job ", job);
    CHECK(Difference(*host.Find(job), expected) == "");
    CHECK(Difference(*host->Read(job), expected) == "");
  }
  CHECK(host->SentOf(*host.Find(1)) == Sent::kUnknown);  // another machine
}

}  // namespace

TEST_CASE(
    "J13: a journal of an older format opens, whatever version this is, and is written on in today's "
    "format") {
  for (const int format : kOlder) {
    TempDir dir;
    WriteBytes(dir / "j", OfFormat(format));
    for (auto options : {ToRead(dir), ToWrite(dir), ToWrite(dir), ToRead(dir)}) {
      Host host(std::move(options));
      CheckRowsOf(format, host);
      CHECK(host->loaded().problems.empty());
    }
    Record record = MakeRecord(7, Stage::kIntent);
    record.candidate = "model-0_named";
    REQUIRE(Host(ToWrite(dir)).Write(record).ok());
    Host host(ToWrite(dir));
    CHECK(host->loaded().problems.empty());
    CHECK(Difference(*host.Find(7), record) == "");
    CHECK(host->SentOf(*host.Find(7)) == Sent::kUnknown);  // unmarked, but somebody has named it
  }
}

TEST_CASE("J13: the journal that 1.0 wrote opens, whatever version this is") {
  TempDir dir;
  WriteBytes(dir / "j", OfFormat(3));
  for (auto options : {ToRead(dir), ToWrite(dir)}) {
    Host host(std::move(options));
    REQUIRE(host.ok());
    for (const std::string& problem : host->loaded().problems) FAIL_CHECK(problem);
    REQUIRE(host->loaded().records.size() == 3);
    for (uint64_t job : {1, 2, 3}) {
      Record expected = MakeRecord(job, static_cast<Stage>(job));
      if (job == 1) expected.candidate = "model-0_named";
      CHECK(Difference(*host.Find(job), expected) == "");
    }
  }
}

TEST_CASE("J13: looking at a journal of an older format changes nothing") {
  for (const int format : kOlder) {
    TempDir dir;
    WriteBytes(dir / "j", OfFormat(format));
    CHECK(Host(ToRead(dir)).ok());
    CHECK(ReadBytes(dir / "j") == OfFormat(format));
  }
}

TEST_CASE("J13: a damaged journal of an older format is set aside, and its rows are carried over") {
  for (const int format : kOlder) {
    // The header, twice, and the tree of definitions; 55 is only met when a table is dropped.
    for (const size_t at : {size_t{19}, size_t{29}, size_t{101}, size_t{55}}) {
      TempDir dir;
      std::string bytes = OfFormat(format);
      bytes[at] = static_cast<char>(bytes[at] ^ 0x55);
      WriteBytes(dir / "j", bytes);
      INFO("format ", format, ", byte ", at);
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
}

TEST_CASE("J13, J9: whichever step of writing an old journal anew fails or is the last, no row is lost") {
  struct Working {
    ~Working() { Disk::Get().Work(); }
  } const restored;
  uint64_t steps = 0;
  for (const Disk::Way way : {Disk::Way::kOnce, Disk::Way::kAlways, Disk::Way::kDie}) {
    for (uint64_t n = 1;; ++n, ++steps) {
      TempDir dir;
      const int format = kOlder[n % 2];
      WriteBytes(dir / "j", OfFormat(format));
      INFO("step ", n);
      const int code = InChild([&] {
        Disk::Get().FailAt(n, way, ENOSPC);
        { Host host(ToWrite(dir)); }
        return Disk::Get().failed() ? 1 : 0;
      });
      Host host(ToWrite(dir));
      CheckRowsOf(format, host);
      CHECK(host->loaded().problems.empty());
      if (code == 0) break;
    }
  }
  CHECK(steps > 60);
}

}  // namespace pixazo::test
