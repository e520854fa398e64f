// The gateway as it really is in one simulation: what was executed, what was charged, what each job became.
// Replies may lie; this does not.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/gate.h"
#include "wire/exchange.h"

namespace pixazo::simulation {

using core::Random;

struct Remote {
  std::string id;
  int64_t accepted_at = 0;
  int64_t ends_at = 0;
  enum class End { kCompleted, kFailed, kError, kNever } end = End::kCompleted;
  uint32_t outputs = 1;
  std::string url_version = "a";
};

// What happens to one paid POST.
enum class Fate {
  kAccepted,      // 202 with an id, or 200 with the picture for a sync endpoint
  kAcceptedLost,  // executed, the answer never comes
  kAcceptedCut,   // executed, the answer is cut after the id
  kAcceptedCutEarly,
  kAcceptedHtml,    // executed, the answer is a web page
  kAccepted500,     // executed, a proxy answers 502
  kAcceptedTwice,   // executed, libcurl was about to send again and was refused
  kRefused500,      // not executed, but nobody can know
  kLostUnexecuted,  // sent, never executed, no answer
  kNoConnection,
  kNoDns,
  kBadTrust,
  kHalfSent,
  kThrottled,
  kThrottledLong,
  k408,
  k503,
  k400,
  k401,
  k402,
  k403,
  kRedirect,
  kSyncEmpty,
  kJobErrorAtOnce,
  kRawImage,
  kCount
};

Fate PickFate(Random& random, bool faulty);
bool Executes(Fate fate);

class ModelGateway {
 public:
  explicit ModelGateway(uint64_t seed) : random_(seed) {}

  // The complete POST of `job` has arrived.
  void Arrive(uint64_t job, Fate fate, bool queued, int64_t now);
  wire::SubmitExchange Answer(uint64_t job, Fate fate, bool queued);
  wire::Exchange Status(const std::string& id, int64_t now, bool faulty);
  wire::DownloadExchange Media(const std::string& url, bool faulty);

  uint32_t executed(uint64_t job) const;
  const Remote* RemoteOf(uint64_t job) const;
  Remote* FindById(const std::string& id);

 private:
  Random random_;
  std::map<uint64_t, uint32_t> executed_;
  std::map<uint64_t, Remote> remotes_;
  std::map<std::string, uint64_t> by_id_;
};

}  // namespace pixazo::simulation
