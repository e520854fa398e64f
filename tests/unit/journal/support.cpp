#include "support.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

namespace pixazo::test {

TempDir::TempDir() {
  const char* chosen = std::getenv("TMPDIR");
  std::string base = chosen != nullptr ? chosen : ::access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
  base += "/pixazo-journal-XXXXXX";
  REQUIRE(::mkdtemp(base.data()) != nullptr);
  path_ = base;
}

TempDir::~TempDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string ReadBytes(const std::string& path) {
  std::string bytes;
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return bytes;
  char buffer[65536];
  for (ssize_t n = 0; (n = ::read(fd, buffer, sizeof buffer)) > 0;)
    bytes.append(buffer, static_cast<size_t>(n));
  ::close(fd);
  return bytes;
}

void WriteBytes(const std::string& path, const std::string& bytes) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  REQUIRE(fd >= 0);
  REQUIRE(::pwrite(fd, bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()));
  REQUIRE(::ftruncate(fd, static_cast<off_t>(bytes.size())) == 0);
  ::close(fd);
}

std::vector<std::string> FilesIn(const std::string& directory) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(directory))
    names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

Options Host::OptionsFor(const std::string& path) {
  Options options;
  options.path = path;
  options.load_requests = true;
  return options;
}

Options Host::ReadOnly(const std::string& path) {
  Options options = OptionsFor(path);
  options.read_only = true;
  return options;
}

Host::Host(Options options) : signal_(std::make_shared<std::pair<std::mutex, std::condition_variable>>()) {
  options.wake = [signal = signal_] {
    const std::lock_guard lock(signal->first);
    signal->second.notify_all();
  };
  auto opened = Journal::Open(std::move(options));
  if (opened.ok())
    journal_ = std::move(*opened);
  else
    error_ = opened.error();
}

wire::Error Host::Wait(uint64_t ticket) {
  std::unique_lock lock(signal_->first);
  for (;;) {
    Journal::Completion completion;
    while (journal_->Next(completion)) completed_.push_back(completion);
    const auto at = std::find_if(completed_.begin(), completed_.end(),
                                 [&](const Journal::Completion& c) { return c.ticket == ticket; });
    if (at != completed_.end()) {
      wire::Error error = at->error;
      completed_.erase(at);
      return error;
    }
    signal_->second.wait(lock);
  }
}

wire::Error Host::Write(Record record) {
  const uint64_t ticket = Ticket();
  journal_->Put(std::move(record), ticket);
  return Wait(ticket);
}

const Record* Host::Find(uint64_t job) const {
  for (const Record& r : journal_->loaded().records)
    if (r.job == job) return &r;
  return nullptr;
}

int InChild(const std::function<int()>& run) {
  const pid_t pid = ::fork();
  REQUIRE(pid >= 0);
  if (pid == 0) ::_exit(run());
  int status = 0;
  REQUIRE(::waitpid(pid, &status, 0) == pid);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace pixazo::test
