"""Exceptions: PixazoError above all; its kinds by what a program would do about them.

    PixazoError
      InvalidArgumentError (ValueError)   field names the parameter at fault
      InvalidStateError, UnsupportedError, NotFoundError (LookupError), LimitError, BudgetError, ClosedError, FileError
      DeadlineError (TimeoutError)        the time given has passed; the job may still run at the gateway
      JobCancelledError
      NetworkError (ConnectionError)      DnsError, TlsError, ProxyError, ProtocolError
      GatewayError                        BadRequestError, AuthError, BalanceError, RateLimitedError, ModelNotFoundError, ServerError
      JobFailedError, JobError            what the gateway ended the job with: FAILED, ERROR
      OutputError                         a picture, or all of them, could not be had
      UncertainError                      the paid request may have been accepted; it is never sent again by itself
"""
from __future__ import annotations

import ctypes
from typing import Any, Optional

from . import _abi
from ._native import lib, out_pointer, text
from .enums import Charged, Status


class PixazoError(Exception):
    """status, message (one line for people), field (the parameter at fault, or ""), http_status (0: no answer), remote_code and
    request_id (the gateway's), retryable (a new attempt may succeed and cannot be charged twice for this one), charged,
    retry_after (seconds, or None), required_microusd (what a 402 names, or None), job (whose end this is, or None)."""

    def __init__(self, message: str = "", status: Status = Status.INTERNAL) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.field = ""
        self.http_status = 0
        self.remote_code = ""
        self.request_id = ""
        self.retryable = False
        self.charged = Charged.UNKNOWN
        self.retry_after: Optional[float] = None
        self.required_microusd: Optional[int] = None
        self.job: Any = None

    def __str__(self) -> str:
        return self.message


class InvalidArgumentError(PixazoError, ValueError):
    pass


class InvalidStateError(PixazoError):
    pass


class UnsupportedError(PixazoError):
    pass


class NotFoundError(PixazoError, LookupError):
    pass


class LimitError(PixazoError):
    pass


class BudgetError(PixazoError):
    pass


class ClosedError(PixazoError):
    pass


class ForkedError(PixazoError):
    pass


class FileError(PixazoError):
    pass


class DeadlineError(PixazoError, TimeoutError):
    pass


class JobCancelledError(PixazoError):
    pass


class NetworkError(PixazoError, ConnectionError):
    pass


class DnsError(NetworkError):
    pass


class TlsError(NetworkError):
    pass


class ProxyError(NetworkError):
    pass


class ProtocolError(NetworkError):
    pass


class GatewayError(PixazoError):
    pass


class BadRequestError(GatewayError):
    pass


class AuthError(GatewayError):
    pass


class BalanceError(GatewayError):
    pass


class RateLimitedError(GatewayError):
    pass


class ModelNotFoundError(GatewayError):
    pass


class ServerError(GatewayError):
    pass


class JobFailedError(PixazoError):
    pass


class JobError(PixazoError):
    pass


class OutputError(PixazoError):
    pass


class UncertainError(PixazoError):
    pass


_KINDS: dict[int, type[PixazoError]] = {
    Status.INVALID_ARGUMENT: InvalidArgumentError, Status.INVALID_STATE: InvalidStateError,
    Status.UNSUPPORTED: UnsupportedError, Status.NOT_FOUND: NotFoundError, Status.LIMIT: LimitError,
    Status.TIMEOUT: DeadlineError, Status.CANCELLED: JobCancelledError, Status.CLOSED: ClosedError,
    Status.FORKED: ForkedError, Status.IO: FileError, Status.BUDGET: BudgetError, Status.NETWORK: NetworkError,
    Status.DNS: DnsError, Status.TLS: TlsError, Status.PROXY: ProxyError, Status.PROTOCOL: ProtocolError,
    Status.BAD_REQUEST: BadRequestError, Status.AUTH: AuthError, Status.BALANCE: BalanceError,
    Status.RATE_LIMITED: RateLimitedError, Status.MODEL_NOT_FOUND: ModelNotFoundError, Status.SERVER: ServerError,
    Status.JOB_FAILED: JobFailedError, Status.JOB_ERROR: JobError, Status.NO_OUTPUT: OutputError,
    Status.OUTPUT: OutputError, Status.UNCERTAIN: UncertainError,
}


def make_error(status: int, message: str) -> PixazoError:
    if status == _abi.PZ_E_NOMEM:
        raise MemoryError(message)
    return _KINDS.get(status, PixazoError)(message, Status(status))


def read_error(address: Optional[int]) -> Optional[PixazoError]:
    """A borrowed pz_error as an exception; None for NULL."""
    if not address:
        return None
    error = make_error(lib.pz_error_status(address), text(lib.pz_error_message(address)))
    error.field = text(lib.pz_error_field(address))
    error.http_status = lib.pz_error_http_status(address)
    error.remote_code = text(lib.pz_error_remote_code(address))
    error.request_id = text(lib.pz_error_request_id(address))
    error.retryable = bool(lib.pz_error_is_retryable(address))
    error.charged = Charged(lib.pz_error_charged(address))
    wait, price = lib.pz_error_retry_after_ms(address), lib.pz_error_required_microusd(address)
    error.retry_after = wait / 1000 if wait >= 0 else None
    error.required_microusd = price if price >= 0 else None
    return error


def check(status: int, error: Optional[ctypes.c_void_p] = None) -> int:
    """Raises what a call has returned, with the error of its out_error parameter where there is one. Gives the status back."""
    if status >= 0:
        return status
    if error is not None and error.value:
        try:
            raised = read_error(error.value)
        finally:
            lib.pz_error_free(error)
        assert raised is not None
        raise raised
    raise make_error(status, text(lib.pz_status_name(status)))


def call(function: Any, *words: Any) -> int:
    """Calls a function whose last parameter is out_error."""
    error = out_pointer()
    return check(function(*words, ctypes.byref(error)), error)
