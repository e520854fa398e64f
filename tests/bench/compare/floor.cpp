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
#include "multi.h"

using pixazo::bench::Multi;

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

unsigned HalfOf(unsigned connections) { return std::max(connections / 2, 1u); }

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
  void Collect(CURLM* multi);
  void Finished(Slot& slot, CURLcode code);
  Multi& MultiOf(const Slot& slot) {
    return slot.kind == kSubmit && arguments_.fresh_submit ? submits_ : others_;
  }
  void Wait(double now_s);
  static size_t OnBody(char* bytes, size_t size, size_t count, void* slot);

  const bench_arguments& arguments_;
  const std::string base_;
  const size_t most_running_, most_submits_, most_others_;
  bench_result result_{};
  // A connection that a POST is alone on is no connection to share: fresh ones stay apart.
  Multi submits_, others_;
  std::vector<pollfd> ready_;
  CURLSH* share_ = curl_share_init();
  curl_slist *submit_headers_ = nullptr, *status_headers_ = nullptr;
  std::vector<std::unique_ptr<Slot>> slots_;
  std::vector<Slot*> idle_[kKinds];
  size_t running_ = 0, submits_running_ = 0;
  std::vector<Job> jobs_;
  uint32_t submitted_ = 0, answered_ = 0;
  std::deque<Poll> polls_;  // in the order in which they are due: the interval is always the same
  std::deque<Picture> pictures_;
};

Floor::Floor(const bench_arguments& arguments)
    : arguments_(arguments),
      base_(arguments.url),
      most_running_(arguments.http == 2 ? kMaxStreams : arguments.connections),
      most_submits_(arguments.fresh_submit ? HalfOf(arguments.connections) : most_running_),
      most_others_(!arguments.fresh_submit || arguments.http == 2 ? most_running_
                                                                  : HalfOf(arguments.connections)),
      submits_(HalfOf(arguments.connections), false),
      others_(arguments.fresh_submit ? HalfOf(arguments.connections) : arguments.connections,
              arguments.http == 2) {
  curl_share_setopt(share_, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
  status_headers_ = curl_slist_append(nullptr, "Ocp-Apim-Subscription-Key: key");
  submit_headers_ = curl_slist_append(nullptr, "Ocp-Apim-Subscription-Key: key");
  submit_headers_ = curl_slist_append(submit_headers_, "Content-Type: application/json");
}

Floor::~Floor() {
  for (const auto& slot : slots_) {
    curl_multi_remove_handle(MultiOf(*slot).get(), slot->handle);
    curl_easy_cleanup(slot->handle);
  }
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
  curl_multi_add_handle(MultiOf(*slot).get(), slot->handle);
  ++running_;
}

// Whatever may run now. Polls and pictures are not kept waiting by what is still to be submitted.
void Floor::Launch(double now_s) {
  for (bool started = true; started;) {
    started = false;
    const bool poll = !polls_.empty() && polls_.front().due_s <= now_s;
    const bool room = running_ - submits_running_ < most_others_ && running_ < most_running_;
    if (room && !pictures_.empty()) {
      Start(Take(kDownload), pictures_.front().job, pictures_.front().url);
      pictures_.pop_front();
      started = true;
    } else if (room && poll) {
      const uint32_t job = polls_.front().job;
      polls_.pop_front();
      Start(Take(kStatus), job, base_ + "/v2/requests/status/" + jobs_[job].id);
      started = true;
    }
    if (submitted_ < arguments_.jobs && submits_running_ < most_submits_ && running_ < most_running_) {
      ++submits_running_;
      Start(Take(kSubmit), submitted_++, "");
      started = true;
    }
  }
}

void Floor::Collect(CURLM* multi) {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;
    CURL* handle = message->easy_handle;
    Slot* slot = nullptr;
    curl_easy_getinfo(handle, CURLINFO_PRIVATE, &slot);
    curl_multi_remove_handle(multi, handle);
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
  for (const Multi* multi : {&submits_, &others_})
    if (multi->timer_s()) until_s = std::min(until_s, *multi->timer_s());
  if (!polls_.empty() && running_ - submits_running_ < most_others_ && running_ < most_running_)
    until_s = std::min(until_s, polls_.front().due_s);
  ready_ = submits_.sockets();
  const size_t of_submits = ready_.size();
  ready_.insert(ready_.end(), others_.sockets().begin(), others_.sockets().end());
  const int ms = static_cast<int>(std::max(0.0, (until_s - now_s) * 1e3 + 0.999));
  if (poll(ready_.data(), ready_.size(), ms) <= 0) return;
  for (size_t i = 0; i < ready_.size(); ++i) (i < of_submits ? submits_ : others_).OnReady(ready_[i]);
}

bench_result Floor::Run() {
  result_.rss_before_kb = bench_rss_kb();
  jobs_.resize(arguments_.jobs);
  const double begin_s = bench_now_s(), end_s = begin_s + arguments_.timeout_s;
  for (double now_s = begin_s; result_.done + result_.failed < arguments_.jobs && now_s < end_s;
       now_s = bench_now_s()) {
    Launch(now_s);
    const bool submits_timed = submits_.OnTime(now_s), others_timed = others_.OnTime(now_s);
    if (!submits_timed && !others_timed) Wait(now_s);
    Collect(submits_.get());
    Collect(others_.get());
  }
  result_.wall_s = bench_now_s() - begin_s;
  return result_;
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
