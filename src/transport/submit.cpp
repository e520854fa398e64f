#include "transport/submit.h"

#include <algorithm>
#include <climits>
#include <cstring>

#include "transport/ascii.h"
#include "transport/endpoint_url.h"
#include "wire/text.h"

namespace pixazo::transport {

using wire::Fault;

bool Submit::SetUp(Options& options) {
  const wire::Result<wire::Url> url = EndpointUrl(around_.config.base, call_.path);
  if (!url.ok()) {
    Fail(Fault::kArgument, url.error().message);
    return false;
  }
  if (!AddHeaders()) return false;
  const bool proxied = !around_.proxies.For(*url).empty();
  options.Set(CURLOPT_POST, 1L)
      .Set(CURLOPT_FRESH_CONNECT, 1L)
      .Set(CURLOPT_FORBID_REUSE, 1L)
      .Set(CURLOPT_POSTFIELDS, static_cast<char*>(nullptr))
      .Set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(call_.body.size()))
      .Set(CURLOPT_READFUNCTION, &Submit::ReadThunk)
      .Set(CURLOPT_READDATA, this)
      .Set(CURLOPT_SEEKFUNCTION, &Submit::SeekThunk)
      .Set(CURLOPT_SEEKDATA, this)
      .Set(CURLOPT_TIMEOUT_MS, static_cast<long>(std::clamp<int64_t>(call_.timeout_ms, 1, INT_MAX)));
  return SetUrl(options, *url, CheckBase(around_.config.base, around_.config, proxied), proxied);
}

bool Submit::AddHeaders() {
  if (!around_.key.empty() && !wire::IsHeaderValue(around_.key.view())) {
    Fail(Fault::kArgument, "the API key contains characters that a header cannot carry");
    return false;
  }
  for (const std::string& line : call_.headers) {
    if (IsForeignHeaderLine(line)) continue;
    Fail(Fault::kArgument,
         "a header that cannot be sent: " + line.substr(0, std::min<size_t>(line.find(':'), 80)));
    return false;
  }
  // "Expect:" keeps libcurl from asking first: a 417 would make it send twice.
  bool ok = headers_.Add("Content-Type", "application/json") && headers_.Add("Cache-Control", "no-cache") &&
            headers_.AddLine("Expect:");
  sent_key_.Set(std::string(around_.key.view()));
  if (!sent_key_.empty()) ok = ok && headers_.Add("Ocp-Apim-Subscription-Key", sent_key_.view());
  for (const std::string& line : call_.headers) ok = ok && headers_.AddLine(line);
  for (const std::string& line : around_.config.extra_headers)
    if (IsForeignHeaderLine(line)) ok = ok && headers_.AddLine(line);
  if (!ok) Fail(Fault::kMemory, "out of memory");
  return ok;
}

bool Submit::OnPrereq() {
  done_.submit.prereq_calls = prereq_calls_;
  if (prereq_calls_ > 1) {
    StopWith(Fault::kAborted, "the request would have been sent a second time; refused");
    return false;
  }
  if (call_.before_send && !call_.before_send()) {
    StopWith(Fault::kAborted, "not sent: it could not be recorded first");
    return false;
  }
  return true;
}

// A reply that is itself a picture (the "stream" endpoints may answer so) is what was paid for: it gets the
// cap of outputs.
size_t Submit::OnBody(const char* bytes, size_t len) {
  const Config& config = around_.config;
  const std::string& body = done_.submit.body;
  uint64_t cap = config.max_reply_bytes;
  const bool picture =
      StartsWithNoCase(done_.submit.content_type, "image/") ||
      wire::SniffImage(body.data(), std::min<size_t>(body.size(), 16)).format != wire::ImageFormat::kUnknown;
  if (picture) cap = std::max(cap, config.max_output_bytes);
  return KeepBody(bytes, len, cap);
}

Transfer::Next Submit::Finished() {
  done_.submit.prereq_calls = prereq_calls_;
  return Next::kDone;
}

size_t Submit::ReadThunk(char* buffer, size_t size, size_t count, void* self) {
  auto* t = static_cast<Submit*>(self);
  const size_t len = std::min(size * count, t->call_.body.size() - t->handed_);
  std::memcpy(buffer, t->call_.body.data() + t->handed_, len);
  t->handed_ += len;
  if (t->handed_ == t->call_.body.size()) t->done_.submit.last_byte_handed = true;
  return len;
}

int Submit::SeekThunk(void*, curl_off_t, int) { return CURL_SEEKFUNC_FAIL; }

}  // namespace pixazo::transport
