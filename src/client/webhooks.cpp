#include "client/webhooks.h"

#include <sys/random.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "journal/sha256.h"
#include "wire/reply.h"
#include "wire/text.h"

namespace pixazo::client {

using wire::Code;
using wire::MakeError;

namespace {

constexpr size_t kEndedKept = 16'384;    // a webhook of theirs that comes late, or again, is no stranger's
constexpr size_t kInDoubtKept = 65'536;  // what may still be proven
constexpr size_t kFollowed = 3;          // ids that one nonce may name after its job has ended in doubt

std::string_view View(const auto& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool Random(void* to, size_t len) { return getrandom(to, len, 0) == static_cast<ssize_t>(len); }

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// The last segment: what stands before it is the host's and its proxy's affair.
std::string_view LastSegment(std::string_view path) {
  path = path.substr(0, path.find_first_of("?#"));
  if (path.ends_with('/')) path.remove_suffix(1);
  return path.substr(path.rfind('/') + 1);
}

}  // namespace

Webhooks::Webhooks()
    : entries_(0, [] {
        Digest digest{};
        Random(digest.key.data(), digest.key.size());
        return digest;
      }()) {}

size_t Webhooks::Digest::operator()(const Nonce& nonce) const {
  std::string text(View(key));
  text += View(nonce);
  const auto digits = journal::Sha256Hex(text);
  size_t hash = 0;
  for (size_t i = 0; i < 2 * sizeof hash; ++i) hash = hash << 4 | static_cast<size_t>(HexDigit(digits[i]));
  return hash;
}

bool Webhooks::Same::operator()(const Nonce& a, const Nonce& b) const {
  return wire::ConstantTimeEqual(View(a), View(b));
}

bool Webhooks::Parse(std::string_view hex, Nonce& out) {
  if (hex.size() != 2 * out.size()) return false;
  for (size_t i = 0; i < out.size(); ++i) {
    const int high = HexDigit(hex[2 * i]), low = HexDigit(hex[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    out[i] = static_cast<unsigned char>(high << 4 | low);
  }
  return true;
}

wire::Result<std::string> Webhooks::NewNonce() {
  Nonce nonce;
  if (!Random(nonce.data(), nonce.size()))
    return MakeError(Code::kLimit, "the system gave no randomness for the webhook's nonce: nothing was sent");
  std::string hex;
  for (const unsigned char byte : nonce) {
    hex += "0123456789abcdef"[byte >> 4];
    hex += "0123456789abcdef"[byte & 15];
  }
  return hex;
}

Webhooks::Entry* Webhooks::Find(std::string_view hex) {
  Nonce nonce;
  if (!Parse(hex, nonce)) return nullptr;
  const auto found = entries_.find(nonce);
  return found == entries_.end() ? nullptr : &found->second;
}

Webhooks::Entry& Webhooks::Insert(const Nonce& nonce, const Subject& subject) {
  live_.push_back(nonce);
  Entry entry;
  entry.subject = subject;
  entry.place = std::prev(live_.end());
  const auto [at, is_new] = entries_.emplace(nonce, std::move(entry));
  if (!is_new) live_.pop_back();
  return at->second;
}

void Webhooks::Expect(const std::string& hex, const Subject& subject) {
  Nonce nonce;
  if (!Parse(hex, nonce)) return;
  std::lock_guard lock(mutex_);
  Insert(nonce, subject);
}

void Webhooks::Drop(const std::string& hex) {
  std::lock_guard lock(mutex_);
  const Entry* entry = Find(hex);
  if (!entry) return;
  const auto place = entry->place;
  entries_.erase(*place);
  live_.erase(place);
}

void Webhooks::Retire(Entry& entry, bool in_doubt) {
  entry.phase = in_doubt ? Phase::kInDoubt : Phase::kEnded;
  std::list<Nonce>& kept = in_doubt ? in_doubt_ : ended_;
  kept.splice(kept.end(), live_, entry.place);
  if (kept.size() <= (in_doubt ? kInDoubtKept : kEndedKept)) return;
  entries_.erase(kept.front());
  kept.pop_front();
}

void Webhooks::Remember(const journal::Record& row, const catalogue::Catalogue& catalogue) {
  Nonce nonce;
  if (!Parse(row.nonce, nonce)) return;
  const catalogue::Endpoint* endpoint = row.endpoint_id.empty() ? nullptr : catalogue.Find(row.endpoint_id);
  const bool ended = row.stage == journal::Record::Stage::kEnded;
  std::lock_guard lock(mutex_);
  Entry& entry = Insert(nonce, {row.job, row.tag, endpoint});
  if (ended && entry.phase == Phase::kLives) {
    const bool failed = row.state == static_cast<int32_t>(core::State::kFailed);
    const bool sent = row.attempts > 0 || row.charged != static_cast<int32_t>(wire::Charged::kNo);
    Retire(entry, failed && sent && row.request_id.empty());
  }
}

bool Webhooks::Ended(const std::string& hex, bool in_doubt) {
  std::lock_guard lock(mutex_);
  Entry* entry = Find(hex);
  if (!entry || entry->phase != Phase::kLives) return false;
  const bool tell = in_doubt && !entry->named.empty() && !entry->waiting;
  if (tell) entry->waiting = true;
  Retire(*entry, in_doubt);
  return tell;
}

void Webhooks::Followed(const std::string& hex, const std::string& request_id) {
  std::lock_guard lock(mutex_);
  Entry* entry = Find(hex);
  if (entry && entry->followed.size() < kFollowed) entry->followed.push_back(request_id);
}

void Webhooks::Unfollow(const std::string& hex, const std::string& request_id) {
  std::lock_guard lock(mutex_);
  if (Entry* entry = Find(hex)) std::erase(entry->followed, request_id);
}

Code Webhooks::Deliver(std::string_view path, std::string_view body, std::string& nonce, bool& tell) {
  tell = false;
  if (path.size() > kMaxWebhookPath || body.size() > kMaxWebhookBody) return Code::kInvalidArg;
  const std::string_view hex = LastSegment(path);
  {
    std::lock_guard lock(mutex_);
    if (!Find(hex)) return Code::kNotFound;
  }
  const wire::Reply reply = wire::ParseReply(body);
  if (!reply.valid_json || !reply.raw_request_id.empty()) return Code::kProtocol;
  std::lock_guard lock(mutex_);
  Entry* entry = Find(hex);
  if (!entry) return Code::kNotFound;
  ++delivered_;
  if (entry->phase == Phase::kEnded) return Code::kOk;
  if (!reply.request_id.empty()) entry->named = reply.request_id;
  tell = !std::exchange(entry->waiting, true);
  nonce = hex;
  return Code::kOk;
}

void Webhooks::Untold(const std::string& hex) {
  std::lock_guard lock(mutex_);
  if (Entry* entry = Find(hex)) entry->waiting = false;
}

bool Webhooks::Take(const std::string& hex, Told& out) {
  std::lock_guard lock(mutex_);
  Entry* entry = Find(hex);
  if (!entry) return false;
  entry->waiting = false;
  out = {entry->subject, entry->named, entry->phase == Phase::kInDoubt};
  if (entry->phase == Phase::kLives) return true;
  std::vector<std::string>& followed = entry->followed;
  if (entry->phase == Phase::kEnded || entry->named.empty() || followed.size() == kFollowed ||
      std::find(followed.begin(), followed.end(), entry->named) != followed.end())
    return false;
  followed.push_back(entry->named);
  return true;
}

uint64_t Webhooks::delivered() const {
  std::lock_guard lock(mutex_);
  return delivered_;
}

std::string WebhookUrl(const std::string& base, const std::string& nonce) {
  return base + (base.ends_with('/') ? "" : "/") + nonce;
}

}  // namespace pixazo::client
