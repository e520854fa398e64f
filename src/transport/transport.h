// The only room that knows libcurl: the paid POST, the status GET, the download. One thread (the I/O thread)
// owns a Transport and calls everything but Wake. Nothing here decides whether to try again: it reports facts
// (wire/exchange.h). Fault::kNone means that the exchange ran to its end, whatever the HTTP status says; a
// download that is then not `whole` says in `detail` why (no picture). What is refused before it starts (a
// bad URL, a forbidden host) completes like everything else.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "wire/exchange.h"
#include "wire/result.h"
#include "wire/url.h"

namespace pixazo::transport {

using Token = uint64_t;  // chosen by the caller, unique among running exchanges

constexpr int kLastWordsMs = 100;

struct Config {
  wire::Url base;               // the gateway; the key goes to this origin only
  bool allow_loopback = false;  // plain http and loopback addresses, for literal loopback hosts and names
                                // that resolve to loopback only
  std::string user_agent;       // whole header value
  std::string ca_file, ca_pem;  // "" : the system's
  std::string proxy;            // "" : none, whatever the environment says
  bool proxy_from_environment = false;
  std::vector<std::string> output_hosts;   // non-empty: outputs come from these hosts (and their subdomains
                                           // when written ".host") only
  std::vector<std::string> extra_headers;  // "Name: value", already checked; never override ours
  int64_t connect_timeout_ms = 10'000;
  int64_t status_timeout_ms = 30'000;
  int64_t download_stall_ms = 30'000;
  uint32_t max_connections = 16;
  uint64_t max_reply_bytes = 1u << 20;
  uint64_t max_header_bytes = 64u << 10;
  uint64_t max_output_bytes = 64u << 20;  // also the cap of a submit's reply that is itself a picture
  // libcurl's own words about connections, TLS and headers, a line at a time, for bug reports. Never the key,
  // never a body.
  std::function<void(std::string_view)> log;  // on the I/O thread, from Run
  bool curl_verbose = false;                  // without it log is not called
};

struct SubmitCall {
  std::string path;  // the endpoint's, appended to the base URL
  std::string body;
  std::vector<std::string> headers;  // "Name: value": X-Webhook-URL and the like
  int64_t timeout_ms = 120'000;
  std::function<bool()> before_send;  // called once, in PREREQ, before the first byte; false refuses
                                      // (prereq_calls stays 1, nothing is sent)
};

// What a download that broke off left behind: bytes in memory or a temporary file, and the validator that
// makes going on safe. Dropping it removes the file.
class Partial {
 public:
  virtual ~Partial() = default;
  virtual uint64_t size() const = 0;
};

// To a file: the bytes go to a temporary file (".pixazo-*", mode 0600) in `directory`, which must exist; when
// they are whole it is synced and renamed to stem + extension of what the bytes are. An existing file is
// never replaced: "stem-2.png", "stem-3.png", ... is taken instead and final_path says which. Whatever ends
// otherwise leaves nothing behind but, at most, a Partial.
struct DownloadCall {
  std::string url;          // server-chosen: checked here, hop by hop, at most 5 hops
  std::string directory;    // "" : to memory
  std::string stem;         // file name without extension; chosen by the caller, never by the server
  int64_t timeout_ms = 0;   // 0: none but the stall timeout
  uint64_t max_bytes = 0;   // 0: Config's
  bool accept_any = false;  // bytes that are no PNG, JPEG or WebP count too (extension "bin")
  // From the Completion of an earlier call for the same output: the rest is asked for by Range and If-Range.
  // Used if it fits (same URL but for its query, same kind of target); the server decides, and what changed
  // there is fetched anew.
  std::unique_ptr<Partial> partial;
};

struct Completion {
  Token token = 0;
  enum class Kind { kSubmit, kStatus, kDownload } kind = Kind::kStatus;
  wire::SubmitExchange submit;      // kSubmit
  wire::Exchange status;            // kStatus
  wire::DownloadExchange download;  // kDownload
  std::string data;                 // kDownload to memory: the bytes
  std::unique_ptr<Partial>
      partial;  // kDownload that broke off and can be resumed; hand it to the next call, or drop it
};

class Transport {
 public:
  static wire::Result<std::unique_ptr<Transport>> Create(Config config);
  virtual ~Transport() =
      default;  // aborts what runs, without completions; bounded even while a resolver hangs

  // Used by exchanges that begin from now on; the old one is wiped. "" : none is sent.
  virtual void SetApiKey(std::string key) = 0;

  // Exchanges over the connection limits wait here without a handle, submits first; their timeouts begin when
  // they do.
  virtual void StartSubmit(Token token, SubmitCall call) = 0;
  virtual void StartStatus(Token token,
                           std::string_view request_id) = 0;  // GET <base>/v2/requests/status/<id>
  virtual void StartDownload(Token token, DownloadCall call) = 0;
  // Aborts now. The completion (Fault::kAborted, with what was known: prereq_calls, http_status, body so far)
  // comes out of the next Run. A submit whose answer has begun is read for up to kLastWordsMs more: it says
  // what was paid for.
  virtual void Abort(Token token) = 0;
  // Bytes received so far by a running download; 0 if unknown.
  virtual uint64_t Progress(Token token) const = 0;

  // Drives transfers for at most timeout_ms (less if something completes or Wake is called) and appends what
  // completed.
  virtual void Run(int timeout_ms, std::vector<Completion>& out) = 0;
  virtual void Wake() = 0;  // any thread

  struct Counters {
    uint64_t connections_opened = 0, submits = 0, statuses = 0, downloads = 0, bytes_in = 0;
  };
  virtual Counters counters() const = 0;
};

// Once a process, before the first client: curl_global_init, never cleaned up.
wire::Error GlobalInit();

}  // namespace pixazo::transport
