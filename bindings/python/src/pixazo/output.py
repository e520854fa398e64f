"""Pictures, and how they show themselves in a notebook."""
from __future__ import annotations

import base64
import ctypes
import html
import json
from pathlib import Path
from typing import Any, Optional

from ._native import Handle, PathLike, lib, path_sized, sized_text, text
from .enums import Status
from .errors import PixazoError, check, read_error


class Output(Handle):
    """One picture of a job. Outlives its job and its client."""

    _free = lib.pz_output_release

    @property
    def status(self) -> Status:
        """OK: here and whole. AGAIN: not asked for, or no longer held. Otherwise why it could not be fetched."""
        return Status(lib.pz_output_status(self._handle))

    @property
    def ok(self) -> bool:
        return self.status == Status.OK

    @property
    def error(self) -> Optional[PixazoError]:
        return read_error(lib.pz_output_error(self._handle))

    @property
    def data(self) -> bytes:
        """The bytes, of a file too."""
        size = ctypes.c_size_t()
        found = lib.pz_output_data(self._handle, ctypes.byref(size))
        if found:
            return ctypes.string_at(found, size.value)
        return self.path.read_bytes() if self.path else b""

    @property
    def path(self) -> Optional[Path]:
        """Where its file lies; None for one in memory."""
        found = text(lib.pz_output_path(self._handle))
        return Path(found) if found else None

    @property
    def size(self) -> int:
        return int(lib.pz_output_size(self._handle))

    @property
    def media_type(self) -> str:
        return text(lib.pz_output_mime(self._handle))

    @property
    def width(self) -> int:
        return int(lib.pz_output_width(self._handle))

    @property
    def height(self) -> int:
        return int(lib.pz_output_height(self._handle))

    @property
    def index(self) -> int:
        return int(lib.pz_output_index(self._handle))

    @property
    def url(self) -> str:
        return text(lib.pz_output_url(self._handle))

    @property
    def meta(self) -> dict[str, Any]:
        """How it was made: endpoint, parameters, seed, ids, times."""
        found: dict[str, Any] = json.loads(sized_text(lib.pz_output_meta_json, self._handle) or "{}")
        return found

    def save(self, path: PathLike) -> None:
        """Whole or not at all; a file that was there is replaced."""
        check(lib.pz_output_save(self._handle, *path_sized(path)))

    def _repr_png_(self) -> Optional[bytes]:
        return self.data if self.ok and self.media_type == "image/png" else None

    def _repr_jpeg_(self) -> Optional[bytes]:
        return self.data if self.ok and self.media_type == "image/jpeg" else None

    def _repr_html_(self) -> str:
        if not self.ok:
            return f"<p>picture {self.index}: {html.escape(str(self.error or self.status.name))}</p>"
        source = f"data:{self.media_type};base64,{base64.b64encode(self.data).decode()}"
        return f'<img src="{source}" width="{self.width}" height="{self.height}" style="max-width:100%;height:auto">'

    def __repr__(self) -> str:
        return f"<Output {self.index}: {self.media_type} {self.width}x{self.height}, {self.size} bytes>" if self.ok else \
            f"<Output {self.index}: {self.status.name}>"
