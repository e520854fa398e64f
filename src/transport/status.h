// The status GET: cheap, idempotent, on connections that are kept.
#pragma once

#include <string>

#include "transport/transfer.h"

namespace pixazo::transport {

class Status final : public Transfer {
 public:
  Status(Token token, std::string_view request_id, Surroundings& around)
      : Transfer(token, Completion::Kind::kStatus, around), request_id_(request_id) {}

 private:
  wire::Exchange& facts() override { return done_.status; }
  bool SetUp(Options& options) override;
  size_t OnBody(const char* bytes, size_t len) override {
    return KeepBody(bytes, len, around_.config.max_reply_bytes);
  }

  std::string request_id_;
};

}  // namespace pixazo::transport
