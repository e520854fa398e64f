// pz_options
#include "capi/callback.h"
#include "capi/guard.h"
#include "capi/handles.h"
#include "capi/text.h"

using namespace pixazo::capi;
using pixazo::client::Config;
using pixazo::client::Options;
using pixazo::wire::Error;

namespace {

// Runs a setter; what it returns is noted and returned.
template <class Setter>
pz_status Set(pz_options* options, Setter setter) noexcept {
  return Guard([&] {
    Options* o = From(options);
    return o ? Status(o->Note(setter(*o))) : pz_status{PZ_E_INVALID_ARG};
  });
}

pz_status SetText(pz_options* options, const char* s, size_t len,
                  Error (Options::*setter)(std::string_view)) noexcept {
  return Set(options, [&](Options& o) {
    const auto text = ReadText(s, len);
    return text.ok() ? (o.*setter)(*text) : text.error();
  });
}

template <class... Numbers>
pz_status SetNumbers(pz_options* options, Error (Options::*setter)(Numbers...), Numbers... numbers) noexcept {
  return Set(options, [&](Options& o) { return (o.*setter)(numbers...); });
}

template <class Change>
pz_status SetPlain(pz_options* options, Change change) noexcept {
  return Set(options, [&](Options& o) {
    change(o.config());
    return Error();
  });
}

}  // namespace

pz_options* pz_options_new(uint32_t api_version) noexcept {
  if (api_version >> 16 != PZ_VERSION_MAJOR) return nullptr;
  return GuardOr<pz_options*>(nullptr, [] { return To(new Options); });
}
void pz_options_free(pz_options* options) noexcept { delete From(options); }

pz_status pz_options_set_base_url(pz_options* options, const char* url, size_t len) noexcept {
  return SetText(options, url, len, &Options::SetBaseUrl);
}
pz_status pz_options_set_api_key(pz_options* options, const char* key, size_t len) noexcept {
  return SetText(options, key, len, &Options::SetApiKey);
}
pz_status pz_options_set_user_agent(pz_options* options, const char* product, size_t len) noexcept {
  return SetText(options, product, len, &Options::SetUserAgent);
}
pz_status pz_options_add_header(pz_options* options, const char* name, size_t name_len, const char* value,
                                size_t len) noexcept {
  return Set(options, [&](Options& o) {
    const auto name_text = ReadText(name, name_len), value_text = ReadText(value, len);
    if (!name_text.ok()) return name_text.error();
    return value_text.ok() ? o.AddHeader(*name_text, *value_text) : value_text.error();
  });
}
pz_status pz_options_set_ca_file(pz_options* options, const char* path, size_t len) noexcept {
  return SetText(options, path, len, &Options::SetCaFile);
}
pz_status pz_options_set_ca_pem(pz_options* options, const void* pem, size_t len) noexcept {
  return SetText(options, static_cast<const char*>(pem), len, &Options::SetCaPem);
}
pz_status pz_options_set_proxy(pz_options* options, const char* url, size_t len) noexcept {
  return SetText(options, url, len, &Options::SetProxy);
}
pz_status pz_options_set_proxy_from_environment(pz_options* options, int32_t use) noexcept {
  return SetPlain(options, [&](Config& c) { c.transport.proxy_from_environment = use != 0; });
}
pz_status pz_options_allow_loopback(pz_options* options, int32_t allow) noexcept {
  return SetPlain(options, [&](Config& c) { c.transport.allow_loopback = allow != 0; });
}

pz_status pz_options_set_connect_timeout_ms(pz_options* options, uint32_t ms) noexcept {
  return SetNumbers(options, &Options::SetConnectTimeout, ms);
}
pz_status pz_options_set_submit_timeout_ms(pz_options* options, uint32_t ms) noexcept {
  return SetNumbers(options, &Options::SetSubmitTimeout, ms);
}
pz_status pz_options_set_sync_timeout_ms(pz_options* options, uint32_t ms) noexcept {
  return SetNumbers(options, &Options::SetSyncTimeout, ms);
}
pz_status pz_options_set_status_timeout_ms(pz_options* options, uint32_t ms) noexcept {
  return SetNumbers(options, &Options::SetStatusTimeout, ms);
}
pz_status pz_options_set_download_stall_ms(pz_options* options, uint32_t ms) noexcept {
  return SetNumbers(options, &Options::SetDownloadStall, ms);
}
pz_status pz_options_set_job_timeout_ms(pz_options* options, uint32_t ms) noexcept {
  return SetNumbers(options, &Options::SetJobTimeout, ms);
}
pz_status pz_options_set_poll_interval_ms(pz_options* options, uint32_t min_ms, uint32_t max_ms) noexcept {
  return SetNumbers(options, &Options::SetPollInterval, min_ms, max_ms);
}
pz_status pz_options_set_retry(pz_options* options, uint32_t max_attempts, uint32_t base_ms,
                               uint32_t cap_ms) noexcept {
  return SetNumbers(options, &Options::SetRetry, max_attempts, base_ms, cap_ms);
}
pz_status pz_options_set_retry_after_cap_ms(pz_options* options, uint32_t ms) noexcept {
  return SetNumbers(options, &Options::SetRetryAfterCap, ms);
}
pz_status pz_options_set_retry_503(pz_options* options, int32_t retry) noexcept {
  return SetPlain(options, [&](Config& c) { c.policy.retry_503 = retry != 0; });
}
pz_status pz_options_set_jitter_seed(pz_options* options, uint64_t seed) noexcept {
  return SetPlain(options, [&](Config& c) { c.jitter_seed = seed; });
}
pz_status pz_options_set_max_in_flight(pz_options* options, uint32_t jobs) noexcept {
  return SetNumbers(options, &Options::SetMaxInFlight, jobs);
}
pz_status pz_options_set_concurrency(pz_options* options, uint32_t submits, uint32_t downloads,
                                     uint32_t connections) noexcept {
  return SetNumbers(options, &Options::SetConcurrency, submits, downloads, connections);
}
pz_status pz_options_set_max_undelivered(pz_options* options, uint32_t events) noexcept {
  return SetNumbers(options, &Options::SetMaxUndelivered, events);
}
pz_status pz_options_set_max_buffered_bytes(pz_options* options, uint64_t bytes) noexcept {
  return SetNumbers(options, &Options::SetMaxBufferedBytes, bytes);
}
pz_status pz_options_set_max_output_bytes(pz_options* options, uint64_t bytes) noexcept {
  return SetNumbers(options, &Options::SetMaxOutputBytes, bytes);
}

pz_status pz_options_add_output_host(pz_options* options, const char* host, size_t len) noexcept {
  return SetText(options, host, len, &Options::AddOutputHost);
}
pz_status pz_options_set_output_dir(pz_options* options, const char* path, size_t len) noexcept {
  return SetText(options, path, len, &Options::SetOutputDir);
}
pz_status pz_options_set_budget_microusd(pz_options* options, int64_t cap) noexcept {
  return SetPlain(options, [&](Config& c) { c.budget_microusd = cap; });
}
pz_status pz_options_set_assumed_price_microusd(pz_options* options, int64_t price) noexcept {
  return SetPlain(options, [&](Config& c) { c.assumed_price_microusd = price; });
}
pz_status pz_options_set_ask_key(pz_options* options, int32_t ask) noexcept {
  return SetPlain(options, [&](Config& c) { c.policy.ask_key = ask != 0; });
}
pz_status pz_options_set_ask_urls(pz_options* options, int32_t ask) noexcept {
  return SetPlain(options, [&](Config& c) { c.ask_urls = ask != 0; });
}
pz_status pz_options_set_catalogue(pz_options* options, const pz_catalogue* catalogue) noexcept {
  if (catalogue && !From(catalogue)) return PZ_E_INVALID_ARG;
  return SetPlain(options, [&](Config& c) {
    c.catalogue = catalogue ? From(catalogue)->catalogue : CatalogueView::BuiltIn().catalogue;
  });
}
pz_status pz_options_set_journal(pz_options* options, const char* path, size_t len) noexcept {
  return SetText(options, path, len, &Options::SetJournal);
}
pz_status pz_options_set_journal_digest(pz_options* options, int32_t digest) noexcept {
  return SetPlain(options, [&](Config& c) { c.journal.digest = digest != 0; });
}
pz_status pz_options_set_journal_retention_ms(pz_options* options, uint64_t ms) noexcept {
  return SetNumbers(options, &Options::SetJournalRetention, ms);
}
pz_status pz_options_set_webhook_url(pz_options* options, const char* base, size_t len) noexcept {
  return SetText(options, base, len, &Options::SetWebhookUrl);
}
pz_status pz_options_set_webhook_mode(pz_options* options, pz_webhook_mode mode) noexcept {
  return SetNumbers(options, &Options::SetWebhookMode, mode);
}
pz_status pz_options_set_webhook_in_body(pz_options* options, int32_t in_body) noexcept {
  return SetPlain(options, [&](Config& c) { c.webhook.in_body = in_body != 0; });
}
pz_status pz_options_set_dispatch(pz_options* options, pz_dispatch_mode mode) noexcept {
  return SetNumbers(options, &Options::SetDispatch, mode);
}
pz_status pz_options_set_log_level(pz_options* options, pz_log_level level) noexcept {
  return SetNumbers(options, &Options::SetLogLevel, level);
}

pz_status pz_options_set_event_callback(pz_options* options, pz_event_fn fn, void* user_data,
                                        pz_destroy_fn destroy) noexcept {
  auto callback = MakeCallback(fn, user_data, destroy);
  if (!callback) return PZ_E_NOMEM;
  if (!From(options)) return PZ_E_INVALID_ARG;
  From(options)->wiring().callback.swap(callback);
  return PZ_OK;
}
pz_status pz_options_set_thread_hooks(pz_options* options, pz_thread_fn on_start, pz_thread_fn on_stop,
                                      void* user_data, pz_destroy_fn destroy) noexcept {
  auto hooks = MakeHooks(on_start, on_stop, user_data, destroy);
  if (!hooks) return PZ_E_NOMEM;
  if (!From(options)) return PZ_E_INVALID_ARG;
  From(options)->wiring().hooks.swap(hooks);
  return PZ_OK;
}
