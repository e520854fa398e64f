// A request that has been checked, as the client keeps it: immutable, shared by the job and by jobs that
// repeat it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "catalogue/catalogue.h"
#include "wire/shared_text.h"

namespace pixazo::client {

struct Submission {
  static constexpr int64_t kUnknown = -1;

  std::shared_ptr<const catalogue::Endpoint> endpoint;  // keeps its catalogue alive
  wire::SharedText body;                                // null where a picture's bytes or URL will be
  std::unique_ptr<const catalogue::Prepared> prepared;  // only where pictures must be filled in
  int64_t price_microusd = kUnknown;                    // the high estimate

  uint64_t tag = 0;
  wire::SharedText submit_key;
  std::unique_ptr<const std::string> output_dir;  // null: the client's; "": memory
  wire::SharedText output_name;
  std::optional<uint32_t> job_timeout_ms;  // 0: none
  std::optional<uint32_t> submit_timeout_ms;
  int32_t priority = 0;
  bool fetch_outputs = true;
  bool names_webhook = false;  // in its body, one of the host's own

  size_t slot_count() const { return prepared ? prepared->slots.size() : 0; }
};

constexpr size_t kMaxSlots = 64;  // pictures of one request that are not plain URLs

}  // namespace pixazo::client
