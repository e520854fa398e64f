"""Client and AsyncClient. Both stand on the library's queue of events; nothing of Python's ever runs on a thread of the library."""
from __future__ import annotations

import asyncio
import ctypes
import logging
import threading
import warnings
import weakref
from types import TracebackType
from typing import Any, Callable, Generic, Optional, TypeVar, Union

from . import _abi
from ._native import lib, out_pointer, sized, to_ms
from .enums import Stat
from .errors import ClosedError, call, check, make_error
from .events import Event
from .job import AsyncJob, BaseJob, Feed, Job, Result
from .options import Options
from .request import Request

_log = logging.getLogger("pixazo")
_POLL_AT_ONCE = 64  # events taken in one turn of an event loop

EventHook = Callable[[Event], None]
SomeJob = TypeVar("SomeJob", bound=BaseJob)


class _Core:
    """The native client and who listens to which job. Outlives the Client as long as a pump needs it."""

    def __init__(self, options: Options, hook: Optional[EventHook]) -> None:
        made, native = out_pointer(), options._native()
        call(lib.pz_client_new, native._handle, ctypes.byref(made))
        self.handle: Optional[int] = made.value
        self.hook = hook
        self.lock = threading.RLock()
        self.feeds: "weakref.WeakValueDictionary[int, Feed]" = weakref.WeakValueDictionary()
        self.abandoned = False
        self.pump: Optional[threading.Thread] = None
        self.loop: Optional[asyncio.AbstractEventLoop] = None
        self.reader = -1

    def native(self) -> int:
        if self.handle is None:
            raise make_error(_abi.PZ_E_CLOSED, "the client is closed")
        return self.handle

    def adopt(self, kind: type[SomeJob], start: Callable[[Any], int], fresh: bool) -> SomeJob:
        """A job that `start(out_job)` gives. The lock is held: no event of it passes before its feed is there."""
        with self.lock:
            made = out_pointer()
            start(ctypes.byref(made))
            job_id = lib.pz_job_id(made)
            feed = self.feeds.get(job_id)
            if feed is None:
                ended = lib.pz_job_state(made) >= _abi.PZ_STATE_COMPLETED
                feed = self.feeds[job_id] = Feed(done=ended and not fresh)
            return kind(made.value, feed)

    def route(self, event: Event) -> None:
        with self.lock:
            feed = self.feeds.get(event.job_id)
        if self.hook:
            try:
                self.hook(event)
            except Exception:
                _log.exception("on_event has raised")
        if feed is not None:
            feed.put(event)

    def take(self, timeout_ms: int) -> Optional[int]:
        """Takes and routes one event. The status if there was none."""
        taken = out_pointer()
        if timeout_ms:
            status = lib.pz_client_wait_event(self.native(), timeout_ms, ctypes.byref(taken))
        else:
            status = lib.pz_client_poll_event(self.native(), ctypes.byref(taken))
        if status != _abi.PZ_OK:
            return int(status)
        self.route(Event(taken.value))
        return None

    def pump_until_closed(self) -> None:
        """What the thread of a Client does."""
        try:
            while self.take(_abi.PZ_INFINITE) in (None, _abi.PZ_AGAIN):
                pass
        except ClosedError:
            pass
        if self.abandoned:
            self.free()

    def drain(self) -> None:
        while self.take(0) is None:
            pass

    def close(self) -> None:
        """Ends what runs, routes every DONE, frees."""
        with self.lock:
            handle, pump, self.pump = self.handle, self.pump, None
        if handle is None:
            return
        lib.pz_client_shutdown(handle, 0)
        if pump is not None and pump is not threading.current_thread():
            pump.join()
        self.free()

    def abandon(self) -> None:
        """For the garbage collector and the end of the program, which may come while any lock is held: waits for no thread."""
        if self.handle is None:
            return
        self.abandoned = True
        lib.pz_client_shutdown(self.handle, 0)
        if self.pump is None or not self.pump.is_alive():
            self.free()

    def free(self) -> None:
        with self.lock:
            if self.handle is None:
                return
            self.stop_reader()
            self.drain()
            handle, self.handle = self.handle, None
            lib.pz_client_free(handle)

    def start_reader(self, loop: asyncio.AbstractEventLoop) -> None:
        if self.loop is loop:
            return
        if self.loop is not None:
            raise RuntimeError("an AsyncClient belongs to the event loop in which it was first used")
        self.reader = lib.pz_client_wakeup_handle(self.native())
        if self.reader < 0:
            raise make_error(_abi.PZ_E_LIMIT, "there is no descriptor to be had for the client's events")
        loop.add_reader(self.reader, self.read_some)
        self.loop = loop

    def read_some(self) -> None:
        # The descriptor stays readable while there is more.
        for _ in range(_POLL_AT_ONCE):
            if self.handle is None or self.take(0) is not None:
                break

    def stop_reader(self) -> None:
        if self.loop is not None and not self.loop.is_closed():
            self.loop.remove_reader(self.reader)


class _Base(Generic[SomeJob]):
    _kind: type[SomeJob]

    def __init__(self, options: Optional[Options], on_event: Optional[EventHook], settings: dict[str, Any]) -> None:
        if options is not None and settings:
            raise TypeError("options or single settings, not both")
        self._core = _Core(options if options is not None else Options(**settings), on_event)
        self._finalizer = weakref.finalize(self, self._forgotten, self._core)

    @staticmethod
    def _forgotten(core: _Core) -> None:
        core.abandon()

    def submit(self, endpoint: Union[str, Request], /, **parameters: Any) -> SomeJob:
        """Starts a job and returns at once. Takes what Request takes, or a Request. Network failures are told by the job."""
        request = _request(endpoint, parameters)
        # Without a submit key the job is certainly new, and its DONE still to come.
        return self._core.adopt(self._kind, lambda out: call(lib.pz_client_submit, self._core.native(), request._handle, out),
                                fresh="submit_key" not in parameters and not isinstance(endpoint, Request))

    def attach(self, remote_id: str, endpoint: str = "", tag: int = 0) -> SomeJob:
        """Follows a request that was submitted elsewhere; never charged here."""
        return self._core.adopt(self._kind, lambda out: call(lib.pz_client_attach, self._core.native(), *sized(remote_id),
                                                             *sized(endpoint), tag, out), fresh=True)

    def fetch_again(self, job: BaseJob) -> SomeJob:
        """A new job that fetches those outputs of an ended one that are not here."""
        return self._core.adopt(self._kind, lambda out: call(lib.pz_client_fetch_again, self._core.native(), job._handle, out),
                                fresh=True)

    def resubmit(self, job: BaseJob, *, accept_second_charge: bool = False) -> SomeJob:
        return self._core.adopt(self._kind, lambda out: call(lib.pz_client_resubmit, self._core.native(), job._handle,
                                                             int(accept_second_charge), out), fresh=True)

    def find_job(self, job_id: int) -> SomeJob:
        return self._core.adopt(self._kind, lambda out: check(lib.pz_client_find_job(self._core.native(), job_id, out)),
                                fresh=False)

    def restore(self) -> int:
        """The jobs that the journal holds from earlier lives live again; how many. Journal(path).job_ids, find_job."""
        count = ctypes.c_uint32()
        call(lib.pz_client_restore, self._core.native(), ctypes.byref(count))
        return count.value

    def forget(self, job_id: int) -> None:
        check(lib.pz_client_forget(self._core.native(), job_id))

    def deliver_webhook(self, path: str, body: Union[str, bytes]) -> None:
        """What the host's own server received under the webhook URL. Answer 200; 404 for NotFoundError, 400 for others."""
        check(lib.pz_client_deliver_webhook(self._core.native(), *sized(path), *sized(body)))

    def set_api_key(self, key: str) -> None:
        check(lib.pz_client_set_api_key(self._core.native(), *sized(key)))

    def cancel_all(self) -> None:
        check(lib.pz_client_cancel_all(self._core.native()))

    def pause(self) -> None:
        """Nothing new is sent; what was sent runs on."""
        check(lib.pz_client_pause(self._core.native()))

    def resume(self) -> None:
        check(lib.pz_client_resume(self._core.native()))

    @property
    def in_flight(self) -> int:
        return int(lib.pz_client_in_flight(self._core.native()))

    def stat(self, which: Stat) -> int:
        return int(lib.pz_client_stat(self._core.native(), which))


def _request(endpoint: Union[str, Request], parameters: dict[str, Any]) -> Request:
    if not isinstance(endpoint, Request):
        return Request(endpoint, **parameters)
    if parameters:
        raise TypeError("a Request or parameters, not both")
    return endpoint


class Client(_Base[Job]):
    """Blocking. `with Client(api_key=...) as client: client.generate("gpt-image-2", prompt="...")`.

    Settings are those of Options. on_event is called for every event, on the client's own Python thread. Any thread may use a
    client. Closing it, also by the end of the program, cancels what runs and takes at most a second.
    """

    _kind = Job

    def __init__(self, options: Optional[Options] = None, *, on_event: Optional[EventHook] = None, **settings: Any) -> None:
        super().__init__(options, on_event, settings)
        self._core.pump = threading.Thread(target=self._core.pump_until_closed, name="pixazo-events", daemon=True)
        self._core.pump.start()

    def generate(self, endpoint: Union[str, Request], /, **parameters: Any) -> Result:
        """Submits and waits; raises what the job ended with. Ctrl-C cancels the job."""
        job = self.submit(endpoint, **parameters)
        try:
            return job.result()
        except BaseException:
            job.cancel()  # nothing, if it has ended
            raise

    def shutdown(self, timeout: Optional[float] = None) -> bool:
        """Refuses new jobs and waits for the running ones; False if some had to be cancelled after `timeout` seconds."""
        return _finished(lib.pz_client_shutdown(self._core.native(), to_ms(timeout)))

    def close(self) -> None:
        self._finalizer.detach()
        self._core.close()

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, kind: Optional[type[BaseException]], error: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        self.close()


class AsyncClient(_Base[AsyncJob]):
    """For asyncio. `async with AsyncClient(api_key=...) as client: await client.generate("gpt-image-2", prompt="...")`.

    Settings are those of Options. on_event is called for every event, in the event loop. No thread of its own: the loop watches
    the library's descriptor. Belongs to one loop.
    """

    _kind = AsyncJob

    def __init__(self, options: Optional[Options] = None, *, on_event: Optional[EventHook] = None, **settings: Any) -> None:
        super().__init__(options, on_event, settings)

    @staticmethod
    def _forgotten(core: _Core) -> None:
        if core.handle is not None and core.loop is not None and not core.loop.is_closed():
            warnings.warn("an AsyncClient was not closed: use `async with`, or await client.close()", ResourceWarning)
        core.abandon()

    def submit(self, endpoint: Union[str, Request], /, **parameters: Any) -> AsyncJob:
        self._core.start_reader(asyncio.get_running_loop())
        return super().submit(endpoint, **parameters)

    def attach(self, remote_id: str, endpoint: str = "", tag: int = 0) -> AsyncJob:
        self._core.start_reader(asyncio.get_running_loop())
        return super().attach(remote_id, endpoint, tag)

    def fetch_again(self, job: BaseJob) -> AsyncJob:
        self._core.start_reader(asyncio.get_running_loop())
        return super().fetch_again(job)

    def resubmit(self, job: BaseJob, *, accept_second_charge: bool = False) -> AsyncJob:
        self._core.start_reader(asyncio.get_running_loop())
        return super().resubmit(job, accept_second_charge=accept_second_charge)

    def find_job(self, job_id: int) -> AsyncJob:
        self._core.start_reader(asyncio.get_running_loop())
        return super().find_job(job_id)

    async def generate(self, endpoint: Union[str, Request], /, **parameters: Any) -> Result:
        """Submits and waits; raises what the job ended with. Cancelling the task cancels the job."""
        job = self.submit(endpoint, **parameters)
        try:
            return await job.result()
        except BaseException:
            job.cancel()
            raise

    async def shutdown(self, timeout: Optional[float] = None) -> bool:
        """As Client.shutdown; the loop goes on meanwhile."""
        loop, handle = asyncio.get_running_loop(), self._core.native()
        return _finished(await loop.run_in_executor(None, lib.pz_client_shutdown, handle, to_ms(timeout)))

    async def close(self) -> None:
        self._finalizer.detach()
        if self._core.handle is not None:
            await self.shutdown(0)
            self._core.close()

    async def __aenter__(self) -> "AsyncClient":
        self._core.start_reader(asyncio.get_running_loop())
        return self

    async def __aexit__(self, kind: Optional[type[BaseException]], error: Optional[BaseException],
                        trace: Optional[TracebackType]) -> None:
        await self.close()


def _finished(status: int) -> bool:
    return status != _abi.PZ_E_TIMEOUT and check(status) >= 0
