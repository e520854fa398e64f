"""A job: where it stands, its end, its pictures. Job waits by blocking, AsyncJob by await."""
from __future__ import annotations

import asyncio
import html
import threading
from typing import Any, AsyncIterator, Generator, Iterator, Optional

from . import _abi
from ._native import Handle, PathLike, lib, sized, text
from .enums import Charged, EventType, State
from .errors import PixazoError, check, make_error, read_error
from .events import Event
from .output import Output


class Feed:
    """The events of one job since somebody in Python has it, and who waits for more. Filled by the client's pump."""

    def __init__(self, done: bool) -> None:
        self.events: list[Event] = []
        self.done = done
        self.changed = threading.Condition()
        self.waiters: set[asyncio.Future[None]] = set()

    def put(self, event: Event) -> None:
        with self.changed:
            self.events.append(event)
            self.done = self.done or event.type == EventType.DONE
            self.changed.notify_all()
        for waiter in self.waiters:
            if not waiter.done():
                waiter.set_result(None)
        self.waiters.clear()


class Result:
    """A job that has completed, with its pictures. In a notebook it shows them."""

    def __init__(self, job: "BaseJob") -> None:
        self.job = job
        self.outputs = job.outputs

    def __len__(self) -> int:
        return len(self.outputs)

    def __iter__(self) -> Iterator[Output]:
        return iter(self.outputs)

    def __getitem__(self, index: int) -> Output:
        return self.outputs[index]

    def save(self, path: PathLike) -> None:
        """The first picture."""
        self.outputs[0].save(path)

    def _repr_png_(self) -> Optional[bytes]:
        return self.outputs[0]._repr_png_() if len(self) == 1 else None

    def _repr_html_(self) -> str:
        title = html.escape(f"{self.job.endpoint_id}, {self.job.state.name.lower()}, charged {self.job.charged.name.lower()}")
        return f"<div><p>{title}</p>{''.join(output._repr_html_() for output in self.outputs)}</div>"

    def __repr__(self) -> str:
        return f"<Result of {self.job!r}: {self.outputs!r}>"


class BaseJob(Handle):
    """Letting go of a job never cancels it."""

    _free = lib.pz_job_release

    def __init__(self, address: Optional[int], feed: Feed) -> None:
        super().__init__(address)
        self._feed = feed

    @property
    def id(self) -> int:
        return int(lib.pz_job_id(self._handle))

    @property
    def tag(self) -> int:
        return int(lib.pz_job_tag(self._handle))

    @property
    def submit_key(self) -> str:
        return text(lib.pz_job_submit_key(self._handle))

    @property
    def endpoint_id(self) -> str:
        return text(lib.pz_job_endpoint_id(self._handle))

    @property
    def origin_id(self) -> int:
        """The job it repeats or fetches again; 0: none."""
        return int(lib.pz_job_origin_id(self._handle))

    @property
    def state(self) -> State:
        return State(lib.pz_job_state(self._handle))

    @property
    def ended(self) -> bool:
        return self.state.is_terminal

    @property
    def remote_id(self) -> str:
        """The gateway's request id; "" until it is known."""
        return text(lib.pz_job_remote_id(self._handle))

    @property
    def progress(self) -> float:
        """0 to 1, never backwards."""
        return float(lib.pz_job_progress(self._handle))

    @property
    def attempts(self) -> int:
        return int(lib.pz_job_attempt_count(self._handle))

    @property
    def polls(self) -> int:
        return int(lib.pz_job_poll_count(self._handle))

    @property
    def elapsed(self) -> float:
        """Seconds from submit to now or to its end."""
        return float(lib.pz_job_elapsed_ms(self._handle)) / 1000

    @property
    def gateway_time(self) -> Optional[float]:
        """Seconds, as the gateway states them."""
        found = lib.pz_job_gateway_ms(self._handle)
        return found / 1000 if found >= 0 else None

    @property
    def remaining(self) -> Optional[float]:
        """Seconds, estimated."""
        found = lib.pz_job_remaining_ms(self._handle)
        return found / 1000 if found >= 0 else None

    @property
    def charged(self) -> Charged:
        return Charged(lib.pz_job_charged(self._handle))

    @property
    def error(self) -> Optional[PixazoError]:
        """Why it failed or was cancelled; None while it runs and if it completed."""
        found = read_error(lib.pz_job_error(self._handle))
        if found:
            found.job = self
        return found

    @property
    def output_count(self) -> int:
        """How many the gateway named; 0 until that is known."""
        return int(lib.pz_job_output_count(self._handle))

    @property
    def outputs(self) -> list[Output]:
        """Those that are settled. One that failed says so itself: Output.status."""
        found = (lib.pz_job_output(self._handle, i) for i in range(self.output_count))
        return [Output(lib.pz_output_retain(address)) for address in found if address]

    def cancel(self) -> None:
        """Idempotent. There is no cancel at the gateway: what was sent may be made and charged all the same."""
        check(lib.pz_job_cancel(self._handle))

    def provide_url(self, field: str, index: int, url: str) -> None:
        """Answers NEED_URL."""
        check(lib.pz_job_provide_url(self._handle, *sized(field), index, *sized(url)))

    def _result(self) -> Result:
        error = self.error
        if error:
            raise error
        return Result(self)

    def _poll_end(self) -> bool:
        """Whether it has ended; raises in a forked child."""
        status = lib.pz_job_wait(self._handle, 0)
        return status != _abi.PZ_E_TIMEOUT and check(status) == _abi.PZ_OK

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id}: {self.endpoint_id} {self.state.name}>"


class Job(BaseJob):
    """Of a Client. Any thread may wait for it; Ctrl-C ends a wait."""

    def wait(self, timeout: Optional[float] = None) -> bool:
        """Until it has ended; False if it has not in that time (seconds)."""
        with self._feed.changed:
            return self._poll_end() or self._feed.changed.wait_for(lambda: self._feed.done, timeout)

    def result(self, timeout: Optional[float] = None) -> Result:
        """Waits; raises what the job ended with. DeadlineError also if it has not ended in that time: it runs on."""
        if not self.wait(timeout):
            error = make_error(_abi.PZ_E_TIMEOUT, f"job {self.id} has not ended within {timeout} s; it runs on")
            error.job = self
            raise error
        return self._result()

    def events(self) -> Iterator[Event]:
        """Every event since the job came to Python, DONE the last. Several may iterate."""
        index = 0
        while True:
            with self._feed.changed:
                if not self._feed.done:
                    self._poll_end()
                self._feed.changed.wait_for(lambda: self._feed.done or len(self._feed.events) > index)
                if index == len(self._feed.events):
                    return
                event = self._feed.events[index]
            index += 1
            yield event


class AsyncJob(BaseJob):
    """Of an AsyncClient: `await job` gives its Result or raises; `async for event in job` gives every event, DONE the last."""

    def __await__(self) -> Generator[Any, None, Result]:
        return self.result().__await__()

    async def _change(self) -> None:
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._feed.waiters.add(waiter)
        try:
            await waiter
        finally:
            self._feed.waiters.discard(waiter)

    async def wait(self) -> None:
        """Until it has ended. Cancelling the wait does not cancel the job."""
        while not self._feed.done and not self._poll_end():
            await self._change()

    async def result(self) -> Result:
        await self.wait()
        return self._result()

    async def __aiter__(self) -> AsyncIterator[Event]:
        index = 0
        while True:
            while index < len(self._feed.events):
                yield self._feed.events[index]
                index += 1
            if self._feed.done:
                return
            await self._change()


