#include "transport/transfer.h"

#include <algorithm>
#include <climits>
#include <cstring>

#include "wire/text.h"

namespace pixazo::transport {
namespace {

using wire::Fault;

constexpr size_t kMaxDetail = 400;
constexpr long kMaxConnectionAge_s = 600;  // a certificate or an address may have changed since
constexpr long kKeepAlive_s = 20;          // idle middleboxes forget a silent connection within a minute

// X509_V_ERR_CERT_NOT_YET_VALID and X509_V_ERR_CERT_HAS_EXPIRED, as CURLINFO_SSL_VERIFYRESULT gives them with
// OpenSSL.
constexpr long kNotYetValid = 9, kExpired = 10;

int64_t InfoTime(CURL* handle, CURLINFO info) {
  curl_off_t us = 0;
  curl_easy_getinfo(handle, info, &us);
  return us;
}

}  // namespace

bool Transfer::Begin(CURL* handle, Pool& pool) {
  handle_ = handle;
  pool_ = &pool;
  prereq_calls_ = 0;
  guard_ = {};
  stop_fault_ = Fault::kNone;
  stop_detail_.clear();
  headers_.Clear();
  reader_.emplace(facts(), around_.config.max_header_bytes);
  error_[0] = '\0';
  Options options(handle);
  SetCommon(options, pool.share());
  if (!SetUp(options)) return false;
  options.Set(CURLOPT_HTTPHEADER, headers_.get());
  if (options.result() == CURLE_OK) return true;
  facts().curl_code = options.result();
  const bool memory = options.result() == CURLE_OUT_OF_MEMORY;
  Fail(memory ? Fault::kMemory : Fault::kArgument,
       std::string("libcurl refuses an option: ") + curl_easy_strerror(options.result()));
  return false;
}

// Everything that holds for all requests; what is left to libcurl's defaults on purpose: no cookie engine, no
// HSTS or Alt-Svc cache, no Accept-Encoding.
void Transfer::SetCommon(Options& options, CURLSH* share) {
  const Config& config = around_.config;
  options.Set(CURLOPT_PRIVATE, this)
      .Set(CURLOPT_SHARE, share)
      .Set(CURLOPT_ERRORBUFFER, error_)
      .Set(CURLOPT_NOSIGNAL, 1L)
      .Set(CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_1_1})
      .Set(CURLOPT_HTTP09_ALLOWED, 0L)
      .Set(CURLOPT_HTTP_CONTENT_DECODING, 0L)
      .Set(CURLOPT_FOLLOWLOCATION, 0L)
      .Set(CURLOPT_NETRC, long{CURL_NETRC_IGNORED})
      .Set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L)
      .Set(CURLOPT_PATH_AS_IS, 1L)
      .Set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L)
      .Set(CURLOPT_HEADEROPT, long{CURLHEADER_SEPARATE})
      .Set(CURLOPT_SSL_VERIFYPEER, 1L)
      .Set(CURLOPT_SSL_VERIFYHOST, 2L)
      .Set(CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2})
      .Set(CURLOPT_TCP_NODELAY, 1L)
      .Set(CURLOPT_TCP_KEEPALIVE, 1L)
      .Set(CURLOPT_TCP_KEEPIDLE, kKeepAlive_s)
      .Set(CURLOPT_TCP_KEEPINTVL, kKeepAlive_s)
      .Set(CURLOPT_MAXLIFETIME_CONN, kMaxConnectionAge_s)
      .Set(CURLOPT_CONNECTTIMEOUT_MS,
           static_cast<long>(std::clamp<int64_t>(config.connect_timeout_ms, 1, INT_MAX)))
      .Set(CURLOPT_OPENSOCKETFUNCTION, &OpenSocket)
      .Set(CURLOPT_OPENSOCKETDATA, &guard_)
      .Set(CURLOPT_PREREQFUNCTION, &Transfer::PrereqThunk)
      .Set(CURLOPT_PREREQDATA, this)
      .Set(CURLOPT_HEADERFUNCTION, &Transfer::HeaderThunk)
      .Set(CURLOPT_HEADERDATA, this)
      .Set(CURLOPT_WRITEFUNCTION, &Transfer::BodyThunk)
      .Set(CURLOPT_WRITEDATA, this);
#if LIBCURL_VERSION_NUM >= 0x075700
  // Cancelling must not wait for a resolver thread that hangs. A library older at run time than at build time
  // does not know the option and cancels all the same, only later. (Asked once: libcurl writes it all out
  // anew.)
  static const bool known = curl_version_info(CURLVERSION_NOW)->version_num >= 0x075700;
  if (known) options.Set(CURLOPT_QUICK_EXIT, 1L);
#endif
  if (!config.user_agent.empty()) options.Set(CURLOPT_USERAGENT, config.user_agent.c_str());
  const Trust& trust = around_.trust;
  if (!trust.pem.empty() || !trust.file.empty()) {
    // One source of trust. Without a directory beside the file libcurl keeps the parsed bundle for the pool's
    // next connections.
    options.Set(CURLOPT_CAPATH, static_cast<char*>(nullptr))
        .Set(CURLOPT_PROXY_CAPATH, static_cast<char*>(nullptr));
  }
  if (!trust.pem.empty()) {
    curl_blob pem = {const_cast<char*>(trust.pem.data()), trust.pem.size(), CURL_BLOB_NOCOPY};
    options.Set(CURLOPT_CAINFO_BLOB, &pem).Set(CURLOPT_PROXY_CAINFO_BLOB, &pem);
  } else if (!trust.file.empty()) {
    options.Set(CURLOPT_CAINFO, trust.file.c_str()).Set(CURLOPT_PROXY_CAINFO, trust.file.c_str());
  }
  if (config.curl_verbose && config.log)
    options.Set(CURLOPT_VERBOSE, 1L)
        .Set(CURLOPT_DEBUGFUNCTION, &DebugThunk)
        .Set(CURLOPT_DEBUGDATA, &verbose_);
}

bool Transfer::SetUrl(Options& options, const wire::Url& url, const wire::Result<AddressRule>& rule,
                      bool proxied) {
  if (!rule.ok()) {
    Fail(Fault::kForbidden, rule.error().message);
    return false;
  }
  guard_.rule = *rule;
  guard_.proxied = proxied;
  options.Set(CURLOPT_URL, url.Text().c_str())
      .Set(CURLOPT_PROTOCOLS_STR, url.scheme.c_str())
      .Set(CURLOPT_PROXY, around_.proxies.For(url).c_str())
      .Set(CURLOPT_NOPROXY, "");
  return true;
}

Transfer::Next Transfer::End(CURLcode code) {
  CountConnections();
  Judge(code);
  return Finished();
}

// Before anything is cut or taken for an id or a URL. Headers were looked through line by line.
Completion Transfer::Take() {
  sent_key_.HideIn(facts().body, !facts().body_complete || facts().fault == Fault::kTooLarge);
  return std::move(done_);
}

long Transfer::http_version() const {
  long version = 0;
  curl_easy_getinfo(handle_, CURLINFO_HTTP_VERSION, &version);
  return version;
}

void Transfer::Abort() {
  CountConnections();
  wire::Exchange& x = facts();
  x.fault = Fault::kAborted;
  x.detail = "cancelled";
  if (reader_) x.body_complete = reader_->BodyComplete(false);
  Aborted();
}

void Transfer::Fail(Fault fault, std::string detail) {
  facts().fault = fault;
  facts().detail = wire::CleanForMessage(detail, kMaxDetail);
}

void Transfer::StopWith(Fault fault, std::string detail) {
  stop_fault_ = fault;
  stop_detail_ = std::move(detail);
}

void Transfer::StopForMemory() noexcept {
  stop_fault_ = Fault::kMemory;
  stop_detail_.clear();
}

Stage Transfer::stage() const {
  if (prereq_calls_ > 0) return Stage::kSent;
  if (InfoTime(handle_, CURLINFO_NAMELOOKUP_TIME_T) == 0) return Stage::kResolving;
  if (InfoTime(handle_, CURLINFO_CONNECT_TIME_T) == 0) return Stage::kConnecting;
  return Stage::kSecuring;
}

void Transfer::Judge(CURLcode code) {
  wire::Exchange& x = facts();
  x.curl_code = code;
  x.body_complete = reader_->BodyComplete(code == CURLE_OK);
  if (stop_fault_ != Fault::kNone) {
    Fail(stop_fault_, stop_detail_);
    return;
  }
  if (code == CURLE_COULDNT_CONNECT && guard_.refused > 0 && guard_.opened == 0) {
    Fail(Fault::kForbidden, "the host's name leads to an address that is refused");
    return;
  }
  if (code != CURLE_OK) {
    const size_t said = strnlen(error_, sizeof error_);
    sent_key_.HideIn(error_, said, said == sizeof error_ - 1);
    std::string detail = error_[0] != '\0' ? error_ : curl_easy_strerror(code);
    long verified = 0;
    curl_easy_getinfo(handle_, CURLINFO_SSL_VERIFYRESULT, &verified);
    if (code == CURLE_PEER_FAILED_VERIFICATION && (verified == kNotYetValid || verified == kExpired))
      detail += "; is this machine's clock right?";
    Fail(FaultOf(code, stage(), guard_.proxied), std::move(detail));
  } else if (!reader_->headers_done()) {
    Fail(Fault::kBroken, "the connection ended within the header of the reply");
  } else if (reader_->encoded()) {
    Fail(Fault::kProtocol,
         "the reply is encoded (" + reader_->content_encoding() + "), which was not asked for");
  }
}

void Transfer::CountConnections() {
  long opened = 0;
  if (handle_) curl_easy_getinfo(handle_, CURLINFO_NUM_CONNECTS, &opened);
  around_.counters.connections_opened += static_cast<uint64_t>(std::max(opened, 0L));
}

size_t Transfer::KeepBody(const char* bytes, size_t len, uint64_t cap) {
  std::string& body = facts().body;
  const size_t room = static_cast<size_t>(cap - std::min<uint64_t>(cap, body.size()));
  body.append(bytes, std::min(len, room));
  if (len <= room) return len;
  StopWith(Fault::kTooLarge, "the reply is larger than " + std::to_string(cap) + " bytes");
  return 0;
}

bool Transfer::OnHeader(std::string_view line) {
  const bool was_done = reader_->headers_done();
  std::string hidden;
  if (!sent_key_.empty() && line.find(sent_key_.view()) != std::string_view::npos) {
    hidden = line;
    sent_key_.HideIn(hidden, false);
    line = hidden;
  }
  if (!reader_->OnHeader(line)) {
    StopWith(Fault::kProtocol, "the header of the reply is larger than " +
                                   std::to_string(around_.config.max_header_bytes) + " bytes");
    return false;
  }
  return was_done || !reader_->headers_done() || OnHeadersDone();
}

size_t Transfer::HeaderThunk(char* bytes, size_t size, size_t count, void* self) {
  auto* t = static_cast<Transfer*>(self);
  const size_t len = size * count;
  t->around_.counters.bytes_in += len;
  return t->Called(size_t{0}, [&] { return t->OnHeader({bytes, len}) ? len : 0; });
}

size_t Transfer::BodyThunk(char* bytes, size_t size, size_t count, void* self) {
  auto* t = static_cast<Transfer*>(self);
  const size_t len = size * count;
  t->around_.counters.bytes_in += len;
  t->reader_->OnBody(len);
  return t->Called(size_t{0}, [&] { return t->OnBody(bytes, len); });
}

int Transfer::PrereqThunk(void* self, char*, char*, int, int) {
  auto* t = static_cast<Transfer*>(self);
  ++t->prereq_calls_;
  return t->Called(CURL_PREREQFUNC_ABORT,
                   [&] { return t->OnPrereq() ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT; });
}

}  // namespace pixazo::transport
