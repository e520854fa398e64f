#include "client/options.h"

#include <algorithm>

#include "client/files.h"
#include "client/secret.h"
#include "pixazo/version.h"
#include "wire/text.h"
#include "wire/url.h"

namespace pixazo::client {
namespace {

using wire::Code;
using wire::Error;
using wire::MakeError;

constexpr std::string_view kDefaultBase = "https://gateway.pixazo.ai";
constexpr size_t kMaxKey = 4096;
constexpr size_t kMaxHeaders = 64;
constexpr size_t kMaxHeaderValue = 4096;
constexpr size_t kMaxPath = 4096;
constexpr size_t kMaxWebhookUrl = 2000;  // with the nonce it stays below what servers and proxies take

// Ours to say. The API key's and the webhook's headers are the provider's (its documents, "Authentication",
// "Webhooks").
constexpr std::string_view kOwnHeaders[] = {"accept",
                                            "accept-encoding",
                                            "connection",
                                            "content-encoding",
                                            "content-length",
                                            "content-type",
                                            "expect",
                                            "host",
                                            "keep-alive",
                                            "ocp-apim-subscription-key",
                                            "te",
                                            "trailer",
                                            "transfer-encoding",
                                            "upgrade",
                                            "user-agent",
                                            "x-webhook-mode",
                                            "x-webhook-url"};

#define PZ_STRING_(x) #x
#define PZ_STRING(x) PZ_STRING_(x)
constexpr std::string_view kLibraryAgent =
    "libpixazo/" PZ_STRING(PZ_VERSION_MAJOR) "." PZ_STRING(PZ_VERSION_MINOR) "." PZ_STRING(PZ_VERSION_PATCH);
#undef PZ_STRING
#undef PZ_STRING_

Error Wrong(const char* field, std::string message) {
  return MakeError(Code::kInvalidArg, std::move(message), field);
}

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

std::string LowerText(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), Lower);
  return lower;
}

// A token of RFC 9110 5.6.2.
bool IsToken(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (Lower(c) >= 'a' && Lower(c) <= 'z') || (c >= '0' && c <= '9') || kMarks.find(c) != kMarks.npos;
  });
}

bool IsHostPattern(std::string_view host) {
  if (host.starts_with('.')) host.remove_prefix(1);
  if (host.empty() || host.size() > 253 || host.front() == '.' || host.back() == '.') return false;
  return std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == ':';
  });
}

Error CheckPath(const char* field, std::string_view path) {
  if (path.size() > kMaxPath || wire::HasControl(path))
    return Wrong(field, std::string(field) + ": not a path: at most 4096 bytes, no control characters");
  return {};
}

}  // namespace

Error CheckApiKey(std::string_view key) {
  if (key.empty() || (key.size() <= kMaxKey && wire::IsHeaderValue(key))) return {};
  return Wrong("api_key", "api_key: only visible ASCII characters, at most 4096, no line ends");
}

Options::Options() {
  config_.transport.base = *wire::ParseUrl(kDefaultBase);
  config_.catalogue = catalogue::Catalogue::BuiltIn();
}

Options::~Options() { Wipe(wiring_.api_key); }

Code Options::Note(Error error) {
  const Code code = error.code;
  if (first_.ok()) first_ = std::move(error);
  return code;
}

Error Options::SetBaseUrl(std::string_view text) {
  auto url = wire::ParseUrl(text);
  if (!url.ok()) {
    Error error = url.error();
    error.code = Code::kInvalidArg;
    error.field = "base_url";
    error.message = "base_url: " + error.message;
    return error;
  }
  if (!url->query.empty() || text.find('#') != text.npos)
    return Wrong("base_url", "base_url: no query and no fragment are allowed");
  config_.transport.base = std::move(*url);
  return {};
}

Error Options::SetApiKey(std::string_view key) {
  if (Error error = CheckApiKey(key); !error.ok()) return error;
  Wipe(wiring_.api_key);
  wiring_.api_key = key;
  return {};
}

Error Options::SetUserAgent(std::string_view product) {
  if (product.size() > 256 || (!product.empty() && !wire::IsHeaderValue(product)))
    return Wrong("user_agent",
                 "user_agent: only visible ASCII characters and spaces inside, at most 256, no line ends");
  product_ = product;
  return {};
}

Error Options::AddHeader(std::string_view name, std::string_view value) {
  const std::string lower = LowerText(name);
  if (!IsToken(name) || name.size() > 128)
    return Wrong("header", "header: the name is not an HTTP field name");
  if (std::find(std::begin(kOwnHeaders), std::end(kOwnHeaders), lower) != std::end(kOwnHeaders) ||
      lower.starts_with("proxy-"))
    return Wrong("header", "header: '" + std::string(name) + "' is set by the library");
  if (value.size() > kMaxHeaderValue || (!value.empty() && !wire::IsHeaderValue(value)))
    return Wrong("header", "header: the value of '" + std::string(name) +
                               "' must be visible ASCII with spaces inside, at most 4096, no line ends");
  if (config_.transport.extra_headers.size() >= kMaxHeaders)
    return Wrong("header", "header: at most 64 are allowed");
  config_.transport.extra_headers.push_back(std::string(name) + ": " + std::string(value));
  return {};
}

Error Options::SetCaFile(std::string_view path) {
  if (Error error = CheckPath("ca_file", path); !error.ok()) return error;
  config_.transport.ca_file = path;
  config_.transport.ca_pem.clear();
  return {};
}

Error Options::SetCaPem(std::string_view pem) {
  if (!pem.empty() && pem.find("-----BEGIN CERTIFICATE-----") == pem.npos)
    return Wrong("ca_pem", "ca_pem: no PEM certificate in it");
  config_.transport.ca_pem = pem;
  config_.transport.ca_file.clear();
  return {};
}

Error Options::SetProxy(std::string_view url) {
  constexpr std::string_view kSchemes[] = {"http://",    "https://",  "socks4://",
                                           "socks4a://", "socks5://", "socks5h://"};
  const std::string lower = LowerText(url);
  const bool known = std::any_of(std::begin(kSchemes), std::end(kSchemes), [&](std::string_view scheme) {
    return lower.starts_with(scheme) && lower.size() > scheme.size();
  });
  if (!url.empty() && (!known || url.size() > kMaxPath || wire::HasControl(url) || url.find(' ') != url.npos))
    return Wrong("proxy", "proxy: not a URL of a proxy: http, https, socks4, socks4a, socks5, socks5h");
  config_.transport.proxy = url;
  return {};
}

Error Options::AddOutputHost(std::string_view host) {
  const std::string lower = LowerText(host);
  if (!IsHostPattern(lower))
    return Wrong("output_host", "output_host: a host name is needed, or '.name' for it and its subdomains");
  config_.transport.output_hosts.push_back(lower);
  return {};
}

Error Options::SetOutputDir(std::string_view path) {
  if (Error error = CheckPath("output_dir", path); !error.ok()) return error;
  config_.output_dir = path;
  return {};
}

Error Options::SetJournal(std::string_view path) {
  if (Error error = CheckPath("journal", path); !error.ok()) return error;
  config_.journal.path = path;
  config_.policy.journal = !path.empty();
  return {};
}

Error Options::SetWebhookUrl(std::string_view text) {
  config_.webhook.base.clear();
  if (text.empty()) return {};
  if (text.size() > kMaxWebhookUrl)
    return Wrong("webhook_url", "webhook_url: at most 2000 bytes, and a nonce is added");
  auto url = wire::ParseUrl(text);
  if (!url.ok()) return Wrong("webhook_url", "webhook_url: " + url.error().message);
  if (text.find_first_of("?#") != text.npos)
    return Wrong("webhook_url", "webhook_url: no query and no fragment are allowed, a nonce is added to the path");
  config_.webhook.base = text;
  return {};
}

Error Options::SetWebhookMode(int32_t mode) {
  if (mode != 0 && mode != 1) return Wrong("webhook_mode", "webhook_mode: PZ_WEBHOOK_TERMINAL or PZ_WEBHOOK_SYNC");
  config_.webhook.sync = mode == 1;
  return {};
}

Error Options::SetDispatch(int32_t mode) {
  if (mode != 0 && mode != 1) return Wrong("dispatch", "dispatch: PZ_DISPATCH_POLL or PZ_DISPATCH_THREAD");
  config_.dispatch_thread = mode == 1;
  return {};
}

Error Options::SetLogLevel(int32_t level) {
  if (level < 0 || level > 4) return Wrong("log_level", "log_level: PZ_LOG_OFF to PZ_LOG_DEBUG");
  config_.log_level = level;
  return {};
}

wire::Result<Options::Finished> Options::Finish() const {
  if (!first_.ok()) return first_;
  const transport::Config& t = config_.transport;
  const bool local = t.allow_loopback && wire::IsLoopbackHost(t.base);
  if (t.base.scheme != "https" && !local)
    return Wrong("base_url",
                 "base_url: https is needed; plain http only for a loopback host and with allow_loopback");
  if (config_.policy.poll_floor_ms < 2000 && !local)
    return Wrong("poll_interval",
                 "poll_interval: under 2000 ms only for a loopback base URL and with allow_loopback");
  if (!config_.webhook.base.empty()) {
    const auto webhook = wire::ParseUrl(config_.webhook.base);
    if (!webhook.ok() || (webhook->scheme != "https" && !(t.allow_loopback && wire::IsLoopbackHost(*webhook))))
      return Wrong("webhook_url",
                   "webhook_url: https is needed; plain http only for a loopback host and with allow_loopback");
  }
  auto output_dir = OutputDirectory(config_.output_dir);
  if (!output_dir.ok()) return output_dir.error();
  Finished finished{config_, wiring_};
  finished.config.output_dir = std::move(*output_dir);
  finished.config.transport.user_agent =
      (product_.empty() ? "" : product_ + " ") + std::string(kLibraryAgent);
  return finished;
}

}  // namespace pixazo::client
