// One request and its reply, whatever protocol carries them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pixazo::bench {

struct Request {
  std::string_view method, target, host;  // target: path and query
  bool tls = false;
};

struct Reply {
  int status = 200;
  const char* type = "application/json";
  std::string body;
  std::string_view constant;       // instead of `body`: bytes that outlive the server's connections
  int64_t due_us = 0;              // not to be sent before
  std::optional<size_t> finished;  // the job that this reply tells the end of

  std::string_view content() const { return constant.empty() ? std::string_view(body) : constant; }
};

}  // namespace pixazo::bench
