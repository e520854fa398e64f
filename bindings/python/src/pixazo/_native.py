"""The library itself: found, loaded, its signatures declared; and small words for talking to it."""
from __future__ import annotations

import ctypes
import os
from pathlib import Path
from typing import Any, Callable, Optional, Union

from . import _abi

Address = Optional[int]  # of a handle
PathLike = Union[str, "os.PathLike[str]"]


def _load() -> ctypes.CDLL:
    """PIXAZO_LIBRARY, the one inside the wheel, or the system's."""
    override = os.environ.get("PIXAZO_LIBRARY")
    inside = Path(__file__).parent / "_lib" / "libpixazo.so.1"
    path = override or (str(inside) if inside.exists() else "libpixazo.so.1")
    try:
        library = ctypes.CDLL(path)
        _abi.declare(library)
    except (OSError, AttributeError) as error:
        raise ImportError(f"libpixazo cannot be loaded from {path}: {error}") from error
    if library.pz_version() >> 16 != _abi.PZ_API_VERSION >> 16:
        raise ImportError(f"libpixazo at {path} is version {library.pz_version_string().decode()}; this package needs "
                          f"{_abi.PZ_API_VERSION >> 16}.x")
    return library


lib: Any = _load()


def text(raw: Optional[bytes]) -> str:
    return raw.decode("utf-8", "replace") if raw else ""


def sized(value: Union[str, bytes]) -> tuple[bytes, int]:
    """What a (pointer, length) pair of parameters takes."""
    raw = value.encode() if isinstance(value, str) else value
    return raw, len(raw)


def path_sized(value: PathLike) -> tuple[bytes, int]:
    raw = os.fsencode(value)
    return raw, len(raw)


def sized_text(get: Callable[..., Optional[bytes]], *words: Any) -> str:
    """Text of a getter with out_len."""
    return text(get(*words, None))


def to_ms(seconds: Optional[float]) -> int:
    """None is no limit."""
    if seconds is None:
        return _abi.PZ_INFINITE
    return min(max(0, round(seconds * 1000)), _abi.PZ_INFINITE - 1)


def out_pointer() -> ctypes.c_void_p:
    return ctypes.c_void_p()


class Handle:
    """Owns one reference of a handle; let go of with the object."""

    _free: Any = None  # set by each kind

    def __init__(self, address: Address) -> None:
        if not address:
            raise MemoryError("libpixazo has no memory")
        self._handle: Address = address

    def __del__(self) -> None:
        handle = self.__dict__.pop("_handle", None)
        if handle:
            self._free(handle)
