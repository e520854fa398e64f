"""What a journal's file holds, read without a client."""
from __future__ import annotations

import ctypes
import json
from typing import Any, Iterator

from ._native import Handle, PathLike, lib, out_pointer, path_sized, sized_text, text
from .errors import call


class Journal(Handle):
    """What the file held when it was opened; also while a client holds it. Iterates over its jobs, the oldest first."""

    _free = lib.pz_journal_free

    def __init__(self, path: PathLike) -> None:
        opened = out_pointer()
        call(lib.pz_journal_open, *path_sized(path), ctypes.byref(opened))
        super().__init__(opened.value)

    def __len__(self) -> int:
        return int(lib.pz_journal_job_count(self._handle))

    def __getitem__(self, index: int) -> dict[str, Any]:
        """A job's whole life."""
        if not 0 <= index < len(self):
            raise IndexError(index)
        found: dict[str, Any] = json.loads(sized_text(lib.pz_journal_job_json, self._handle, index))
        return found

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return (self[i] for i in range(len(self)))

    @property
    def job_ids(self) -> list[int]:
        return [int(lib.pz_journal_job_id(self._handle, i)) for i in range(len(self))]

    @property
    def problems(self) -> list[str]:
        """What could not be read, one line each."""
        return [text(lib.pz_journal_problem(self._handle, i)) for i in range(lib.pz_journal_problem_count(self._handle))]
