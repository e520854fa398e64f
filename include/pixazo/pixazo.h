/*
 * libpixazo - submit image-generation jobs to a Pixazo gateway, follow them and fetch their pictures.
 *
 * THE NINE INVARIANTS (each has a test named after it in tests/capi)
 *   I1  Every accepted job reaches exactly one terminal state and queues exactly one PZ_EVENT_DONE, its last event, also on
 *       cancel, timeout and shutdown. (pz_client_free discards what was not drained; the jobs are terminal all the same.)
 *   I2  After pz_client_free has returned, no user function pointer is called again. (Called inside a callback, it takes
 *       effect when that callback returns. A callback that another thread is still running 250 ms later is not waited for:
 *       its user_data stays alive until it returns, its destroy runs then.)
 *   I3  destroy(user_data) runs exactly once, after the last call that could use it, also when the registering call fails.
 *   I4  No event callback ever runs inside an API call other than pz_client_dispatch, and no user function is ever called
 *       with a library lock held. (destroy may run inside the call that drops the last use of its user_data.)
 *   I5  No allocated memory crosses the boundary except inside a handle. There is no pz_free.
 *   I6  Handles may be released in any order, from any thread, also from finalizers; releasing never cancels work.
 *   I7  No function blocks unless its name says wait, shutdown or free; each of those is bounded. "Blocks" means: waits for
 *       the network, for another thread's I/O, or for a lock that is held over either.
 *   I8  No exception leaves the library; no variadics, no structs by value, no bool, long or C enum in any signature.
 *   I9  Nothing happens when the library is loaded. At exit one handler, registered by the first client, stops and joins the
 *       library's threads within half a second and touches no pointer of the host.
 *
 * THE CONTRACT SHARED BY EVERY FUNCTION BELOW; a comment documents only what differs from it. A comment covers the
 * declarations below it down to the next empty line.
 *   Handles    Opaque. Every one begins with a tag of its kind: NULL or a handle of another kind is PZ_E_INVALID_ARG, and
 *              0, "" or NULL from a getter, never a crash. Use after the last release is undefined, except for pz_client,
 *              where calls that race with pz_client_free, or come soon after it, get PZ_E_CLOSED.
 *              *_free and *_release accept NULL.
 *   Ownership  "owned"    hand it to the *_free or *_release of its kind, once
 *              "borrowed" do not release; lives as long as the handle it came from
 *              "copied"   the library keeps nothing of yours after the call has returned
 *   Strings    UTF-8, also paths. In: (pointer, length), copied; PZ_NUL as length for a NUL-terminated string; NULL counts as
 *              "" when the length is 0 or PZ_NUL. Bad UTF-8 and embedded NUL are PZ_E_INVALID_ARG. Out: borrowed, never
 *              NULL unless said so, always NUL-terminated; out_len, where there is one, may be NULL.
 *   Errors     pz_status: 0 ok, > 0 not an error, < 0 error; unknown negative values are failures. On failure every out
 *              parameter but out_error is left untouched. out_error may be NULL; what it gets is owned. Every function
 *              that returns pz_status may also return PZ_E_NOMEM and PZ_E_INTERNAL, every one that takes a client or a job
 *              PZ_E_FORKED in a forked child. There is no thread-local last error. Where memory ends on a thread of the
 *              library's own, every job of that client ends FAILED with PZ_E_NOMEM (charged no only where nothing was sent)
 *              and the client is closed; its journal's rows live.
 *   Threads    "any": any thread, at any time, several at once. "one at a time": the builders pz_options and pz_request,
 *              which one thread uses at a time.
 *   Getters    never fail, block, lock or allocate.
 *   Callbacks  Event callbacks run inside pz_client_dispatch on the thread that calls it (PZ_DISPATCH_POLL), or on the
 *              library's own thread "pz-dispatch" (PZ_DISPATCH_THREAD); one at a time, in the order of the queue. Every API
 *              call is allowed inside, except that waiting for the same client (pz_client_wait_event, pz_client_dispatch,
 *              pz_client_shutdown, pz_job_wait) is PZ_E_DEADLOCK; pz_job_wait only for a job that has not ended, for one
 *              that has it is PZ_OK as everywhere. They must return: no throw, no panic, no longjmp, no pthread_exit.
 *   Fork       In the child of fork() every call on a client made before it returns PZ_E_FORKED, pz_client_free only leaks,
 *              and getters of jobs, events and outputs go on answering. The child may make clients of its own. A fork waits
 *              until no journal is being written, a second at most; if that is not enough (a disk that hangs) the child can
 *              open no journal: PZ_E_INVALID_STATE.
 *   Time       Milliseconds of a monotonic clock unless said otherwise; money is micro-dollars (1000000 = 1 USD).
 */
#ifndef PIXAZO_H_
#define PIXAZO_H_

#include <stddef.h>
#include <stdint.h>

#include "version.h"

/* Pass to pz_options_new: the API this caller was compiled against, as major << 16 | minor << 8 | patch. */
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

#define PZ_NUL SIZE_MAX        /* a length: the string is NUL-terminated */
#define PZ_INFINITE UINT32_MAX /* a timeout: none */

typedef struct pz_catalogue pz_catalogue; /* refcounted, immutable; or built in, which is never freed */
typedef struct pz_endpoint pz_endpoint;   /* borrowed from its catalogue, immutable */
typedef struct pz_param pz_param;         /* borrowed from its catalogue, immutable */
typedef struct pz_options pz_options;     /* builder, single owner */
typedef struct pz_request pz_request;     /* builder, single owner */
typedef struct pz_client pz_client;       /* single owner */
typedef struct pz_job pz_job;             /* refcounted; outlives its client */
typedef struct pz_event pz_event;         /* refcounted, immutable; outlives its client */
typedef struct pz_output pz_output;       /* refcounted, immutable; outlives its client and its job */
typedef struct pz_error pz_error;         /* single owner or borrowed, immutable */
typedef struct pz_journal pz_journal;     /* single owner, immutable: what a journal's file held when it was opened */

/* Enumerations are int32_t in every signature, never a C enum: their width is fixed and unknown values are legal. Values
 * are never reused or renumbered. */
typedef int32_t pz_status;
typedef int32_t pz_state;
typedef int32_t pz_event_type;
typedef int32_t pz_charged;
typedef int32_t pz_dispatch_mode;
typedef int32_t pz_log_level;
typedef int32_t pz_webhook_mode;
typedef int32_t pz_param_type;
typedef int32_t pz_stat;

/* pz_status */
enum {
  PZ_OK = 0,
  PZ_AGAIN = 1, /* nothing to return now; not an error */

  /* -1 to -29: local. Nothing was sent for the call that returns one, except where a job ends with one. */
  PZ_E_INTERNAL = -1,      /* a defect of the library */
  PZ_E_NOMEM = -2,         /* out of memory */
  PZ_E_INVALID_ARG = -3,   /* a NULL or wrong handle, a value that is not allowed; pz_error_field names the parameter */
  PZ_E_INVALID_STATE = -4, /* not now: the job has ended, has not ended, the mode is another one */
  PZ_E_UNSUPPORTED = -5,   /* this endpoint, job or address cannot do that */
  PZ_E_VERSION = -6,       /* caller and library do not fit */
  PZ_E_NOT_FOUND = -7,     /* no such endpoint, job, picture; or: the price is unknown */
  PZ_E_LIMIT = -8,         /* a limit of this client or of the process; drain events or wait, then try again */
  PZ_E_TIMEOUT = -9,       /* the time given has passed; a job that ends with it may still be running at the gateway */
  PZ_E_CANCELLED = -10,    /* by the host */
  PZ_E_CLOSED = -11,       /* the client is shut down */
  PZ_E_FORKED = -12,       /* handle of the parent process used in a forked child */
  PZ_E_DEADLOCK = -13,     /* blocking call made from a callback of the same client */
  PZ_E_IO = -14,           /* local file: not there, no permission, disk full */
  PZ_E_BUDGET = -15,       /* the host's own spending cap */

  /* -30 to -49: on the way to the gateway. */
  PZ_E_NETWORK = -30,  /* refused, unreachable, broken */
  PZ_E_DNS = -31,      /* the host name could not be resolved */
  PZ_E_TLS = -32,      /* handshake, certificate, CA */
  PZ_E_PROXY = -33,    /* the proxy */
  PZ_E_PROTOCOL = -34, /* the answer was not understood, or was a redirect (never followed with the key) */

  /* -50 and below: what the gateway said, or did not say. */
  PZ_E_BAD_REQUEST = -50,     /* 400 and its like: not charged */
  PZ_E_AUTH = -51,            /* no key, or 401, 403: a submit that is refused so is not charged */
  PZ_E_BALANCE = -52,         /* 402: not charged; pz_error_required_microusd if it named a price */
  PZ_E_RATE_LIMITED = -53,    /* 429, attempts used up: not charged */
  PZ_E_MODEL_NOT_FOUND = -54, /* 400 with that error, 404: not charged */
  PZ_E_SERVER = -55,          /* 5xx where no paid request was in doubt */
  PZ_E_JOB_FAILED = -56,      /* status FAILED: charged unknown */
  PZ_E_JOB_ERROR = -57,       /* status ERROR: not charged */
  PZ_E_NO_OUTPUT = -58,       /* says success, names no picture: charged unknown */
  PZ_E_OUTPUT = -59,          /* this picture could not be fetched whole; pz_client_fetch_again tries once more */
  PZ_E_UNCERTAIN = -60        /* the paid request may have been accepted; it is never sent again by itself */
};

/* pz_state */
enum {
  PZ_STATE_WAITING = 1,     /* accepted by the client, nothing sent yet */
  PZ_STATE_SUBMITTING = 2,  /* the paid request is on its way */
  PZ_STATE_UNCERTAIN = 3,   /* sent, answer lost, and a proof may still come; otherwise such a job ends FAILED with PZ_E_UNCERTAIN */
  PZ_STATE_QUEUED = 4,      /* accepted by the gateway; polled */
  PZ_STATE_PROCESSING = 5,  /* the gateway works on it; polled */
  PZ_STATE_DOWNLOADING = 6, /* made; its pictures are on their way */
  /* terminal from here: value >= PZ_STATE_COMPLETED */
  PZ_STATE_COMPLETED = 100, /* the gateway made it; each output has a status of its own */
  PZ_STATE_FAILED = 101,    /* pz_job_error says why */
  PZ_STATE_CANCELLED = 102  /* by the host, or by closing the client; what was sent may be made and charged all the same */
};

/* pz_event_type. Types not listed here must be ignored. */
enum {
  PZ_EVENT_STATE = 1,    /* the job moved to another state that is not terminal */
  PZ_EVENT_PROGRESS = 2, /* only the newest undelivered one per job is kept */
  PZ_EVENT_OUTPUT = 3,   /* output pz_event_index is settled: fetched, or failed with pz_event_error */
  PZ_EVENT_DONE = 4,     /* exactly one per job, its last */
  PZ_EVENT_LOG = 5,      /* a line for people; the oldest undelivered ones are dropped first */
  PZ_EVENT_NEED_KEY = 6, /* jobs wait for an API key, or for another one; answer with pz_client_set_api_key */
  PZ_EVENT_NEED_URL = 7  /* picture pz_event_field, pz_event_index must be a URL; answer with pz_job_provide_url */
};

/* pz_charged: whether the gateway took money. Only what the provider documents or the protocol proves is YES or NO. */
enum {
  PZ_CHARGED_UNKNOWN = 0,
  PZ_CHARGED_NO = 1, /* nothing was sent, or it was refused, or it ended with status ERROR ("not charged" in the documents) */
  PZ_CHARGED_YES = 2 /* it was made */
};

/* pz_dispatch_mode */
enum {
  PZ_DISPATCH_POLL = 0,  /* the host drains the queue: dispatch, poll, wait, wakeup handle. Nothing is called from a foreign thread */
  PZ_DISPATCH_THREAD = 1 /* one library thread "pz-dispatch" drains it and calls the callbacks */
};

/* pz_webhook_mode */
enum {
  PZ_WEBHOOK_TERMINAL = 0, /* one, when the job has ended */
  PZ_WEBHOOK_SYNC = 1      /* on the way too; the gateway then looks at its queue every 15 s at least */
};

/* pz_log_level */
enum { PZ_LOG_OFF = 0, PZ_LOG_ERROR = 1, PZ_LOG_WARN = 2, PZ_LOG_INFO = 3, PZ_LOG_DEBUG = 4 };

/* pz_has_feature */
enum {
  PZ_FEATURE_WAKEUP_HANDLE = 1,  /* pz_client_wakeup_handle works on this platform */
  PZ_FEATURE_DISPATCH_THREAD = 2, /* PZ_DISPATCH_THREAD works on this platform */
  PZ_FEATURE_JOURNAL = 3,         /* pz_options_set_journal works on this platform */
  PZ_FEATURE_WEBHOOK = 4          /* pz_options_set_webhook_url works on this platform */
};

/* pz_param_type: what a form would show. */
enum {
  PZ_PARAM_STRING = 1,
  PZ_PARAM_INTEGER = 2,
  PZ_PARAM_NUMBER = 3,
  PZ_PARAM_BOOLEAN = 4,
  PZ_PARAM_IMAGE = 5,       /* one picture */
  PZ_PARAM_IMAGES = 6,      /* several pictures */
  PZ_PARAM_SIZE = 7,        /* "WxH", a named size, or {"width":w,"height":h}; also set by `width` with `height` */
  PZ_PARAM_STRING_LIST = 8,
  PZ_PARAM_OBJECT_LIST = 9, /* pz_param_json lists the members */
  PZ_PARAM_URL = 10         /* a URL that is no picture */
};

/* pz_stat: counters since the client was made, and gauges of now. */
enum {
  PZ_STAT_JOBS_LIVE = 1,          /* gauge: jobs that have not ended */
  PZ_STAT_SUBMITS = 2,            /* paid requests started */
  PZ_STAT_POLLS = 3,              /* status requests */
  PZ_STAT_DOWNLOADS = 4,          /* downloads started */
  PZ_STAT_RETRIES = 5,            /* paid requests started again after proof that the one before was not processed */
  PZ_STAT_THROTTLED = 6,          /* answers 429 */
  PZ_STAT_POLL_ERRORS = 7,        /* status requests without a usable answer */
  PZ_STAT_DONE = 8,               /* jobs that have ended */
  PZ_STAT_EVENTS_QUEUED = 9,      /* gauge: undelivered events */
  PZ_STAT_CONNECTIONS_OPENED = 10,
  PZ_STAT_BYTES_RECEIVED = 11,
  PZ_STAT_BUDGET_SPENT_MICROUSD = 12,    /* high estimates of jobs that ended charged or perhaps charged */
  PZ_STAT_BUDGET_RESERVED_MICROUSD = 13, /* gauge: high estimates of jobs that have not ended */
  PZ_STAT_BYTES_BUFFERED = 14,           /* gauge: bytes of outputs held in memory */
  PZ_STAT_WEBHOOKS = 15,                 /* webhooks delivered that came with a nonce of this client */
  PZ_STAT_JOURNAL_ROWS = 16,             /* rows written to the journal */
  PZ_STAT_JOURNAL_FAILURES = 17          /* writes to the journal that failed; they are tried again */
};

/*
 * An event callback. Called once for each event that is routed to it, on the thread named under "Callbacks" above; after a
 * job's PZ_EVENT_DONE never again for that job. `event` is borrowed for the call; retain it to keep it. `user_data` is what
 * was registered. It says nothing about the network: state may have moved on since the event was queued.
 */
typedef void(PZ_CALL *pz_event_fn)(const pz_event *event, void *user_data);
/*
 * A thread hook. on_start is called first and on_stop last on each thread the library makes for a client ("pz-io",
 * "pz-dispatch"), so that a host can attach the thread to its runtime or profiler. `thread_name` is borrowed for the call.
 */
typedef void(PZ_CALL *pz_thread_fn)(const char *thread_name, void *user_data);
/*
 * Gives user_data back: exactly once, after the last call that could use it, with no lock held. On which thread: the one
 * that drops the last use, be it the host's or the library's.
 */
typedef void(PZ_CALL *pz_destroy_fn)(void *user_data);

/* -- Library ---------------------------------------------------------------------------------------------------------- */

/**
 * The version of the library that runs, as major << 16 | minor << 8 | patch, and as "1.0.0". It may be newer than
 * PZ_API_VERSION, which is what the caller was compiled against.
 *
 * Ownership  static. Errors none. Threads any. Since 1.0.
 */
PZ_API uint32_t PZ_CALL pz_version(void) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_version_string(void) PZ_NOEXCEPT;

/**
 * 1 if this build has `feature` (PZ_FEATURE_*), 0 if not or unknown.
 *
 * Ownership  -. Errors none. Threads any. Since 1.0.
 */
PZ_API int32_t PZ_CALL pz_has_feature(uint32_t feature) PZ_NOEXCEPT;

/**
 * Names of enumerators for logs and tables, without their prefix: "PZ_OK" and "PZ_E_LIMIT" for a status, "COMPLETED",
 * "unknown"/"no"/"yes", "DONE", "string"; "?" for values this version does not know.
 *
 * Ownership  static. Errors none. Threads any. Since 1.0.
 */
PZ_API const char *PZ_CALL pz_status_name(pz_status status) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_state_name(pz_state state) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_charged_name(pz_charged charged) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_event_type_name(pz_event_type type) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_param_type_name(pz_param_type type) PZ_NOEXCEPT;

/* -- Errors ----------------------------------------------------------------------------------------------------------- */

/**
 * Frees an error that an out_error parameter gave. Never call it on a borrowed one.
 *
 * Ownership  takes it. Errors none; NULL is allowed. Threads any. Since 1.0.
 */
PZ_API void PZ_CALL pz_error_free(pz_error *error) PZ_NOEXCEPT;

/**
 * The class of the error, and one line for people: what is wrong, where, and what is allowed; at most 1 KiB. The message
 * never contains the API key.
 *
 * Ownership  borrowed. Errors none; PZ_OK and "" for NULL. Threads any. Since 1.0.
 */
PZ_API pz_status PZ_CALL pz_error_status(const pz_error *error) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_error_message(const pz_error *error) PZ_NOEXCEPT;

/**
 * The parameter at fault, under its canonical name; "" if it is about none.
 *
 * Ownership  borrowed. Errors none. Threads any. Since 1.0.
 */
PZ_API const char *PZ_CALL pz_error_field(const pz_error *error) PZ_NOEXCEPT;

/**
 * What the gateway said: HTTP status (0: no answer), its own short code ("Insufficient Balance"; "" if none), the request
 * id it gave ("" if none).
 *
 * Ownership  borrowed. Errors none. Threads any. Since 1.0.
 */
PZ_API int32_t PZ_CALL pz_error_http_status(const pz_error *error) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_error_remote_code(const pz_error *error) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_error_request_id(const pz_error *error) PZ_NOEXCEPT;

/**
 * What to do about it: 1 if a new attempt by the host may succeed and cannot be charged twice for this one; the wait the
 * gateway asked for (Retry-After, RFC 9110 10.2.3) in ms, -1 if none; whether this one was charged; and the price that a
 * 402 names ("Required: $X" in the provider's documents) in micro-dollars, -1 if none.
 *
 * Ownership  -. Errors none; 0, -1, PZ_CHARGED_UNKNOWN, -1 for NULL. Threads any. Since 1.0.
 */
PZ_API int32_t PZ_CALL pz_error_is_retryable(const pz_error *error) PZ_NOEXCEPT;
PZ_API int64_t PZ_CALL pz_error_retry_after_ms(const pz_error *error) PZ_NOEXCEPT;
PZ_API pz_charged PZ_CALL pz_error_charged(const pz_error *error) PZ_NOEXCEPT;
PZ_API int64_t PZ_CALL pz_error_required_microusd(const pz_error *error) PZ_NOEXCEPT;

/* -- Client options --------------------------------------------------------------------------------------------------- */

/**
 * New options with every default below. Pass PZ_API_VERSION: the library knows by it what the caller was compiled for.
 *
 * Ownership  owned; pz_options_free. Options may be reused for several clients, and freed right after pz_client_new.
 * Errors     NULL if the major version is not this library's, or out of memory.
 * Threads    any. Since 1.0.
 */
PZ_API pz_options *PZ_CALL pz_options_new(uint32_t api_version) PZ_NOEXCEPT;

/**
 * Frees options. A callback set on them lives on while a client made from them does.
 *
 * Ownership  takes it. Errors none; NULL is allowed. Threads one at a time. Since 1.0.
 */
PZ_API void PZ_CALL pz_options_free(pz_options *options) PZ_NOEXCEPT;

/*
 * All setters of options: a failure is returned and also kept, so that a caller may ignore it: pz_client_new reports the
 * first one. A failing setter changes nothing else.
 */

/**
 * Where and who. Base URL: "https://gateway.pixazo.ai" unless set; plain http only with pz_options_allow_loopback and a
 * loopback host; no query, no user, no fragment. API key: sent as Ocp-Apim-Subscription-Key (provider's documents,
 * "Authentication") to the origin of the base URL and nowhere else; visible ASCII; may be set later by
 * pz_client_set_api_key. User agent: `product` goes before the library's own, "product libpixazo/1.0.0". add_header: sent
 * with requests to the gateway only; never replaces a header of the library, whose names are refused.
 *
 * Ownership  copied; the key is wiped from memory when it is replaced or freed. Errors PZ_E_INVALID_ARG, also for CR, LF
 *            and other control characters. Threads one at a time. Since 1.0.
 */
PZ_API pz_status PZ_CALL pz_options_set_base_url(pz_options *options, const char *url, size_t len) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_set_api_key(pz_options *options, const char *key, size_t len) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_set_user_agent(pz_options *options, const char *product, size_t len) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_add_header(pz_options *options, const char *name, size_t name_len, const char *value,
                                               size_t len) PZ_NOEXCEPT;

/**
 * Trust. ca_file: a PEM bundle instead of the system's; ca_pem: the same as bytes. Certificates are always verified; there
 * is no way to turn that off. Setting one clears the other; "" goes back to the system's.
 *
 * Ownership  copied. Errors PZ_E_INVALID_ARG; a file that cannot be read fails pz_client_new. Threads one at a time.
 * Since 1.0.
 */
PZ_API pz_status PZ_CALL pz_options_set_ca_file(pz_options *options, const char *path, size_t len) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_set_ca_pem(pz_options *options, const void *pem, size_t len) PZ_NOEXCEPT;

/**
 * Proxies. Without these none is used, whatever the environment says. proxy: a URL as libcurl takes it (http, https,
 * socks4, socks5, socks5h); "" for none. proxy_from_environment: 1 to read https_proxy, http_proxy and no_proxy. Plain
 * http to loopback goes past every proxy.
 *
 * Ownership  copied. Errors PZ_E_INVALID_ARG. Threads one at a time. Since 1.0.
 */
PZ_API pz_status PZ_CALL pz_options_set_proxy(pz_options *options, const char *url, size_t len) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_set_proxy_from_environment(pz_options *options, int32_t use) PZ_NOEXCEPT;

/**
 * 1: plain http and loopback addresses are allowed where a URL names the loopback host itself (localhost, 127.0.0.0/8,
 * ::1), for the base URL and for outputs: for tests and local gateways. Everything else stays https and public.
 *
 * Ownership  -. Errors none but a wrong handle. Threads one at a time. Since 1.0.
 */
PZ_API pz_status PZ_CALL pz_options_allow_loopback(pz_options *options, int32_t allow) PZ_NOEXCEPT;

/**
 * Timeouts in ms, 1 to 86400000 each. connect 10000: name, TCP and TLS. submit 120000: the paid request to a queued
 * endpoint. sync 300000: the paid request to an endpoint that answers with the picture; a short one makes doubtful charges,
 * because the gateway goes on. status 30000: one poll. download_stall 30000: a download that moves no byte for so long.
 * job 1800000: from submit to the end of the job, whatever happens; 0 for none. All library defaults.
 *
 * Ownership  -. Errors PZ_E_INVALID_ARG. Threads one at a time. Since 1.0.
 */
PZ_API pz_status PZ_CALL pz_options_set_connect_timeout_ms(pz_options *options, uint32_t ms) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_set_submit_timeout_ms(pz_options *options, uint32_t ms) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_set_sync_timeout_ms(pz_options *options, uint32_t ms) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_set_status_timeout_ms(pz_options *options, uint32_t ms) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_set_download_stall_ms(pz_options *options, uint32_t ms) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_set_job_timeout_ms(pz_options *options, uint32_t ms) PZ_NOEXCEPT;

/**
 * Polling: the first poll after min_ms, then further apart up to max_ms, each with 20 % of jitter. Default 2000 and 15000
 * (the provider's documents ask for 5 to 10 s). min_ms under 2000 is allowed only when the base URL is a loopback host,
 * down to 10; pz_client_new checks it. max_ms is at least min_ms and at most 3600000.
 *
 * Ownership  -. Errors PZ_E_INVALID_ARG. Threads one at a time. Since 1.0.
 */
PZ_API pz_status PZ_CALL pz_options_set_poll_interval_ms(pz_options *options, uint32_t min_ms, uint32_t max_ms) PZ_NOEXCEPT;

/**
 * Trying again: only a paid request that provably was not processed is ever sent again (RFC 9110 9.2.2). retry:
 * max_attempts counts the first one (default 3, 1 to 10); waits are drawn from [0, min(cap_ms, base_ms * 2^n)] (500 and
 * 20000; full jitter). retry_after_cap: a Retry-After longer than this fails the job at once with the value (120000).
 * retry_503: 1 to count a 503 with Retry-After as not processed; otherwise it is PZ_E_UNCERTAIN. jitter_seed: makes every
 * random wait repeatable, for tests; otherwise seeded by the system.
 *
 * Ownership  -. Errors PZ_E_INVALID_ARG. Threads one at a time. Since 1.0.
 */
PZ_API pz_status PZ_CALL pz_options_set_retry(pz_options *options, uint32_t max_attempts, uint32_t base_ms, uint32_t cap_ms) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_set_retry_after_cap_ms(pz_options *options, uint32_t ms) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_set_retry_503(pz_options *options, int32_t retry) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_set_jitter_seed(pz_options *options, uint64_t seed) PZ_NOEXCEPT;

/**
 * How much at once. max_in_flight: jobs that have not ended (default 16384); more are refused with PZ_E_LIMIT. concurrency:
 * paid requests (8), downloads (4) and connections (16) at the same time, 1 to 1024 each; other jobs wait their turn. A quarter
 * of the connections, at least one, is kept for polls, a quarter for outputs, the rest is for paid requests, which have a new one
 * each. Where the gateway speaks HTTP/2 (by ALPN), up to 100 polls share one.
 *
 * Ownership  -. Errors PZ_E_INVALID_ARG for 0 and too many. Threads one at a time. Since 1.0.
 */
PZ_API pz_status PZ_CALL pz_options_set_max_in_flight(pz_options *options, uint32_t jobs) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_set_concurrency(pz_options *options, uint32_t submits, uint32_t downloads,
                                                    uint32_t connections) PZ_NOEXCEPT;

/**
 * How much is held for the host. max_undelivered: PZ_EVENT_DONE that wait in the queue (default 16384); while there are so
 * many, pz_client_submit returns PZ_E_LIMIT. max_buffered_bytes: outputs in memory (default 256 MiB, at least 1 MiB);
 * while they hold more, further downloads to memory wait until outputs are released. max_output_bytes: one output (default
 * 64 MiB, at least 1 KiB); a longer one fails with PZ_E_LIMIT.
 *
 * Ownership  -. Errors PZ_E_INVALID_ARG. Threads one at a time. Since 1.0.
 */
PZ_API pz_status PZ_CALL pz_options_set_max_undelivered(pz_options *options, uint32_t events) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_set_max_buffered_bytes(pz_options *options, uint64_t bytes) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_set_max_output_bytes(pz_options *options, uint64_t bytes) PZ_NOEXCEPT;

/**
 * Where outputs may come from, and go. add_output_host: with at least one, outputs are fetched from these hosts only, at
 * every redirect ("cdn.example.com", or ".example.com" with its subdomains); without, from any public https host. The API
 * key goes to none of them. output_dir: an existing directory; outputs become files there, see pz_request_set_output_name;
 * without, they are held in memory. A relative one is made absolute by pz_client_new.
 *
 * Ownership  copied. Errors PZ_E_INVALID_ARG; a directory that is not there fails pz_client_new with PZ_E_IO.
 * Threads one at a time. Since 1.0.
 */
PZ_API pz_status PZ_CALL pz_options_add_output_host(pz_options *options, const char *host, size_t len) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_set_output_dir(pz_options *options, const char *path, size_t len) PZ_NOEXCEPT;

/**
 * Money. budget: the most that this client may spend, in micro-dollars; each submit reserves its high estimate
 * (pz_request_estimate_microusd) and gives it back if the job ends not charged; a submit that does not fit, and one whose
 * price is unknown, is refused with PZ_E_BUDGET. assumed_price: what to reserve where the price is unknown. Negative: none,
 * the default of both.
 *
 * Ownership  -. Errors none but a wrong handle. Threads one at a time. Since 1.0.
 */
PZ_API pz_status PZ_CALL pz_options_set_budget_microusd(pz_options *options, int64_t cap) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_set_assumed_price_microusd(pz_options *options, int64_t price) PZ_NOEXCEPT;

/**
 * Questions to the host, asked through the queue and only if opted in (1). ask_key: a missing or refused key makes jobs
 * wait and queues PZ_EVENT_NEED_KEY; without, submit fails with PZ_E_AUTH. ask_urls: a picture given as bytes or file to an
 * endpoint that takes URLs only makes the job wait and queues PZ_EVENT_NEED_URL; without, submit fails with
 * PZ_E_INVALID_ARG naming the field.
 *
 * Ownership  -. Errors none but a wrong handle. Threads one at a time. Since 1.0.
 */
PZ_API pz_status PZ_CALL pz_options_set_ask_key(pz_options *options, int32_t ask) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_set_ask_urls(pz_options *options, int32_t ask) PZ_NOEXCEPT;

/**
 * The journal: what outlives the process. A SQLite file (mode 0600; `path`-wal, -shm, -marks and -lock beside it) with one row
 * a job: its whole life, never the API key. "" (default): none. A relative path is looked up once, by pz_client_new, with
 * the links in it; the directory must be there. A client holds its journal alone until it is freed; pz_journal_open can read
 * it meanwhile.
 *
 *   Before a paid request is sent its row is on the disk; before its id is named, that too. If the row cannot be written, the
 *   job ends FAILED with PZ_E_IO, nothing sent, not charged; what runs goes on. No call and no event waits for the disk
 *   otherwise. After a crash: pz_client_restore. Shutdown and free end jobs in memory only; their rows stay alive. A row ends
 *   with its job, with pz_job_cancel and with pz_client_forget. A job whose DONE said that it is not charged is never sent
 *   later, also when its row could not be written any more: restored, it has been CANCELLED.
 *   Ids of jobs grow through all lives of a journal.
 *
 * journal_digest 1: of requests only a SHA-256 is kept, for hosts whose prompts must not lie on a disk; a job that was not
 * sent before a crash then cannot be sent after it. journal_retention: rows of jobs that have ended and were delivered are
 * dropped when the journal is opened that long after their end, in milliseconds; 0: never; default 30 days.
 *
 * Ownership  copied. Errors PZ_E_INVALID_ARG. What is wrong with the file comes out of pz_client_new: PZ_E_IO (not to be
 *            written, disk full, another user's, a file of another program, one with a second name, a link in the place of
 *            -lock or -marks), PZ_E_INVALID_STATE (another client holds it;
 *            the message names the process; pz_journal_open can read it meanwhile), PZ_E_VERSION (of a newer version). A damaged file is set aside
 *            (`path`.damaged-<time>) and what is whole in it is carried over; what is not is said by LOG events of level WARN,
 *            and by pz_journal_problem of a journal that is looked at before. Threads one at a time. Since 1.0.
 */
PZ_API pz_status PZ_CALL pz_options_set_journal(pz_options *options, const char *path, size_t len) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_set_journal_digest(pz_options *options, int32_t digest) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_set_journal_retention_ms(pz_options *options, uint64_t ms) PZ_NOEXCEPT;

/*
 * Webhooks ("" for none, the default). base: the https URL under which the host's own server can be reached from the
 * gateway, at most 2000 bytes, without query, fragment and user; plain http only to a loopback host and with allow_loopback.
 * Each submit of a queued endpoint carries `base`/<nonce>: 128 random bits as 32 hex digits, new for each job, the only proof
 * there is of where a webhook comes from (the gateway signs nothing). A request that sets a webhook of its own gets none of
 * ours. mode: PZ_WEBHOOK_TERMINAL (default) posts once, at the end; PZ_WEBHOOK_SYNC also on the way. in_body 1: the endpoint's
 * own member `webhook` instead of the header, where the endpoint has one.
 *
 * While webhooks come, jobs are polled rarely (four poll caps apart); when one that was due does not come, polling goes on
 * as without them. An uncertain submit with a webhook stays in PZ_STATE_UNCERTAIN until it comes or the deadline passes.
 *
 * Source: the provider's documents, "Webhooks"; they say neither signature nor repetition.
 * Ownership  copied. Errors PZ_E_INVALID_ARG; http comes out of pz_client_new. Threads one at a time. Since 1.0.
 */
PZ_API pz_status PZ_CALL pz_options_set_webhook_url(pz_options *options, const char *base, size_t len) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_set_webhook_mode(pz_options *options, pz_webhook_mode mode) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_options_set_webhook_in_body(pz_options *options, int32_t in_body) PZ_NOEXCEPT;

/**
 * The catalogue by which pz_client_attach knows endpoints. NULL: the built-in one. (A request brings its own.)
 *
 * Ownership  retained. Errors PZ_E_INVALID_ARG for a wrong handle. Threads one at a time. Since 1.0.
 */
PZ_API pz_status PZ_CALL pz_options_set_catalogue(pz_options *options, const pz_catalogue *catalogue) PZ_NOEXCEPT;

/**
 * How events reach the host: PZ_DISPATCH_POLL (default) or PZ_DISPATCH_THREAD, which needs an event callback to be of use.
 *
 * Ownership  -. Errors PZ_E_INVALID_ARG for other modes. Threads one at a time. Since 1.0.
 */
PZ_API pz_status PZ_CALL pz_options_set_dispatch(pz_options *options, pz_dispatch_mode mode) PZ_NOEXCEPT;

/**
 * Log lines up to `level` are queued as PZ_EVENT_LOG; default PZ_LOG_OFF. They never contain the API key or a prompt.
 *
 * Ownership  -. Errors PZ_E_INVALID_ARG for other levels. Threads one at a time. Since 1.0.
 */
PZ_API pz_status PZ_CALL pz_options_set_log_level(pz_options *options, pz_log_level level) PZ_NOEXCEPT;

/**
 * The callback for every event of a job that has none of its own (pz_client_submit_cb) and of no job. NULL: none; such
 * events are dropped by pz_client_dispatch and by the dispatch thread.
 *
 * Ownership  `user_data` is kept until these options, every client made from them, and a later call of this function have
 *            let go of it; then destroy (may be NULL) runs, once. It runs before the call returns if the call fails.
 * Errors     PZ_E_INVALID_ARG. Threads one at a time. Since 1.0.
 */
PZ_API pz_status PZ_CALL pz_options_set_event_callback(pz_options *options, pz_event_fn fn, void *user_data,
                                                       pz_destroy_fn destroy) PZ_NOEXCEPT;

/**
 * Called on each library thread when it starts and when it stops; each may be NULL. Not called by the handler that runs at
 * exit, and not on a thread that pz_client_free had to leave behind.
 *
 * Ownership  as pz_options_set_event_callback. Errors PZ_E_INVALID_ARG. Threads one at a time. Since 1.0.
 */
PZ_API pz_status PZ_CALL pz_options_set_thread_hooks(pz_options *options, pz_thread_fn on_start, pz_thread_fn on_stop,
                                                     void *user_data, pz_destroy_fn destroy) PZ_NOEXCEPT;

/* -- Client ----------------------------------------------------------------------------------------------------------- */

/**
 * A client: a key, a gateway, one I/O thread, one queue of events. Several live side by side and share nothing.
 *
 * Ownership  *out_client is owned; pz_client_free. Options are copied.
 * Errors     the first error of a setter; PZ_E_INVALID_ARG (options that do not fit each other), PZ_E_IO (output
 *            directory), PZ_E_TLS (CA), PZ_E_LIMIT (no thread to be had), PZ_E_UNSUPPORTED (libcurl is too old or without TLS,
 *            or the host exports functions that take its place or its TLS library's), those of pz_options_set_journal.
 * Threads    any. Since 1.0.
 */
PZ_API pz_status PZ_CALL pz_client_new(const pz_options *options, pz_client **out_client, pz_error **out_error) PZ_NOEXCEPT;

/**
 * Refuses new jobs, waits at most timeout_ms for the running ones, cancels the rest (CANCELLED, error PZ_E_CLOSED) and
 * queues every PZ_EVENT_DONE. Events can still be drained; once they are, drains return PZ_E_CLOSED. Idempotent. Bounded by
 * timeout_ms and half a second (PZ_INFINITE: by the deadlines of the jobs).
 *
 * Ownership  -. Errors PZ_E_TIMEOUT (some were cancelled), PZ_E_DEADLOCK. Threads any. Since 1.0.
 */
PZ_API pz_status PZ_CALL pz_client_shutdown(pz_client *client, uint32_t timeout_ms) PZ_NOEXCEPT;

/**
 * Ends the client: shutdown with 0, then no callback runs any more, undelivered events are dropped (their jobs are
 * terminal), every destroy runs, the threads are joined. A thread that does not stop within 250 ms (a name server that
 * hangs) is left behind: it holds no pointer of the host and dies quietly. Returns within a second. To get every DONE:
 * shutdown, drain, free. Inside a callback of the same client it takes effect when the callback returns.
 *
 * Ownership  takes it; jobs, events and outputs stay valid. Errors none; NULL and a client already freed are allowed.
 * Threads any. Since 1.0.
 */
PZ_API void PZ_CALL pz_client_free(pz_client *client) PZ_NOEXCEPT;

/**
 * Sets the API key for everything started from now on; "" removes it. Jobs that wait for a key go on.
 *
 * Ownership  copied; the old one is wiped. Errors PZ_E_INVALID_ARG, PZ_E_CLOSED. Threads any. Since 1.0.
 */
PZ_API pz_status PZ_CALL pz_client_set_api_key(pz_client *client, const char *key, size_t len) PZ_NOEXCEPT;

/**
 * Submits a copy of `request`.
 *
 * Checks it completely (pz_request_validate) and returns at once; the job is PZ_STATE_WAITING and is sent by the I/O thread.
 * Files are read there too. Network failures are not reported here but by the job's PZ_EVENT_DONE. With a submit key that
 * this client or its journal has seen before, *out_job is that first job, as it is now or as it ended, and nothing is sent;
 * the request is not compared with the first one's (pz_request_set_submit_key).
 * submit_cb: this job's events go to `fn` (NULL: as submit) instead of the client's callback, when they are drained by
 * pz_client_dispatch or the dispatch thread. With a known submit key `fn` is not registered, destroy runs, PZ_OK.
 *
 * Ownership  *out_job is owned and written before any event of the job can be seen; release it whenever you like, the job
 *            runs on. out_job may be NULL. `user_data` is kept until DONE has been delivered or the client is freed.
 * Errors     PZ_E_INVALID_ARG (see out_error, its field and message), PZ_E_NOT_FOUND (no such endpoint), PZ_E_AUTH (no key),
 *            PZ_E_LIMIT (jobs in flight, or events undrained), PZ_E_BUDGET, PZ_E_IO (the request's output directory),
 *            PZ_E_INVALID_STATE (a submit key whose job is of another gateway, see pz_client_restore), PZ_E_CLOSED.
 * Threads    any; `request` one at a time. Since 1.0.
 */
PZ_API pz_status PZ_CALL pz_client_submit(pz_client *client, const pz_request *request, pz_job **out_job,
                                          pz_error **out_error) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_client_submit_cb(pz_client *client, const pz_request *request, pz_event_fn fn, void *user_data,
                                             pz_destroy_fn destroy, pz_job **out_job, pz_error **out_error) PZ_NOEXCEPT;

/**
 * Follows a request that was submitted elsewhere: polls `remote_id` and fetches its outputs; never a POST, never charged
 * here. endpoint_id (may be NULL or "") is for names of files and metadata; otherwise the id's prefix decides if it can.
 * An id that the gateway does not know (404) is asked for again for 60 s, because a new id may not be known at once; then
 * the job ends FAILED with PZ_E_NOT_FOUND.
 *
 * Ownership  *out_job is owned. Errors PZ_E_INVALID_ARG (not an id: 1 to 200 of [A-Za-z0-9._-]), PZ_E_NOT_FOUND (no such
 *            endpoint), PZ_E_AUTH, PZ_E_LIMIT, PZ_E_CLOSED. Threads any. Since 1.0.
 */
PZ_API pz_status PZ_CALL pz_client_attach(pz_client *client, const char *remote_id, size_t len, const char *endpoint_id,
                                          size_t endpoint_len, uint64_t tag, pz_job **out_job, pz_error **out_error) PZ_NOEXCEPT;

/**
 * A new job that fetches those outputs of an ended one that are not here: failed, or never asked for. Never a POST. Its
 * outputs are numbered from 0; pz_job_origin_id names the old job.
 *
 * Ownership  *out_job is owned. Errors PZ_E_INVALID_STATE (not ended), PZ_E_NOT_FOUND (nothing to fetch), PZ_E_LIMIT,
 *            PZ_E_CLOSED. Threads any. Since 1.0.
 */
PZ_API pz_status PZ_CALL pz_client_fetch_again(pz_client *client, const pz_job *job, pz_job **out_job,
                                               pz_error **out_error) PZ_NOEXCEPT;

/**
 * A new job that sends the same request once more; pz_job_origin_id names the old one. accept_second_charge must be 1
 * unless the old job ended with PZ_CHARGED_NO: the name says what may happen. A submit key is not carried over.
 *
 * Ownership  *out_job is owned. Errors PZ_E_INVALID_STATE (the job has not ended, or may have been charged and
 *            accept_second_charge is 0), PZ_E_UNSUPPORTED (attached or fetched again: there is no request), and those of
 *            pz_client_submit. Threads any. Since 1.0.
 */
PZ_API pz_status PZ_CALL pz_client_resubmit(pz_client *client, const pz_job *job, int32_t accept_second_charge, pz_job **out_job,
                                            pz_error **out_error) PZ_NOEXCEPT;

/**
 * The job with this id, while it runs or its DONE is undelivered, or has a submit key. With a journal also every job that has
 * ended and has a row: pz_client_fetch_again and pz_client_resubmit work on it. (Of an earlier life: its bytes are not here,
 * its files are.) Reads the disk for those.
 *
 * Ownership  *out_job is owned. Errors PZ_E_NOT_FOUND, PZ_E_IO (the journal). Threads any. Since 1.0.
 */
PZ_API pz_status PZ_CALL pz_client_find_job(pz_client *client, uint64_t job_id, pz_job **out_job) PZ_NOEXCEPT;

/**
 * The jobs that the journal holds from earlier lives live again, with their id, tag, submit key, budget, directory and
 * deadline; their events go to the client's queue, from STATE to DONE:
 *
 *   accepted by the gateway     polled on, with their whole deadline anew, or their outputs fetched
 *   proven not to have been sent  sent now; if their deadline has passed they end PZ_E_TIMEOUT, if this client's budget does
 *                               not allow them PZ_E_BUDGET, not charged
 *   in between                  never sent again: FAILED with PZ_E_UNCERTAIN, or PZ_STATE_UNCERTAIN while a webhook may tell
 *   ended, DONE not delivered   DONE is delivered
 *
 * Jobs of another gateway (of another base URL than this client's) stay as they are, and a LOG event of the client says how
 * many; a submit with the submit key of one fails with PZ_E_INVALID_STATE.
 *
 * What was held in memory ended with its process: a picture without an output directory that was fetched before has
 * pz_output_status PZ_AGAIN in a later life. pz_client_fetch_again fetches it while the gateway still serves its URL; with
 * an output directory the file stays where pz_output_path says.
 *
 * Idempotent: a job lives once, and *out_count (may be NULL) is how many began to live by this call. Without this call they
 * stay as they are; a submit with the submit key of one of them makes that one live and is given it.
 *
 * Ownership  *out_error is owned. Errors PZ_E_INVALID_STATE (no journal), PZ_E_AUTH (no key), PZ_E_CLOSED. Threads any.
 * Since 1.0.
 */
PZ_API pz_status PZ_CALL pz_client_restore(pz_client *client, uint32_t *out_count, pz_error **out_error) PZ_NOEXCEPT;

/*
 * Hands over what the host's own server received: the path it was asked for (the nonce is its last segment, whatever a proxy
 * did to what stands before it; a query is ignored) and the body. Nothing the body says is believed: it makes the library ask
 * for the status of that job with the key: now, but no oftener than the least poll interval. Webhooks may come twice, in any
 * order, before the submit is answered, and for jobs of an earlier life that a journal knows. A job that a webhook has named is
 * never sent again, whatever its answer said. After a job that was sent has ended FAILED without an id, a webhook with its
 * nonce that names one makes a new job which follows it: pz_job_origin_id names the old one, the tag is the same; if a journal
 * has the old one from an earlier life, the pictures go where that one's would have gone. A job that the host cancelled is
 * given up: nothing follows.
 *
 * Answer 200 for PZ_OK, 404 for PZ_E_NOT_FOUND, 400 for the others.
 *
 * Ownership  copied. Errors PZ_E_NOT_FOUND (no nonce of this client), PZ_E_INVALID_ARG (more than 256 KiB, or 8 KiB of path),
 *            PZ_E_PROTOCOL (no JSON object, or an id that cannot be one), PZ_E_CLOSED. Threads any; it waits for nothing and
 *            uses no network. Since 1.0.
 */
PZ_API pz_status PZ_CALL pz_client_deliver_webhook(pz_client *client, const char *path, size_t path_len, const void *body,
                                                   size_t len) PZ_NOEXCEPT;

/**
 * Drops the row of a job that has ended, and its submit key with it. Reads the disk.
 *
 * Ownership  -. Errors PZ_E_INVALID_STATE (it has not ended, or there is no journal), PZ_E_NOT_FOUND, PZ_E_IO. Threads any.
 * Since 1.0.
 */
PZ_API pz_status PZ_CALL pz_client_forget(pz_client *client, uint64_t job_id) PZ_NOEXCEPT;

/**
 * Cancels every job that has not ended, as pz_job_cancel.
 *
 * Ownership  -. Errors PZ_E_CLOSED. Threads any. Since 1.0.
 */
PZ_API pz_status PZ_CALL pz_client_cancel_all(pz_client *client) PZ_NOEXCEPT;

/**
 * Paused: nothing new is sent, waiting jobs wait, what was sent runs on (polls, downloads). Deadlines run on.
 *
 * Ownership  -. Errors PZ_E_CLOSED. Threads any. Since 1.0.
 */
PZ_API pz_status PZ_CALL pz_client_pause(pz_client *client) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_client_resume(pz_client *client) PZ_NOEXCEPT;

/**
 * Jobs that have not ended; and a counter or gauge (PZ_STAT_*; unknown ones: 0). Counters of the network lag by one turn of
 * the I/O thread.
 *
 * Ownership  -. Errors none. Threads any. Since 1.0.
 */
PZ_API uint32_t PZ_CALL pz_client_in_flight(const pz_client *client) PZ_NOEXCEPT;
PZ_API int64_t PZ_CALL pz_client_stat(const pz_client *client, pz_stat which) PZ_NOEXCEPT;

/**
 * Takes events from the queue and calls their callbacks on this thread: at most max_events (0: as many as were queued when
 * it began), for at most about budget_us microseconds (0: no limit; looked at between callbacks; at least one event is
 * delivered). An event without a callback is dropped, that of a log included. While another thread dispatches the same
 * client it returns PZ_AGAIN at once.
 *
 * Ownership  *out_count (may be NULL): events taken. Errors PZ_E_INVALID_STATE (PZ_DISPATCH_THREAD), PZ_E_DEADLOCK (inside
 *            a callback), PZ_E_CLOSED (shut down and drained). Threads any. Since 1.0.
 */
PZ_API pz_status PZ_CALL pz_client_dispatch(pz_client *client, uint32_t max_events, uint32_t budget_us,
                                            uint32_t *out_count) PZ_NOEXCEPT;

/**
 * Takes the oldest event: at once, or after at most timeout_ms (PZ_INFINITE: until there is one, or the client closes). An
 * event that has been taken is delivered. Callbacks are not called.
 *
 * Ownership  *out_event is owned; pz_event_release. Errors PZ_AGAIN (none there, or timed out, or pz_client_wakeup),
 *            PZ_E_INVALID_STATE (PZ_DISPATCH_THREAD), PZ_E_CLOSED (shut down and drained); wait: PZ_E_DEADLOCK.
 * Threads    any. Since 1.0.
 */
PZ_API pz_status PZ_CALL pz_client_poll_event(pz_client *client, pz_event **out_event) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_client_wait_event(pz_client *client, uint32_t timeout_ms, pz_event **out_event) PZ_NOEXCEPT;

/**
 * Makes every pz_client_wait_event that waits now, or the next one if none does, return PZ_AGAIN.
 *
 * Ownership  -. Errors only the shared ones. Threads any. Since 1.0.
 */
PZ_API pz_status PZ_CALL pz_client_wakeup(pz_client *client) PZ_NOEXCEPT;

/**
 * A descriptor for epoll, poll, kqueue or asyncio, readable exactly while the queue is non-empty (level-triggered). Never
 * read, write or close it; forget it before pz_client_free.
 *
 * Ownership  borrowed. Errors -1 (wrong handle, PZ_DISPATCH_THREAD, no descriptor to be had). Threads any. Since 1.0.
 */
PZ_API intptr_t PZ_CALL pz_client_wakeup_handle(pz_client *client) PZ_NOEXCEPT;

/* -- Journal: what a journal's file holds, for people and tools ---------------------------------------------------------- */

/**
 * Reads a journal, without a client and without changing it: also while a client holds it, also one that is damaged (what is
 * whole is there, what is not is named by pz_journal_problem), also one that cannot be written. Reads the disk.
 *
 * Ownership  *out_journal is owned; pz_journal_free. It is what the file held now, and does not change.
 * Errors     PZ_E_NOT_FOUND (no such file), PZ_E_IO (with the reason; a file of another program), PZ_E_VERSION (written by a
 *            newer version), PZ_E_INVALID_ARG. Threads any. Since 1.0.
 */
PZ_API pz_status PZ_CALL pz_journal_open(const char *path, size_t len, pz_journal **out_journal, pz_error **out_error) PZ_NOEXCEPT;
PZ_API void PZ_CALL pz_journal_free(pz_journal *journal) PZ_NOEXCEPT;

/**
 * Its jobs, the oldest first: how many, the id of each, and its whole life as one JSON object. 64-bit numbers are text, times
 * are UTC ("2026-05-22T13:17:32.110Z"); members that are not known are left out:
 *
 *   job_id, tag, origin_job_id; endpoint, submit_key; kind ("submit", "attach", "fetch");
 *   stage     "intent" (about to be sent, or sent), "accepted" (by the gateway), "ended"
 *   sent      with "intent": "no" (proven; or it has ended, not charged), "unknown" (it may have been charged)
 *   sendable  with "intent": false if the request is not there to be sent (a digest, damaged, or never written)
 *   state, charged (as pz_state_name, pz_charged_name), delivered (the host has taken its DONE), attempts, request_id;
 *   gateway   the base URL it was sent to, or is to be
 *   candidate an id that was named for the job and that no status call has agreed to; it will be asked about
 *   parameters (as sent, null where a picture was), output_dir, output_name, fetch_outputs (false only), submit_timeout_ms;
 *   outputs   [{url, path, media_type, bytes, width, height, status (as pz_status_name)}]
 *   error     {status, message, field, http_status, remote_code}
 *   reserved_microusd, created_at, updated_at, deadline_at
 *
 * Ownership  borrowed; "" beyond the count. Errors none. Threads any. Since 1.0.
 */
PZ_API uint32_t PZ_CALL pz_journal_job_count(const pz_journal *journal) PZ_NOEXCEPT;
PZ_API uint64_t PZ_CALL pz_journal_job_id(const pz_journal *journal, uint32_t index) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_journal_job_json(const pz_journal *journal, uint32_t index, size_t *out_len) PZ_NOEXCEPT;

/**
 * What could not be read, one line each, for people.
 *
 * Ownership  borrowed; "" beyond the count. Errors none. Threads any. Since 1.0.
 */
PZ_API uint32_t PZ_CALL pz_journal_problem_count(const pz_journal *journal) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_journal_problem(const pz_journal *journal, uint32_t index) PZ_NOEXCEPT;

/* -- Catalogue: what the gateway offers, complete enough to build a form from ------------------------------------------ */

/**
 * The catalogue that is built in. Never freed; retain and release do nothing to it.
 *
 * Ownership  static. Errors NULL if out of memory at the first call. Threads any. Since 1.0.
 */
PZ_API const pz_catalogue *PZ_CALL pz_catalogue_builtin(void) PZ_NOEXCEPT;

/**
 * A catalogue from JSON of the form that pz_catalogue_json prints (every member: src/catalogue/README.md), at most 1 MiB: a
 * renamed or new model needs no new library. Strict: an unknown member, a duplicate id, a path that is not relative to the base URL is an error that names
 * its place ("endpoints[3].params[1].type").
 *
 * Ownership  *out_catalogue is owned; pz_catalogue_release. Errors PZ_E_INVALID_ARG. Threads any. Since 1.0.
 */
PZ_API pz_status PZ_CALL pz_catalogue_load(const char *json, size_t len, pz_catalogue **out_catalogue,
                                           pz_error **out_error) PZ_NOEXCEPT;

/**
 * One more, one less owner.
 *
 * Ownership  retain returns its argument, owned once more; NULL for a wrong handle. Errors none. Threads any. Since 1.0.
 */
PZ_API pz_catalogue *PZ_CALL pz_catalogue_retain(const pz_catalogue *catalogue) PZ_NOEXCEPT;
PZ_API void PZ_CALL pz_catalogue_release(pz_catalogue *catalogue) PZ_NOEXCEPT;

/**
 * The whole catalogue as JSON; its endpoints, in its order; an endpoint by its id or one of its aliases.
 *
 * Ownership  borrowed. Errors none; NULL for no such endpoint. Threads any. Since 1.0.
 */
PZ_API const char *PZ_CALL pz_catalogue_json(const pz_catalogue *catalogue, size_t *out_len) PZ_NOEXCEPT;
PZ_API uint32_t PZ_CALL pz_catalogue_endpoint_count(const pz_catalogue *catalogue) PZ_NOEXCEPT;
PZ_API const pz_endpoint *PZ_CALL pz_catalogue_endpoint(const pz_catalogue *catalogue, uint32_t index) PZ_NOEXCEPT;
PZ_API const pz_endpoint *PZ_CALL pz_catalogue_find(const pz_catalogue *catalogue, const char *id, size_t len) PZ_NOEXCEPT;

/**
 * An endpoint's names: id (stable for ever, safe as a file name), product, provider, title, and the aliases the documents
 * use.
 *
 * Ownership  borrowed. Errors none. Threads any. Since 1.0.
 */
PZ_API const char *PZ_CALL pz_endpoint_id(const pz_endpoint *endpoint) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_endpoint_product(const pz_endpoint *endpoint) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_endpoint_provider(const pz_endpoint *endpoint) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_endpoint_title(const pz_endpoint *endpoint) PZ_NOEXCEPT;
PZ_API uint32_t PZ_CALL pz_endpoint_alias_count(const pz_endpoint *endpoint) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_endpoint_alias(const pz_endpoint *endpoint, uint32_t index) PZ_NOEXCEPT;

/**
 * How it is called: method, path relative to the base URL, 1 if it answers with a queued job (0: with the picture's URL),
 * the prefix of its request ids ("" if not queued), and the shape of its answers ("queued", "output", "imageUrl", "url").
 *
 * Ownership  borrowed. Errors none. Threads any. Since 1.0.
 */
PZ_API const char *PZ_CALL pz_endpoint_method(const pz_endpoint *endpoint) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_endpoint_path(const pz_endpoint *endpoint) PZ_NOEXCEPT;
PZ_API int32_t PZ_CALL pz_endpoint_is_queued(const pz_endpoint *endpoint) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_endpoint_model_id(const pz_endpoint *endpoint) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_endpoint_response_shape(const pz_endpoint *endpoint) PZ_NOEXCEPT;

/**
 * Its parameters in the documents' order; one of them by canonical or by wire name.
 *
 * Ownership  borrowed. Errors none; NULL for no such parameter. Threads any. Since 1.0.
 */
PZ_API uint32_t PZ_CALL pz_endpoint_param_count(const pz_endpoint *endpoint) PZ_NOEXCEPT;
PZ_API const pz_param *PZ_CALL pz_endpoint_param(const pz_endpoint *endpoint, uint32_t index) PZ_NOEXCEPT;
PZ_API const pz_param *PZ_CALL pz_endpoint_find_param(const pz_endpoint *endpoint, const char *name, size_t len) PZ_NOEXCEPT;

/**
 * Its rules between parameters, one sentence each, and notes: where the documents contradict themselves and what is sent.
 *
 * Ownership  borrowed. Errors none; "" past the end. Threads any. Since 1.0.
 */
PZ_API uint32_t PZ_CALL pz_endpoint_rule_count(const pz_endpoint *endpoint) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_endpoint_rule(const pz_endpoint *endpoint, uint32_t index) PZ_NOEXCEPT;
PZ_API uint32_t PZ_CALL pz_endpoint_note_count(const pz_endpoint *endpoint) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_endpoint_note(const pz_endpoint *endpoint, uint32_t index) PZ_NOEXCEPT;

/**
 * Its price: 1 if the documents list one, and which document says so, or why it is unknown. Amounts: pz_endpoint_json, or
 * pz_request_estimate_microusd for a request.
 *
 * Ownership  borrowed. Errors none. Threads any. Since 1.0.
 */
PZ_API int32_t PZ_CALL pz_endpoint_has_price(const pz_endpoint *endpoint) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_endpoint_price_source(const pz_endpoint *endpoint) PZ_NOEXCEPT;

/**
 * The documents' first printed request, and the whole row of the catalogue, as JSON.
 *
 * Ownership  borrowed. Errors none. Threads any. Since 1.0.
 */
PZ_API const char *PZ_CALL pz_endpoint_example_json(const pz_endpoint *endpoint, size_t *out_len) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_endpoint_json(const pz_endpoint *endpoint, size_t *out_len) PZ_NOEXCEPT;

/**
 * A parameter's canonical name, the endpoint's own name for it, its type (PZ_PARAM_*), and one line for people. Requests
 * take either name.
 *
 * Ownership  borrowed. Errors none. Threads any. Since 1.0.
 */
PZ_API const char *PZ_CALL pz_param_name(const pz_param *param) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_param_wire_name(const pz_param *param) PZ_NOEXCEPT;
PZ_API pz_param_type PZ_CALL pz_param_kind(const pz_param *param) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_param_note(const pz_param *param) PZ_NOEXCEPT;

/**
 * 1 if it must be set; whether the documents state a default, and that default (never sent by the library); an example
 * value from the documents. As JSON, "" if there is none.
 *
 * Ownership  borrowed. Errors none. Threads any. Since 1.0.
 */
PZ_API int32_t PZ_CALL pz_param_is_required(const pz_param *param) PZ_NOEXCEPT;
PZ_API int32_t PZ_CALL pz_param_has_default(const pz_param *param) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_param_default_json(const pz_param *param) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_param_example_json(const pz_param *param) PZ_NOEXCEPT;

/**
 * The range of a number; 0 where has_minimum, has_maximum is 0.
 *
 * Ownership  -. Errors none. Threads any. Since 1.0.
 */
PZ_API int32_t PZ_CALL pz_param_has_minimum(const pz_param *param) PZ_NOEXCEPT;
PZ_API int32_t PZ_CALL pz_param_has_maximum(const pz_param *param) PZ_NOEXCEPT;
PZ_API double PZ_CALL pz_param_minimum(const pz_param *param) PZ_NOEXCEPT;
PZ_API double PZ_CALL pz_param_maximum(const pz_param *param) PZ_NOEXCEPT;

/**
 * The values to choose from, as JSON; 1 if others are allowed too.
 *
 * Ownership  borrowed. Errors none; "" past the end. Threads any. Since 1.0.
 */
PZ_API uint32_t PZ_CALL pz_param_choice_count(const pz_param *param) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_param_choice_json(const pz_param *param, uint32_t index) PZ_NOEXCEPT;
PZ_API int32_t PZ_CALL pz_param_has_open_choices(const pz_param *param) PZ_NOEXCEPT;

/**
 * Length of a text in characters (Unicode code points, not bytes), and of a list in items; 0: none stated.
 *
 * Ownership  -. Errors none. Threads any. Since 1.0.
 */
PZ_API uint32_t PZ_CALL pz_param_min_length(const pz_param *param) PZ_NOEXCEPT;
PZ_API uint32_t PZ_CALL pz_param_max_length(const pz_param *param) PZ_NOEXCEPT;
PZ_API uint32_t PZ_CALL pz_param_min_items(const pz_param *param) PZ_NOEXCEPT;
PZ_API uint32_t PZ_CALL pz_param_max_items(const pz_param *param) PZ_NOEXCEPT;

/**
 * Pictures: 1 if bytes and files can travel inside the request (as data-URI); otherwise they need a URL.
 *
 * Ownership  -. Errors none. Threads any. Since 1.0.
 */
PZ_API int32_t PZ_CALL pz_param_is_data_uri_accepted(const pz_param *param) PZ_NOEXCEPT;

/**
 * Everything above and the members of a PZ_PARAM_OBJECT_LIST's items, as in the catalogue's JSON.
 *
 * Ownership  borrowed. Errors none. Threads any. Since 1.0.
 */
PZ_API const char *PZ_CALL pz_param_json(const pz_param *param, size_t *out_len) PZ_NOEXCEPT;

/* -- Request: built under canonical or wire names, checked against the catalogue ---------------------------------------- */

/**
 * A request for an endpoint, by id or alias. catalogue NULL: the built-in one. An unknown endpoint is not NULL but an error
 * that is kept and reported with the nearest name by pz_request_validate and pz_client_submit.
 *
 * Ownership  owned; pz_request_free. The catalogue is retained. Errors NULL: out of memory, or a wrong catalogue handle.
 * Threads    any. Since 1.0.
 */
PZ_API pz_request *PZ_CALL pz_request_new(const pz_catalogue *catalogue, const char *endpoint_id, size_t len) PZ_NOEXCEPT;

/**
 * A copy with everything that was set, a kept error included.
 *
 * Ownership  owned. Errors NULL: wrong handle, out of memory. Threads one at a time. Since 1.0.
 */
PZ_API pz_request *PZ_CALL pz_request_clone(const pz_request *request) PZ_NOEXCEPT;

/**
 * Frees a request; jobs submitted from it are not affected.
 *
 * Ownership  takes it. Errors none; NULL is allowed. Threads one at a time. Since 1.0.
 */
PZ_API void PZ_CALL pz_request_free(pz_request *request) PZ_NOEXCEPT;

/*
 * All setters of a request: a failure is returned and also kept; pz_request_validate and pz_client_submit report the first.
 * They check form only (UTF-8, JSON, finite numbers); names, types, ranges and rules are checked by validate and submit.
 * Setting a name again replaces its value.
 */

/**
 * Sets a parameter. int: also for numbers; bool: 0 or 1; json: any JSON value, strict RFC 8259, for lists and objects.
 *
 * Ownership  copied. Errors PZ_E_INVALID_ARG. Threads one at a time. Since 1.0.
 */
PZ_API pz_status PZ_CALL pz_request_set_string(pz_request *request, const char *name, size_t name_len, const char *value,
                                               size_t len) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_request_set_int(pz_request *request, const char *name, size_t name_len, int64_t value) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_request_set_double(pz_request *request, const char *name, size_t name_len, double value) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_request_set_bool(pz_request *request, const char *name, size_t name_len, int32_t value) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_request_set_json(pz_request *request, const char *name, size_t name_len, const char *json,
                                             size_t len) PZ_NOEXCEPT;

/**
 * Sets every member of a JSON object, each as by pz_request_set_json: for requests that are at hand as JSON, such as
 * pz_endpoint_example_json. Nothing is set if it is not an object.
 *
 * Ownership  copied. Errors PZ_E_INVALID_ARG. Threads one at a time. Since 1.0.
 */
PZ_API pz_status PZ_CALL pz_request_set_all_json(pz_request *request, const char *json, size_t len) PZ_NOEXCEPT;

/**
 * Adds a picture to a picture parameter ("images", "mask", or the endpoint's own name). A URL is sent as it is. Bytes are
 * PNG, JPEG or WebP; a file is read by the library's thread when the job is sent. Bytes and files travel inside the request
 * where the endpoint takes that (at most 10 MiB each); elsewhere see pz_options_set_ask_urls.
 *
 * Ownership  copied. Errors PZ_E_INVALID_ARG. Threads one at a time. Since 1.0.
 */
PZ_API pz_status PZ_CALL pz_request_add_image_url(pz_request *request, const char *name, size_t name_len, const char *url,
                                                  size_t len) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_request_add_image_bytes(pz_request *request, const char *name, size_t name_len, const void *bytes,
                                                    size_t len) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_request_add_image_file(pz_request *request, const char *name, size_t name_len, const char *path,
                                                   size_t len) PZ_NOEXCEPT;

/**
 * The escape hatch: sent under this very name, unchecked, for parameters the catalogue does not know.
 *
 * Ownership  copied. Errors PZ_E_INVALID_ARG (not JSON). Threads one at a time. Since 1.0.
 */
PZ_API pz_status PZ_CALL pz_request_set_unknown_json(pz_request *request, const char *name, size_t name_len, const char *json,
                                                     size_t len) PZ_NOEXCEPT;

/**
 * About the job, not the picture. tag: comes back in every event; default 0. submit_key: 1 to 200 characters; the client
 * makes one job for one key, however often and from however many threads it is submitted: the double click costs once.
 * Only the key counts, the request is not compared: another prompt with the same key gives the first job. A job that has
 * ended comes back as it ended, also FAILED or CANCELLED; pz_client_resubmit sends it again. A key lives as long as the
 * client, with a journal as long as its row (pz_options_set_journal_retention_ms, pz_client_forget); after that it makes a
 * new job, which is paid for. priority: higher is sent first among waiting jobs; default 0.
 *
 * Ownership  copied. Errors PZ_E_INVALID_ARG. Threads one at a time. Since 1.0.
 */
PZ_API pz_status PZ_CALL pz_request_set_tag(pz_request *request, uint64_t tag) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_request_set_submit_key(pz_request *request, const char *key, size_t len) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_request_set_priority(pz_request *request, int32_t priority) PZ_NOEXCEPT;

/**
 * This job's own deadline (0: none) and timeout of the paid request, instead of the client's; ranges as there.
 *
 * Ownership  -. Errors PZ_E_INVALID_ARG. Threads one at a time. Since 1.0.
 */
PZ_API pz_status PZ_CALL pz_request_set_job_timeout_ms(pz_request *request, uint32_t ms) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_request_set_submit_timeout_ms(pz_request *request, uint32_t ms) PZ_NOEXCEPT;

/**
 * Outputs of this job. output_dir: files in this directory instead of the client's; "" for memory; a relative one is made
 * absolute by submit, so that a job goes there also from a later process in another directory. output_name: the file name
 * without extension (1 to 200 bytes of UTF-8 without / \ and control characters, not beginning with a dot); without one:
 * "<endpoint id>-<job id>".
 * With several outputs "-1", "-2", ... follow. The extension comes from the bytes: png, jpg, webp. A file that is there
 * already is never replaced: "-2", "-3", ... is added until the name is free; pz_output_path says which it was.
 * fetch_outputs 0: nothing is fetched; URLs are in pz_output_url.
 *
 * Ownership  copied. Errors PZ_E_INVALID_ARG; a directory that is not there fails submit with PZ_E_IO. Threads one at a time.
 * Since 1.0.
 */
PZ_API pz_status PZ_CALL pz_request_set_output_dir(pz_request *request, const char *path, size_t len) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_request_set_output_name(pz_request *request, const char *stem, size_t len) PZ_NOEXCEPT;
PZ_API pz_status PZ_CALL pz_request_set_fetch_outputs(pz_request *request, int32_t fetch) PZ_NOEXCEPT;

/**
 * Checks what submit would check about the request itself: unknown (with the nearest name), missing, wrong type, out of
 * range, too long, not a choice, rules between parameters, picture formats and sizes where they are bytes. (Pictures at
 * loopback addresses are refused here; only a client with pz_options_allow_loopback takes them.)
 *
 * Ownership  *out_error is owned. Errors PZ_E_INVALID_ARG, PZ_E_NOT_FOUND (endpoint). Threads one at a time. Since 1.0.
 */
PZ_API pz_status PZ_CALL pz_request_validate(const pz_request *request, pz_error **out_error) PZ_NOEXCEPT;

/**
 * What it will cost, in micro-dollars: low and high, because the documents do not say whether a price is for a picture or
 * for a request. estimate_source: which document the price is from, or why it is unknown.
 *
 * Ownership  the string is borrowed until the request is changed or freed. Errors PZ_E_NOT_FOUND (unknown), those of
 *            validate. Threads one at a time. Since 1.0.
 */
PZ_API pz_status PZ_CALL pz_request_estimate_microusd(const pz_request *request, int64_t *out_low, int64_t *out_high) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_request_estimate_source(const pz_request *request) PZ_NOEXCEPT;

/**
 * The JSON body that would be sent, under the endpoint's own names; null where a picture's bytes or URL will be. "" if the
 * request is not valid.
 *
 * Ownership  borrowed until the request is changed or freed. Errors none. Threads one at a time. Since 1.0.
 */
PZ_API const char *PZ_CALL pz_request_body_json(const pz_request *request, size_t *out_len) PZ_NOEXCEPT;

/* -- Job -------------------------------------------------------------------------------------------------------------- */

/**
 * One more, one less owner. Releasing never cancels.
 *
 * Ownership  retain returns its argument, owned once more; NULL for a wrong handle. Errors none. Threads any. Since 1.0.
 */
PZ_API pz_job *PZ_CALL pz_job_retain(pz_job *job) PZ_NOEXCEPT;
PZ_API void PZ_CALL pz_job_release(pz_job *job) PZ_NOEXCEPT;

/**
 * Who it is: its id (> 0; unique in its client and its journal, and among jobs that were made in this process), the tag and submit key of its request, its endpoint's id ("" if not
 * known), and the job it repeats or fetches again (0: none).
 *
 * Ownership  borrowed. Errors none. Threads any. Since 1.0.
 */
PZ_API uint64_t PZ_CALL pz_job_id(const pz_job *job) PZ_NOEXCEPT;
PZ_API uint64_t PZ_CALL pz_job_tag(const pz_job *job) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_job_submit_key(const pz_job *job) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_job_endpoint_id(const pz_job *job) PZ_NOEXCEPT;
PZ_API uint64_t PZ_CALL pz_job_origin_id(const pz_job *job) PZ_NOEXCEPT;

/**
 * Where it stands, without a pump: its state (may be ahead of the events), the gateway's request id ("" until known), how
 * far it is (0 to 1, never backwards), paid requests started, polls made.
 *
 * Ownership  borrowed. Errors none. Threads any. Since 1.0.
 */
PZ_API pz_state PZ_CALL pz_job_state(const pz_job *job) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_job_remote_id(const pz_job *job) PZ_NOEXCEPT;
PZ_API double PZ_CALL pz_job_progress(const pz_job *job) PZ_NOEXCEPT;
PZ_API uint32_t PZ_CALL pz_job_attempt_count(const pz_job *job) PZ_NOEXCEPT;
PZ_API uint32_t PZ_CALL pz_job_poll_count(const pz_job *job) PZ_NOEXCEPT;

/**
 * How long: from submit to now or to its end; and as the gateway states it (completed_at - created_at), -1 if it did not.
 *
 * Ownership  -. Errors none. Threads any. Since 1.0.
 */
PZ_API int64_t PZ_CALL pz_job_elapsed_ms(const pz_job *job) PZ_NOEXCEPT;
PZ_API int64_t PZ_CALL pz_job_gateway_ms(const pz_job *job) PZ_NOEXCEPT;

/**
 * How long it still takes, estimated from how long earlier jobs of the same endpoint took in this client: -1 while that is
 * not known (nothing sent yet, fewer than three such jobs have ended), 0 once it has ended. A guess that may grow again,
 * renewed with every poll and counting down in between.
 *
 * Ownership  -. Errors -1 for a wrong handle. Threads any. Since 1.0.
 */
PZ_API int64_t PZ_CALL pz_job_remaining_ms(const pz_job *job) PZ_NOEXCEPT;

/**
 * How it ended: whether it was charged (PZ_CHARGED_UNKNOWN until it has ended), and why it failed or was cancelled.
 *
 * Ownership  borrowed; NULL while it runs and if it COMPLETED. Errors none. Threads any. Since 1.0.
 */
PZ_API pz_charged PZ_CALL pz_job_charged(const pz_job *job) PZ_NOEXCEPT;
PZ_API const pz_error *PZ_CALL pz_job_error(const pz_job *job) PZ_NOEXCEPT;

/**
 * Cancels: the local transfer is aborted within 100 ms and the job ends, usually CANCELLED, but COMPLETED if it had already
 * finished: the state decides, not the call. Nothing sent: not charged. Sent: charged unknown, because the gateway has no
 * cancel; the request id, if known, can be attached again. Idempotent; PZ_OK for a job that has ended.
 *
 * Ownership  -. Errors only the shared ones. Threads any. Since 1.0.
 */
PZ_API pz_status PZ_CALL pz_job_cancel(pz_job *job) PZ_NOEXCEPT;

/**
 * Answers PZ_EVENT_NEED_URL: `url` (https) is sent for picture `index` of parameter `field`.
 *
 * Ownership  copied. Errors PZ_E_INVALID_ARG (not such a URL), PZ_E_NOT_FOUND (no such picture was asked for),
 *            PZ_E_INVALID_STATE (answered already, or the job has ended). Threads any. Since 1.0.
 */
PZ_API pz_status PZ_CALL pz_job_provide_url(pz_job *job, const char *field, size_t field_len, uint32_t index, const char *url,
                                            size_t len) PZ_NOEXCEPT;

/**
 * Waits until the job has ended, at most timeout_ms. Works in both dispatch modes and delivers no event.
 *
 * Ownership  -. Errors PZ_E_TIMEOUT, PZ_E_DEADLOCK (inside a callback of the same client). PZ_OK says that it has ended, not
 *            how. Threads any. Since 1.0.
 */
PZ_API pz_status PZ_CALL pz_job_wait(pz_job *job, uint32_t timeout_ms) PZ_NOEXCEPT;

/**
 * Its outputs: how many the gateway named (0 until known), and each one once it is settled, NULL before.
 *
 * Ownership  borrowed from the job. Errors none. Threads any. Since 1.0.
 */
PZ_API uint32_t PZ_CALL pz_job_output_count(const pz_job *job) PZ_NOEXCEPT;
PZ_API pz_output *PZ_CALL pz_job_output(const pz_job *job, uint32_t index) PZ_NOEXCEPT;

/* -- Event ------------------------------------------------------------------------------------------------------------ */

/**
 * One more, one less owner.
 *
 * Ownership  retain returns its argument, owned once more; NULL for a wrong handle. Errors none. Threads any. Since 1.0.
 */
PZ_API pz_event *PZ_CALL pz_event_retain(const pz_event *event) PZ_NOEXCEPT;
PZ_API void PZ_CALL pz_event_release(pz_event *event) PZ_NOEXCEPT;

/**
 * What it is: its type (PZ_EVENT_*), its number in this client (grows with the queue's order; coalesced and dropped events
 * leave gaps), and whose it is: job id, tag, job (0, 0, NULL for events of no job).
 *
 * Ownership  borrowed. Errors none. Threads any. Since 1.0.
 */
PZ_API pz_event_type PZ_CALL pz_event_kind(const pz_event *event) PZ_NOEXCEPT;
PZ_API uint64_t PZ_CALL pz_event_seq(const pz_event *event) PZ_NOEXCEPT;
PZ_API uint64_t PZ_CALL pz_event_job_id(const pz_event *event) PZ_NOEXCEPT;
PZ_API uint64_t PZ_CALL pz_event_tag(const pz_event *event) PZ_NOEXCEPT;
PZ_API pz_job *PZ_CALL pz_event_job(const pz_event *event) PZ_NOEXCEPT;

/**
 * What it says. state: the job's at that time (STATE, PROGRESS, OUTPUT, DONE). progress: PROGRESS. output and index: OUTPUT;
 * error: an OUTPUT or a DONE that failed, else NULL. log_level and text: LOG; text also NEED_KEY (why) and NEED_URL (the
 * picture's path if it is a file). field and index: NEED_URL. Others are 0, "", NULL.
 *
 * Ownership  borrowed. Errors none. Threads any. Since 1.0.
 */
PZ_API pz_state PZ_CALL pz_event_state(const pz_event *event) PZ_NOEXCEPT;
PZ_API double PZ_CALL pz_event_progress(const pz_event *event) PZ_NOEXCEPT;
PZ_API pz_output *PZ_CALL pz_event_output(const pz_event *event) PZ_NOEXCEPT;
PZ_API uint32_t PZ_CALL pz_event_index(const pz_event *event) PZ_NOEXCEPT;
PZ_API const pz_error *PZ_CALL pz_event_error(const pz_event *event) PZ_NOEXCEPT;
PZ_API pz_log_level PZ_CALL pz_event_log_level(const pz_event *event) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_event_text(const pz_event *event, size_t *out_len) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_event_field(const pz_event *event) PZ_NOEXCEPT;

/* -- Output ----------------------------------------------------------------------------------------------------------- */

/**
 * One more, one less owner. The last release frees the bytes.
 *
 * Ownership  retain returns its argument, owned once more; NULL for a wrong handle. Errors none. Threads any. Since 1.0.
 */
PZ_API pz_output *PZ_CALL pz_output_retain(pz_output *output) PZ_NOEXCEPT;
PZ_API void PZ_CALL pz_output_release(pz_output *output) PZ_NOEXCEPT;

/**
 * PZ_OK: here and whole. PZ_AGAIN: not asked for, or no longer held. Otherwise why it could not be fetched; the job may have
 * COMPLETED all the same, and pz_client_fetch_again tries once more.
 *
 * Ownership  borrowed; the error is NULL unless the status is one. Errors none. Threads any. Since 1.0.
 */
PZ_API pz_status PZ_CALL pz_output_status(const pz_output *output) PZ_NOEXCEPT;
PZ_API const pz_error *PZ_CALL pz_output_error(const pz_output *output) PZ_NOEXCEPT;

/**
 * The bytes, without a copy, of an output in memory; NULL and 0 for one in a file or not here. Where the file lies (absolute;
 * "" for memory). How many bytes.
 *
 * Ownership  borrowed. Errors none. Threads any. Since 1.0.
 */
PZ_API const void *PZ_CALL pz_output_data(const pz_output *output, size_t *out_len) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_output_path(const pz_output *output) PZ_NOEXCEPT;
PZ_API uint64_t PZ_CALL pz_output_size(const pz_output *output) PZ_NOEXCEPT;

/**
 * What the bytes say themselves: media type ("image/png", "image/jpeg", "image/webp"; "" if not here) and pixels (0: not
 * known). Nothing is decoded.
 *
 * Ownership  borrowed. Errors none. Threads any. Since 1.0.
 */
PZ_API const char *PZ_CALL pz_output_mime(const pz_output *output) PZ_NOEXCEPT;
PZ_API uint32_t PZ_CALL pz_output_width(const pz_output *output) PZ_NOEXCEPT;
PZ_API uint32_t PZ_CALL pz_output_height(const pz_output *output) PZ_NOEXCEPT;

/**
 * Its number in its job, from 0; the URL it came from ("" if it came inside the answer); and how it was made, as JSON:
 * endpoint, parameters, seed, ids, times.
 *
 * Ownership  borrowed. Errors none. Threads any. Since 1.0.
 */
PZ_API uint32_t PZ_CALL pz_output_index(const pz_output *output) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_output_url(const pz_output *output) PZ_NOEXCEPT;
PZ_API const char *PZ_CALL pz_output_meta_json(const pz_output *output, size_t *out_len) PZ_NOEXCEPT;

/**
 * Writes the bytes to `path`, from memory or from its file: whole or not at all (a temporary file in the same directory,
 * flushed to disk, then renamed). A file that was there is replaced.
 *
 * Ownership  copied. Errors PZ_E_IO, PZ_E_INVALID_ARG, PZ_E_INVALID_STATE (no bytes are here). Threads any. Since 1.0.
 */
PZ_API pz_status PZ_CALL pz_output_save(const pz_output *output, const char *path, size_t len) PZ_NOEXCEPT;

#ifdef __cplusplus
}
#endif

#endif /* PIXAZO_H_ */
