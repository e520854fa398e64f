// What a client is made with. Config is immutable and lives as long as anybody looks at the client; what must
// be let go of when the client ends is in Wiring.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "catalogue/catalogue.h"
#include "client/callback.h"
#include "core/policy.h"
#include "transport/transport.h"

namespace pixazo::client {

struct Config {
  transport::Config transport;
  core::Policy policy;
  std::shared_ptr<const catalogue::Catalogue> catalogue;  // names endpoints of attached ids
  int64_t submit_timeout_ms = 120'000;
  int64_t sync_timeout_ms = 300'000;
  int64_t job_timeout_ms = 1'800'000;  // 0: none
  uint32_t max_in_flight = 16'384;
  uint32_t max_undelivered = 16'384;
  uint64_t max_buffered_bytes = 256u << 20;
  int64_t budget_microusd = -1;
  int64_t assumed_price_microusd = -1;
  bool ask_urls = false;
  bool dispatch_thread = false;
  int32_t log_level = 0;
  std::optional<uint64_t> jitter_seed;
  std::string output_dir;  // "": memory
  struct Journal {
    std::string path;  // "": none
    bool digest = false;
    int64_t keep_ended_ms = int64_t{30} * 86'400'000;  // 0: for ever
  } journal;
  struct Webhook {
    std::string base;  // "": none
    bool sync = false;
    bool in_body = false;
  } webhook;
};

struct Wiring {
  std::string api_key;
  CallbackPtr callback;
  HooksPtr hooks;
};

}  // namespace pixazo::client
