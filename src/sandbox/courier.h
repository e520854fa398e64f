// Requests that the sandbox itself makes: webhooks, and the reference pictures of others. libcurl on a thread
// of its own.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace pixazo::sandbox {

struct Errand {
  std::string method = "GET";
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  int64_t timeout_ms = 20'000;
  size_t max_bytes = 1 << 20;  // of the answer
  int redirects = 0;           // followed at most
  std::string ca_file;         // "": the system's
};

struct Outcome {
  int status = 0;     // 0: no answer
  std::string error;  // one line, if there was none or it was too long
  std::string body;
};

class Courier {
 public:
  explicit Courier(boost::asio::io_context& loop);
  ~Courier();  // errands under way are dropped, their callbacks never called
  Courier(const Courier&) = delete;
  Courier& operator=(const Courier&) = delete;

  void Send(Errand errand, std::function<void(Outcome)> back);  // back: on the loop

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pixazo::sandbox
