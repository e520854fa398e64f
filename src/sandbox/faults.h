// The fault script: rules that make the sandbox misbehave, each where, for whom, how often and how.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/http.h"
#include "sandbox/job.h"
#include "sandbox/random.h"
#include "wire/json.h"
#include "wire/result.h"

namespace pixazo::sandbox {

enum class Where { kSubmit, kStatus, kMedia, kWebhook };

// README.md explains each member; the names are those of the JSON.
struct Fault {
  Where on = Where::kSubmit;
  // for whom
  std::string endpoint, prompt;  // prompt: a part of it
  std::string path;              // media: a part of it
  // how often
  int64_t nth = 1;     // from the nth match on
  int64_t times = 1;   // so many matches; 0: all
  double share = 1;    // of them, drawn from the seed
  int64_t for_ms = 0;  // so long after it was set; 0: for ever
  // how
  int64_t delay_ms = 0, cut_at = Delivery::kWhole, truncate = Delivery::kWhole, bytes_per_second = 0;
  bool drop = false, reset = false, twice = false, endless = false;
  int64_t status = 0;  // replaces the reply's
  std::optional<std::string> body, content_type, retry_after;
  bool process = false;    // a submit that is not answered honestly still makes its job
  std::string end, error;  // of the job
  int64_t queued_ms = -1, processing_ms = -1;
  std::optional<wire::Json> lie;  // members of a status or webhook that are replaced

  wire::Json source;  // as it was given
  int64_t set_ms = 0, matched = 0, applied = 0;
  uint64_t number = 0;  // tells it from the others

  bool RefusesSubmit() const { return !process && (drop || status != 0); }
  bool OnlyPlans() const;  // says something of a job's life and nothing of replies
  bool Over(int64_t now_ms) const;  // will not match again
};

// Used on the server's thread only.
class Faults {
 public:
  explicit Faults(uint64_t seed) : random_(seed ^ 0x6661756c74) {}

  // {"rules": [...]}, a bare list, or one rule. All or none; errors name the rule and the member.
  static wire::Result<std::vector<Fault>> Read(const wire::Json& json);
  void Add(std::vector<Fault> faults, int64_t now_ms);
  void Clear() { faults_.clear(); }

  // The first rule that applies; counts it. Copied: a script may change while a reply is on its way.
  std::optional<Fault> Match(Where where, std::string_view endpoint, std::string_view prompt, int64_t now_ms,
                             std::string_view path = {});
  // The submit it was matched for made no job, and the rule was about one: the next one gets it.
  void TakeBack(const Fault& fault);
  wire::Json ToJson(int64_t now_ms) const;

 private:
  std::vector<Fault> faults_;
  uint64_t next_number_ = 1;
  Random random_;
};

void Spoil(const Fault& fault, Reply& reply);  // what the rule says about replies
void Spoil(const Fault& fault, Plan& plan);    // about the job's life
void Spoil(const Fault& fault, wire::Json& status);

}  // namespace pixazo::sandbox
