// Processes that are forked while a journal is being written.
#include <unistd.h>

#include <thread>

#include "disk.h"
#include "support.h"

namespace pixazo::test {
namespace {

// The disk works again at the end of a test, however it ends.
struct Working {
  ~Working() { Disk::Get().Work(); }
};

// A journal of its own in a forked child: 0 if it can be opened, 1 if it is refused with that reason.
int OpenInChild(const std::string& path) {
  return InChild([&] {
    ::alarm(60);  // rather than for ever
    Host host(path);
    if (host.ok()) return host.Write(MakeRecord(1, Stage::kIntent)).ok() ? 0 : 2;
    const bool said = host.error().message.find("was forked while") != std::string::npos;
    return host.error().code == Code::kInvalidState && said ? 1 : 3;
  });
}

}  // namespace

TEST_CASE("L14: a fork waits for the journal that is being written, and the child opens one of its own") {
  TempDir dir;
  const Working restored;
  Host host(dir / "j");
  for (uint64_t job = 1; job <= 5; ++job) {
    Disk::Get().HoldMemory();
    const uint64_t ticket = host.Ticket();
    host->Put(MakeRecord(job, Stage::kIntent), ticket);
    Disk::Get().WaitUntilMemoryHeld();
    std::thread releases([] { Disk::Get().Release(); });
    CHECK(OpenInChild(dir / ("child" + std::to_string(job))) == 0);
    releases.join();
    CHECK(host.Wait(ticket).ok());
  }
}

TEST_CASE(
    "L14: a fork does not wait for a disk that hangs, and the child is told that it can open no journal") {
  TempDir dir;
  const Working restored;
  Host host(dir / "j");
  Disk::Get().HoldMemory();
  const uint64_t ticket = host.Ticket();
  host->Put(MakeRecord(1, Stage::kIntent), ticket);
  Disk::Get().WaitUntilMemoryHeld();
  CHECK(OpenInChild(dir / "k") == 1);
  Disk::Get().Release();
  CHECK(host.Wait(ticket).ok());
  CHECK(OpenInChild(dir / "k") == 0);
}

}  // namespace pixazo::test
