// How fast a journal is on the disk of TMPDIR: durable rows a second, bytes a row, what a caller pays.
//
//   journal_bench [SECONDS]      of each measurement; 2 if not given
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>

#include "journal/journal.h"

namespace {

using pixazo::journal::Journal;
using pixazo::journal::Options;
using pixazo::journal::Record;
using Clock = std::chrono::steady_clock;

double Since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

Record Job(uint64_t id, Record::Stage stage) {
  Record r;
  r.job = id;
  r.stage = stage;
  r.state = 1;
  r.endpoint_id = "gpt-image-2-text-to-image";
  r.body = R"({"prompt":"a lighthouse in winter, seen from the sea, oil on canvas, late light, gulls, )"
           R"(very detailed","size":"1024x1024","quality":"high","n":1,"output_format":"png"})";
  r.params = r.body;
  r.output_dir = "/home/somebody/pictures";
  r.output_name = "lighthouse";
  r.created_ms = r.updated_ms = 1'790'000'000'000;
  r.deadline_ms = r.created_ms + 1'800'000;
  if (stage == Record::Stage::kIntent) return r;
  r.body.clear();
  r.params.clear();
  r.request_id = "gpt-image-2_019d3f2e-8c11-7b52-9d01-0123456789ab";
  if (stage == Record::Stage::kEnded)
    r.outputs.push_back({"https://pub-0123456789abcdef.r2.dev/outputs/019d3f2e8c11.png",
                         "/home/somebody/pictures/lighthouse.png", "image/png", 1'500'000, 1024, 1024, 0});
  return r;
}

class Bench {
 public:
  explicit Bench(std::string path) : path_(std::move(path)) { Open(); }

  void Open() {
    Options options;
    options.path = path_;
    options.wake = [this] {
      const std::lock_guard lock(mutex_);
      woken_ = true;
      changed_.notify_one();
    };
    journal_.reset();
    auto opened = Journal::Open(options);
    if (!opened.ok()) {
      std::fprintf(stderr, "%s\n", opened.error().message.c_str());
      std::exit(1);
    }
    journal_ = std::move(*opened);
  }

  // Rows a second with so many waiting at any time.
  double Rate(size_t waiting, double seconds) {
    size_t running = 0, done = 0;
    const auto start = Clock::now();
    while (Since(start) < seconds) {
      for (; running < waiting; ++running) {
        ++job_;
        journal_->Put(Job(job_, Record::Stage::kIntent), job_);
      }
      const size_t n = Collect();
      running -= n;
      done += n;
    }
    const double rate = static_cast<double>(done) / Since(start);
    while (running > 0) running -= Collect();
    return rate;
  }

  void Whole(size_t jobs) {  // lives of jobs, so that the file holds what it holds in use
    for (auto stage : {Record::Stage::kIntent, Record::Stage::kAcked, Record::Stage::kEnded}) {
      for (size_t i = 1; i <= jobs; ++i) journal_->Put(Job(job_ + i, stage), 1);
      for (size_t left = jobs; left > 0;) left -= Collect();
    }
    job_ += jobs;
  }

  double Marks(size_t n) {
    journal_->Put(Job(++job_, Record::Stage::kIntent), 1);
    while (Collect() == 0) {
    }
    const auto start = Clock::now();
    for (uint32_t i = 1; i <= n; ++i)
      if (!journal_->Mark(job_, i)) return -1;
    return Since(start) / static_cast<double>(n);
  }

  double Puts(size_t n) {
    const auto start = Clock::now();
    for (size_t i = 0; i < n; ++i) journal_->Put(Job(++job_, Record::Stage::kIntent), 0);
    const double each = Since(start) / static_cast<double>(n);
    journal_->Put(Job(++job_, Record::Stage::kIntent), 1);
    while (Collect() == 0) {
    }
    return each;
  }

  void Close() { journal_.reset(); }
  size_t loaded() const { return journal_->loaded().records.size(); }
  Journal::Counters counters() const { return journal_->counters(); }

 private:
  size_t Collect() {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return woken_; });
      woken_ = false;
    }
    size_t n = 0;
    Journal::Completion done;
    for (; journal_->Next(done); ++n) {
      if (done.error.ok()) continue;
      std::fprintf(stderr, "%s\n", done.error.message.c_str());
      std::exit(1);
    }
    return n;
  }

  const std::string path_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool woken_ = false;
  uint64_t job_ = 0;
  std::unique_ptr<Journal> journal_;
};

}  // namespace

int main(int argc, char** argv) {
  const double seconds = argc > 1 ? std::atof(argv[1]) : 2;
  const char* base = std::getenv("TMPDIR");
  std::string directory = std::string(base != nullptr ? base : "/tmp") + "/journal-bench-XXXXXX";
  if (::mkdtemp(directory.data()) == nullptr) return 1;
  {
    Bench bench(directory + "/rates");
    for (size_t waiting : {1, 8, 100, 1000}) {
      const auto before = bench.counters();
      const double rate = bench.Rate(waiting, seconds);
      const auto after = bench.counters();
      std::printf("%4zu waiting: %8.0f durable rows/s, %.1f rows a commit\n", waiting, rate,
                  static_cast<double>(after.rows_written - before.rows_written) /
                      static_cast<double>(after.commits - before.commits));
    }
    std::printf("Mark: %.2f us; Put: %.2f us\n", bench.Marks(100'000) * 1e6, bench.Puts(20'000) * 1e6);
  }
  constexpr size_t kJobs = 100'000;
  {
    Bench bench(directory + "/size");
    bench.Whole(kJobs);
  }
  const auto bytes = std::filesystem::file_size(directory + "/size");
  std::printf("%zu ended jobs: %.0f bytes each\n", kJobs, static_cast<double>(bytes) / kJobs);
  const auto start = Clock::now();
  Bench again(directory + "/size");
  std::printf("opened with %zu jobs in %.2f s\n", again.loaded(), Since(start));
  again.Close();
  std::filesystem::remove_all(directory);
  return 0;
}
