#include "transport/status.h"

#include <algorithm>
#include <climits>

#include "transport/endpoint_url.h"
#include "wire/text.h"

namespace pixazo::transport {

using wire::Fault;

namespace {

// HTTP/2 by ALPN, where this libcurl speaks it. Not for plain http: libcurl would let every poll wait for the
// first one's reply to see whether its connection can be shared.
bool HasHttp2() {
  static const bool has = (curl_version_info(CURLVERSION_NOW)->features & CURL_VERSION_HTTP2) != 0;
  return has;
}

}  // namespace

bool Status::SetUp(Options& options) {
  const wire::Result<wire::Url> url = StatusUrl(around_.config.base, request_id_);
  if (!url.ok()) {
    Fail(Fault::kArgument, url.error().message);
    return false;
  }
  if (!around_.key.empty() && !wire::IsHeaderValue(around_.key.view())) {
    Fail(Fault::kArgument, "the API key contains characters that a header cannot carry");
    return false;
  }
  bool ok = headers_.Add("Cache-Control", "no-cache");
  sent_key_.Set(std::string(around_.key.view()));
  if (!sent_key_.empty()) ok = ok && headers_.Add("Ocp-Apim-Subscription-Key", sent_key_.view());
  for (const std::string& line : around_.config.extra_headers)
    if (IsForeignHeaderLine(line)) ok = ok && headers_.AddLine(line);
  if (!ok) {
    Fail(Fault::kMemory, "out of memory");
    return false;
  }
  const bool proxied = !around_.proxies.For(*url).empty();
  if (url->scheme == "https" && HasHttp2())
    options.Set(CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_2TLS}).Set(CURLOPT_PIPEWAIT, 1L);
  options.Set(CURLOPT_HTTPGET, 1L)
      .Set(CURLOPT_TIMEOUT_MS,
           static_cast<long>(std::clamp<int64_t>(around_.config.status_timeout_ms, 1, INT_MAX)));
  return SetUrl(options, *url, CheckBase(around_.config.base, around_.config, proxied), proxied);
}

}  // namespace pixazo::transport
