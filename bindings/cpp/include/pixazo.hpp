// libpixazo for C++: pixazo.h with ownership, std::string_view, std::future, coroutines and std::stop_token.
// Header-only, C++17, more with C++20; works without exceptions and without run-time type information.
//
// Errors. A function that can fail returns result<T>: a value or an error. `.or_throw()` turns the error into
// pixazo::exception; namespace pixazo::throwing has a client that does so by itself. Setters of `options` and
// `request` return the object: the first failure is kept and told by client::make, client::submit or
// validate.
//
// Ownership. Everything is move-only. job, event and output are owners of one of several references; share()
// makes one more. endpoint and param are borrowed from their catalogue and copy like pointers.
// std::string_view getters live as long as what they came from.
//
// Threads. client, job, event, output: any thread, several at once. options and request: one at a time.
//
// Events. Nothing is ever called from a thread of the library. Handlers run, coroutines go on and futures
// become ready on the thread that pumps: the one that calls client::pump or next_event or, after
// start_pump_thread() (client::async calls it), a std::thread of the client's own. One thread at a time
// should pump; where nobody ever does, the client refuses new jobs when 16384 ends wait
// (options::max_undelivered).
//
// The end. ~client cancels what runs, delivers every DONE to handlers, coroutines and futures, and returns
// within a second, handlers' own time aside; they must not throw then. Jobs, events and outputs outlive it.
#ifndef PIXAZO_HPP_
#define PIXAZO_HPP_

#include <pixazo/pixazo.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>
#if defined(__cpp_exceptions)
#include <stdexcept>
#endif
#if defined(__has_include)
#if __cplusplus >= 202002L && __has_include(<coroutine>) && defined(__cpp_impl_coroutine)
#include <coroutine>
#define PIXAZO_HAS_COROUTINES 1
#endif
#if __cplusplus >= 202002L && __has_include(<stop_token>)
#include <stop_token>
#if defined(__cpp_lib_jthread)
#define PIXAZO_HAS_STOP_TOKEN 1
#endif
#endif
#endif

namespace pixazo {

using milliseconds = std::chrono::milliseconds;

// -- Enumerations: those of pixazo.h. Values this header does not know are legal.
// ------------------------------------------

enum class status : std::int32_t {
  ok = PZ_OK,
  again = PZ_AGAIN,
  internal = PZ_E_INTERNAL,
  no_memory = PZ_E_NOMEM,
  invalid_argument = PZ_E_INVALID_ARG,
  invalid_state = PZ_E_INVALID_STATE,
  unsupported = PZ_E_UNSUPPORTED,
  version = PZ_E_VERSION,
  not_found = PZ_E_NOT_FOUND,
  limit = PZ_E_LIMIT,
  timeout = PZ_E_TIMEOUT,
  cancelled = PZ_E_CANCELLED,
  closed = PZ_E_CLOSED,
  forked = PZ_E_FORKED,
  deadlock = PZ_E_DEADLOCK,
  io = PZ_E_IO,
  budget = PZ_E_BUDGET,
  network = PZ_E_NETWORK,
  dns = PZ_E_DNS,
  tls = PZ_E_TLS,
  proxy = PZ_E_PROXY,
  protocol = PZ_E_PROTOCOL,
  bad_request = PZ_E_BAD_REQUEST,
  auth = PZ_E_AUTH,
  balance = PZ_E_BALANCE,
  rate_limited = PZ_E_RATE_LIMITED,
  model_not_found = PZ_E_MODEL_NOT_FOUND,
  server = PZ_E_SERVER,
  job_failed = PZ_E_JOB_FAILED,
  job_error = PZ_E_JOB_ERROR,
  no_output = PZ_E_NO_OUTPUT,
  output = PZ_E_OUTPUT,
  uncertain = PZ_E_UNCERTAIN
};
enum class state : std::int32_t {
  none = 0,
  waiting = PZ_STATE_WAITING,
  submitting = PZ_STATE_SUBMITTING,
  uncertain = PZ_STATE_UNCERTAIN,
  queued = PZ_STATE_QUEUED,
  processing = PZ_STATE_PROCESSING,
  downloading = PZ_STATE_DOWNLOADING,
  completed = PZ_STATE_COMPLETED,
  failed = PZ_STATE_FAILED,
  cancelled = PZ_STATE_CANCELLED
};
enum class event_type : std::int32_t {
  none = 0,
  state = PZ_EVENT_STATE,
  progress = PZ_EVENT_PROGRESS,
  output = PZ_EVENT_OUTPUT,
  done = PZ_EVENT_DONE,
  log = PZ_EVENT_LOG,
  need_key = PZ_EVENT_NEED_KEY,
  need_url = PZ_EVENT_NEED_URL
};
enum class charged : std::int32_t { unknown = PZ_CHARGED_UNKNOWN, no = PZ_CHARGED_NO, yes = PZ_CHARGED_YES };
enum class webhook_mode : std::int32_t { terminal = PZ_WEBHOOK_TERMINAL, sync = PZ_WEBHOOK_SYNC };
enum class log_level : std::int32_t {
  off = PZ_LOG_OFF,
  error = PZ_LOG_ERROR,
  warn = PZ_LOG_WARN,
  info = PZ_LOG_INFO,
  debug = PZ_LOG_DEBUG
};
enum class feature : std::uint32_t {
  wakeup_handle = PZ_FEATURE_WAKEUP_HANDLE,
  dispatch_thread = PZ_FEATURE_DISPATCH_THREAD,
  journal = PZ_FEATURE_JOURNAL,
  webhook = PZ_FEATURE_WEBHOOK
};
enum class param_type : std::int32_t {
  none = 0,
  string = PZ_PARAM_STRING,
  integer = PZ_PARAM_INTEGER,
  number = PZ_PARAM_NUMBER,
  boolean = PZ_PARAM_BOOLEAN,
  image = PZ_PARAM_IMAGE,
  images = PZ_PARAM_IMAGES,
  size = PZ_PARAM_SIZE,
  string_list = PZ_PARAM_STRING_LIST,
  object_list = PZ_PARAM_OBJECT_LIST,
  url = PZ_PARAM_URL
};
enum class stat : std::int32_t {
  jobs_live = PZ_STAT_JOBS_LIVE,
  submits = PZ_STAT_SUBMITS,
  polls = PZ_STAT_POLLS,
  downloads = PZ_STAT_DOWNLOADS,
  retries = PZ_STAT_RETRIES,
  throttled = PZ_STAT_THROTTLED,
  poll_errors = PZ_STAT_POLL_ERRORS,
  done = PZ_STAT_DONE,
  events_queued = PZ_STAT_EVENTS_QUEUED,
  connections_opened = PZ_STAT_CONNECTIONS_OPENED,
  bytes_received = PZ_STAT_BYTES_RECEIVED,
  budget_spent_microusd = PZ_STAT_BUDGET_SPENT_MICROUSD,
  budget_reserved_microusd = PZ_STAT_BUDGET_RESERVED_MICROUSD,
  bytes_buffered = PZ_STAT_BYTES_BUFFERED,
  webhooks = PZ_STAT_WEBHOOKS,
  journal_rows = PZ_STAT_JOURNAL_ROWS,
  journal_failures = PZ_STAT_JOURNAL_FAILURES
};

inline bool is_terminal(state s) noexcept { return static_cast<std::int32_t>(s) >= PZ_STATE_COMPLETED; }

inline std::string_view name(status s) noexcept { return pz_status_name(static_cast<pz_status>(s)); }
inline std::string_view name(state s) noexcept { return pz_state_name(static_cast<pz_state>(s)); }
inline std::string_view name(charged c) noexcept { return pz_charged_name(static_cast<pz_charged>(c)); }
inline std::string_view name(event_type t) noexcept {
  return pz_event_type_name(static_cast<pz_event_type>(t));
}
inline std::string_view name(param_type t) noexcept {
  return pz_param_type_name(static_cast<pz_param_type>(t));
}

// Of the library that runs, as major << 16 | minor << 8 | patch, and as text.
inline std::uint32_t version() noexcept { return pz_version(); }
inline std::string_view version_string() noexcept { return pz_version_string(); }
inline bool has_feature(feature f) noexcept { return pz_has_feature(static_cast<std::uint32_t>(f)) != 0; }

// -- Errors
// -----------------------------------------------------------------------------------------------------------------

// What went wrong, as a value that depends on nothing.
struct error {
  pixazo::status status = pixazo::status::internal;
  std::string message;      // one line for people
  std::string field;        // the parameter at fault, "" if it is about none
  std::string remote_code;  // the gateway's own short code
  std::string request_id;   // the gateway's
  int http_status = 0;      // 0: no answer
  bool retryable = false;   // a new attempt may succeed and cannot be charged twice for this one
  pixazo::charged charged = pixazo::charged::unknown;
  std::optional<milliseconds> retry_after;
  std::optional<std::int64_t> required_microusd;

  error() = default;
  error(pixazo::status s, std::string m) : status(s), message(std::move(m)) {}
  explicit error(const pz_error* e)
      : status(static_cast<pixazo::status>(pz_error_status(e))),
        message(pz_error_message(e)),
        field(pz_error_field(e)),
        remote_code(pz_error_remote_code(e)),
        request_id(pz_error_request_id(e)),
        http_status(pz_error_http_status(e)),
        retryable(pz_error_is_retryable(e) != 0),
        charged(static_cast<pixazo::charged>(pz_error_charged(e))) {
    if (std::int64_t ms = pz_error_retry_after_ms(e); ms >= 0) retry_after = milliseconds(ms);
    if (std::int64_t price = pz_error_required_microusd(e); price >= 0) required_microusd = price;
  }
};

#if defined(__cpp_exceptions)
// The throwing flavour of an error.
class exception : public std::runtime_error {
 public:
  explicit exception(pixazo::error e) : std::runtime_error(e.message), error_(std::move(e)) {}
  const pixazo::error& error() const noexcept { return error_; }
  pixazo::status status() const noexcept { return error_.status; }

 private:
  pixazo::error error_;
};
#endif

namespace detail {

[[noreturn]] inline void fatal(const char* what, const pixazo::error* e = nullptr) {
  std::fprintf(stderr, "pixazo: %s%s%s\n", what, e ? ": " : "", e ? e->message.c_str() : "");
  std::abort();
}

[[noreturn]] inline void raise(pixazo::error e) {
#if defined(__cpp_exceptions)
  throw exception(std::move(e));
#else
  fatal("or_throw() without exceptions", &e);
#endif
}

}  // namespace detail

// A value or an error. Asking for the one that is not there ends the program with a line on stderr;
// or_throw() throws instead.
template <class T>
class [[nodiscard]] result {
 public:
  using value_type = T;
  result(T value) : held_(std::in_place_index<0>, std::move(value)) {}
  result(pixazo::error e) : held_(std::in_place_index<1>, std::move(e)) {}

  bool ok() const noexcept { return held_.index() == 0; }
  explicit operator bool() const noexcept { return ok(); }
  T& operator*() & { return checked(); }
  const T& operator*() const& { return const_cast<result*>(this)->checked(); }
  T&& operator*() && { return std::move(checked()); }
  T* operator->() { return &checked(); }
  const T* operator->() const { return &const_cast<result*>(this)->checked(); }
  const pixazo::error& error() const {
    if (ok()) detail::fatal("error() of a result that holds a value");
    return *std::get_if<1>(&held_);
  }
  pixazo::status status() const noexcept {
    return ok() ? pixazo::status::ok : std::get_if<1>(&held_)->status;
  }
  T value_or(T other) && { return ok() ? std::move(checked()) : std::move(other); }
  T or_throw() && {
    if (!ok()) detail::raise(std::move(*std::get_if<1>(&held_)));
    return std::move(checked());
  }
  // f(value), which returns a result itself; or the error.
  template <class F>
  auto and_then(F&& f) && -> decltype(f(std::declval<T&&>())) {
    if (!ok()) return std::move(*std::get_if<1>(&held_));
    return std::forward<F>(f)(std::move(checked()));
  }

 private:
  T& checked() {
    if (!ok()) detail::fatal("the value of a result that holds an error", std::get_if<1>(&held_));
    return *std::get_if<0>(&held_);
  }
  std::variant<T, pixazo::error> held_;
};

template <>
class [[nodiscard]] result<void> {
 public:
  using value_type = void;
  result() = default;
  result(pixazo::error e) : error_(std::move(e)) {}

  bool ok() const noexcept { return !error_; }
  explicit operator bool() const noexcept { return ok(); }
  const pixazo::error& error() const {
    if (!error_) detail::fatal("error() of a result that holds a value");
    return *error_;
  }
  pixazo::status status() const noexcept { return error_ ? error_->status : pixazo::status::ok; }
  void or_throw() && {
    if (error_) detail::raise(std::move(*error_));
  }

 private:
  std::optional<pixazo::error> error_;
};

namespace detail {

// Takes an error that an out_error parameter gave, if there is one; a status says enough where there is none.
inline error take_error(pz_status status, pz_error* e) {
  if (!e) return error(static_cast<pixazo::status>(status), std::string(pz_status_name(status)));
  error taken(e);
  pz_error_free(e);
  return taken;
}

inline result<void> check(pz_status status, pz_error* e = nullptr) {
  if (status < 0) return take_error(status, e);
  return {};
}

inline std::uint32_t clamp_ms(milliseconds ms) noexcept {
  if (ms == milliseconds::max()) return PZ_INFINITE;
  if (ms.count() < 0) return 0;
  return ms.count() >= static_cast<std::int64_t>(PZ_INFINITE) ? PZ_INFINITE - 1
                                                              : static_cast<std::uint32_t>(ms.count());
}

inline std::string_view text(const char* data, std::size_t size) noexcept {
  return {data ? data : "", data ? size : 0};
}

template <class H, void (*Free)(H*) noexcept>
struct deleter {
  void operator()(H* handle) const noexcept { Free(handle); }
};
template <class H, void (*Free)(H*) noexcept>
using owned = std::unique_ptr<H, deleter<H, Free>>;

struct core;

}  // namespace detail

inline constexpr milliseconds infinite = milliseconds::max();  // a timeout: none

// -- Catalogue
// --------------------------------------------------------------------------------------------------------------

// A parameter of an endpoint, as a form would show it. Borrowed: lives as long as its catalogue.
class param {
 public:
  explicit param(const pz_param* p) noexcept : p_(p) {}
  std::string_view name() const noexcept { return pz_param_name(p_); }
  std::string_view wire_name() const noexcept { return pz_param_wire_name(p_); }
  param_type type() const noexcept { return static_cast<param_type>(pz_param_kind(p_)); }
  std::string_view note() const noexcept { return pz_param_note(p_); }
  bool required() const noexcept { return pz_param_is_required(p_) != 0; }
  // As JSON; nullopt if the documents state none.
  std::optional<std::string_view> default_json() const noexcept {
    if (!pz_param_has_default(p_)) return std::nullopt;
    return pz_param_default_json(p_);
  }
  std::string_view example_json() const noexcept { return pz_param_example_json(p_); }
  std::optional<double> minimum() const noexcept {
    if (!pz_param_has_minimum(p_)) return std::nullopt;
    return pz_param_minimum(p_);
  }
  std::optional<double> maximum() const noexcept {
    if (!pz_param_has_maximum(p_)) return std::nullopt;
    return pz_param_maximum(p_);
  }
  std::vector<std::string_view> choices_json() const {
    std::vector<std::string_view> all;
    for (std::uint32_t i = 0; i < pz_param_choice_count(p_); ++i)
      all.emplace_back(pz_param_choice_json(p_, i));
    return all;
  }
  bool has_open_choices() const noexcept { return pz_param_has_open_choices(p_) != 0; }
  // Lengths of text in characters, of lists in items; 0: none stated.
  std::uint32_t min_length() const noexcept { return pz_param_min_length(p_); }
  std::uint32_t max_length() const noexcept { return pz_param_max_length(p_); }
  std::uint32_t min_items() const noexcept { return pz_param_min_items(p_); }
  std::uint32_t max_items() const noexcept { return pz_param_max_items(p_); }
  bool accepts_data_uri() const noexcept { return pz_param_is_data_uri_accepted(p_) != 0; }
  std::string_view json() const noexcept {
    std::size_t size = 0;
    const char* data = pz_param_json(p_, &size);
    return detail::text(data, size);
  }
  const pz_param* native() const noexcept { return p_; }

 private:
  const pz_param* p_;
};

// An endpoint. Borrowed: lives as long as its catalogue.
class endpoint {
 public:
  explicit endpoint(const pz_endpoint* e) noexcept : e_(e) {}
  std::string_view id() const noexcept { return pz_endpoint_id(e_); }
  std::string_view product() const noexcept { return pz_endpoint_product(e_); }
  std::string_view provider() const noexcept { return pz_endpoint_provider(e_); }
  std::string_view title() const noexcept { return pz_endpoint_title(e_); }
  std::string_view method() const noexcept { return pz_endpoint_method(e_); }
  std::string_view path() const noexcept { return pz_endpoint_path(e_); }
  bool queued() const noexcept { return pz_endpoint_is_queued(e_) != 0; }
  std::string_view model_id() const noexcept { return pz_endpoint_model_id(e_); }
  std::string_view response_shape() const noexcept { return pz_endpoint_response_shape(e_); }
  bool has_price() const noexcept { return pz_endpoint_has_price(e_) != 0; }
  std::string_view price_source() const noexcept { return pz_endpoint_price_source(e_); }
  std::vector<std::string_view> aliases() const {
    return texts(pz_endpoint_alias_count(e_), pz_endpoint_alias);
  }
  std::vector<std::string_view> rules() const { return texts(pz_endpoint_rule_count(e_), pz_endpoint_rule); }
  std::vector<std::string_view> notes() const { return texts(pz_endpoint_note_count(e_), pz_endpoint_note); }
  std::vector<param> params() const {
    std::vector<param> all;
    for (std::uint32_t i = 0; i < pz_endpoint_param_count(e_); ++i)
      all.emplace_back(pz_endpoint_param(e_, i));
    return all;
  }
  // By canonical or by wire name.
  std::optional<param> find_param(std::string_view name) const noexcept {
    const pz_param* found = pz_endpoint_find_param(e_, name.data(), name.size());
    if (!found) return std::nullopt;
    return param(found);
  }
  std::string_view example_json() const noexcept {
    std::size_t size = 0;
    const char* data = pz_endpoint_example_json(e_, &size);
    return detail::text(data, size);
  }
  std::string_view json() const noexcept {
    std::size_t size = 0;
    const char* data = pz_endpoint_json(e_, &size);
    return detail::text(data, size);
  }
  const pz_endpoint* native() const noexcept { return e_; }

 private:
  std::vector<std::string_view> texts(std::uint32_t count,
                                      const char* (*get)(const pz_endpoint*, std::uint32_t) noexcept) const {
    std::vector<std::string_view> all;
    for (std::uint32_t i = 0; i < count; ++i) all.emplace_back(get(e_, i));
    return all;
  }
  const pz_endpoint* e_;
};

class catalogue {
 public:
  static catalogue builtin() { return catalogue(pz_catalogue_retain(pz_catalogue_builtin())); }
  static result<catalogue> load(std::string_view json) {
    pz_catalogue* loaded = nullptr;
    pz_error* e = nullptr;
    if (pz_status s = pz_catalogue_load(json.data(), json.size(), &loaded, &e); s < 0)
      return detail::take_error(s, e);
    return catalogue(loaded);
  }
  catalogue share() const { return catalogue(pz_catalogue_retain(c_.get())); }
  std::string_view json() const noexcept {
    std::size_t size = 0;
    const char* data = pz_catalogue_json(c_.get(), &size);
    return detail::text(data, size);
  }
  std::vector<endpoint> endpoints() const {
    std::vector<endpoint> all;
    for (std::uint32_t i = 0; i < pz_catalogue_endpoint_count(c_.get()); ++i)
      all.emplace_back(pz_catalogue_endpoint(c_.get(), i));
    return all;
  }
  // By id or alias.
  std::optional<endpoint> find(std::string_view id) const noexcept {
    const pz_endpoint* found = pz_catalogue_find(c_.get(), id.data(), id.size());
    if (!found) return std::nullopt;
    return endpoint(found);
  }
  const pz_catalogue* native() const noexcept { return c_.get(); }

 private:
  explicit catalogue(pz_catalogue* c) noexcept : c_(c) {}
  detail::owned<pz_catalogue, pz_catalogue_release> c_;
};

// -- Request
// ----------------------------------------------------------------------------------------------------------------

struct price {
  std::int64_t low_microusd = 0, high_microusd = 0;
};

class request {
 public:
  // For an endpoint by id or alias; an unknown one is told by validate and submit, with the nearest name.
  explicit request(std::string_view endpoint_id)
      : r_(pz_request_new(nullptr, endpoint_id.data(), endpoint_id.size())) {}
  request(const catalogue& c, std::string_view endpoint_id)
      : r_(pz_request_new(c.native(), endpoint_id.data(), endpoint_id.size())) {}
  request clone() const { return request(pz_request_clone(r_.get())); }

  // Text, a whole number, a number or a truth.
  template <class T>
  request& set(std::string_view name, const T& value) {
    if constexpr (std::is_same_v<T, bool>) {
      pz_request_set_bool(r_.get(), name.data(), name.size(), value ? 1 : 0);
    } else if constexpr (std::is_integral_v<T>) {
      pz_request_set_int(r_.get(), name.data(), name.size(), static_cast<std::int64_t>(value));
    } else if constexpr (std::is_floating_point_v<T>) {
      pz_request_set_double(r_.get(), name.data(), name.size(), static_cast<double>(value));
    } else {
      std::string_view text(value);
      pz_request_set_string(r_.get(), name.data(), name.size(), text.data(), text.size());
    }
    return *this;
  }
  request& prompt(std::string_view text) { return set("prompt", text); }
  request& set_json(std::string_view name, std::string_view json) {
    pz_request_set_json(r_.get(), name.data(), name.size(), json.data(), json.size());
    return *this;
  }
  request& set_all_json(std::string_view json) {
    pz_request_set_all_json(r_.get(), json.data(), json.size());
    return *this;
  }
  request& set_unknown_json(std::string_view name, std::string_view json) {
    pz_request_set_unknown_json(r_.get(), name.data(), name.size(), json.data(), json.size());
    return *this;
  }
  request& add_image_url(std::string_view name, std::string_view url) {
    pz_request_add_image_url(r_.get(), name.data(), name.size(), url.data(), url.size());
    return *this;
  }
  request& add_image_bytes(std::string_view name, const void* bytes, std::size_t size) {
    pz_request_add_image_bytes(r_.get(), name.data(), name.size(), bytes, size);
    return *this;
  }
  request& add_image_file(std::string_view name, std::string_view path) {
    pz_request_add_image_file(r_.get(), name.data(), name.size(), path.data(), path.size());
    return *this;
  }
  request& tag(std::uint64_t tag) { return pz_request_set_tag(r_.get(), tag), *this; }
  // The client makes one job for one key, however often it is submitted.
  request& submit_key(std::string_view key) {
    return pz_request_set_submit_key(r_.get(), key.data(), key.size()), *this;
  }
  request& priority(std::int32_t p) { return pz_request_set_priority(r_.get(), p), *this; }
  request& job_timeout(milliseconds ms) {
    return pz_request_set_job_timeout_ms(r_.get(), detail::clamp_ms(ms)), *this;
  }
  request& submit_timeout(milliseconds ms) {
    return pz_request_set_submit_timeout_ms(r_.get(), detail::clamp_ms(ms)), *this;
  }
  // Files in this directory; "" for memory.
  request& output_dir(std::string_view path) {
    return pz_request_set_output_dir(r_.get(), path.data(), path.size()), *this;
  }
  request& output_name(std::string_view stem) {
    return pz_request_set_output_name(r_.get(), stem.data(), stem.size()), *this;
  }
  request& fetch_outputs(bool fetch) { return pz_request_set_fetch_outputs(r_.get(), fetch ? 1 : 0), *this; }

  // Everything that submit would check about the request itself.
  result<void> validate() const {
    pz_error* e = nullptr;
    pz_status s = pz_request_validate(r_.get(), &e);
    return detail::check(s, e);
  }
  // Status not_found: the price is not known; estimate_source says why.
  result<price> estimate() const {
    price p;
    if (pz_status s = pz_request_estimate_microusd(r_.get(), &p.low_microusd, &p.high_microusd); s < 0)
      return error(static_cast<status>(s), std::string(estimate_source()));
    return p;
  }
  std::string_view estimate_source() const noexcept { return pz_request_estimate_source(r_.get()); }
  std::string_view body_json() const noexcept {
    std::size_t size = 0;
    const char* data = pz_request_body_json(r_.get(), &size);
    return detail::text(data, size);
  }
  const pz_request* native() const noexcept { return r_.get(); }

 private:
  explicit request(pz_request* r) noexcept : r_(r) {}
  detail::owned<pz_request, pz_request_free> r_;
};

// -- Output, job, event
// -----------------------------------------------------------------------------------------------------

class output {
 public:
  explicit output(pz_output* taken) noexcept : o_(taken) {}
  output share() const { return output(pz_output_retain(o_.get())); }
  // ok: here and whole; again: not asked for, or no longer held; otherwise why it could not be fetched.
  pixazo::status status() const noexcept { return static_cast<pixazo::status>(pz_output_status(o_.get())); }
  std::optional<pixazo::error> error() const {
    const pz_error* e = pz_output_error(o_.get());
    if (!e) return std::nullopt;
    return pixazo::error(e);
  }
  // The bytes, without a copy, of an output in memory; empty for one in a file.
  std::string_view bytes() const noexcept {
    std::size_t size = 0;
    const void* data = pz_output_data(o_.get(), &size);
    return detail::text(static_cast<const char*>(data), size);
  }
  std::string_view path() const noexcept { return pz_output_path(o_.get()); }
  std::uint64_t size() const noexcept { return pz_output_size(o_.get()); }
  std::string_view media_type() const noexcept { return pz_output_mime(o_.get()); }
  std::uint32_t width() const noexcept { return pz_output_width(o_.get()); }
  std::uint32_t height() const noexcept { return pz_output_height(o_.get()); }
  std::uint32_t index() const noexcept { return pz_output_index(o_.get()); }
  std::string_view url() const noexcept { return pz_output_url(o_.get()); }
  // How it was made: endpoint, parameters, seed, ids, times.
  std::string_view meta_json() const noexcept {
    std::size_t size = 0;
    const char* data = pz_output_meta_json(o_.get(), &size);
    return detail::text(data, size);
  }
  // Whole or not at all; a file that was there is replaced.
  result<void> save(std::string_view path) const {
    return detail::check(pz_output_save(o_.get(), path.data(), path.size()));
  }
  const pz_output* native() const noexcept { return o_.get(); }

 private:
  detail::owned<pz_output, pz_output_release> o_;
};

class job {
 public:
  job(pz_job* taken, std::shared_ptr<detail::core> core) noexcept : core_(std::move(core)), j_(taken) {}
  job share() const { return job(pz_job_retain(j_.get()), core_); }

  std::uint64_t id() const noexcept { return pz_job_id(j_.get()); }
  std::uint64_t tag() const noexcept { return pz_job_tag(j_.get()); }
  std::string_view submit_key() const noexcept { return pz_job_submit_key(j_.get()); }
  std::string_view endpoint_id() const noexcept { return pz_job_endpoint_id(j_.get()); }
  std::uint64_t origin_id() const noexcept { return pz_job_origin_id(j_.get()); }
  pixazo::state state() const noexcept { return static_cast<pixazo::state>(pz_job_state(j_.get())); }
  bool ended() const noexcept { return is_terminal(state()); }
  // A copy: it may change from "" to the gateway's id at any time.
  std::string remote_id() const { return pz_job_remote_id(j_.get()); }
  double progress() const noexcept { return pz_job_progress(j_.get()); }
  std::uint32_t attempts() const noexcept { return pz_job_attempt_count(j_.get()); }
  std::uint32_t polls() const noexcept { return pz_job_poll_count(j_.get()); }
  milliseconds elapsed() const noexcept { return milliseconds(pz_job_elapsed_ms(j_.get())); }
  std::optional<milliseconds> gateway_time() const noexcept { return known(pz_job_gateway_ms(j_.get())); }
  std::optional<milliseconds> remaining() const noexcept { return known(pz_job_remaining_ms(j_.get())); }
  pixazo::charged charged() const noexcept { return static_cast<pixazo::charged>(pz_job_charged(j_.get())); }
  // Why it failed or was cancelled; nullopt while it runs and if it completed.
  std::optional<pixazo::error> error() const {
    const pz_error* e = pz_job_error(j_.get());
    if (!e) return std::nullopt;
    return pixazo::error(e);
  }
  // Those that are settled.
  std::vector<output> outputs() const {
    std::vector<output> all;
    for (std::uint32_t i = 0; i < output_count(); ++i)
      if (pz_output* o = pz_job_output(j_.get(), i)) all.emplace_back(pz_output_retain(o));
    return all;
  }
  std::uint32_t output_count() const noexcept { return pz_job_output_count(j_.get()); }

  // Idempotent; the state decides how it ended.
  void cancel() const noexcept { pz_job_cancel(j_.get()); }
  result<void> provide_url(std::string_view field, std::uint32_t index, std::string_view url) const {
    return detail::check(
        pz_job_provide_url(j_.get(), field.data(), field.size(), index, url.data(), url.size()));
  }
  // Until it has ended. Needs nobody to pump. status::timeout: not yet.
  result<void> wait(milliseconds timeout = infinite) const {
    return detail::check(pz_job_wait(j_.get(), detail::clamp_ms(timeout)));
  }
  // How it ended: no error if it completed.
  result<void> outcome() const {
    if (std::optional<pixazo::error> e = error()) return std::move(*e);
    if (!ended()) return pixazo::error(pixazo::status::invalid_state, "the job has not ended");
    return {};
  }
#if defined(PIXAZO_HAS_STOP_TOKEN)
  // As long as what is returned lives, a stop asked of `token` cancels the job.
  [[nodiscard]] auto cancel_on(std::stop_token token) const {
    std::function<void()> cancel = [own = std::make_shared<job>(share())] { own->cancel(); };
    return std::make_unique<std::stop_callback<std::function<void()>>>(std::move(token), std::move(cancel));
  }
#endif
#if defined(PIXAZO_HAS_COROUTINES)
  // `co_await job` goes on when the job has ended, on the thread that pumps; it gives outcome().
  struct awaiter;
  awaiter operator co_await() const;
#endif
  pz_job* native() const noexcept { return j_.get(); }

 private:
  static std::optional<milliseconds> known(std::int64_t ms) noexcept {
    if (ms < 0) return std::nullopt;
    return milliseconds(ms);
  }
  std::shared_ptr<detail::core> core_;
  detail::owned<pz_job, pz_job_release> j_;
};

class event {
 public:
  event(pz_event* taken, std::shared_ptr<detail::core> core) noexcept : core_(std::move(core)), e_(taken) {}
  event share() const { return event(pz_event_retain(e_.get()), core_); }

  event_type type() const noexcept { return static_cast<event_type>(pz_event_kind(e_.get())); }
  std::uint64_t sequence() const noexcept { return pz_event_seq(e_.get()); }
  std::uint64_t job_id() const noexcept { return pz_event_job_id(e_.get()); }
  std::uint64_t tag() const noexcept { return pz_event_tag(e_.get()); }
  std::optional<pixazo::job> job() const {
    pz_job* j = pz_event_job(e_.get());
    if (!j) return std::nullopt;
    return pixazo::job(pz_job_retain(j), core_);
  }
  pixazo::state state() const noexcept { return static_cast<pixazo::state>(pz_event_state(e_.get())); }
  double progress() const noexcept { return pz_event_progress(e_.get()); }
  std::optional<pixazo::output> output() const {
    pz_output* o = pz_event_output(e_.get());
    if (!o) return std::nullopt;
    return pixazo::output(pz_output_retain(o));
  }
  std::uint32_t index() const noexcept { return pz_event_index(e_.get()); }
  std::optional<pixazo::error> error() const {
    const pz_error* e = pz_event_error(e_.get());
    if (!e) return std::nullopt;
    return pixazo::error(e);
  }
  pixazo::log_level level() const noexcept {
    return static_cast<pixazo::log_level>(pz_event_log_level(e_.get()));
  }
  std::string_view text() const noexcept {
    std::size_t size = 0;
    const char* data = pz_event_text(e_.get(), &size);
    return detail::text(data, size);
  }
  std::string_view field() const noexcept { return pz_event_field(e_.get()); }
  const pz_event* native() const noexcept { return e_.get(); }

 private:
  std::shared_ptr<detail::core> core_;
  detail::owned<pz_event, pz_event_release> e_;
};

// Called for each event of a job, DONE its last, on the thread that pumps.
using event_handler = std::function<void(const event&)>;

// -- Client options
// ---------------------------------------------------------------------------------------------------------

class options {
 public:
  options() : o_(pz_options_new(PZ_API_VERSION)) {}

  // The key from PIXAZO_API_KEY. With PIXAZO_BASE_URL the gateway there; plain http on this machine is
  // allowed then, and if the address is of this machine it is polled as often as a local gateway may be.
  options& with_environment() {
    if (const char* key = std::getenv("PIXAZO_API_KEY")) api_key(key);
    const char* url = std::getenv("PIXAZO_BASE_URL");
    if (!url || !*url) return *this;
    base_url(url).allow_loopback();
    const std::string_view at(url);
    for (std::string_view host : {"http://127.", "http://localhost", "http://[::1]"})
      if (at.substr(0, host.size()) == host) poll_interval(milliseconds(200), milliseconds(1000));
    return *this;
  }
  options& base_url(std::string_view url) { return with_text(pz_options_set_base_url, url); }
  options& api_key(std::string_view key) { return with_text(pz_options_set_api_key, key); }
  options& user_agent(std::string_view product) { return with_text(pz_options_set_user_agent, product); }
  options& add_header(std::string_view name, std::string_view value) {
    return pz_options_add_header(o_.get(), name.data(), name.size(), value.data(), value.size()), *this;
  }
  options& ca_file(std::string_view path) { return with_text(pz_options_set_ca_file, path); }
  options& ca_pem(std::string_view pem) {
    return pz_options_set_ca_pem(o_.get(), pem.data(), pem.size()), *this;
  }
  options& proxy(std::string_view url) { return with_text(pz_options_set_proxy, url); }
  options& proxy_from_environment(bool use) {
    return pz_options_set_proxy_from_environment(o_.get(), use), *this;
  }
  options& allow_loopback(bool allow = true) { return pz_options_allow_loopback(o_.get(), allow), *this; }

  options& connect_timeout(milliseconds ms) { return with_ms(pz_options_set_connect_timeout_ms, ms); }
  options& submit_timeout(milliseconds ms) { return with_ms(pz_options_set_submit_timeout_ms, ms); }
  options& sync_timeout(milliseconds ms) { return with_ms(pz_options_set_sync_timeout_ms, ms); }
  options& status_timeout(milliseconds ms) { return with_ms(pz_options_set_status_timeout_ms, ms); }
  options& download_stall(milliseconds ms) { return with_ms(pz_options_set_download_stall_ms, ms); }
  options& job_timeout(milliseconds ms) { return with_ms(pz_options_set_job_timeout_ms, ms); }
  options& poll_interval(milliseconds least, milliseconds most) {
    return pz_options_set_poll_interval_ms(o_.get(), detail::clamp_ms(least), detail::clamp_ms(most)), *this;
  }
  options& retry(std::uint32_t max_attempts, milliseconds base, milliseconds cap) {
    return pz_options_set_retry(o_.get(), max_attempts, detail::clamp_ms(base), detail::clamp_ms(cap)), *this;
  }
  options& retry_after_cap(milliseconds ms) { return with_ms(pz_options_set_retry_after_cap_ms, ms); }
  options& retry_503(bool retry) { return pz_options_set_retry_503(o_.get(), retry), *this; }
  options& jitter_seed(std::uint64_t seed) { return pz_options_set_jitter_seed(o_.get(), seed), *this; }

  options& max_in_flight(std::uint32_t jobs) { return pz_options_set_max_in_flight(o_.get(), jobs), *this; }
  options& concurrency(std::uint32_t submits, std::uint32_t downloads, std::uint32_t connections) {
    return pz_options_set_concurrency(o_.get(), submits, downloads, connections), *this;
  }
  options& max_undelivered(std::uint32_t events) {
    return pz_options_set_max_undelivered(o_.get(), events), *this;
  }
  options& max_buffered_bytes(std::uint64_t bytes) {
    return pz_options_set_max_buffered_bytes(o_.get(), bytes), *this;
  }
  options& max_output_bytes(std::uint64_t bytes) {
    return pz_options_set_max_output_bytes(o_.get(), bytes), *this;
  }
  options& add_output_host(std::string_view host) { return with_text(pz_options_add_output_host, host); }
  options& output_dir(std::string_view path) { return with_text(pz_options_set_output_dir, path); }

  options& budget_microusd(std::int64_t cap) { return pz_options_set_budget_microusd(o_.get(), cap), *this; }
  options& assumed_price_microusd(std::int64_t p) {
    return pz_options_set_assumed_price_microusd(o_.get(), p), *this;
  }
  options& ask_key(bool ask) { return pz_options_set_ask_key(o_.get(), ask), *this; }
  options& ask_urls(bool ask) { return pz_options_set_ask_urls(o_.get(), ask), *this; }
  options& journal(std::string_view path) { return with_text(pz_options_set_journal, path); }
  options& journal_digest(bool digest) { return pz_options_set_journal_digest(o_.get(), digest), *this; }
  options& journal_retention(milliseconds ms) {
    return pz_options_set_journal_retention_ms(o_.get(), static_cast<std::uint64_t>(ms.count())), *this;
  }
  options& webhook_url(std::string_view base) { return with_text(pz_options_set_webhook_url, base); }
  options& webhooks(webhook_mode mode) {
    return pz_options_set_webhook_mode(o_.get(), static_cast<pz_webhook_mode>(mode)), *this;
  }
  options& webhook_in_body(bool in_body) { return pz_options_set_webhook_in_body(o_.get(), in_body), *this; }
  options& use_catalogue(const catalogue& c) { return pz_options_set_catalogue(o_.get(), c.native()), *this; }
  options& log(log_level level) {
    return pz_options_set_log_level(o_.get(), static_cast<pz_log_level>(level)), *this;
  }

  // Called on each thread of the library when it starts and when it stops, with its name; either may be
  // empty. They must not throw.
  options& thread_hooks(std::function<void(const char*)> on_start, std::function<void(const char*)> on_stop) {
    using hooks = std::pair<std::function<void(const char*)>, std::function<void(const char*)>>;
    auto* both = new hooks(std::move(on_start), std::move(on_stop));
    pz_options_set_thread_hooks(
        o_.get(),
        [](const char* name, void* data) {
          if (static_cast<hooks*>(data)->first) static_cast<hooks*>(data)->first(name);
        },
        [](const char* name, void* data) {
          if (static_cast<hooks*>(data)->second) static_cast<hooks*>(data)->second(name);
        },
        both, [](void* data) { delete static_cast<hooks*>(data); });
    return *this;
  }
  const pz_options* native() const noexcept { return o_.get(); }

 private:
  options& with_text(pz_status (*set)(pz_options*, const char*, std::size_t) noexcept,
                     std::string_view text) {
    return set(o_.get(), text.data(), text.size()), *this;
  }
  options& with_ms(pz_status (*set)(pz_options*, std::uint32_t) noexcept, milliseconds ms) {
    return set(o_.get(), detail::clamp_ms(ms)), *this;
  }
  detail::owned<pz_options, pz_options_free> o_;
};

// -- Client
// -----------------------------------------------------------------------------------------------------------------

namespace detail {

// What a client and its jobs share: who waits for which job.
struct core : std::enable_shared_from_this<core> {
  using waiter = std::function<void()>;
  struct entry {
    std::vector<event_handler> handlers;
    std::vector<waiter> waiters;  // called once, after DONE
  };

  explicit core(pz_client* c) : client(c) {}

  // False: the job has ended already, `then` was not kept and will not be called.
  bool when_ended(const pz_job* job, waiter then) {
    std::lock_guard<std::mutex> lock(mutex);
    // The state is terminal before DONE is queued: if it is not yet, whoever takes DONE finds the waiter.
    if (is_terminal(static_cast<state>(pz_job_state(job)))) return false;
    entries[pz_job_id(job)].waiters.push_back(std::move(then));
    return true;
  }

  void route(const event& e) {
    std::vector<event_handler> handlers;
    std::vector<waiter> waiters;
    {
      std::lock_guard<std::mutex> lock(mutex);
      auto found = entries.find(e.job_id());
      if (found == entries.end()) return;
      if (e.type() == event_type::done) {
        handlers = std::move(found->second.handlers);
        waiters = std::move(found->second.waiters);
        entries.erase(found);
      } else {
        handlers = found->second.handlers;
      }
    }
    for (event_handler& handler : handlers) handler(e);
    for (waiter& then : waiters) then();
  }

  // again: nothing came in that time.
  result<event> next(milliseconds timeout) {
    pz_event* taken = nullptr;
    const pz_status s = timeout.count() <= 0 ? pz_client_poll_event(client, &taken)
                                             : pz_client_wait_event(client, clamp_ms(timeout), &taken);
    if (s != PZ_OK) return error(static_cast<status>(s), std::string(pz_status_name(s)));
    event e(taken, shared_from_this());
    route(e);
    return e;
  }

  void start_thread() {
    std::lock_guard<std::mutex> lock(mutex);
    if (closed || thread.joinable()) return;
    has_thread = true;
    thread = std::thread([own = shared_from_this()] {
      while (!own->closed) {
        result<event> e = own->next(infinite);
        if (!e && e.status() != status::again) return;  // closed and drained, or a forked child
      }
    });
  }

  void close() {
    std::thread pump;
    {
      std::lock_guard<std::mutex> lock(mutex);
      if (closed.exchange(true)) return;
      pump = std::move(thread);
    }
    const bool forked = pz_client_shutdown(client, 0) == PZ_E_FORKED;
    pz_client_wakeup(client);
    if (pump.joinable()) {
      // Closed by a handler or a coroutine: that thread ends when it comes back from it. In a forked child
      // there is none.
      if (forked || pump.get_id() == std::this_thread::get_id())
        pump.detach();
      else
        pump.join();
    }
    while (next(milliseconds(0))) {
    }
    pz_client_free(client);
  }

  pz_client* const client;
  std::mutex mutex;
  std::atomic<bool> closed{false}, has_thread{false};
  std::unordered_map<std::uint64_t, entry> entries;
  std::thread thread;
};

}  // namespace detail

class client {
 public:
  static result<client> make(const options& o) {
    pz_client* made = nullptr;
    pz_error* e = nullptr;
    if (pz_status s = pz_client_new(o.native(), &made, &e); s < 0) return detail::take_error(s, e);
    return client(std::make_shared<detail::core>(made));
  }
  client(client&&) noexcept = default;
  client& operator=(client&& other) noexcept {
    if (this != &other) {
      close();
      core_ = std::move(other.core_);
    }
    return *this;
  }
  ~client() { close(); }

  // Cancels what runs, delivers every DONE, frees. Nothing but destruction and assignment may follow.
  void close() {
    if (core_) core_->close();
  }
  // Refuses new jobs, waits at most so long for the running ones, cancels the rest. status::timeout: some
  // were cancelled.
  result<void> shutdown(milliseconds timeout) {
    return detail::check(pz_client_shutdown(native(), detail::clamp_ms(timeout)));
  }

  // Returns at once; network failures are told by the job. `handler` gets the job's events where somebody
  // pumps.
  result<job> submit(const request& r, event_handler handler = nullptr) {
    pz_job* made = nullptr;
    pz_error* e = nullptr;
    // Submit does not block. With the lock held no event of the job can be routed before its handler is
    // there.
    std::unique_lock<std::mutex> lock(core_->mutex);
    if (pz_status s = pz_client_submit(native(), r.native(), &made, &e); s < 0)
      return detail::take_error(s, e);
    if (handler) core_->entries[pz_job_id(made)].handlers.push_back(std::move(handler));
    lock.unlock();
    return job(made, core_);
  }
  // Submits and waits. An error if it did not complete; single pictures may have failed all the same:
  // output::status. Where no pump thread runs, it pumps what has queued when the job has ended.
  result<job> generate(const request& r) {
    result<job> j = submit(r);
    if (!j) return j;
    return finish(std::move(*j));
  }
  // The same without waiting. Starts the pump thread.
  std::future<result<job>> async(const request& r) { return settle(submit(r), nullptr); }
#if defined(PIXAZO_HAS_STOP_TOKEN)
  // The same; a stop asked of `token` cancels the job.
  result<job> generate(const request& r, std::stop_token token) {
    result<job> j = submit(r);
    if (!j) return j;
    auto until_then = j->cancel_on(std::move(token));
    return finish(std::move(*j));
  }
  std::future<result<job>> async(const request& r, std::stop_token token) {
    result<job> j = submit(r);
    std::shared_ptr<void> until_then = j ? j->cancel_on(std::move(token)) : nullptr;
    return settle(std::move(j), std::move(until_then));
  }
#endif

  // Follows a request that was submitted elsewhere; never charged here.
  result<job> attach(std::string_view remote_id, std::string_view endpoint_id = {}, std::uint64_t tag = 0) {
    pz_job* made = nullptr;
    pz_error* e = nullptr;
    if (pz_status s = pz_client_attach(native(), remote_id.data(), remote_id.size(), endpoint_id.data(),
                                       endpoint_id.size(), tag, &made, &e);
        s < 0)
      return detail::take_error(s, e);
    return job(made, core_);
  }
  // A new job that fetches the outputs of an ended one that are not here.
  result<job> fetch_again(const job& old) {
    pz_job* made = nullptr;
    pz_error* e = nullptr;
    if (pz_status s = pz_client_fetch_again(native(), old.native(), &made, &e); s < 0)
      return detail::take_error(s, e);
    return job(made, core_);
  }
  result<job> resubmit(const job& old, bool accept_second_charge) {
    pz_job* made = nullptr;
    pz_error* e = nullptr;
    if (pz_status s = pz_client_resubmit(native(), old.native(), accept_second_charge, &made, &e); s < 0)
      return detail::take_error(s, e);
    return job(made, core_);
  }
  result<job> find_job(std::uint64_t id) {
    pz_job* found = nullptr;
    if (pz_status s = pz_client_find_job(native(), id, &found); s < 0) return detail::take_error(s, nullptr);
    return job(found, core_);
  }
  // The jobs that the journal holds from earlier lives live again; how many.
  result<std::uint32_t> restore() {
    std::uint32_t count = 0;
    pz_error* e = nullptr;
    if (pz_status s = pz_client_restore(native(), &count, &e); s < 0) return detail::take_error(s, e);
    return count;
  }
  result<void> forget(std::uint64_t job_id) { return detail::check(pz_client_forget(native(), job_id)); }

  // What the host's HTTP server received under the webhook URL: the path, and the body as it came. A hint
  // that the library confirms; safe to call with anything. Not found: of no job of this client.
  result<void> deliver_webhook(std::string_view path, std::string_view body) {
    return detail::check(
        pz_client_deliver_webhook(native(), path.data(), path.size(), body.data(), body.size()));
  }

  result<void> set_api_key(std::string_view key) {
    return detail::check(pz_client_set_api_key(native(), key.data(), key.size()));
  }
  result<void> cancel_all() { return detail::check(pz_client_cancel_all(native())); }
  result<void> pause() { return detail::check(pz_client_pause(native())); }
  result<void> resume() { return detail::check(pz_client_resume(native())); }
  std::uint32_t in_flight() const noexcept { return pz_client_in_flight(native()); }
  std::int64_t get(stat which) const noexcept {
    return pz_client_stat(native(), static_cast<pz_stat>(which));
  }

  // The oldest event, after its handlers have run. status::again: none came in that time; closed: shut down
  // and drained.
  result<event> next_event(milliseconds timeout = milliseconds(0)) { return core_->next(timeout); }
  // Waits at most so long for an event and takes all there are. How many.
  std::size_t pump(milliseconds timeout = milliseconds(0)) {
    std::size_t count = 0;
    for (result<event> e = core_->next(timeout); e; e = core_->next(milliseconds(0))) ++count;
    return count;
  }
  // From now on a thread of this client's own pumps.
  void start_pump_thread() { core_->start_thread(); }
  // Makes a next_event or pump that waits return.
  void wakeup() noexcept { pz_client_wakeup(native()); }
  // For epoll and its like: readable while there are events. Never read, write or close it; -1: none to be
  // had.
  std::intptr_t wakeup_handle() noexcept { return pz_client_wakeup_handle(native()); }

  pz_client* native() const noexcept { return core_ ? core_->client : nullptr; }

 protected:
  explicit client(std::shared_ptr<detail::core> core) noexcept : core_(std::move(core)) {}

 private:
  result<job> finish(job j) {
    if (result<void> waited = j.wait(); !waited) return waited.error();
    if (!core_->has_thread) pump();
    if (result<void> ended = j.outcome(); !ended) return ended.error();
    return j;
  }
  // A future of a job's end; `kept` is let go of then.
  std::future<result<job>> settle(result<job> j, std::shared_ptr<void> kept) {
    start_pump_thread();
    auto promise = std::make_shared<std::promise<result<job>>>();
    std::future<result<job>> future = promise->get_future();
    if (!j) {
      promise->set_value(std::move(j));
      return future;
    }
    auto own = std::make_shared<job>(std::move(*j));
    auto end = [promise, own, kept = std::move(kept)] {
      result<void> ended = own->outcome();
      promise->set_value(ended ? result<job>(own->share()) : result<job>(ended.error()));
    };
    if (!core_->when_ended(own->native(), end)) end();
    return future;
  }
  std::shared_ptr<detail::core> core_;
};

#if defined(PIXAZO_HAS_COROUTINES)
struct job::awaiter {
  job own;
  std::shared_ptr<detail::core> core;
  bool await_ready() const noexcept { return own.ended(); }
  bool await_suspend(std::coroutine_handle<> handle) {
    const std::shared_ptr<detail::core> kept = core;  // the coroutine may be gone before when_ended returns
    return kept->when_ended(own.native(), [handle] { handle.resume(); });
  }
  result<void> await_resume() const { return own.outcome(); }
};
inline job::awaiter job::operator co_await() const { return {share(), core_}; }
#endif

// -- Journal
// ----------------------------------------------------------------------------------------------------------------

// What a journal's file held when it was opened; also while a client holds it.
class journal {
 public:
  struct row {
    std::uint64_t job_id;
    std::string_view json;  // lives as long as the journal
  };
  static result<journal> open(std::string_view path) {
    pz_journal* opened = nullptr;
    pz_error* e = nullptr;
    if (pz_status s = pz_journal_open(path.data(), path.size(), &opened, &e); s < 0)
      return detail::take_error(s, e);
    return journal(opened);
  }
  std::vector<row> rows() const {
    std::vector<row> all;
    for (std::uint32_t i = 0; i < pz_journal_job_count(j_.get()); ++i) {
      std::size_t size = 0;
      const char* json = pz_journal_job_json(j_.get(), i, &size);
      all.push_back({pz_journal_job_id(j_.get(), i), detail::text(json, size)});
    }
    return all;
  }
  std::vector<std::string_view> problems() const {
    std::vector<std::string_view> all;
    for (std::uint32_t i = 0; i < pz_journal_problem_count(j_.get()); ++i)
      all.emplace_back(pz_journal_problem(j_.get(), i));
    return all;
  }

 private:
  explicit journal(pz_journal* j) noexcept : j_(j) {}
  detail::owned<pz_journal, pz_journal_free> j_;
};

// -- The throwing flavour
// -----------------------------------------------------------------------------------------------------

#if defined(__cpp_exceptions)
namespace throwing {

// A client whose functions throw pixazo::exception instead of returning a result.
class client : public pixazo::client {
 public:
  explicit client(const options& o) : pixazo::client(pixazo::client::make(o).or_throw()) {}
  job submit(const request& r, event_handler handler = nullptr) {
    return pixazo::client::submit(r, std::move(handler)).or_throw();
  }
  template <class... More>
  job generate(const request& r, More&&... more) {
    return pixazo::client::generate(r, std::forward<More>(more)...).or_throw();
  }
  template <class... More>
  job attach(std::string_view remote_id, More&&... more) {
    return pixazo::client::attach(remote_id, std::forward<More>(more)...).or_throw();
  }
  job fetch_again(const job& old) { return pixazo::client::fetch_again(old).or_throw(); }
  job resubmit(const job& old, bool accept_second_charge) {
    return pixazo::client::resubmit(old, accept_second_charge).or_throw();
  }
  job find_job(std::uint64_t id) { return pixazo::client::find_job(id).or_throw(); }
  std::uint32_t restore() { return pixazo::client::restore().or_throw(); }
};

}  // namespace throwing
#endif

}  // namespace pixazo

#endif  // PIXAZO_HPP_
