#include "sandbox/courier.h"

#include <curl/curl.h>

#include <boost/asio/post.hpp>
#include <mutex>
#include <thread>
#include <unordered_map>

namespace pixazo::sandbox {
namespace {

struct Trip {
  Errand errand;
  std::function<void(Outcome)> back;
  Outcome outcome;
  CURL* curl = nullptr;
  curl_slist* headers = nullptr;
  char message[CURL_ERROR_SIZE] = "";

  ~Trip() {
    curl_easy_cleanup(curl);
    curl_slist_free_all(headers);
  }
};

size_t TakeBody(char* data, size_t size, size_t n, void* self) {
  auto* trip = static_cast<Trip*>(self);
  if (trip->outcome.body.size() + size * n > trip->errand.max_bytes) return 0;
  trip->outcome.body.append(data, size * n);
  return size * n;
}

void Prepare(Trip& trip) {
  const Errand& errand = trip.errand;
  trip.headers = curl_slist_append(nullptr, "Expect:");
  for (const auto& [name, value] : errand.headers)
    trip.headers = curl_slist_append(trip.headers, (name + ": " + value).c_str());
  CURL* curl = trip.curl = curl_easy_init();
  curl_easy_setopt(curl, CURLOPT_URL, errand.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_NOPROXY, "localhost,127.0.0.1,::1");
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "pz-sandbox (emulator)");
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(errand.timeout_ms));
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, errand.redirects > 0 ? 1L : 0L);
  curl_easy_setopt(curl, CURLOPT_MAXREDIRS, static_cast<long>(errand.redirects));
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, trip.headers);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, trip.message);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, TakeBody);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &trip);
  curl_easy_setopt(curl, CURLOPT_PRIVATE, &trip);
  if (!errand.ca_file.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, errand.ca_file.c_str());
  if (errand.method == "POST") {
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, errand.body.data());
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(errand.body.size()));
  }
}

}  // namespace

class Courier::Impl {
 public:
  explicit Impl(boost::asio::io_context& loop)
      : loop_(loop), multi_(curl_multi_init()), thread_([this] { Run(); }) {}

  ~Impl() {
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    curl_multi_wakeup(multi_);
    thread_.join();
    for (auto& [curl, trip] : trips_) curl_multi_remove_handle(multi_, curl);
    trips_.clear();
    curl_multi_cleanup(multi_);
  }

  void Send(std::unique_ptr<Trip> trip) {
    {
      std::lock_guard lock(mutex_);
      waiting_.push_back(std::move(trip));
    }
    curl_multi_wakeup(multi_);
  }

 private:
  void Run() {
    int running = 0;
    while (Take()) {
      curl_multi_perform(multi_, &running);
      int left = 0;
      while (CURLMsg* message = curl_multi_info_read(multi_, &left))
        if (message->msg == CURLMSG_DONE) Finish(message->easy_handle, message->data.result);
      curl_multi_poll(multi_, nullptr, 0, 60'000, nullptr);
    }
  }

  bool Take() {  // false: stop
    std::vector<std::unique_ptr<Trip>> taken;
    {
      std::lock_guard lock(mutex_);
      if (stopping_) return false;
      taken.swap(waiting_);
    }
    for (auto& trip : taken) {
      Prepare(*trip);
      CURL* curl = trip->curl;
      trips_[curl] = std::move(trip);
      curl_multi_add_handle(multi_, curl);
    }
    return true;
  }

  void Finish(CURL* curl, CURLcode result) {
    auto place = trips_.find(curl);
    std::unique_ptr<Trip> trip = std::move(place->second);
    trips_.erase(place);
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_multi_remove_handle(multi_, curl);
    trip->outcome.status = result == CURLE_OK ? static_cast<int>(status) : 0;
    if (result == CURLE_WRITE_ERROR)
      trip->outcome.error = "the answer is longer than " + std::to_string(trip->errand.max_bytes) + " bytes";
    else if (result != CURLE_OK)
      trip->outcome.error = trip->message[0] ? trip->message : curl_easy_strerror(result);
    boost::asio::post(loop_, [back = std::move(trip->back), outcome = std::move(trip->outcome)]() mutable {
      back(std::move(outcome));
    });
  }

  boost::asio::io_context& loop_;
  CURLM* multi_;
  std::mutex mutex_;  // of the next two
  std::vector<std::unique_ptr<Trip>> waiting_;
  bool stopping_ = false;
  std::unordered_map<CURL*, std::unique_ptr<Trip>> trips_;  // the thread's own
  std::thread thread_;
};

Courier::Courier(boost::asio::io_context& loop) : impl_(std::make_unique<Impl>(loop)) {}
Courier::~Courier() = default;

void Courier::Send(Errand errand, std::function<void(Outcome)> back) {
  auto trip = std::make_unique<Trip>();
  trip->errand = std::move(errand);
  trip->back = std::move(back);
  impl_->Send(std::move(trip));
}

}  // namespace pixazo::sandbox
