// The nonces of the webhook URLs that went along with paid POSTs, and what came back with them. A nonce is the
// only proof there is of where a webhook comes from: 128 random bits, new for each job, known to the gateway
// alone. What a webhook says is still only a hint: the engine believes it when an authenticated status call
// agrees. Any thread; the lock is held over a look into a table.
#pragma once

#include <array>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "catalogue/catalogue.h"
#include "core/engine.h"
#include "journal/journal.h"
#include "wire/result.h"

namespace pixazo::client {

constexpr size_t kMaxWebhookBody = 256u << 10;  // decisions.md, "Numbers"
constexpr size_t kMaxWebhookPath = 8192;

class Webhooks {
 public:
  // Of whom a nonce speaks.
  struct Subject {
    core::JobId job = 0;
    uint64_t tag = 0;
    const catalogue::Endpoint* endpoint = nullptr;  // may be unknown
  };
  Webhooks();

  // A nonce for a new job, as hex. Errors: kLimit when the system has no randomness to give.
  static wire::Result<std::string> NewNonce();

  void Expect(const std::string& nonce, const Subject& subject);  // the job lives
  void Drop(const std::string& nonce);                            // it was not let in
  // A job of an earlier life, before it lives again, or after it has ended.
  void Remember(const journal::Record& row, const catalogue::Catalogue& catalogue);
  // An id that has a job already.
  void Followed(const std::string& nonce, const std::string& request_id);
  void Unfollow(const std::string& nonce, const std::string& request_id);
  // The job has ended. in_doubt: nobody knows whether the gateway has it, so its webhook may still tell. Needs no
  // memory.
  // True: its webhook has named an id before, so there is something to tell now.
  bool Ended(const std::string& nonce, bool in_doubt);

  // What the host's server received. kOk: the nonce is known; tell says whether the I/O thread must be told
  // (nonce: by this name). Errors: kInvalidArg (too large), kNotFound (no nonce of this client), kProtocol (no
  // JSON object, or an id that is none).
  wire::Code Deliver(std::string_view path, std::string_view body, std::string& nonce, bool& tell);
  void Untold(const std::string& nonce);  // it could not be: the next delivery tries again

  // -- The I/O thread --
  struct Told {
    Subject subject;
    std::string request_id;  // "": it named none
    bool in_doubt = false;   // the job has ended: whose id this is, is to be found out with a job of its own
  };
  bool Take(const std::string& nonce, Told& out);
  uint64_t delivered() const;

 private:
  using Nonce = std::array<unsigned char, 16>;
  enum class Phase : uint8_t { kLives, kInDoubt, kEnded };
  struct Entry {
    Subject subject;
    std::list<Nonce>::iterator place;  // in the list of its phase
    std::string named;  // the id that the latest webhook named
    Phase phase = Phase::kLives;
    bool waiting = false;  // something is to be told and has not been taken
    std::vector<std::string> followed;  // in doubt: ids that have a job already
  };
  // Looked up by a keyed digest, then compared in constant time: how long it takes says nothing about nonces.
  struct Digest {
    std::array<unsigned char, 32> key;
    size_t operator()(const Nonce& nonce) const;
  };
  struct Same {
    bool operator()(const Nonce& a, const Nonce& b) const;
  };
  static bool Parse(std::string_view hex, Nonce& out);
  Entry* Find(std::string_view nonce);
  Entry& Insert(const Nonce& nonce, const Subject& subject);
  void Retire(Entry& entry, bool in_doubt);

  mutable std::mutex mutex_;
  std::unordered_map<Nonce, Entry, Digest, Same> entries_;
  std::list<Nonce> live_, ended_, in_doubt_;  // the oldest first
  uint64_t delivered_ = 0;
};

// The URL that is sent along: base, and the nonce as the last segment of the path.
std::string WebhookUrl(const std::string& base, const std::string& nonce);

}  // namespace pixazo::client
