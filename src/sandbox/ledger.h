// What reached the sandbox: every paid POST with its body as received, and counts of everything else. No key
// is kept.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sandbox/http.h"

namespace pixazo::sandbox {

struct Post {
  uint64_t serial = 0;
  int64_t at_ms = 0;
  std::string endpoint, path;
  std::vector<std::pair<std::string, std::string>> headers;  // without those that carry a secret
  uint64_t key = 0;                                          // print of the key, 0: none
  std::string body;                                          // empty when it was dropped
  size_t body_bytes = 0;
  std::string prompt;
  int status = 0;  // of the answer; 0: not answered yet
  std::string job;
};

struct EndpointCounts {
  uint64_t posts = 0, accepted = 0, refused = 0, completed = 0, failed = 0, errors = 0;
  int64_t charged_microusd = 0;
};

class Ledger {
 public:
  Ledger(size_t max_posts, size_t max_body_bytes) : max_posts_(max_posts), max_body_bytes_(max_body_bytes) {}

  // The record of a POST; stays valid until max_posts others have come.
  Post& Open(std::string_view endpoint, const HttpRequest& request, uint64_t key, int64_t now_ms);
  void SetPrompt(Post& post, std::string prompt);  // also counts it
  Post* Find(uint64_t serial);
  void Clear();

  EndpointCounts& Of(std::string_view endpoint) { return endpoints_[std::string(endpoint)]; }
  void Count(std::string_view what, uint64_t n = 1) { counts_[std::string(what)] += n; }
  void CountStatus(int status) { ++statuses_[status]; }

  const std::deque<Post>& posts() const { return posts_; }
  const std::map<std::string, EndpointCounts>& endpoints() const { return endpoints_; }
  const std::map<std::string, uint64_t>& counts() const { return counts_; }
  const std::map<int, uint64_t>& statuses() const { return statuses_; }
  const std::map<std::string, uint64_t>& prompts() const { return prompts_; }

 private:
  void Trim();

  size_t max_posts_, max_body_bytes_, body_bytes_ = 0;
  uint64_t next_serial_ = 1, oldest_body_ = 1;
  std::deque<Post> posts_;
  std::map<std::string, EndpointCounts> endpoints_;
  std::map<std::string, uint64_t> counts_, prompts_;
  std::map<int, uint64_t> statuses_;
};

}  // namespace pixazo::sandbox
