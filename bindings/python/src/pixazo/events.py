"""What a job tells on its way."""
from __future__ import annotations

from typing import Optional

from ._native import Handle, lib, sized_text, text
from .enums import EventType, LogLevel, State
from .errors import PixazoError, read_error
from .output import Output


class Event(Handle):
    """type says which of the others mean something; state, progress, output and error belong to a job's events, level and text
    to LOG, text also to NEED_KEY and NEED_URL, field and index to NEED_URL."""

    _free = lib.pz_event_release

    @property
    def type(self) -> EventType:
        return EventType(lib.pz_event_kind(self._handle))

    @property
    def sequence(self) -> int:
        return int(lib.pz_event_seq(self._handle))

    @property
    def job_id(self) -> int:
        """0 for events of no job."""
        return int(lib.pz_event_job_id(self._handle))

    @property
    def tag(self) -> int:
        return int(lib.pz_event_tag(self._handle))

    @property
    def state(self) -> State:
        return State(lib.pz_event_state(self._handle))

    @property
    def progress(self) -> float:
        return float(lib.pz_event_progress(self._handle))

    @property
    def output(self) -> Optional[Output]:
        found = lib.pz_event_output(self._handle)
        return Output(lib.pz_output_retain(found)) if found else None

    @property
    def index(self) -> int:
        return int(lib.pz_event_index(self._handle))

    @property
    def error(self) -> Optional[PixazoError]:
        return read_error(lib.pz_event_error(self._handle))

    @property
    def level(self) -> LogLevel:
        return LogLevel(lib.pz_event_log_level(self._handle))

    @property
    def text(self) -> str:
        return sized_text(lib.pz_event_text, self._handle)

    @property
    def field(self) -> str:
        return text(lib.pz_event_field(self._handle))

    def __repr__(self) -> str:
        return f"<Event {self.sequence}: {self.type.name} of job {self.job_id}>"
