"""Pictures from the Pixazo gateway.

    import pixazo

    with pixazo.Client(api_key="...") as client:
        client.generate("gpt-image-2", prompt="a lighthouse at dawn").save("lighthouse.png")

Client blocks, AsyncClient is for asyncio. Both over libpixazo, which is found by PIXAZO_LIBRARY, inside the wheel, or on the system.
"""
from ._native import lib as _lib
from .catalogue import Catalogue, Endpoint, Param
from .client import AsyncClient, Client
from .enums import Charged, EventType, LogLevel, ParamType, Stat, State, Status, WebhookMode
from .errors import (AuthError, BadRequestError, BalanceError, BudgetError, ClosedError, DeadlineError, DnsError, FileError,
                     ForkedError, GatewayError, InvalidArgumentError, InvalidStateError, JobCancelledError, JobError,
                     JobFailedError, LimitError, ModelNotFoundError, NetworkError, NotFoundError, OutputError, PixazoError,
                     ProtocolError, ProxyError, RateLimitedError, ServerError, TlsError, UncertainError, UnsupportedError)
from .events import Event
from .job import AsyncJob, Job, Result
from .journal import Journal
from .options import Options
from .output import Output
from .request import Price, Request

library_version: str = _lib.pz_version_string().decode()

__all__ = [
    "AsyncClient", "AsyncJob", "AuthError", "BadRequestError", "BalanceError", "BudgetError", "Catalogue", "Charged", "Client",
    "ClosedError", "DeadlineError", "DnsError", "Endpoint", "Event", "EventType", "FileError", "ForkedError", "GatewayError",
    "InvalidArgumentError", "InvalidStateError", "Job", "JobCancelledError", "JobError", "JobFailedError", "Journal",
    "LimitError", "LogLevel", "ModelNotFoundError", "NetworkError", "NotFoundError", "Options", "Output", "OutputError", "Param",
    "ParamType", "PixazoError", "Price", "ProtocolError", "ProxyError", "RateLimitedError", "Request", "Result", "ServerError",
    "Stat", "State", "Status", "TlsError", "UncertainError", "UnsupportedError", "WebhookMode", "library_version",
]
