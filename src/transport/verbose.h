// libcurl's debug output as lines for people, without secrets: bodies are left out, and so are the values of
// the headers that carry the key, credentials or a webhook's nonce.
#pragma once

#include <curl/curl.h>

#include <functional>
#include <string_view>

#include "transport/secret.h"

namespace pixazo::transport {

using LogSink = std::function<void(std::string_view)>;

struct Verbose {
  const LogSink& sink;
  const Secret& key;  // of this exchange: a server may repeat it
};

int DebugThunk(CURL* handle, curl_infotype type, char* bytes, size_t len, void* verbose);  // const Verbose*

}  // namespace pixazo::transport
