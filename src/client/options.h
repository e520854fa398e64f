// The builder behind pz_options: every setting with its check. A failing setter changes nothing but the first
// error, which Finish reports.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "client/config.h"
#include "client/handle.h"
#include "wire/result.h"

namespace pixazo::client {

class Options : public Handle<Tag::kOptions> {
 public:
  Options();
  ~Options();

  using Error = wire::Error;
  // options.cpp: where, who, trust
  Error SetBaseUrl(std::string_view url);
  Error SetApiKey(std::string_view key);
  Error SetUserAgent(std::string_view product);
  Error AddHeader(std::string_view name, std::string_view value);
  Error SetCaFile(std::string_view path);
  Error SetCaPem(std::string_view pem);
  Error SetProxy(std::string_view url);
  Error AddOutputHost(std::string_view host);
  Error SetOutputDir(std::string_view path);
  Error SetJournal(std::string_view path);
  Error SetWebhookUrl(std::string_view base);
  Error SetWebhookMode(int32_t mode);
  Error SetDispatch(int32_t mode);
  Error SetLogLevel(int32_t level);
  // options_numbers.cpp
  Error SetConnectTimeout(uint32_t ms);
  Error SetSubmitTimeout(uint32_t ms);
  Error SetSyncTimeout(uint32_t ms);
  Error SetStatusTimeout(uint32_t ms);
  Error SetDownloadStall(uint32_t ms);
  Error SetJobTimeout(uint32_t ms);
  Error SetPollInterval(uint32_t min_ms, uint32_t max_ms);
  Error SetRetry(uint32_t attempts, uint32_t base_ms, uint32_t cap_ms);
  Error SetRetryAfterCap(uint32_t ms);
  Error SetMaxInFlight(uint32_t jobs);
  Error SetConcurrency(uint32_t submits, uint32_t downloads, uint32_t connections);
  Error SetMaxUndelivered(uint32_t events);
  Error SetMaxBufferedBytes(uint64_t bytes);
  Error SetMaxOutputBytes(uint64_t bytes);
  Error SetJournalRetention(uint64_t ms);
  // what has no wrong value
  Config& config() { return config_; }
  Wiring& wiring() { return wiring_; }

  // Keeps the first error and returns the code of this one.
  wire::Code Note(Error error);

  struct Finished {
    Config config;
    Wiring wiring;
  };
  wire::Result<Finished> Finish() const;  // what only fits or does not fit together is checked here

 private:
  Config config_;
  Wiring wiring_;
  std::string product_;
  Error first_;
};

// The key as it may be sent: visible ASCII, no line ends. field: "api_key".
wire::Error CheckApiKey(std::string_view key);

}  // namespace pixazo::client
