"""What the gateway offers, complete enough to build a form from."""
from __future__ import annotations

import ctypes
import json
from typing import Any, Iterator, Optional

from ._native import Handle, lib, out_pointer, sized, sized_text, text
from .enums import ParamType
from .errors import call


class Param:
    """A parameter of an endpoint."""

    def __init__(self, address: int, owner: "Catalogue") -> None:
        self._p = address
        self._owner = owner  # the address is the catalogue's

    @property
    def name(self) -> str:
        return text(lib.pz_param_name(self._p))

    @property
    def wire_name(self) -> str:
        """The endpoint's own name for it."""
        return text(lib.pz_param_wire_name(self._p))

    @property
    def type(self) -> ParamType:
        return ParamType(lib.pz_param_kind(self._p))

    @property
    def note(self) -> str:
        return text(lib.pz_param_note(self._p))

    @property
    def required(self) -> bool:
        return bool(lib.pz_param_is_required(self._p))

    @property
    def has_default(self) -> bool:
        return bool(lib.pz_param_has_default(self._p))

    @property
    def default(self) -> Any:
        """None also where the documents state none: has_default."""
        return json.loads(text(lib.pz_param_default_json(self._p))) if self.has_default else None

    @property
    def example(self) -> Any:
        found = text(lib.pz_param_example_json(self._p))
        return json.loads(found) if found else None

    @property
    def minimum(self) -> Optional[float]:
        return lib.pz_param_minimum(self._p) if lib.pz_param_has_minimum(self._p) else None

    @property
    def maximum(self) -> Optional[float]:
        return lib.pz_param_maximum(self._p) if lib.pz_param_has_maximum(self._p) else None

    @property
    def choices(self) -> list[Any]:
        return [json.loads(lib.pz_param_choice_json(self._p, i)) for i in range(lib.pz_param_choice_count(self._p))]

    @property
    def has_open_choices(self) -> bool:
        """Other values are allowed too."""
        return bool(lib.pz_param_has_open_choices(self._p))

    @property
    def min_length(self) -> int:
        return int(lib.pz_param_min_length(self._p))

    @property
    def max_length(self) -> int:
        return int(lib.pz_param_max_length(self._p))

    @property
    def min_items(self) -> int:
        return int(lib.pz_param_min_items(self._p))

    @property
    def max_items(self) -> int:
        return int(lib.pz_param_max_items(self._p))

    @property
    def accepts_data_uri(self) -> bool:
        """Bytes and files can travel inside the request; otherwise a picture needs a URL."""
        return bool(lib.pz_param_is_data_uri_accepted(self._p))

    @property
    def details(self) -> dict[str, Any]:
        """Everything above and the members of an OBJECT_LIST's items."""
        found: dict[str, Any] = json.loads(sized_text(lib.pz_param_json, self._p))
        return found

    def __repr__(self) -> str:
        return f"<Param {self.name}: {self.type.name.lower()}{', required' if self.required else ''}>"


class Endpoint:
    def __init__(self, address: int, owner: "Catalogue") -> None:
        self._e = address
        self._owner = owner

    @property
    def id(self) -> str:
        return text(lib.pz_endpoint_id(self._e))

    @property
    def product(self) -> str:
        return text(lib.pz_endpoint_product(self._e))

    @property
    def provider(self) -> str:
        return text(lib.pz_endpoint_provider(self._e))

    @property
    def title(self) -> str:
        return text(lib.pz_endpoint_title(self._e))

    @property
    def method(self) -> str:
        return text(lib.pz_endpoint_method(self._e))

    @property
    def path(self) -> str:
        return text(lib.pz_endpoint_path(self._e))

    @property
    def queued(self) -> bool:
        return bool(lib.pz_endpoint_is_queued(self._e))

    @property
    def model_id(self) -> str:
        return text(lib.pz_endpoint_model_id(self._e))

    @property
    def response_shape(self) -> str:
        return text(lib.pz_endpoint_response_shape(self._e))

    @property
    def has_price(self) -> bool:
        return bool(lib.pz_endpoint_has_price(self._e))

    @property
    def price_source(self) -> str:
        return text(lib.pz_endpoint_price_source(self._e))

    @property
    def aliases(self) -> list[str]:
        return [text(lib.pz_endpoint_alias(self._e, i)) for i in range(lib.pz_endpoint_alias_count(self._e))]

    @property
    def rules(self) -> list[str]:
        return [text(lib.pz_endpoint_rule(self._e, i)) for i in range(lib.pz_endpoint_rule_count(self._e))]

    @property
    def notes(self) -> list[str]:
        return [text(lib.pz_endpoint_note(self._e, i)) for i in range(lib.pz_endpoint_note_count(self._e))]

    @property
    def params(self) -> list[Param]:
        return [Param(lib.pz_endpoint_param(self._e, i), self._owner) for i in range(lib.pz_endpoint_param_count(self._e))]

    def param(self, name: str) -> Optional[Param]:
        """By canonical or by wire name."""
        found = lib.pz_endpoint_find_param(self._e, *sized(name))
        return Param(found, self._owner) if found else None

    @property
    def example(self) -> dict[str, Any]:
        """The documents' first printed request."""
        found: dict[str, Any] = json.loads(sized_text(lib.pz_endpoint_example_json, self._e))
        return found

    @property
    def details(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(sized_text(lib.pz_endpoint_json, self._e))
        return found

    def __repr__(self) -> str:
        return f"<Endpoint {self.id}>"


class Catalogue(Handle):
    """The built-in one, or one from JSON: Catalogue.load(text). Iterates over its endpoints."""

    _free = lib.pz_catalogue_release

    def __init__(self) -> None:
        super().__init__(lib.pz_catalogue_retain(lib.pz_catalogue_builtin()))

    @classmethod
    def load(cls, document: str) -> "Catalogue":
        loaded = out_pointer()
        call(lib.pz_catalogue_load, *sized(document), ctypes.byref(loaded))
        self = cls.__new__(cls)
        Handle.__init__(self, loaded.value)
        return self

    def __len__(self) -> int:
        return int(lib.pz_catalogue_endpoint_count(self._handle))

    def __iter__(self) -> Iterator[Endpoint]:
        for i in range(len(self)):
            yield Endpoint(lib.pz_catalogue_endpoint(self._handle, i), self)

    def find(self, name: str) -> Optional[Endpoint]:
        """By id or alias."""
        found = lib.pz_catalogue_find(self._handle, *sized(name))
        return Endpoint(found, self) if found else None

    def __getitem__(self, name: str) -> Endpoint:
        found = self.find(name)
        if not found:
            raise KeyError(name)
        return found

    def json(self) -> str:
        return sized_text(lib.pz_catalogue_json, self._handle)
