"""A request: parameters under canonical or wire names, checked against the catalogue."""
from __future__ import annotations

import ctypes
import json
import os
from typing import Any, NamedTuple, Optional, Union

from ._native import Handle, PathLike, lib, path_sized, sized, sized_text, text, to_ms
from .catalogue import Catalogue
from .enums import ParamType
from .errors import call, make_error

Picture = Union[str, bytes, "os.PathLike[str]"]  # a URL, the bytes of a file, or the path of one


class Price(NamedTuple):
    """In micro-dollars; low and high because the documents do not say whether a price is for a picture or for a request."""

    low: int
    high: int


class Request(Handle):
    """Request("gpt-image-2", prompt="a lighthouse", count=2).

    Parameters: text, numbers, truths, lists and dictionaries as they are; a picture parameter takes a URL (str), bytes, or the
    path of a file (pathlib.Path), or a list of those. What is wrong is told by validate() and by submit. About the job itself:
    tag, submit_key (one job for one key, however often it is submitted), priority, job_timeout and submit_timeout (seconds),
    output_dir (files there instead of memory), output_name, fetch_outputs, and unknown: parameters that the catalogue does not
    know, sent unchecked. One thread at a time.
    """

    _free = lib.pz_request_free

    def __init__(self, endpoint: str, /, *, catalogue: Optional[Catalogue] = None, tag: Optional[int] = None,
                 submit_key: Optional[str] = None, priority: Optional[int] = None, job_timeout: Optional[float] = None,
                 submit_timeout: Optional[float] = None, output_dir: Optional[PathLike] = None,
                 output_name: Optional[str] = None, fetch_outputs: Optional[bool] = None,
                 unknown: Optional[dict[str, Any]] = None, **parameters: Any) -> None:
        super().__init__(lib.pz_request_new(catalogue._handle if catalogue else None, *sized(endpoint)))
        self._endpoint = (catalogue or Catalogue()).find(endpoint)
        for name, value in parameters.items():
            self.set(name, value)
        for name, value in (unknown or {}).items():
            lib.pz_request_set_unknown_json(self._handle, *sized(name), *sized(json.dumps(value)))
        if tag is not None:
            lib.pz_request_set_tag(self._handle, tag)
        if submit_key is not None:
            lib.pz_request_set_submit_key(self._handle, *sized(submit_key))
        if priority is not None:
            lib.pz_request_set_priority(self._handle, priority)
        if job_timeout is not None:
            lib.pz_request_set_job_timeout_ms(self._handle, to_ms(job_timeout))
        if submit_timeout is not None:
            lib.pz_request_set_submit_timeout_ms(self._handle, to_ms(submit_timeout))
        if output_dir is not None:
            lib.pz_request_set_output_dir(self._handle, *path_sized(output_dir))
        if output_name is not None:
            lib.pz_request_set_output_name(self._handle, *sized(output_name))
        if fetch_outputs is not None:
            lib.pz_request_set_fetch_outputs(self._handle, int(fetch_outputs))

    @classmethod
    def from_json(cls, endpoint: str, document: str) -> "Request":
        """From a JSON object of parameters."""
        self = cls(endpoint)
        lib.pz_request_set_all_json(self._handle, *sized(document))
        return self

    def clone(self) -> "Request":
        twin = type(self).__new__(type(self))
        Handle.__init__(twin, lib.pz_request_clone(self._handle))
        twin._endpoint = self._endpoint
        return twin

    def set(self, name: str, value: Any) -> "Request":
        param = self._endpoint.param(name) if self._endpoint else None
        if param and param.type in (ParamType.IMAGE, ParamType.IMAGES):
            for picture in value if isinstance(value, (list, tuple)) else [value]:
                self.add_image(name, picture)
            return self
        key = sized(name)
        if isinstance(value, str):
            lib.pz_request_set_string(self._handle, *key, *sized(value))
        elif isinstance(value, bool):
            lib.pz_request_set_bool(self._handle, *key, int(value))
        elif isinstance(value, int) and -(1 << 63) <= value < 1 << 63:
            lib.pz_request_set_int(self._handle, *key, value)
        elif isinstance(value, float):
            lib.pz_request_set_double(self._handle, *key, value)
        else:
            lib.pz_request_set_json(self._handle, *key, *sized(json.dumps(value)))
        return self

    def add_image(self, name: str, picture: Picture) -> "Request":
        """One more picture: a URL, the bytes of a PNG, JPEG or WebP file, or the path of one."""
        if isinstance(picture, str):
            lib.pz_request_add_image_url(self._handle, *sized(name), *sized(picture))
        elif isinstance(picture, os.PathLike):
            lib.pz_request_add_image_file(self._handle, *sized(name), *path_sized(picture))
        else:
            raw = bytes(picture)
            lib.pz_request_add_image_bytes(self._handle, *sized(name), raw, len(raw))
        return self

    def validate(self) -> None:
        """Raises what submit would about the request itself."""
        call(lib.pz_request_validate, self._handle)

    def estimate(self) -> Price:
        """NotFoundError where the price is not known; its message says why."""
        low, high = ctypes.c_int64(), ctypes.c_int64()
        status = lib.pz_request_estimate_microusd(self._handle, ctypes.byref(low), ctypes.byref(high))
        if status < 0:
            self.validate()
            raise make_error(status, self.estimate_source)
        return Price(low.value, high.value)

    @property
    def estimate_source(self) -> str:
        """Which document the price is from, or why it is not known."""
        return text(lib.pz_request_estimate_source(self._handle))

    @property
    def body(self) -> str:
        """The JSON that would be sent, null where a picture will be; "" if the request is not valid."""
        return sized_text(lib.pz_request_body_json, self._handle)
