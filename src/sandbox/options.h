// How a sandbox is set up: by the command line, or by a test that runs one inside itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "catalogue/catalogue.h"

namespace pixazo::sandbox {

struct Options {
  std::string host = "127.0.0.1";  // an address to listen on; loopback unless the user asks for another
  uint16_t port = 0;               // 0: a free one
  std::string public_url;  // what replies call this server; "": http:// and the request's own Host header
  double speed = 1;        // how many times faster than life jobs run
  uint64_t seed = 1;       // of durations, ids, ends and pictures
  std::optional<int64_t> balance_microusd;   // none: a wallet that never empties
  int64_t assumed_price_microusd = 10'000;   // a picture of an endpoint whose price the documents do not give
  double submits_per_second = 0;             // a key; 0: no limit
  std::vector<std::string> keys;             // the keys that are accepted; none: any
  std::vector<std::string> disabled;         // endpoints (id or alias) that answer "Model not found"
  std::vector<std::string> forbidden;        // endpoints that answer 403
  double failed_share = 0, error_share = 0;  // of jobs, drawn from the seed
  wire::Json faults;                         // the fault script (faults.h); null: none
  bool lenient = false;                      // members that no endpoint knows are ignored instead of refused
  bool http_webhooks = false;                // X-Webhook-URL may be http on loopback
  std::vector<std::string> webhook_hosts;    // that webhooks are posted to, beside loopback
  std::string webhook_ca;                    // file of certificates to trust there; "": the system's
  unsigned threads = 0;                      // that draw; 0: one a processor
  size_t cache_bytes = size_t{256} << 20;    // of finished pictures
  size_t max_jobs = 100'000;                 // remembered; the oldest finished ones are forgotten first
  size_t kept_body_bytes = size_t{128} << 20;    // of request bodies, for /sandbox/state
  size_t kept_source_bytes = size_t{512} << 20;  // of reference pictures that finished jobs show
  size_t max_request_bytes = size_t{128} << 20;
  std::shared_ptr<const catalogue::Catalogue> catalogue;  // null: the built-in one
  std::function<void(const std::string&)> log;  // a line a request, on the server's thread; may be empty
};

// With others, times no longer fit into their numbers.
inline bool IsSpeed(double speed) { return speed >= 1e-3 && speed <= 1e6; }

}  // namespace pixazo::sandbox
