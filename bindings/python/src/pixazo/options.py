"""How a client is set up. Times in seconds, money in micro-dollars (1000000 = 1 USD); None is the library's default."""
from __future__ import annotations

import os
from dataclasses import dataclass, field, fields
from typing import Any, Optional

from . import _abi
from ._native import Handle, PathLike, lib, path_sized, sized, to_ms
from .catalogue import Catalogue
from .enums import LogLevel, WebhookMode


@dataclass
class Options:
    api_key: Optional[str] = field(default=None, repr=False)  # None: PIXAZO_API_KEY
    base_url: Optional[str] = None  # None: PIXAZO_BASE_URL, or the public gateway
    user_agent: Optional[str] = None
    headers: dict[str, str] = field(default_factory=dict)
    ca_file: Optional[PathLike] = None
    ca_pem: Optional[bytes] = None
    proxy: Optional[str] = None
    proxy_from_environment: Optional[bool] = None
    allow_loopback: Optional[bool] = None  # None: if the base URL is of this machine
    connect_timeout: Optional[float] = None
    submit_timeout: Optional[float] = None
    sync_timeout: Optional[float] = None
    status_timeout: Optional[float] = None
    download_stall: Optional[float] = None
    job_timeout: Optional[float] = None  # 0: none
    poll_interval: Optional[tuple[float, float]] = None  # least, most; None: 0.2 to 1 s if the base URL is of this machine
    retry: Optional[tuple[int, float, float]] = None  # attempts, base, cap
    retry_after_cap: Optional[float] = None
    retry_503: Optional[bool] = None
    jitter_seed: Optional[int] = None
    max_in_flight: Optional[int] = None
    concurrency: Optional[tuple[int, int, int]] = None  # submits, downloads, connections
    max_undelivered: Optional[int] = None
    max_buffered_bytes: Optional[int] = None
    max_output_bytes: Optional[int] = None
    output_hosts: tuple[str, ...] = ()
    output_dir: Optional[PathLike] = None
    budget_microusd: Optional[int] = None
    assumed_price_microusd: Optional[int] = None
    ask_key: Optional[bool] = None
    ask_urls: Optional[bool] = None
    journal: Optional[PathLike] = None
    journal_digest: Optional[bool] = None
    journal_retention: Optional[float] = None
    webhook_url: Optional[str] = None
    webhook_mode: Optional[WebhookMode] = None
    webhook_in_body: Optional[bool] = None
    catalogue: Optional[Catalogue] = None
    log_level: Optional[LogLevel] = None

    def _native(self) -> "NativeOptions":
        # A failing setter is kept by the library and told by pz_client_new.
        native = NativeOptions()
        filled = {f.name: getattr(self, f.name) for f in fields(self)}
        _from_environment(filled)
        for name, value in filled.items():
            if value is not None:
                _SETTERS[name](native._handle, value)
        return native


class NativeOptions(Handle):
    _free = lib.pz_options_free

    def __init__(self) -> None:
        super().__init__(lib.pz_options_new(_abi.PZ_API_VERSION))


def _from_environment(filled: dict[str, Any]) -> None:
    if filled["api_key"] is None:
        filled["api_key"] = os.environ.get("PIXAZO_API_KEY")
    if filled["base_url"] is None:
        filled["base_url"] = os.environ.get("PIXAZO_BASE_URL") or None
    if str(filled["base_url"] or "").startswith(("http://127.", "http://localhost", "http://[::1]")):
        if filled["allow_loopback"] is None:
            filled["allow_loopback"] = True
        if filled["poll_interval"] is None:
            filled["poll_interval"] = (0.2, 1.0)


def _text(function: Any) -> Any:
    return lambda handle, value: function(handle, *sized(value))


def _path(function: Any) -> Any:
    return lambda handle, value: function(handle, *path_sized(value))


def _number(function: Any) -> Any:
    return lambda handle, value: function(handle, int(value))


def _seconds(function: Any) -> Any:
    return lambda handle, value: function(handle, to_ms(value))


_SETTERS: dict[str, Any] = {
    "api_key": _text(lib.pz_options_set_api_key),
    "base_url": _text(lib.pz_options_set_base_url),
    "user_agent": _text(lib.pz_options_set_user_agent),
    "headers": lambda handle, value: [lib.pz_options_add_header(handle, *sized(k), *sized(v)) for k, v in value.items()],
    "ca_file": _path(lib.pz_options_set_ca_file),
    "ca_pem": _text(lib.pz_options_set_ca_pem),
    "proxy": _text(lib.pz_options_set_proxy),
    "proxy_from_environment": _number(lib.pz_options_set_proxy_from_environment),
    "allow_loopback": _number(lib.pz_options_allow_loopback),
    "connect_timeout": _seconds(lib.pz_options_set_connect_timeout_ms),
    "submit_timeout": _seconds(lib.pz_options_set_submit_timeout_ms),
    "sync_timeout": _seconds(lib.pz_options_set_sync_timeout_ms),
    "status_timeout": _seconds(lib.pz_options_set_status_timeout_ms),
    "download_stall": _seconds(lib.pz_options_set_download_stall_ms),
    "job_timeout": _seconds(lib.pz_options_set_job_timeout_ms),
    "poll_interval": lambda handle, v: lib.pz_options_set_poll_interval_ms(handle, to_ms(v[0]), to_ms(v[1])),
    "retry": lambda handle, v: lib.pz_options_set_retry(handle, v[0], to_ms(v[1]), to_ms(v[2])),
    "retry_after_cap": _seconds(lib.pz_options_set_retry_after_cap_ms),
    "retry_503": _number(lib.pz_options_set_retry_503),
    "jitter_seed": _number(lib.pz_options_set_jitter_seed),
    "max_in_flight": _number(lib.pz_options_set_max_in_flight),
    "concurrency": lambda handle, v: lib.pz_options_set_concurrency(handle, *v),
    "max_undelivered": _number(lib.pz_options_set_max_undelivered),
    "max_buffered_bytes": _number(lib.pz_options_set_max_buffered_bytes),
    "max_output_bytes": _number(lib.pz_options_set_max_output_bytes),
    "output_hosts": lambda handle, value: [lib.pz_options_add_output_host(handle, *sized(host)) for host in value],
    "output_dir": _path(lib.pz_options_set_output_dir),
    "budget_microusd": _number(lib.pz_options_set_budget_microusd),
    "assumed_price_microusd": _number(lib.pz_options_set_assumed_price_microusd),
    "ask_key": _number(lib.pz_options_set_ask_key),
    "ask_urls": _number(lib.pz_options_set_ask_urls),
    "journal": _path(lib.pz_options_set_journal),
    "journal_digest": _number(lib.pz_options_set_journal_digest),
    "journal_retention": lambda handle, v: lib.pz_options_set_journal_retention_ms(handle, round(v * 1000)),
    "webhook_url": _text(lib.pz_options_set_webhook_url),
    "webhook_mode": _number(lib.pz_options_set_webhook_mode),
    "webhook_in_body": _number(lib.pz_options_set_webhook_in_body),
    "catalogue": lambda handle, value: lib.pz_options_set_catalogue(handle, value._handle),
    "log_level": _number(lib.pz_options_set_log_level),
}
