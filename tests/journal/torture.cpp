// Kills a process that writes a journal, again and again, and compares what is found with what it had been
// told.
//
//   journal_torture ROUNDS [SEED]     a directory of its own under TMPDIR; prints what it did
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <vector>

#include "unit/journal/records.h"

namespace {

using pixazo::journal::Journal;
using pixazo::journal::Options;
using pixazo::journal::Sent;
using pixazo::test::Difference;
using pixazo::test::MakeRecord;
using pixazo::test::Record;
using pixazo::test::Stage;

constexpr size_t kAtOnce = 16;
constexpr uint32_t kLinesMost = 600;  // of a child before it is killed

// What the child tells, before (begins) or after (is) it is true. Fixed size, one write each: never torn.
enum class Said : uint32_t {
  kOpen,
  kPutBegins,
  kIntentIs,
  kMarkBegins,
  kMarkIs,
  kUnsentBegins,
  kUnsentIs,
  kAckBegins,
  kAckIs,
  kOverBegins,
  kOverIs,
  kEndBegins,
  kEndIs,
  kForgetBegins,
  kForgetIs,
  kFailed
};
struct Line {
  Said said;
  uint32_t attempt;
  uint64_t job;
};

[[noreturn]] void Fail(const std::string& what) {
  std::fprintf(stderr, "journal_torture: %s\n", what.c_str());
  std::exit(1);
}

// -- The child: jobs that live, sixteen at a time, as fast as the journal goes --

class Child {
 public:
  Child(const std::string& path, uint64_t seed) : random_(seed) {
    Options options;
    options.path = path;
    options.wake = [this] {
      const std::lock_guard lock(mutex_);
      woken_ = true;
      changed_.notify_one();
    };
    auto opened = Journal::Open(options);
    if (!opened.ok()) Fail(opened.error().message);
    journal_ = std::move(*opened);
    Say(Said::kOpen, 0);
    next_job_ = journal_->next_job();
    for (const Record& r : journal_->loaded().records) Restore(r);
  }

  [[noreturn]] void Run() {
    for (;;) {
      while (live_ < kAtOnce) Begin();
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return woken_; });
      woken_ = false;
      lock.unlock();
      Journal::Completion done;
      while (journal_->Next(done)) {
        if (!done.error.ok()) Say(Said::kFailed, done.ticket);
        Advance(done.ticket);
      }
    }
  }

 private:
  struct Job {
    Stage stage = Stage::kIntent;
    uint32_t attempts = 0;  // proven unsent
  };

  void Say(Said said, uint64_t job, uint32_t attempt = 0) {
    const Line line = {said, attempt, job};
    if (::write(STDOUT_FILENO, &line, sizeof line) != sizeof line) std::_Exit(0);
  }
  bool Chance(uint32_t percent) { return random_() % 100 < percent; }

  void Put(uint64_t id) {
    const Job& job = jobs_[id];
    Record r = MakeRecord(id, job.stage);
    r.attempts = job.attempts;
    if (job.stage != Stage::kIntent && Chance(50)) r.body.clear(), r.params.clear();
    journal_->Put(std::move(r), id);
  }

  void Begin() {
    const uint64_t id = next_job_++;
    ++live_;
    jobs_[id] = {};
    Say(Said::kPutBegins, id);
    Put(id);
  }

  // A job of an earlier life: what may have been sent is given up, the rest goes on.
  void Restore(const Record& r) {
    if (r.stage == Stage::kEnded) return;
    ++live_;
    jobs_[r.job] = {r.stage, r.attempts};
    if (r.stage == Stage::kIntent && journal_->SentOf(r) == Sent::kNo) return Send(r.job);
    End(r.job);
  }

  void Send(uint64_t id) {
    const Job& job = jobs_[id];
    Say(Said::kMarkBegins, id, job.attempts + 1);
    if (!journal_->Mark(id, job.attempts + 1)) Say(Said::kFailed, id);
    Say(Said::kMarkIs, id, job.attempts + 1);
    if (Chance(25)) {
      Say(Said::kUnsentBegins, id, ++jobs_[id].attempts);
    } else {
      jobs_[id].stage = Stage::kAcked;
      Say(Said::kAckBegins, id);
    }
    Put(id);
  }

  void End(uint64_t id) {
    jobs_[id].stage = Stage::kEnded;
    Say(Said::kEndBegins, id);
    Put(id);
  }

  void Advance(uint64_t id) {
    const Job& job = jobs_[id];
    switch (job.stage) {
      case Stage::kIntent:
        if (job.attempts == 0)
          Say(Said::kIntentIs, id);
        else
          Say(Said::kUnsentIs, id, job.attempts);
        if (!Chance(10)) return Send(id);
        Say(Said::kOverBegins, id);
        if (!journal_->MarkEnded(id, 0)) Say(Said::kFailed, id);
        Say(Said::kOverIs, id);
        return End(id);
      case Stage::kAcked:
        Say(Said::kAckIs, id);
        return End(id);
      case Stage::kEnded:
        Say(Said::kEndIs, id);
        if (Chance(60)) {
          Say(Said::kForgetBegins, id);
          journal_->Forget(id);
        }
        jobs_.erase(id);
        --live_;
    }
  }

  std::mt19937_64 random_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool woken_ = false;
  std::map<uint64_t, Job> jobs_;
  size_t live_ = 0;
  uint64_t next_job_ = 1;
  std::unique_ptr<Journal> journal_;
};

// -- The parent: kills, opens, compares --

struct Known {
  Stage least = Stage::kIntent, most = Stage::kIntent;  // how far the row may be
  bool durable = false;                                 // the child was told that a row is there
  bool forgetting = false;
  bool over_began = false, over = false;  // ended, not charged
  uint32_t mark_began = 0, marked = 0;    // attempts
  uint32_t attempts_least = 0, attempts_most = 0;
};

struct Totals {
  uint64_t lines = 0, rows = 0, unsent = 0, perhaps_sent = 0, acknowledged = 0, cut_in_two = 0;
};

class Parent {
 public:
  Parent(std::string program, std::string directory, uint64_t seed)
      : program_(std::move(program)), path_(directory + "/journal"), random_(seed) {}

  void Round() {
    int out[2];
    if (::pipe(out) != 0) Fail("no pipe");
    const std::string seed = std::to_string(random_());
    const pid_t pid = ::fork();
    if (pid < 0) Fail("no process");
    if (pid == 0) {
      ::dup2(out[1], STDOUT_FILENO);
      ::close(out[0]);
      ::close(out[1]);
      ::execl(program_.c_str(), program_.c_str(), "--child", path_.c_str(), seed.c_str(), nullptr);
      std::_Exit(127);
    }
    ::close(out[1]);
    uint64_t lines = random_() % kLinesMost + 1;
    Line line;
    for (; Read(out[0], line); ++totals.lines) {
      Learn(line);
      if (--lines == 0) ::kill(pid, SIGKILL);  // what it wrote until then is read all the same
    }
    ::close(out[0]);
    int status = 0;
    ::waitpid(pid, &status, 0);
    if (!WIFSIGNALED(status)) Fail("the child ended by itself");
    Compare();
  }

  Totals totals;

 private:
  static bool Read(int fd, Line& line) {
    size_t got = 0;
    while (got < sizeof line) {
      const ssize_t n = ::read(fd, reinterpret_cast<char*>(&line) + got, sizeof line - got);
      if (n <= 0) return false;
      got += static_cast<size_t>(n);
    }
    return true;
  }

  void Learn(const Line& line) {
    if (line.said == Said::kFailed) Fail("a write failed for job " + std::to_string(line.job));
    if (line.said == Said::kOpen) return;
    Known& job = known_[line.job];
    switch (line.said) {
      case Said::kIntentIs:
        job.durable = true;
        ++totals.acknowledged;
        break;
      case Said::kMarkBegins:
        job.mark_began = line.attempt;
        break;
      case Said::kMarkIs:
        job.marked = line.attempt;
        break;
      case Said::kUnsentBegins:
        job.attempts_most = line.attempt;
        break;
      case Said::kUnsentIs:
        job.attempts_least = line.attempt;
        ++totals.acknowledged;
        break;
      case Said::kAckBegins:
        job.most = std::max(job.most, Stage::kAcked);
        break;
      case Said::kAckIs:
        job.least = Stage::kAcked;
        ++totals.acknowledged;
        break;
      case Said::kOverBegins:
        job.over_began = true;
        break;
      case Said::kOverIs:
        job.over = true;
        break;
      case Said::kEndBegins:
        job.most = Stage::kEnded;
        break;
      case Said::kEndIs:
        job.least = Stage::kEnded;
        ++totals.acknowledged;
        break;
      case Said::kForgetBegins:
        job.forgetting = true;
        break;
      default:
        break;
    }
  }

  void Compare() {
    Options options;
    options.path = path_;
    options.load_requests = true;
    auto opened = Journal::Open(options);
    if (!opened.ok()) Fail(opened.error().message);
    Journal& journal = **opened;
    for (const auto& problem : journal.loaded().problems) Fail("a problem: " + problem);
    std::map<uint64_t, const Record*> rows;
    for (const Record& r : journal.loaded().records) rows[r.job] = &r;
    for (auto& [id, job] : known_) {
      const auto row = rows.find(id);
      if (row != rows.end())
        Check(journal, *row->second, job);
      else if (job.durable && !job.forgetting)
        Fail("job " + std::to_string(id) + " was acknowledged and is gone");
      if (job.durable && journal.next_job() <= id) Fail("id " + std::to_string(id) + " would be used again");
    }
    for (const auto& [id, row] : rows)
      if (known_.count(id) == 0) Fail("job " + std::to_string(id) + " was never written");
    totals.rows += rows.size();
    // The ones that are gone may come again as others; those that are there are now certain.
    std::erase_if(known_, [&](const auto& k) { return rows.count(k.first) == 0; });
    for (auto& [id, job] : known_) {
      const Record& r = *rows[id];
      job = Known{r.stage,  r.stage,        true,       false,      job.over_began,
                  job.over, job.mark_began, job.marked, r.attempts, r.attempts};
    }
  }

  void Check(Journal& journal, const Record& r, const Known& job) {
    const std::string name = "job " + std::to_string(r.job);
    if (r.stage < job.least || r.stage > job.most)
      Fail(name + " is in stage " + std::to_string(static_cast<int>(r.stage)));
    if (r.attempts < job.attempts_least || r.attempts > job.attempts_most)
      Fail(name + " has " + std::to_string(r.attempts) + " attempts");
    Record expected = MakeRecord(r.job, r.stage);
    expected.attempts = r.attempts;
    if (const std::string differs = Difference(r, expected); !differs.empty())
      Fail(name + ": " + differs + " differs");
    if (r.stage != Stage::kIntent) return;
    const Sent sent = journal.SentOf(r);
    if (job.over && sent != Sent::kEnded) Fail(name + " had ended, and may be sent");
    if (!job.over_began && sent == Sent::kEnded) Fail(name + " counts as ended");
    if (sent == Sent::kEnded) return;
    const bool no = sent == Sent::kNo;
    ++(no ? totals.unsent : totals.perhaps_sent);
    if (no && job.marked > r.attempts) Fail(name + " was marked, and counts as not sent");
    if (!no && job.mark_began <= r.attempts) Fail(name + " was never marked, and counts as perhaps sent");
    if (job.mark_began > job.marked) ++totals.cut_in_two;
  }

  const std::string program_, path_;
  std::mt19937_64 random_;
  std::map<uint64_t, Known> known_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc == 4 && std::strcmp(argv[1], "--child") == 0)
    Child(argv[2], std::strtoull(argv[3], nullptr, 10)).Run();
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 0;
  if (rounds <= 0) Fail("how many rounds?");
  const uint64_t seed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : std::random_device()();
  const char* base = std::getenv("TMPDIR");
  std::string directory = std::string(base != nullptr ? base : "/tmp") + "/journal-torture-XXXXXX";
  if (::mkdtemp(directory.data()) == nullptr) Fail("no directory");
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  std::fflush(stdout);
  Parent parent("/proc/self/exe", directory, seed);
  for (int i = 0; i < rounds; ++i) parent.Round();
  std::filesystem::remove_all(directory);
  const Totals& t = parent.totals;
  const auto n = [](uint64_t count) { return static_cast<unsigned long long>(count); };
  std::printf(
      "%d kills, %llu acknowledged writes, none lost; %llu rows compared; %llu intents not sent, %llu "
      "perhaps, "
      "%llu killed in the mark\n",
      rounds, n(t.acknowledged), n(t.rows), n(t.unsent), n(t.perhaps_sent), n(t.cut_in_two));
  return 0;
}
