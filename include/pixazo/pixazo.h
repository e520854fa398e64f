/*
 * libpixazo - submit image-generation jobs to a Pixazo gateway.
 *
 * Contract shared by every function below; a function documents only what
 * differs from it.
 *
 *   Handles    Opaque. Made by *_new or returned through an out parameter.
 *              "owned"    the caller must hand it to *_free or *_release
 *              "borrowed" do not release; dies with the handle it came from
 *   Strings    UTF-8. In: (pointer, length); pass PZ_NUL as the length of a
 *              NUL-terminated string. Copied before the call returns.
 *              Out: borrowed, never NULL, always NUL-terminated; out_len,
 *              where present, may be NULL.
 *   Errors     pz_status: 0 ok, >0 not an error, <0 error. On error every out
 *              parameter except out_error is left untouched.
 *   Threads    Every function may be called from any thread at any time,
 *              except on builders (pz_options, pz_request), which one thread
 *              uses at a time.
 *   Callbacks  Run only inside pz_client_dispatch (PZ_DISPATCH_POLL) or on the
 *              library's dispatch thread (PZ_DISPATCH_THREAD), one at a time,
 *              with no library lock held. They must not throw or longjmp.
 *              destroy(user_data) runs exactly once, after the last call, also
 *              when the call that took it fails.
 *   NULL       *_free and *_release accept NULL. Any other NULL handle yields
 *              PZ_E_INVALID_ARG, or the empty value from a getter.
 */
#ifndef PIXAZO_H_
#define PIXAZO_H_

#include <stddef.h>
#include <stdint.h>

#include "version.h"

/* Pass to pz_options_new: the API this caller was compiled against. */
#define PZ_API_VERSION 0x010000

#if defined(_WIN32)
#define PZ_CALL __cdecl
#if defined(PZ_STATIC)
#define PZ_API
#elif defined(PZ_BUILD)
#define PZ_API __declspec(dllexport)
#else
#define PZ_API __declspec(dllimport)
#endif
#else
#define PZ_CALL
#if defined(PZ_BUILD) && !defined(PZ_STATIC)
#define PZ_API __attribute__((visibility("default")))
#else
#define PZ_API
#endif
#endif

#ifdef __cplusplus
#define PZ_NOEXCEPT noexcept
extern "C" {
#else
#define PZ_NOEXCEPT
#endif

#define PZ_NUL SIZE_MAX
#define PZ_INFINITE UINT32_MAX

typedef struct pz_catalogue pz_catalogue; /* retain / release, immutable */
typedef struct pz_options pz_options; /* builder, single owner  */
typedef struct pz_client pz_client;   /* single owner           */
typedef struct pz_request pz_request; /* builder, single owner  */
typedef struct pz_job pz_job;         /* retain / release       */
typedef struct pz_event pz_event;     /* retain / release, immutable */
typedef struct pz_output pz_output;   /* retain / release, immutable */
typedef struct pz_error pz_error;     /* single owner or borrowed, immutable */
typedef struct pz_endpoint pz_endpoint; /* borrowed from its catalogue, immutable */
typedef struct pz_param pz_param;       /* borrowed from its catalogue, immutable */

/* Enumerations are int32_t on the wire of the ABI, never a C enum: their width
 * is fixed and unknown values are legal. Values are never reused or renumbered. */
typedef int32_t pz_status;
typedef int32_t pz_state;
typedef int32_t pz_event_type;
typedef int32_t pz_dispatch_mode;
typedef int32_t pz_log_level;
typedef int32_t pz_charged;
typedef int32_t pz_param_type;
typedef int32_t pz_stat;

enum {
  PZ_OK = 0,
  PZ_AGAIN = 1, /* nothing to return now; not an error */

  PZ_E_INTERNAL = -1,
  PZ_E_NOMEM = -2,
  PZ_E_INVALID_ARG = -3,
  PZ_E_INVALID_STATE = -4,
  PZ_E_UNSUPPORTED = -5,
  PZ_E_VERSION = -6,
  PZ_E_NOT_FOUND = -7,
  PZ_E_LIMIT = -8,      /* a local limit; retry after draining events */
  PZ_E_TIMEOUT = -9,
  PZ_E_CANCELLED = -10,
  PZ_E_CLOSED = -11,    /* client shut down */
  PZ_E_FORKED = -12,    /* handle used in a forked child */
  PZ_E_DEADLOCK = -13,  /* blocking call made from a callback */
  PZ_E_IO = -14,        /* local file: disk full, permission, ... */
  PZ_E_BUDGET = -15,    /* the caller's own spending cap */

  PZ_E_NETWORK = -30,
  PZ_E_DNS = -31,
  PZ_E_TLS = -32,
  PZ_E_PROXY = -33,
  PZ_E_PROTOCOL = -34,  /* response not understood */

  PZ_E_BAD_REQUEST = -50,
  PZ_E_AUTH = -51,            /* 401, 403 */
  PZ_E_BALANCE = -52,         /* 402 */
  PZ_E_RATE_LIMITED = -53,    /* 429 */
  PZ_E_MODEL_NOT_FOUND = -54, /* 400 with that error, 404 */
  PZ_E_SERVER = -55,
  PZ_E_JOB_FAILED = -56,      /* status FAILED: may have been charged */
  PZ_E_JOB_ERROR = -57,       /* status ERROR: not charged */
  PZ_E_NO_OUTPUT = -58,       /* answered success, named no image */
  PZ_E_OUTPUT = -59,          /* the image could not be fetched whole; fetch it again */
  PZ_E_UNCERTAIN = -60        /* the submit may have been accepted: never resent */
};

enum {
  PZ_STATE_WAITING = 1,     /* in the client, nothing sent yet          */
  PZ_STATE_SUBMITTING = 2,
  PZ_STATE_UNCERTAIN = 3,   /* sent, answer lost; a webhook may settle it */
  PZ_STATE_QUEUED = 4,
  PZ_STATE_PROCESSING = 5,
  PZ_STATE_DOWNLOADING = 6,
  /* terminal from here */
  PZ_STATE_COMPLETED = 100,
  PZ_STATE_FAILED = 101,
  PZ_STATE_CANCELLED = 102
};

enum {
  PZ_EVENT_STATE = 1,    /* the job moved between non-terminal states */
  PZ_EVENT_PROGRESS = 2, /* coalesced: only the newest per job is kept */
  PZ_EVENT_OUTPUT = 3,   /* one output is available */
  PZ_EVENT_DONE = 4,     /* exactly one per job, always the last */
  PZ_EVENT_LOG = 5,
  PZ_EVENT_NEED_KEY = 6, /* the key is missing or was refused; answer with pz_client_set_api_key */
  PZ_EVENT_NEED_URL = 7  /* a picture of this job must be a URL; answer with pz_job_provide_url */
};

/* Whether the gateway took money for a job. Nobody may guess this from a code. */
enum { PZ_CHARGED_UNKNOWN = 0, PZ_CHARGED_NO = 1, PZ_CHARGED_YES = 2 };

enum { PZ_DISPATCH_POLL = 0, PZ_DISPATCH_THREAD = 1 };
enum { PZ_LOG_OFF = 0, PZ_LOG_ERROR = 1, PZ_LOG_WARN = 2, PZ_LOG_INFO = 3, PZ_LOG_DEBUG = 4 };
enum { PZ_FEATURE_WAKEUP_HANDLE = 1, PZ_FEATURE_HTTP2 = 2 };

enum {
  PZ_PARAM_STRING = 1,
  PZ_PARAM_INTEGER = 2,
  PZ_PARAM_NUMBER = 3,
  PZ_PARAM_BOOLEAN = 4,
  PZ_PARAM_IMAGE = 5,
  PZ_PARAM_IMAGES = 6,
  PZ_PARAM_SIZE = 7,
  PZ_PARAM_STRING_LIST = 8,
  PZ_PARAM_OBJECT_LIST = 9,
  PZ_PARAM_URL = 10
};

enum { /* pz_client_stat */
  PZ_STAT_JOBS_LIVE = 1,
  PZ_STAT_SUBMITS = 2,
  PZ_STAT_POLLS = 3,
  PZ_STAT_DOWNLOADS = 4,
  PZ_STAT_RETRIES = 5,
  PZ_STAT_THROTTLED = 6,
  PZ_STAT_POLL_ERRORS = 7,
  PZ_STAT_DONE = 8,
  PZ_STAT_EVENTS_QUEUED = 9,
  PZ_STAT_CONNECTIONS_OPENED = 10,
  PZ_STAT_BYTES_RECEIVED = 11,
  PZ_STAT_BUDGET_SPENT_MICROUSD = 12,
  PZ_STAT_BUDGET_RESERVED_MICROUSD = 13,
  PZ_STAT_BYTES_BUFFERED = 14
};

typedef void(PZ_CALL *pz_event_fn)(const pz_event *event, void *user_data);
typedef void(PZ_CALL *pz_thread_fn)(const char *thread_name, void *user_data);
typedef void(PZ_CALL *pz_destroy_fn)(void *user_data);

/* -- Library ------------------------------------------------------------- */
PZ_API uint32_t PZ_CALL pz_version(void) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_version_string(void) PZ_NOEXCEPT;
PZ_API int32_t PZ_CALL pz_has_feature(uint32_t feature) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_status_name(pz_status status) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_state_name(pz_state state) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_charged_name(pz_charged charged) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_event_type_name(pz_event_type type) PZ_NOEXCEPT;

/* -- Errors -------------------------------------------------------------- */
PZ_API void PZ_CALL pz_error_free(pz_error *error) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_error_status(const pz_error *error) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_error_message(const pz_error *error) PZ_NOEXCEPT;
PZ_API int32_t PZ_CALL pz_error_http_status(const pz_error *error) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_error_remote_code(const pz_error *error) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_error_request_id(const pz_error *error) PZ_NOEXCEPT;
PZ_API int32_t PZ_CALL pz_error_is_retryable(const pz_error *error) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_error_field(const pz_error *error) PZ_NOEXCEPT; /* the parameter at fault, "" if none */
PZ_API pz_charged PZ_CALL pz_error_charged(const pz_error *error) PZ_NOEXCEPT;
PZ_API int64_t PZ_CALL pz_error_required_microusd(const pz_error *error) PZ_NOEXCEPT;
PZ_API int64_t PZ_CALL pz_error_retry_after_ms(const pz_error *error) PZ_NOEXCEPT;

/* -- Client options ------------------------------------------------------ */
PZ_API pz_options *PZ_CALL pz_options_new(uint32_t api_version) PZ_NOEXCEPT;
PZ_API void PZ_CALL pz_options_free(pz_options *options) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_set_base_url(pz_options *options, const char *url, size_t len) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_set_api_key(pz_options *options, const char *key, size_t len) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_set_user_agent(pz_options *options, const char *product, size_t len) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_set_ca_file(pz_options *options, const char *path, size_t len) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_set_ca_pem(pz_options *options, const void *pem, size_t len) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_set_proxy(pz_options *options, const char *url, size_t len) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_set_connect_timeout_ms(pz_options *options, uint32_t ms) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_set_job_timeout_ms(pz_options *options, uint32_t ms) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_set_submit_timeout_ms(pz_options *options, uint32_t ms) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_set_catalogue(pz_options *options, const pz_catalogue *catalogue) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_set_sync_timeout_ms(pz_options *options, uint32_t ms) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_set_status_timeout_ms(pz_options *options, uint32_t ms) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_set_download_stall_ms(pz_options *options, uint32_t ms) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_set_poll_interval_ms(pz_options *options, uint32_t min_ms, uint32_t max_ms) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_set_retry(pz_options *options, uint32_t max_attempts, uint32_t base_ms, uint32_t cap_ms) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_set_retry_after_cap_ms(pz_options *options, uint32_t ms) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_set_retry_503(pz_options *options, int32_t retry) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_set_max_in_flight(pz_options *options, uint32_t jobs) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_set_concurrency(pz_options *options, uint32_t submits, uint32_t downloads, uint32_t connections) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_set_max_undelivered(pz_options *options, uint32_t events) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_set_max_buffered_bytes(pz_options *options, uint64_t bytes) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_set_max_output_bytes(pz_options *options, uint64_t bytes) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_add_output_host(pz_options *options, const char *host, size_t len) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_allow_loopback(pz_options *options, int32_t allow) PZ_NOEXCEPT; /* plain http and private addresses, on this machine only */
PZ_API pz_status PZ_CALL pz_options_set_budget_microusd(pz_options *options, int64_t cap) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_set_assumed_price_microusd(pz_options *options, int64_t price) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_set_proxy_from_environment(pz_options *options, int32_t use) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_add_header(pz_options *options, const char *name, size_t name_len, const char *value, size_t len) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_set_ask_key(pz_options *options, int32_t ask) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_set_ask_urls(pz_options *options, int32_t ask) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_set_jitter_seed(pz_options *options, uint64_t seed) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_set_output_dir(pz_options *options, const char *path, size_t len) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_set_dispatch(pz_options *options, pz_dispatch_mode mode) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_set_log_level(pz_options *options, pz_log_level level) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_set_event_callback(pz_options *options, pz_event_fn fn, void *user_data, pz_destroy_fn destroy) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_set_thread_hooks(pz_options *options, pz_thread_fn on_start, pz_thread_fn on_stop, void *user_data, pz_destroy_fn destroy) PZ_NOEXCEPT;

/* -- Client -------------------------------------------------------------- */
PZ_API pz_status PZ_CALL pz_client_new(const pz_options *options, pz_client **out_client, pz_error **out_error) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_client_shutdown(pz_client *client, uint32_t timeout_ms) PZ_NOEXCEPT;
PZ_API void PZ_CALL pz_client_free(pz_client *client) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_client_set_api_key(pz_client *client, const char *key, size_t len) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_client_submit(pz_client *client, const pz_request *request, pz_job **out_job, pz_error **out_error) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_client_submit_cb(pz_client *client, const pz_request *request, pz_event_fn fn, void *user_data, pz_destroy_fn destroy, pz_job **out_job, pz_error **out_error) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_client_attach(pz_client *client, const char *remote_id, size_t len, const char *endpoint_id, size_t endpoint_len, uint64_t tag, pz_job **out_job, pz_error **out_error) PZ_NOEXCEPT; /* endpoint_id may be NULL */
PZ_API pz_status PZ_CALL pz_client_fetch_again(pz_client *client, const pz_job *job, pz_job **out_job, pz_error **out_error) PZ_NOEXCEPT; /* the outputs that failed; never a POST */
PZ_API pz_status PZ_CALL pz_client_resubmit(pz_client *client, const pz_job *job, int32_t accept_second_charge, pz_job **out_job, pz_error **out_error) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_client_find_job(pz_client *client, uint64_t job_id, pz_job **out_job) PZ_NOEXCEPT;
PZ_API int64_t PZ_CALL pz_client_stat(const pz_client *client, pz_stat which) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_client_pause(pz_client *client) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_client_resume(pz_client *client) PZ_NOEXCEPT;
PZ_API uint32_t PZ_CALL pz_client_in_flight(const pz_client *client) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_client_cancel_all(pz_client *client) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_client_dispatch(pz_client *client, uint32_t max_events, uint32_t budget_us, uint32_t *out_count) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_client_poll_event(pz_client *client, pz_event **out_event) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_client_wait_event(pz_client *client, uint32_t timeout_ms, pz_event **out_event) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_client_wakeup(pz_client *client) PZ_NOEXCEPT;
PZ_API intptr_t PZ_CALL pz_client_wakeup_handle(pz_client *client) PZ_NOEXCEPT;

/* -- Catalogue: what the gateway offers, for tools that build their own forms -- */
PZ_API const pz_catalogue *PZ_CALL pz_catalogue_builtin(void) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_catalogue_load(const char *json, size_t len, pz_catalogue **out_catalogue, pz_error **out_error) PZ_NOEXCEPT;
PZ_API pz_catalogue *PZ_CALL pz_catalogue_retain(const pz_catalogue *catalogue) PZ_NOEXCEPT;
PZ_API void PZ_CALL pz_catalogue_release(pz_catalogue *catalogue) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_catalogue_json(const pz_catalogue *catalogue, size_t *out_len) PZ_NOEXCEPT;
PZ_API uint32_t PZ_CALL pz_catalogue_endpoint_count(const pz_catalogue *catalogue) PZ_NOEXCEPT;
PZ_API const pz_endpoint *PZ_CALL pz_catalogue_endpoint(const pz_catalogue *catalogue, uint32_t index) PZ_NOEXCEPT;
PZ_API const pz_endpoint *PZ_CALL pz_catalogue_find(const pz_catalogue *catalogue, const char *id, size_t len) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_endpoint_id(const pz_endpoint *endpoint) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_endpoint_product(const pz_endpoint *endpoint) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_endpoint_provider(const pz_endpoint *endpoint) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_endpoint_title(const pz_endpoint *endpoint) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_endpoint_method(const pz_endpoint *endpoint) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_endpoint_path(const pz_endpoint *endpoint) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_endpoint_model_id(const pz_endpoint *endpoint) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_endpoint_response_shape(const pz_endpoint *endpoint) PZ_NOEXCEPT;
PZ_API uint32_t PZ_CALL pz_endpoint_alias_count(const pz_endpoint *endpoint) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_endpoint_alias(const pz_endpoint *endpoint, uint32_t index) PZ_NOEXCEPT;
PZ_API int32_t PZ_CALL pz_endpoint_is_queued(const pz_endpoint *endpoint) PZ_NOEXCEPT;
PZ_API uint32_t PZ_CALL pz_endpoint_param_count(const pz_endpoint *endpoint) PZ_NOEXCEPT;
PZ_API const pz_param *PZ_CALL pz_endpoint_param(const pz_endpoint *endpoint, uint32_t index) PZ_NOEXCEPT;
PZ_API const pz_param *PZ_CALL pz_endpoint_find_param(const pz_endpoint *endpoint, const char *name, size_t len) PZ_NOEXCEPT;
PZ_API uint32_t PZ_CALL pz_endpoint_rule_count(const pz_endpoint *endpoint) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_endpoint_rule(const pz_endpoint *endpoint, uint32_t index) PZ_NOEXCEPT;
PZ_API uint32_t PZ_CALL pz_endpoint_note_count(const pz_endpoint *endpoint) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_endpoint_note(const pz_endpoint *endpoint, uint32_t index) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_endpoint_price_source(const pz_endpoint *endpoint) PZ_NOEXCEPT;
PZ_API int32_t PZ_CALL pz_endpoint_has_price(const pz_endpoint *endpoint) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_endpoint_example_json(const pz_endpoint *endpoint, size_t *out_len) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_endpoint_json(const pz_endpoint *endpoint, size_t *out_len) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_param_name(const pz_param *param) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_param_wire_name(const pz_param *param) PZ_NOEXCEPT;
PZ_API pz_param_type PZ_CALL pz_param_kind(const pz_param *param) PZ_NOEXCEPT;
PZ_API int32_t PZ_CALL pz_param_is_required(const pz_param *param) PZ_NOEXCEPT;
PZ_API int32_t PZ_CALL pz_param_has_default(const pz_param *param) PZ_NOEXCEPT;
PZ_API int32_t PZ_CALL pz_param_has_minimum(const pz_param *param) PZ_NOEXCEPT;
PZ_API int32_t PZ_CALL pz_param_has_maximum(const pz_param *param) PZ_NOEXCEPT;
PZ_API int32_t PZ_CALL pz_param_has_open_choices(const pz_param *param) PZ_NOEXCEPT;
PZ_API int32_t PZ_CALL pz_param_is_data_uri_accepted(const pz_param *param) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_param_default_json(const pz_param *param) PZ_NOEXCEPT;
PZ_API double PZ_CALL pz_param_minimum(const pz_param *param) PZ_NOEXCEPT;
PZ_API double PZ_CALL pz_param_maximum(const pz_param *param) PZ_NOEXCEPT;
PZ_API uint32_t PZ_CALL pz_param_choice_count(const pz_param *param) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_param_choice_json(const pz_param *param, uint32_t index) PZ_NOEXCEPT;
PZ_API uint32_t PZ_CALL pz_param_min_length(const pz_param *param) PZ_NOEXCEPT;
PZ_API uint32_t PZ_CALL pz_param_max_length(const pz_param *param) PZ_NOEXCEPT;
PZ_API uint32_t PZ_CALL pz_param_min_items(const pz_param *param) PZ_NOEXCEPT;
PZ_API uint32_t PZ_CALL pz_param_max_items(const pz_param *param) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_param_example_json(const pz_param *param) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_param_note(const pz_param *param) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_param_json(const pz_param *param, size_t *out_len) PZ_NOEXCEPT;

/* -- Request: canonical or wire names; checked against the catalogue ------------- */
PZ_API pz_request *PZ_CALL pz_request_new(const pz_catalogue *catalogue, const char *endpoint_id, size_t len) PZ_NOEXCEPT;
PZ_API pz_request *PZ_CALL pz_request_clone(const pz_request *request) PZ_NOEXCEPT;
PZ_API void PZ_CALL pz_request_free(pz_request *request) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_request_set_string(pz_request *request, const char *name, size_t name_len, const char *value, size_t len) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_request_set_int(pz_request *request, const char *name, size_t name_len, int64_t value) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_request_set_double(pz_request *request, const char *name, size_t name_len, double value) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_request_set_bool(pz_request *request, const char *name, size_t name_len, int32_t value) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_request_set_json(pz_request *request, const char *name, size_t name_len, const char *json, size_t len) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_request_add_image_url(pz_request *request, const char *name, size_t name_len, const char *url, size_t len) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_request_add_image_bytes(pz_request *request, const char *name, size_t name_len, const void *bytes, size_t len) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_request_add_image_file(pz_request *request, const char *name, size_t name_len, const char *path, size_t len) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_request_set_unknown_json(pz_request *request, const char *name, size_t name_len, const char *json, size_t len) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_request_set_tag(pz_request *request, uint64_t tag) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_request_set_submit_key(pz_request *request, const char *key, size_t len) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_request_set_priority(pz_request *request, int32_t priority) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_request_set_job_timeout_ms(pz_request *request, uint32_t ms) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_request_set_submit_timeout_ms(pz_request *request, uint32_t ms) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_request_set_output_dir(pz_request *request, const char *path, size_t len) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_request_set_output_name(pz_request *request, const char *stem, size_t len) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_request_set_fetch_outputs(pz_request *request, int32_t fetch) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_request_validate(const pz_request *request, pz_error **out_error) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_request_estimate_microusd(const pz_request *request, int64_t *out_low, int64_t *out_high) PZ_NOEXCEPT; /* PZ_E_NOT_FOUND: unknown */
PZ_API const char *PZ_CALL pz_request_estimate_source(const pz_request *request) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_request_body_json(const pz_request *request, size_t *out_len) PZ_NOEXCEPT;

/* -- Job ----------------------------------------------------------------- */
PZ_API pz_job *PZ_CALL pz_job_retain(pz_job *job) PZ_NOEXCEPT;
PZ_API void PZ_CALL pz_job_release(pz_job *job) PZ_NOEXCEPT;
PZ_API uint64_t PZ_CALL pz_job_id(const pz_job *job) PZ_NOEXCEPT;
PZ_API uint64_t PZ_CALL pz_job_tag(const pz_job *job) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_job_remote_id(const pz_job *job) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_job_endpoint_id(const pz_job *job) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_job_submit_key(const pz_job *job) PZ_NOEXCEPT;
PZ_API uint64_t PZ_CALL pz_job_origin_id(const pz_job *job) PZ_NOEXCEPT;
PZ_API pz_state PZ_CALL pz_job_state(const pz_job *job) PZ_NOEXCEPT;
PZ_API uint32_t PZ_CALL pz_job_poll_count(const pz_job *job) PZ_NOEXCEPT;
PZ_API uint32_t PZ_CALL pz_job_attempt_count(const pz_job *job) PZ_NOEXCEPT;
PZ_API int64_t PZ_CALL pz_job_elapsed_ms(const pz_job *job) PZ_NOEXCEPT;
PZ_API int64_t PZ_CALL pz_job_gateway_ms(const pz_job *job) PZ_NOEXCEPT;
PZ_API double PZ_CALL pz_job_progress(const pz_job *job) PZ_NOEXCEPT;
PZ_API pz_charged PZ_CALL pz_job_charged(const pz_job *job) PZ_NOEXCEPT;
PZ_API const pz_error *PZ_CALL pz_job_error(const pz_job *job) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_job_cancel(pz_job *job) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_job_provide_url(pz_job *job, const char *field, size_t field_len, uint32_t index, const char *url, size_t len) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_job_wait(pz_job *job, uint32_t timeout_ms) PZ_NOEXCEPT;
PZ_API uint32_t PZ_CALL pz_job_output_count(const pz_job *job) PZ_NOEXCEPT;
PZ_API pz_output *PZ_CALL pz_job_output(const pz_job *job, uint32_t index) PZ_NOEXCEPT;

/* -- Event --------------------------------------------------------------- */
PZ_API pz_event *PZ_CALL pz_event_retain(const pz_event *event) PZ_NOEXCEPT;
PZ_API void PZ_CALL pz_event_release(pz_event *event) PZ_NOEXCEPT;
PZ_API pz_event_type PZ_CALL pz_event_kind(const pz_event *event) PZ_NOEXCEPT;
PZ_API uint64_t PZ_CALL pz_event_seq(const pz_event *event) PZ_NOEXCEPT;
PZ_API uint64_t PZ_CALL pz_event_job_id(const pz_event *event) PZ_NOEXCEPT;
PZ_API uint64_t PZ_CALL pz_event_tag(const pz_event *event) PZ_NOEXCEPT;
PZ_API pz_state PZ_CALL pz_event_state(const pz_event *event) PZ_NOEXCEPT;
PZ_API double PZ_CALL pz_event_progress(const pz_event *event) PZ_NOEXCEPT;
PZ_API int32_t PZ_CALL pz_event_log_level(const pz_event *event) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_event_text(const pz_event *event, size_t *out_len) PZ_NOEXCEPT;
PZ_API pz_job *PZ_CALL pz_event_job(const pz_event *event) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_event_field(const pz_event *event) PZ_NOEXCEPT;
PZ_API uint32_t PZ_CALL pz_event_index(const pz_event *event) PZ_NOEXCEPT;
PZ_API pz_output *PZ_CALL pz_event_output(const pz_event *event) PZ_NOEXCEPT;
PZ_API const pz_error *PZ_CALL pz_event_error(const pz_event *event) PZ_NOEXCEPT;

/* -- Output -------------------------------------------------------------- */
PZ_API pz_output *PZ_CALL pz_output_retain(pz_output *output) PZ_NOEXCEPT;
PZ_API void PZ_CALL pz_output_release(pz_output *output) PZ_NOEXCEPT;
PZ_API uint32_t PZ_CALL pz_output_index(const pz_output *output) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_output_status(const pz_output *output) PZ_NOEXCEPT; /* PZ_OK: fetched whole */
PZ_API const pz_error *PZ_CALL pz_output_error(const pz_output *output) PZ_NOEXCEPT;
PZ_API uint64_t PZ_CALL pz_output_size(const pz_output *output) PZ_NOEXCEPT;
PZ_API const void *PZ_CALL pz_output_data(const pz_output *output, size_t *out_len) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_output_mime(const pz_output *output) PZ_NOEXCEPT;
PZ_API uint32_t PZ_CALL pz_output_width(const pz_output *output) PZ_NOEXCEPT;
PZ_API uint32_t PZ_CALL pz_output_height(const pz_output *output) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_output_path(const pz_output *output) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_output_url(const pz_output *output) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_output_meta_json(const pz_output *output, size_t *out_len) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_output_save(const pz_output *output, const char *path, size_t len) PZ_NOEXCEPT;

#ifdef __cplusplus
}
#endif

#endif /* PIXAZO_H_ */
