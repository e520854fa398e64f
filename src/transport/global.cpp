#include <curl/curl.h>

#include <mutex>
#include <string>
#include <string_view>

#include "transport/strangers.h"
#include "transport/transport.h"

namespace pixazo::transport {
namespace {

constexpr unsigned kOldest = 0x075500;  // 7.85.0: CURLOPT_PROTOCOLS_STR

wire::Error Unsupported(const curl_version_info_data& curl, const std::string& why) {
  return wire::MakeError(wire::Code::kUnsupported,
                         "libcurl " + std::string(curl.version) + " cannot be used: " + why);
}

wire::Error Start() {
  if (const std::string stranger = Stranger(); !stranger.empty())
    return wire::MakeError(
        wire::Code::kUnsupported,
        "another libcurl or TLS library stands in for the system's in this process: " + stranger);
  if (const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT); code != CURLE_OK)
    return wire::MakeError(wire::Code::kInternal,
                           std::string("libcurl does not start: ") + curl_easy_strerror(code));
  const curl_version_info_data* curl = curl_version_info(CURLVERSION_NOW);
  if (curl->version_num < kOldest) return Unsupported(*curl, "7.85.0 or newer is needed");
  for (const char* const* name = curl->protocols; *name; ++name)
    if (std::string_view(*name) == "https") return {};
  return Unsupported(*curl, "it was built without TLS");
}

}  // namespace

wire::Error GlobalInit() {
  static std::mutex mutex;  // trivially destroyed: other threads may still ask while the process ends
  static bool started = false;
  std::lock_guard lock(mutex);
  if (started) return {};
  wire::Error error = Start();  // one that failed may be tried again: memory comes back
  started = error.ok();
  return error;
}

}  // namespace pixazo::transport
