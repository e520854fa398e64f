"""Written by bindings/abi/generate.py from pixazo.h; do not edit. The library's functions with their signatures, its constants."""
import ctypes as c

PZ_API_VERSION = 65536
PZ_INFINITE = 4294967295
PZ_NUL = 18446744073709551615
PZ_VERSION_MAJOR = 1
PZ_VERSION_MINOR = 0
PZ_VERSION_PATCH = 0

# pz_status
PZ_OK = 0
PZ_AGAIN = 1
PZ_E_INTERNAL = -1
PZ_E_NOMEM = -2
PZ_E_INVALID_ARG = -3
PZ_E_INVALID_STATE = -4
PZ_E_UNSUPPORTED = -5
PZ_E_VERSION = -6
PZ_E_NOT_FOUND = -7
PZ_E_LIMIT = -8
PZ_E_TIMEOUT = -9
PZ_E_CANCELLED = -10
PZ_E_CLOSED = -11
PZ_E_FORKED = -12
PZ_E_DEADLOCK = -13
PZ_E_IO = -14
PZ_E_BUDGET = -15
PZ_E_NETWORK = -30
PZ_E_DNS = -31
PZ_E_TLS = -32
PZ_E_PROXY = -33
PZ_E_PROTOCOL = -34
PZ_E_BAD_REQUEST = -50
PZ_E_AUTH = -51
PZ_E_BALANCE = -52
PZ_E_RATE_LIMITED = -53
PZ_E_MODEL_NOT_FOUND = -54
PZ_E_SERVER = -55
PZ_E_JOB_FAILED = -56
PZ_E_JOB_ERROR = -57
PZ_E_NO_OUTPUT = -58
PZ_E_OUTPUT = -59
PZ_E_UNCERTAIN = -60

# pz_state
PZ_STATE_WAITING = 1
PZ_STATE_SUBMITTING = 2
PZ_STATE_UNCERTAIN = 3
PZ_STATE_QUEUED = 4
PZ_STATE_PROCESSING = 5
PZ_STATE_DOWNLOADING = 6
PZ_STATE_COMPLETED = 100
PZ_STATE_FAILED = 101
PZ_STATE_CANCELLED = 102

# pz_event_type
PZ_EVENT_STATE = 1
PZ_EVENT_PROGRESS = 2
PZ_EVENT_OUTPUT = 3
PZ_EVENT_DONE = 4
PZ_EVENT_LOG = 5
PZ_EVENT_NEED_KEY = 6
PZ_EVENT_NEED_URL = 7

# pz_charged
PZ_CHARGED_UNKNOWN = 0
PZ_CHARGED_NO = 1
PZ_CHARGED_YES = 2

# pz_dispatch_mode
PZ_DISPATCH_POLL = 0
PZ_DISPATCH_THREAD = 1

# pz_webhook_mode
PZ_WEBHOOK_TERMINAL = 0
PZ_WEBHOOK_SYNC = 1

# pz_log_level
PZ_LOG_OFF = 0
PZ_LOG_ERROR = 1
PZ_LOG_WARN = 2
PZ_LOG_INFO = 3
PZ_LOG_DEBUG = 4

# pz_has_feature
PZ_FEATURE_WAKEUP_HANDLE = 1
PZ_FEATURE_DISPATCH_THREAD = 2
PZ_FEATURE_JOURNAL = 3
PZ_FEATURE_WEBHOOK = 4

# pz_param_type
PZ_PARAM_STRING = 1
PZ_PARAM_INTEGER = 2
PZ_PARAM_NUMBER = 3
PZ_PARAM_BOOLEAN = 4
PZ_PARAM_IMAGE = 5
PZ_PARAM_IMAGES = 6
PZ_PARAM_SIZE = 7
PZ_PARAM_STRING_LIST = 8
PZ_PARAM_OBJECT_LIST = 9
PZ_PARAM_URL = 10

# pz_stat
PZ_STAT_JOBS_LIVE = 1
PZ_STAT_SUBMITS = 2
PZ_STAT_POLLS = 3
PZ_STAT_DOWNLOADS = 4
PZ_STAT_RETRIES = 5
PZ_STAT_THROTTLED = 6
PZ_STAT_POLL_ERRORS = 7
PZ_STAT_DONE = 8
PZ_STAT_EVENTS_QUEUED = 9
PZ_STAT_CONNECTIONS_OPENED = 10
PZ_STAT_BYTES_RECEIVED = 11
PZ_STAT_BUDGET_SPENT_MICROUSD = 12
PZ_STAT_BUDGET_RESERVED_MICROUSD = 13
PZ_STAT_BYTES_BUFFERED = 14
PZ_STAT_WEBHOOKS = 15
PZ_STAT_JOURNAL_ROWS = 16
PZ_STAT_JOURNAL_FAILURES = 17

pz_event_fn = c.CFUNCTYPE(None, c.c_void_p, c.c_void_p)
pz_thread_fn = c.CFUNCTYPE(None, c.c_char_p, c.c_void_p)
pz_destroy_fn = c.CFUNCTYPE(None, c.c_void_p)

# name: (result, parameters)
FUNCTIONS = {
    "pz_version": (c.c_uint32, ()),
    "pz_version_string": (c.c_char_p, ()),
    "pz_has_feature": (c.c_int32, (c.c_uint32,)),
    "pz_status_name": (c.c_char_p, (c.c_int32,)),
    "pz_state_name": (c.c_char_p, (c.c_int32,)),
    "pz_charged_name": (c.c_char_p, (c.c_int32,)),
    "pz_event_type_name": (c.c_char_p, (c.c_int32,)),
    "pz_param_type_name": (c.c_char_p, (c.c_int32,)),
    "pz_error_free": (None, (c.c_void_p,)),
    "pz_error_status": (c.c_int32, (c.c_void_p,)),
    "pz_error_message": (c.c_char_p, (c.c_void_p,)),
    "pz_error_field": (c.c_char_p, (c.c_void_p,)),
    "pz_error_http_status": (c.c_int32, (c.c_void_p,)),
    "pz_error_remote_code": (c.c_char_p, (c.c_void_p,)),
    "pz_error_request_id": (c.c_char_p, (c.c_void_p,)),
    "pz_error_is_retryable": (c.c_int32, (c.c_void_p,)),
    "pz_error_retry_after_ms": (c.c_int64, (c.c_void_p,)),
    "pz_error_charged": (c.c_int32, (c.c_void_p,)),
    "pz_error_required_microusd": (c.c_int64, (c.c_void_p,)),
    "pz_options_new": (c.c_void_p, (c.c_uint32,)),
    "pz_options_free": (None, (c.c_void_p,)),
    "pz_options_set_base_url": (c.c_int32, (c.c_void_p, c.c_char_p, c.c_size_t)),
    "pz_options_set_api_key": (c.c_int32, (c.c_void_p, c.c_char_p, c.c_size_t)),
    "pz_options_set_user_agent": (c.c_int32, (c.c_void_p, c.c_char_p, c.c_size_t)),
    "pz_options_add_header": (c.c_int32, (c.c_void_p, c.c_char_p, c.c_size_t, c.c_char_p, c.c_size_t)),
    "pz_options_set_ca_file": (c.c_int32, (c.c_void_p, c.c_char_p, c.c_size_t)),
    "pz_options_set_ca_pem": (c.c_int32, (c.c_void_p, c.c_void_p, c.c_size_t)),
    "pz_options_set_proxy": (c.c_int32, (c.c_void_p, c.c_char_p, c.c_size_t)),
    "pz_options_set_proxy_from_environment": (c.c_int32, (c.c_void_p, c.c_int32)),
    "pz_options_allow_loopback": (c.c_int32, (c.c_void_p, c.c_int32)),
    "pz_options_set_connect_timeout_ms": (c.c_int32, (c.c_void_p, c.c_uint32)),
    "pz_options_set_submit_timeout_ms": (c.c_int32, (c.c_void_p, c.c_uint32)),
    "pz_options_set_sync_timeout_ms": (c.c_int32, (c.c_void_p, c.c_uint32)),
    "pz_options_set_status_timeout_ms": (c.c_int32, (c.c_void_p, c.c_uint32)),
    "pz_options_set_download_stall_ms": (c.c_int32, (c.c_void_p, c.c_uint32)),
    "pz_options_set_job_timeout_ms": (c.c_int32, (c.c_void_p, c.c_uint32)),
    "pz_options_set_poll_interval_ms": (c.c_int32, (c.c_void_p, c.c_uint32, c.c_uint32)),
    "pz_options_set_retry": (c.c_int32, (c.c_void_p, c.c_uint32, c.c_uint32, c.c_uint32)),
    "pz_options_set_retry_after_cap_ms": (c.c_int32, (c.c_void_p, c.c_uint32)),
    "pz_options_set_retry_503": (c.c_int32, (c.c_void_p, c.c_int32)),
    "pz_options_set_jitter_seed": (c.c_int32, (c.c_void_p, c.c_uint64)),
    "pz_options_set_max_in_flight": (c.c_int32, (c.c_void_p, c.c_uint32)),
    "pz_options_set_concurrency": (c.c_int32, (c.c_void_p, c.c_uint32, c.c_uint32, c.c_uint32)),
    "pz_options_set_max_undelivered": (c.c_int32, (c.c_void_p, c.c_uint32)),
    "pz_options_set_max_buffered_bytes": (c.c_int32, (c.c_void_p, c.c_uint64)),
    "pz_options_set_max_output_bytes": (c.c_int32, (c.c_void_p, c.c_uint64)),
    "pz_options_add_output_host": (c.c_int32, (c.c_void_p, c.c_char_p, c.c_size_t)),
    "pz_options_set_output_dir": (c.c_int32, (c.c_void_p, c.c_char_p, c.c_size_t)),
    "pz_options_set_budget_microusd": (c.c_int32, (c.c_void_p, c.c_int64)),
    "pz_options_set_assumed_price_microusd": (c.c_int32, (c.c_void_p, c.c_int64)),
    "pz_options_set_ask_key": (c.c_int32, (c.c_void_p, c.c_int32)),
    "pz_options_set_ask_urls": (c.c_int32, (c.c_void_p, c.c_int32)),
    "pz_options_set_journal": (c.c_int32, (c.c_void_p, c.c_char_p, c.c_size_t)),
    "pz_options_set_journal_digest": (c.c_int32, (c.c_void_p, c.c_int32)),
    "pz_options_set_journal_retention_ms": (c.c_int32, (c.c_void_p, c.c_uint64)),
    "pz_options_set_webhook_url": (c.c_int32, (c.c_void_p, c.c_char_p, c.c_size_t)),
    "pz_options_set_webhook_mode": (c.c_int32, (c.c_void_p, c.c_int32)),
    "pz_options_set_webhook_in_body": (c.c_int32, (c.c_void_p, c.c_int32)),
    "pz_options_set_catalogue": (c.c_int32, (c.c_void_p, c.c_void_p)),
    "pz_options_set_dispatch": (c.c_int32, (c.c_void_p, c.c_int32)),
    "pz_options_set_log_level": (c.c_int32, (c.c_void_p, c.c_int32)),
    "pz_options_set_event_callback": (c.c_int32, (c.c_void_p, pz_event_fn, c.c_void_p, pz_destroy_fn)),
    "pz_options_set_thread_hooks": (c.c_int32, (c.c_void_p, pz_thread_fn, pz_thread_fn, c.c_void_p, pz_destroy_fn)),
    "pz_client_new": (c.c_int32, (c.c_void_p, c.POINTER(c.c_void_p), c.POINTER(c.c_void_p))),
    "pz_client_shutdown": (c.c_int32, (c.c_void_p, c.c_uint32)),
    "pz_client_free": (None, (c.c_void_p,)),
    "pz_client_set_api_key": (c.c_int32, (c.c_void_p, c.c_char_p, c.c_size_t)),
    "pz_client_submit": (c.c_int32, (c.c_void_p, c.c_void_p, c.POINTER(c.c_void_p), c.POINTER(c.c_void_p))),
    "pz_client_submit_cb": (c.c_int32, (c.c_void_p, c.c_void_p, pz_event_fn, c.c_void_p, pz_destroy_fn,
        c.POINTER(c.c_void_p), c.POINTER(c.c_void_p))),
    "pz_client_attach": (c.c_int32, (c.c_void_p, c.c_char_p, c.c_size_t, c.c_char_p, c.c_size_t, c.c_uint64,
        c.POINTER(c.c_void_p), c.POINTER(c.c_void_p))),
    "pz_client_fetch_again": (c.c_int32, (c.c_void_p, c.c_void_p, c.POINTER(c.c_void_p), c.POINTER(c.c_void_p))),
    "pz_client_resubmit": (c.c_int32, (c.c_void_p, c.c_void_p, c.c_int32, c.POINTER(c.c_void_p), c.POINTER(c.c_void_p))),
    "pz_client_find_job": (c.c_int32, (c.c_void_p, c.c_uint64, c.POINTER(c.c_void_p))),
    "pz_client_restore": (c.c_int32, (c.c_void_p, c.POINTER(c.c_uint32), c.POINTER(c.c_void_p))),
    "pz_client_deliver_webhook": (c.c_int32, (c.c_void_p, c.c_char_p, c.c_size_t, c.c_void_p, c.c_size_t)),
    "pz_client_forget": (c.c_int32, (c.c_void_p, c.c_uint64)),
    "pz_client_cancel_all": (c.c_int32, (c.c_void_p,)),
    "pz_client_pause": (c.c_int32, (c.c_void_p,)),
    "pz_client_resume": (c.c_int32, (c.c_void_p,)),
    "pz_client_in_flight": (c.c_uint32, (c.c_void_p,)),
    "pz_client_stat": (c.c_int64, (c.c_void_p, c.c_int32)),
    "pz_client_dispatch": (c.c_int32, (c.c_void_p, c.c_uint32, c.c_uint32, c.POINTER(c.c_uint32))),
    "pz_client_poll_event": (c.c_int32, (c.c_void_p, c.POINTER(c.c_void_p))),
    "pz_client_wait_event": (c.c_int32, (c.c_void_p, c.c_uint32, c.POINTER(c.c_void_p))),
    "pz_client_wakeup": (c.c_int32, (c.c_void_p,)),
    "pz_client_wakeup_handle": (c.c_ssize_t, (c.c_void_p,)),
    "pz_journal_open": (c.c_int32, (c.c_char_p, c.c_size_t, c.POINTER(c.c_void_p), c.POINTER(c.c_void_p))),
    "pz_journal_free": (None, (c.c_void_p,)),
    "pz_journal_job_count": (c.c_uint32, (c.c_void_p,)),
    "pz_journal_job_id": (c.c_uint64, (c.c_void_p, c.c_uint32)),
    "pz_journal_job_json": (c.c_char_p, (c.c_void_p, c.c_uint32, c.POINTER(c.c_size_t))),
    "pz_journal_problem_count": (c.c_uint32, (c.c_void_p,)),
    "pz_journal_problem": (c.c_char_p, (c.c_void_p, c.c_uint32)),
    "pz_catalogue_builtin": (c.c_void_p, ()),
    "pz_catalogue_load": (c.c_int32, (c.c_char_p, c.c_size_t, c.POINTER(c.c_void_p), c.POINTER(c.c_void_p))),
    "pz_catalogue_retain": (c.c_void_p, (c.c_void_p,)),
    "pz_catalogue_release": (None, (c.c_void_p,)),
    "pz_catalogue_json": (c.c_char_p, (c.c_void_p, c.POINTER(c.c_size_t))),
    "pz_catalogue_endpoint_count": (c.c_uint32, (c.c_void_p,)),
    "pz_catalogue_endpoint": (c.c_void_p, (c.c_void_p, c.c_uint32)),
    "pz_catalogue_find": (c.c_void_p, (c.c_void_p, c.c_char_p, c.c_size_t)),
    "pz_endpoint_id": (c.c_char_p, (c.c_void_p,)),
    "pz_endpoint_product": (c.c_char_p, (c.c_void_p,)),
    "pz_endpoint_provider": (c.c_char_p, (c.c_void_p,)),
    "pz_endpoint_title": (c.c_char_p, (c.c_void_p,)),
    "pz_endpoint_alias_count": (c.c_uint32, (c.c_void_p,)),
    "pz_endpoint_alias": (c.c_char_p, (c.c_void_p, c.c_uint32)),
    "pz_endpoint_method": (c.c_char_p, (c.c_void_p,)),
    "pz_endpoint_path": (c.c_char_p, (c.c_void_p,)),
    "pz_endpoint_is_queued": (c.c_int32, (c.c_void_p,)),
    "pz_endpoint_model_id": (c.c_char_p, (c.c_void_p,)),
    "pz_endpoint_response_shape": (c.c_char_p, (c.c_void_p,)),
    "pz_endpoint_param_count": (c.c_uint32, (c.c_void_p,)),
    "pz_endpoint_param": (c.c_void_p, (c.c_void_p, c.c_uint32)),
    "pz_endpoint_find_param": (c.c_void_p, (c.c_void_p, c.c_char_p, c.c_size_t)),
    "pz_endpoint_rule_count": (c.c_uint32, (c.c_void_p,)),
    "pz_endpoint_rule": (c.c_char_p, (c.c_void_p, c.c_uint32)),
    "pz_endpoint_note_count": (c.c_uint32, (c.c_void_p,)),
    "pz_endpoint_note": (c.c_char_p, (c.c_void_p, c.c_uint32)),
    "pz_endpoint_has_price": (c.c_int32, (c.c_void_p,)),
    "pz_endpoint_price_source": (c.c_char_p, (c.c_void_p,)),
    "pz_endpoint_example_json": (c.c_char_p, (c.c_void_p, c.POINTER(c.c_size_t))),
    "pz_endpoint_json": (c.c_char_p, (c.c_void_p, c.POINTER(c.c_size_t))),
    "pz_param_name": (c.c_char_p, (c.c_void_p,)),
    "pz_param_wire_name": (c.c_char_p, (c.c_void_p,)),
    "pz_param_kind": (c.c_int32, (c.c_void_p,)),
    "pz_param_note": (c.c_char_p, (c.c_void_p,)),
    "pz_param_is_required": (c.c_int32, (c.c_void_p,)),
    "pz_param_has_default": (c.c_int32, (c.c_void_p,)),
    "pz_param_default_json": (c.c_char_p, (c.c_void_p,)),
    "pz_param_example_json": (c.c_char_p, (c.c_void_p,)),
    "pz_param_has_minimum": (c.c_int32, (c.c_void_p,)),
    "pz_param_has_maximum": (c.c_int32, (c.c_void_p,)),
    "pz_param_minimum": (c.c_double, (c.c_void_p,)),
    "pz_param_maximum": (c.c_double, (c.c_void_p,)),
    "pz_param_choice_count": (c.c_uint32, (c.c_void_p,)),
    "pz_param_choice_json": (c.c_char_p, (c.c_void_p, c.c_uint32)),
    "pz_param_has_open_choices": (c.c_int32, (c.c_void_p,)),
    "pz_param_min_length": (c.c_uint32, (c.c_void_p,)),
    "pz_param_max_length": (c.c_uint32, (c.c_void_p,)),
    "pz_param_min_items": (c.c_uint32, (c.c_void_p,)),
    "pz_param_max_items": (c.c_uint32, (c.c_void_p,)),
    "pz_param_is_data_uri_accepted": (c.c_int32, (c.c_void_p,)),
    "pz_param_json": (c.c_char_p, (c.c_void_p, c.POINTER(c.c_size_t))),
    "pz_request_new": (c.c_void_p, (c.c_void_p, c.c_char_p, c.c_size_t)),
    "pz_request_clone": (c.c_void_p, (c.c_void_p,)),
    "pz_request_free": (None, (c.c_void_p,)),
    "pz_request_set_string": (c.c_int32, (c.c_void_p, c.c_char_p, c.c_size_t, c.c_char_p, c.c_size_t)),
    "pz_request_set_int": (c.c_int32, (c.c_void_p, c.c_char_p, c.c_size_t, c.c_int64)),
    "pz_request_set_double": (c.c_int32, (c.c_void_p, c.c_char_p, c.c_size_t, c.c_double)),
    "pz_request_set_bool": (c.c_int32, (c.c_void_p, c.c_char_p, c.c_size_t, c.c_int32)),
    "pz_request_set_json": (c.c_int32, (c.c_void_p, c.c_char_p, c.c_size_t, c.c_char_p, c.c_size_t)),
    "pz_request_set_all_json": (c.c_int32, (c.c_void_p, c.c_char_p, c.c_size_t)),
    "pz_request_add_image_url": (c.c_int32, (c.c_void_p, c.c_char_p, c.c_size_t, c.c_char_p, c.c_size_t)),
    "pz_request_add_image_bytes": (c.c_int32, (c.c_void_p, c.c_char_p, c.c_size_t, c.c_void_p, c.c_size_t)),
    "pz_request_add_image_file": (c.c_int32, (c.c_void_p, c.c_char_p, c.c_size_t, c.c_char_p, c.c_size_t)),
    "pz_request_set_unknown_json": (c.c_int32, (c.c_void_p, c.c_char_p, c.c_size_t, c.c_char_p, c.c_size_t)),
    "pz_request_set_tag": (c.c_int32, (c.c_void_p, c.c_uint64)),
    "pz_request_set_submit_key": (c.c_int32, (c.c_void_p, c.c_char_p, c.c_size_t)),
    "pz_request_set_priority": (c.c_int32, (c.c_void_p, c.c_int32)),
    "pz_request_set_job_timeout_ms": (c.c_int32, (c.c_void_p, c.c_uint32)),
    "pz_request_set_submit_timeout_ms": (c.c_int32, (c.c_void_p, c.c_uint32)),
    "pz_request_set_output_dir": (c.c_int32, (c.c_void_p, c.c_char_p, c.c_size_t)),
    "pz_request_set_output_name": (c.c_int32, (c.c_void_p, c.c_char_p, c.c_size_t)),
    "pz_request_set_fetch_outputs": (c.c_int32, (c.c_void_p, c.c_int32)),
    "pz_request_validate": (c.c_int32, (c.c_void_p, c.POINTER(c.c_void_p))),
    "pz_request_estimate_microusd": (c.c_int32, (c.c_void_p, c.POINTER(c.c_int64), c.POINTER(c.c_int64))),
    "pz_request_estimate_source": (c.c_char_p, (c.c_void_p,)),
    "pz_request_body_json": (c.c_char_p, (c.c_void_p, c.POINTER(c.c_size_t))),
    "pz_job_retain": (c.c_void_p, (c.c_void_p,)),
    "pz_job_release": (None, (c.c_void_p,)),
    "pz_job_id": (c.c_uint64, (c.c_void_p,)),
    "pz_job_tag": (c.c_uint64, (c.c_void_p,)),
    "pz_job_submit_key": (c.c_char_p, (c.c_void_p,)),
    "pz_job_endpoint_id": (c.c_char_p, (c.c_void_p,)),
    "pz_job_origin_id": (c.c_uint64, (c.c_void_p,)),
    "pz_job_state": (c.c_int32, (c.c_void_p,)),
    "pz_job_remote_id": (c.c_char_p, (c.c_void_p,)),
    "pz_job_progress": (c.c_double, (c.c_void_p,)),
    "pz_job_attempt_count": (c.c_uint32, (c.c_void_p,)),
    "pz_job_poll_count": (c.c_uint32, (c.c_void_p,)),
    "pz_job_elapsed_ms": (c.c_int64, (c.c_void_p,)),
    "pz_job_gateway_ms": (c.c_int64, (c.c_void_p,)),
    "pz_job_remaining_ms": (c.c_int64, (c.c_void_p,)),
    "pz_job_charged": (c.c_int32, (c.c_void_p,)),
    "pz_job_error": (c.c_void_p, (c.c_void_p,)),
    "pz_job_cancel": (c.c_int32, (c.c_void_p,)),
    "pz_job_provide_url": (c.c_int32, (c.c_void_p, c.c_char_p, c.c_size_t, c.c_uint32, c.c_char_p, c.c_size_t)),
    "pz_job_wait": (c.c_int32, (c.c_void_p, c.c_uint32)),
    "pz_job_output_count": (c.c_uint32, (c.c_void_p,)),
    "pz_job_output": (c.c_void_p, (c.c_void_p, c.c_uint32)),
    "pz_event_retain": (c.c_void_p, (c.c_void_p,)),
    "pz_event_release": (None, (c.c_void_p,)),
    "pz_event_kind": (c.c_int32, (c.c_void_p,)),
    "pz_event_seq": (c.c_uint64, (c.c_void_p,)),
    "pz_event_job_id": (c.c_uint64, (c.c_void_p,)),
    "pz_event_tag": (c.c_uint64, (c.c_void_p,)),
    "pz_event_job": (c.c_void_p, (c.c_void_p,)),
    "pz_event_state": (c.c_int32, (c.c_void_p,)),
    "pz_event_progress": (c.c_double, (c.c_void_p,)),
    "pz_event_output": (c.c_void_p, (c.c_void_p,)),
    "pz_event_index": (c.c_uint32, (c.c_void_p,)),
    "pz_event_error": (c.c_void_p, (c.c_void_p,)),
    "pz_event_log_level": (c.c_int32, (c.c_void_p,)),
    "pz_event_text": (c.c_char_p, (c.c_void_p, c.POINTER(c.c_size_t))),
    "pz_event_field": (c.c_char_p, (c.c_void_p,)),
    "pz_output_retain": (c.c_void_p, (c.c_void_p,)),
    "pz_output_release": (None, (c.c_void_p,)),
    "pz_output_status": (c.c_int32, (c.c_void_p,)),
    "pz_output_error": (c.c_void_p, (c.c_void_p,)),
    "pz_output_data": (c.c_void_p, (c.c_void_p, c.POINTER(c.c_size_t))),
    "pz_output_path": (c.c_char_p, (c.c_void_p,)),
    "pz_output_size": (c.c_uint64, (c.c_void_p,)),
    "pz_output_mime": (c.c_char_p, (c.c_void_p,)),
    "pz_output_width": (c.c_uint32, (c.c_void_p,)),
    "pz_output_height": (c.c_uint32, (c.c_void_p,)),
    "pz_output_index": (c.c_uint32, (c.c_void_p,)),
    "pz_output_url": (c.c_char_p, (c.c_void_p,)),
    "pz_output_meta_json": (c.c_char_p, (c.c_void_p, c.POINTER(c.c_size_t))),
    "pz_output_save": (c.c_int32, (c.c_void_p, c.c_char_p, c.c_size_t)),
}


def declare(library: c.CDLL) -> None:
    """Gives each function its signature; AttributeError names one that this library does not have."""
    for name, (result, parameters) in FUNCTIONS.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, parameters
