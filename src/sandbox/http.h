// Requests and replies as the gateway sees them: whole, and without a socket.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wire/json.h"

namespace pixazo::sandbox {

struct HttpRequest {
  std::string method;
  std::string path;                                          // without the query
  std::string query;                                         // without '?'
  std::vector<std::pair<std::string, std::string>> headers;  // as sent
  std::string body;

  const std::string* Header(std::string_view name) const;  // the first of that name, nullptr if absent
  std::string Query(std::string_view name,
                    std::string_view otherwise = {}) const;  // percent signs are not decoded
  uint64_t Number(std::string_view name) const;              // of the query; 0 if it is absent or no number
  bool reads() const { return method == "GET" || method == "HEAD"; }
};

// How a reply leaves the server: honestly, unless a fault says otherwise.
struct Delivery {
  static constexpr int64_t kWhole = -1;
  int64_t delay_ms = 0;     // before the first byte
  int64_t cut_at = kWhole;  // so many bytes of the reply, status line included, then the connection is closed
  int64_t cut_body_at = kWhole;  // so many bytes of its body, likewise
  int64_t bytes_per_second = 0;  // 0: as fast as it goes
  bool reset = false;            // closed by RST instead of FIN, after what is sent
  bool twice = false;            // the same reply again, right behind the first
  bool endless = false;          // chunks without end in place of the body

  bool closes() const { return cut_at >= 0 || cut_body_at >= 0 || reset; }
};

struct Reply {
  int status = 200;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;
  std::shared_ptr<const std::string> body;
  size_t offset = 0, length = 0;  // the part of the body that is sent
  bool head_only = false;
  Delivery delivery;
};

using Answer = std::function<void(Reply)>;  // called once, on the server's thread

Reply TextReply(int status, std::string content_type, std::string text);
Reply JsonReply(int status, const wire::Json& json);
// The documents' shape of an error: {"error": ..., "message": ...}.
Reply ErrorReply(int status, std::string_view error, std::string_view message);

}  // namespace pixazo::sandbox
