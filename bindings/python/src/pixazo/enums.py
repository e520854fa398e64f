"""The enumerations of pixazo.h. Values that this version does not know are members called UNKNOWN_<value>."""
from __future__ import annotations

from enum import IntEnum
from typing import Any

from . import _abi


class _Open(IntEnum):
    @classmethod
    def _missing_(cls, value: object) -> Any:
        if not isinstance(value, int):
            return None
        member = int.__new__(cls, value)
        member._name_ = f"UNKNOWN_{value}"
        member._value_ = value
        return member


class Status(_Open):
    OK = _abi.PZ_OK
    AGAIN = _abi.PZ_AGAIN
    INTERNAL = _abi.PZ_E_INTERNAL
    NO_MEMORY = _abi.PZ_E_NOMEM
    INVALID_ARGUMENT = _abi.PZ_E_INVALID_ARG
    INVALID_STATE = _abi.PZ_E_INVALID_STATE
    UNSUPPORTED = _abi.PZ_E_UNSUPPORTED
    VERSION = _abi.PZ_E_VERSION
    NOT_FOUND = _abi.PZ_E_NOT_FOUND
    LIMIT = _abi.PZ_E_LIMIT
    TIMEOUT = _abi.PZ_E_TIMEOUT
    CANCELLED = _abi.PZ_E_CANCELLED
    CLOSED = _abi.PZ_E_CLOSED
    FORKED = _abi.PZ_E_FORKED
    DEADLOCK = _abi.PZ_E_DEADLOCK
    IO = _abi.PZ_E_IO
    BUDGET = _abi.PZ_E_BUDGET
    NETWORK = _abi.PZ_E_NETWORK
    DNS = _abi.PZ_E_DNS
    TLS = _abi.PZ_E_TLS
    PROXY = _abi.PZ_E_PROXY
    PROTOCOL = _abi.PZ_E_PROTOCOL
    BAD_REQUEST = _abi.PZ_E_BAD_REQUEST
    AUTH = _abi.PZ_E_AUTH
    BALANCE = _abi.PZ_E_BALANCE
    RATE_LIMITED = _abi.PZ_E_RATE_LIMITED
    MODEL_NOT_FOUND = _abi.PZ_E_MODEL_NOT_FOUND
    SERVER = _abi.PZ_E_SERVER
    JOB_FAILED = _abi.PZ_E_JOB_FAILED
    JOB_ERROR = _abi.PZ_E_JOB_ERROR
    NO_OUTPUT = _abi.PZ_E_NO_OUTPUT
    OUTPUT = _abi.PZ_E_OUTPUT
    UNCERTAIN = _abi.PZ_E_UNCERTAIN


class State(_Open):
    NONE = 0
    WAITING = _abi.PZ_STATE_WAITING
    SUBMITTING = _abi.PZ_STATE_SUBMITTING
    UNCERTAIN = _abi.PZ_STATE_UNCERTAIN
    QUEUED = _abi.PZ_STATE_QUEUED
    PROCESSING = _abi.PZ_STATE_PROCESSING
    DOWNLOADING = _abi.PZ_STATE_DOWNLOADING
    COMPLETED = _abi.PZ_STATE_COMPLETED
    FAILED = _abi.PZ_STATE_FAILED
    CANCELLED = _abi.PZ_STATE_CANCELLED

    @property
    def is_terminal(self) -> bool:
        return self >= _abi.PZ_STATE_COMPLETED


class EventType(_Open):
    NONE = 0
    STATE = _abi.PZ_EVENT_STATE
    PROGRESS = _abi.PZ_EVENT_PROGRESS
    OUTPUT = _abi.PZ_EVENT_OUTPUT
    DONE = _abi.PZ_EVENT_DONE
    LOG = _abi.PZ_EVENT_LOG
    NEED_KEY = _abi.PZ_EVENT_NEED_KEY
    NEED_URL = _abi.PZ_EVENT_NEED_URL


class Charged(_Open):
    UNKNOWN = _abi.PZ_CHARGED_UNKNOWN
    NO = _abi.PZ_CHARGED_NO
    YES = _abi.PZ_CHARGED_YES


class LogLevel(_Open):
    OFF = _abi.PZ_LOG_OFF
    ERROR = _abi.PZ_LOG_ERROR
    WARN = _abi.PZ_LOG_WARN
    INFO = _abi.PZ_LOG_INFO
    DEBUG = _abi.PZ_LOG_DEBUG


class WebhookMode(_Open):
    TERMINAL = _abi.PZ_WEBHOOK_TERMINAL
    SYNC = _abi.PZ_WEBHOOK_SYNC


class ParamType(_Open):
    NONE = 0
    STRING = _abi.PZ_PARAM_STRING
    INTEGER = _abi.PZ_PARAM_INTEGER
    NUMBER = _abi.PZ_PARAM_NUMBER
    BOOLEAN = _abi.PZ_PARAM_BOOLEAN
    IMAGE = _abi.PZ_PARAM_IMAGE
    IMAGES = _abi.PZ_PARAM_IMAGES
    SIZE = _abi.PZ_PARAM_SIZE
    STRING_LIST = _abi.PZ_PARAM_STRING_LIST
    OBJECT_LIST = _abi.PZ_PARAM_OBJECT_LIST
    URL = _abi.PZ_PARAM_URL


class Stat(_Open):
    JOBS_LIVE = _abi.PZ_STAT_JOBS_LIVE
    SUBMITS = _abi.PZ_STAT_SUBMITS
    POLLS = _abi.PZ_STAT_POLLS
    DOWNLOADS = _abi.PZ_STAT_DOWNLOADS
    RETRIES = _abi.PZ_STAT_RETRIES
    THROTTLED = _abi.PZ_STAT_THROTTLED
    POLL_ERRORS = _abi.PZ_STAT_POLL_ERRORS
    DONE = _abi.PZ_STAT_DONE
    EVENTS_QUEUED = _abi.PZ_STAT_EVENTS_QUEUED
    CONNECTIONS_OPENED = _abi.PZ_STAT_CONNECTIONS_OPENED
    BYTES_RECEIVED = _abi.PZ_STAT_BYTES_RECEIVED
    BUDGET_SPENT_MICROUSD = _abi.PZ_STAT_BUDGET_SPENT_MICROUSD
    BUDGET_RESERVED_MICROUSD = _abi.PZ_STAT_BUDGET_RESERVED_MICROUSD
    BYTES_BUFFERED = _abi.PZ_STAT_BYTES_BUFFERED
    WEBHOOKS = _abi.PZ_STAT_WEBHOOKS
    JOURNAL_ROWS = _abi.PZ_STAT_JOURNAL_ROWS
    JOURNAL_FAILURES = _abi.PZ_STAT_JOURNAL_FAILURES
