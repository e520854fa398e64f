// What libcurl's result codes mean for us: the one table.
#pragma once

#include <curl/curl.h>

#include <cstdint>

#include "wire/exchange.h"

namespace pixazo::transport {

// How far an exchange came. The code alone does not tell (gateway.md 5.4): 7 can follow a delivered POST, 56
// can come from a proxy.
enum class Stage : uint8_t {
  kResolving,
  kConnecting,
  kSecuring,  // TLS handshake, or a proxy's CONNECT
  kSent,      // libcurl was about to send, or did
};

// Codes that are not in the table are kBroken: before the send that is a passing reason, after it doubt.
wire::Fault FaultOf(CURLcode code, Stage stage, bool proxied);

}  // namespace pixazo::transport
