#include "sandbox/ledger.h"

namespace pixazo::sandbox {
namespace {

constexpr size_t kMaxPrompts = 100'000;

bool IsSecret(std::string_view name) {
  static constexpr std::string_view kSecrets[] = {"ocp-apim-subscription-key", "authorization", "cookie",
                                                  "proxy-authorization"};
  std::string lower;
  for (char c : name) lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  for (std::string_view secret : kSecrets)
    if (lower == secret) return true;
  return false;
}

}  // namespace

Post& Ledger::Open(std::string_view endpoint, const HttpRequest& request, uint64_t key, int64_t now_ms) {
  Post post;
  post.serial = next_serial_++;
  post.at_ms = now_ms;
  post.endpoint = endpoint;
  post.path = request.path;
  for (const auto& header : request.headers)
    if (!IsSecret(header.first)) post.headers.push_back(header);
  post.key = key;
  post.body = request.body;
  post.body_bytes = request.body.size();
  body_bytes_ += post.body.size();
  posts_.push_back(std::move(post));
  Trim();
  ++Of(endpoint).posts;
  return posts_.back();
}

void Ledger::SetPrompt(Post& post, std::string prompt) {
  if (prompts_.size() < kMaxPrompts || prompts_.count(prompt)) ++prompts_[prompt];
  post.prompt = std::move(prompt);
}

Post* Ledger::Find(uint64_t serial) {
  if (posts_.empty() || serial < posts_.front().serial || serial > posts_.back().serial) return nullptr;
  return &posts_[static_cast<size_t>(serial - posts_.front().serial)];
}

void Ledger::Trim() {
  while (posts_.size() > max_posts_) {
    body_bytes_ -= posts_.front().body.size();
    posts_.pop_front();
  }
  while (body_bytes_ > max_body_bytes_ && oldest_body_ < posts_.back().serial) {
    if (Post* post = Find(oldest_body_)) {
      body_bytes_ -= post->body.size();
      std::string().swap(post->body);
    }
    ++oldest_body_;
  }
}

void Ledger::Clear() {
  posts_.clear();
  body_bytes_ = 0;
  oldest_body_ = next_serial_;
  endpoints_.clear();
  counts_.clear();
  prompts_.clear();
  statuses_.clear();
}

}  // namespace pixazo::sandbox
