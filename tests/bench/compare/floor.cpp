// The floor: the least that a client on libcurl's multi interface can do. One thread, kept easy handles that
// keep their options, at most 16 connections, a few bytes a waiting job, no check and no promise that is not
// needed to get the pictures.
//
//   bench-floor --url BASE --jobs N [--ca CERT.pem] [--http 1|2] [--timeout S] [--poll-ms 1000]
//   [--connections 16]
//               [--fresh-submit 0|1]
//
// --fresh-submit 1: each POST on a new connection, without which libcurl may send it twice. That is the price
// of a promise, not of anybody's code, so that there are two floors.
#include <curl/curl.h>
#include <poll.h>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client.h"

namespace {

constexpr size_t kMaxId = 56, kMaxStreams = 100;
constexpr const char* kBody = R"({"prompt":"A serene sunset over mountains"})";

enum Kind { kSubmit, kStatus, kDownload, kKinds };

struct Job {
  char id[kMaxId];
};

struct Slot {  // an easy handle that does one kind of thing
  CURL* handle;
  Kind kind;
  uint32_t job;
  std::string reply;
};

std::string_view Between(std::string_view text, std::string_view before, char after) {
  const size_t begin = text.find(before);
  if (begin == std::string_view::npos) return {};
  text.remove_prefix(begin + before.size());
  return text.substr(0, text.find(after));
}

class Floor {
 public:
  explicit Floor(const bench_arguments& arguments);
  ~Floor();
  bench_result Run();

 private:
  struct Poll {
    double due_s;
    uint32_t job;
  };
  struct Picture {
    uint32_t job;
    std::string url;
  };
  void Launch(double now_s);
  Slot* Take(Kind kind);
  void Start(Slot* slot, uint32_t job, const std::string& url);
  void Collect();
  void Finished(Slot& slot, CURLcode code);
  bool OnTime(double now_s);  // false: it is not time
  void Wait(double now_s);
  static int OnSocket(CURL*, curl_socket_t fd, int what, void* self, void*);
  static int OnTimer(CURLM*, long ms, void* self);
  static size_t OnBody(char* bytes, size_t size, size_t count, void* slot);

  const bench_arguments& arguments_;
  const std::string base_;
  const size_t most_running_;
  bench_result result_{};
  CURLM* multi_ = curl_multi_init();
  CURLSH* share_ = curl_share_init();
  curl_slist *submit_headers_ = nullptr, *status_headers_ = nullptr;
  std::vector<std::unique_ptr<Slot>> slots_;
  std::vector<Slot*> idle_[kKinds];
  size_t running_ = 0, submits_running_ = 0;
  std::vector<pollfd> sockets_;
  std::optional<double> timer_s_;
  std::vector<Job> jobs_;
  uint32_t submitted_ = 0, answered_ = 0;
  std::deque<Poll> polls_;  // in the order in which they are due: the interval is always the same
  std::deque<Picture> pictures_;
};

Floor::Floor(const bench_arguments& arguments)
    : arguments_(arguments),
      base_(arguments.url),
      most_running_(arguments.http == 2 ? kMaxStreams : arguments.connections) {
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &Floor::OnSocket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &Floor::OnTimer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_MAX_TOTAL_CONNECTIONS, long{arguments.connections});
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, long{arguments.connections});
  curl_multi_setopt(multi_, CURLMOPT_PIPELINING, arguments.http == 2 ? CURLPIPE_MULTIPLEX : CURLPIPE_NOTHING);
  curl_share_setopt(share_, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
  status_headers_ = curl_slist_append(nullptr, "Ocp-Apim-Subscription-Key: key");
  submit_headers_ = curl_slist_append(nullptr, "Ocp-Apim-Subscription-Key: key");
  submit_headers_ = curl_slist_append(submit_headers_, "Content-Type: application/json");
}

Floor::~Floor() {
  for (const auto& slot : slots_) {
    curl_multi_remove_handle(multi_, slot->handle);
    curl_easy_cleanup(slot->handle);
  }
  curl_multi_cleanup(multi_);
  curl_share_cleanup(share_);
  curl_slist_free_all(submit_headers_);
  curl_slist_free_all(status_headers_);
}

Slot* Floor::Take(Kind kind) {
  if (!idle_[kind].empty()) {
    Slot* slot = idle_[kind].back();
    idle_[kind].pop_back();
    return slot;
  }
  slots_.push_back(std::make_unique<Slot>(Slot{curl_easy_init(), kind, 0, {}}));
  Slot* slot = slots_.back().get();
  CURL* handle = slot->handle;
  const bool fresh = kind == kSubmit && arguments_.fresh_submit;
  const bool second = arguments_.http == 2 && !fresh;
  const bool tls = base_.starts_with("https:");
  curl_easy_setopt(handle, CURLOPT_PRIVATE, slot);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &Floor::OnBody);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, slot);
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_SHARE, share_);
  curl_easy_setopt(handle, CURLOPT_CAPATH, nullptr);  // so that libcurl keeps the parsed bundle
  if (arguments_.ca) curl_easy_setopt(handle, CURLOPT_CAINFO, arguments_.ca);
  curl_easy_setopt(handle, CURLOPT_HTTP_VERSION,
                   !second ? long{CURL_HTTP_VERSION_1_1}
                   : tls   ? long{CURL_HTTP_VERSION_2TLS}
                           : long{CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE});
  if (second) curl_easy_setopt(handle, CURLOPT_PIPEWAIT, 1L);
  if (kind == kSubmit) {
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, kBody);
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, submit_headers_);
    curl_easy_setopt(handle, CURLOPT_FRESH_CONNECT, fresh ? 1L : 0L);
    curl_easy_setopt(handle, CURLOPT_URL, (base_ + "/gpt-image-2/v1/text-to-image").c_str());
  }
  if (kind == kStatus) curl_easy_setopt(handle, CURLOPT_HTTPHEADER, status_headers_);
  return slot;
}

void Floor::Start(Slot* slot, uint32_t job, const std::string& url) {
  slot->job = job;
  slot->reply.clear();
  if (!url.empty()) curl_easy_setopt(slot->handle, CURLOPT_URL, url.c_str());
  curl_multi_add_handle(multi_, slot->handle);
  ++running_;
}

// Whatever may run now. What was submitted is not kept waiting by what is still to be.
void Floor::Launch(double now_s) {
  while (running_ < most_running_) {
    const bool poll = !polls_.empty() && polls_.front().due_s <= now_s;
    const bool others = poll || !pictures_.empty();
    if (submitted_ < arguments_.jobs && submits_running_ < (others ? most_running_ / 2 : most_running_)) {
      ++submits_running_;
      Start(Take(kSubmit), submitted_++, "");
    } else if (!pictures_.empty()) {
      Start(Take(kDownload), pictures_.front().job, pictures_.front().url);
      pictures_.pop_front();
    } else if (poll) {
      const uint32_t job = polls_.front().job;
      polls_.pop_front();
      Start(Take(kStatus), job, base_ + "/v2/requests/status/" + jobs_[job].id);
    } else {
      break;
    }
  }
}

void Floor::Collect() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;
    CURL* handle = message->easy_handle;
    Slot* slot = nullptr;
    curl_easy_getinfo(handle, CURLINFO_PRIVATE, &slot);
    curl_multi_remove_handle(multi_, handle);
    --running_;
    Finished(*slot, code);
    idle_[slot->kind].push_back(slot);
  }
}

void Floor::Finished(Slot& slot, CURLcode code) {
  long status = 0;
  curl_easy_getinfo(slot.handle, CURLINFO_RESPONSE_CODE, &status);
  const bool good = code == CURLE_OK && status / 100 == 2;
  const double next_s = bench_now_s() + arguments_.poll_ms / 1e3;
  if (slot.kind == kDownload) {
    ++(good ? result_.done : result_.failed);
    return;
  }
  if (slot.kind == kStatus) {
    const std::string_view url = Between(slot.reply, R"("media_url":[")", '"');
    if (good && !url.empty())
      pictures_.push_back({slot.job, std::string(url)});
    else
      polls_.push_back({next_s, slot.job});
    return;
  }
  --submits_running_;
  if (++answered_ == arguments_.jobs) result_.rss_waiting_kb = bench_rss_kb();
  const std::string_view id = Between(slot.reply, R"("request_id":")", '"');
  if (!good || id.empty() || id.size() >= kMaxId) {
    ++result_.failed;
    return;
  }
  *std::copy(id.begin(), id.end(), jobs_[slot.job].id) = '\0';
  polls_.push_back({next_s, slot.job});
}

void Floor::Wait(double now_s) {
  double until_s = now_s + 1;
  if (timer_s_) until_s = std::min(until_s, *timer_s_);
  if (!polls_.empty() && running_ < most_running_) until_s = std::min(until_s, polls_.front().due_s);
  const int ms = static_cast<int>(std::max(0.0, (until_s - now_s) * 1e3 + 0.999));
  if (poll(sockets_.data(), sockets_.size(), ms) <= 0) return;
  const std::vector<pollfd> ready = sockets_;  // libcurl changes them
  int running = 0;
  for (const pollfd& socket : ready) {
    const int mask = (socket.revents & (POLLIN | POLLHUP | POLLERR) ? CURL_CSELECT_IN : 0) |
                     (socket.revents & POLLOUT ? CURL_CSELECT_OUT : 0);
    if (mask) curl_multi_socket_action(multi_, socket.fd, mask, &running);
  }
}

bool Floor::OnTime(double now_s) {
  if (!timer_s_ || *timer_s_ > now_s) return false;
  timer_s_.reset();
  int running = 0;
  curl_multi_socket_action(multi_, CURL_SOCKET_TIMEOUT, 0, &running);
  return true;
}

bench_result Floor::Run() {
  result_.rss_before_kb = bench_rss_kb();
  jobs_.resize(arguments_.jobs);
  const double begin_s = bench_now_s(), end_s = begin_s + arguments_.timeout_s;
  for (double now_s = begin_s; result_.done + result_.failed < arguments_.jobs && now_s < end_s;
       now_s = bench_now_s()) {
    Launch(now_s);
    if (!OnTime(now_s)) Wait(now_s);
    Collect();
  }
  result_.wall_s = bench_now_s() - begin_s;
  return result_;
}

int Floor::OnSocket(CURL*, curl_socket_t fd, int what, void* self, void*) {
  auto& sockets = static_cast<Floor*>(self)->sockets_;
  const auto at = std::find_if(sockets.begin(), sockets.end(), [&](const pollfd& s) { return s.fd == fd; });
  const auto events =
      static_cast<short>((what & CURL_POLL_IN ? POLLIN : 0) | (what & CURL_POLL_OUT ? POLLOUT : 0));
  if (what == CURL_POLL_REMOVE) {
    if (at != sockets.end()) sockets.erase(at);
  } else if (at != sockets.end()) {
    at->events = events;
  } else {
    sockets.push_back({fd, events, 0});
  }
  return 0;
}

int Floor::OnTimer(CURLM*, long ms, void* self) {
  auto& timer = static_cast<Floor*>(self)->timer_s_;
  if (ms < 0)
    timer.reset();
  else
    timer = bench_now_s() + static_cast<double>(ms) / 1e3;
  return 0;
}

size_t Floor::OnBody(char* bytes, size_t size, size_t count, void* slot) {
  static_cast<Slot*>(slot)->reply.append(bytes, size * count);
  return size * count;
}

}  // namespace

int main(int argc, char** argv) {
  const bench_arguments arguments = bench_parse(argc, argv);
  curl_global_init(CURL_GLOBAL_DEFAULT);
  bench_result result{};
  {
    Floor floor(arguments);
    result = floor.Run();
  }
  return bench_print(&arguments, &result);
}
