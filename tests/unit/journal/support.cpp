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

Record MakeRecord(uint64_t job, Stage stage, uint64_t salt) {
  const std::string n = std::to_string(job) + "." + std::to_string(salt);
  Record r;
  r.job = job;
  r.tag = ~job;
  r.origin = job / 2;
  r.stage = stage;
  r.state = stage == Stage::kIntent ? 1 : stage == Stage::kAcked ? 4 : 100;
  r.charged = stage == Stage::kIntent ? 1 : 2;
  r.kind = static_cast<int32_t>(job % 4);
  r.priority = -static_cast<int32_t>(job);
  r.queued_endpoint = job % 2 == 0;
  r.endpoint_id = "endpoint-" + n;
  r.submit_key = "key-" + n;
  r.nonce = "nonce-" + n;
  r.body = R"({"prompt":"a lighthouse in winter )" + n + "\"}";
  r.params = R"({"prompt":")" + n + "\"}";
  r.output_dir = "/pictures/" + n;
  r.output_name = "name-" + n;
  r.reserved_microusd = static_cast<int64_t>(40'000 + job);
  r.created_ms = 1'790'000'000'000 + static_cast<int64_t>(job);
  r.updated_ms = r.created_ms + static_cast<int64_t>(salt);
  r.deadline_ms = r.created_ms + 1'800'000;
  if (stage == Stage::kIntent) return r;
  r.request_id = "model-0_" + n;
  r.outputs.push_back({"https://cdn.example/" + n + ".png", "", "image/png", 0, 0, 0, -13});
  if (stage == Stage::kAcked) return r;
  r.outputs[0] = {
      "https://cdn.example/" + n + ".png", "/pictures/\xff\xfe" + n, "image/png", 1u << 20, 1024, 768, 0};
  r.outputs.push_back({"", "/pictures/" + n, "image/webp", 5, 6, 7, -59});
  r.error = wire::MakeError(Code::kOutput, "the second picture of " + n + " could not be fetched", "field");
  r.error.remote_code = "Gone";
  r.error.request_id = r.request_id;
  r.error.http_status = 410;
  r.error.retryable = true;
  r.error.retry_after_ms = 5;
  r.error.required_microusd = 6;
  r.error.charged = wire::Charged::kYes;
  return r;
}

std::string Difference(const Record& a, const Record& b) {
#define SAME(member) \
  if (a.member != b.member) return #member
  SAME(job);
  SAME(tag);
  SAME(origin);
  SAME(stage);
  SAME(state);
  SAME(charged);
  SAME(kind);
  SAME(priority);
  SAME(attempts);
  SAME(queued_endpoint);
  SAME(delivered);
  SAME(body_withheld);
  SAME(endpoint_id);
  SAME(request_id);
  SAME(submit_key);
  SAME(nonce);
  SAME(body);
  SAME(params);
  SAME(output_dir);
  SAME(output_name);
  SAME(reserved_microusd);
  SAME(created_ms);
  SAME(updated_ms);
  SAME(deadline_ms);
  SAME(error.code);
  SAME(error.message);
  SAME(error.field);
  SAME(error.remote_code);
  SAME(error.request_id);
  SAME(error.http_status);
  SAME(error.retryable);
  SAME(error.retry_after_ms);
  SAME(error.required_microusd);
  if (!a.error.ok()) SAME(error.charged);
  SAME(outputs.size());
  for (size_t i = 0; i < a.outputs.size(); ++i) {
    SAME(outputs[i].url);
    SAME(outputs[i].path);
    SAME(outputs[i].media_type);
    SAME(outputs[i].bytes);
    SAME(outputs[i].width);
    SAME(outputs[i].height);
    SAME(outputs[i].status);
  }
#undef SAME
  return {};
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
