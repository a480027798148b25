"""Records checked against a schema: every fault listed, in one walk.

Only what schemas of open data standards use is known: type, required, properties, items, enum, format and references
within the file. A general validator either stops at the first fault or takes a millisecond a record.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

import yaml

FaultKind = Literal["missing", "empty", "type", "value", "format"]
_LONGEST_SHOWN: Final = 60
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+")
_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?:[!#$&-;=?-Z\[\]_a-z~]|%[0-9A-Fa-f]{2})*")
_MOMENT: Final = re.compile(r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)")


@dataclass(frozen=True)
class Fault:
    """One way in which a record differs from its schema.

    Attributes:
        kind: missing: a needed value is not there; empty: a null where a value belongs; type, value (not one of those
            allowed) or format: it is there, but wrong.
        path: names down to the value, with slashes; lists are not counted, so that like faults are alike.
        detail: what was found and what was expected.
    """

    kind: FaultKind
    path: str
    detail: str

    @property
    def cause(self) -> str:
        """The fault in a few words, by which faults are counted."""
        ends = {
            "missing": "is missing",
            "empty": "is null",
            "type": "is of the wrong type",
            "value": "is not one of the allowed values",
            "format": "is not well formed",
        }
        return f"{self.path or 'the record'} {ends[self.kind]}"


@dataclass(frozen=True)
class Shape:
    """One place of a schema, made ready to be checked."""

    type: str
    allowed: tuple[str, ...] = ()
    format: str = ""
    required: tuple[str, ...] = ()
    properties: tuple[tuple[str, Shape], ...] = ()
    items: Shape | None = None


def load_schema(text: str, root: str) -> Shape:
    """A schema from YAML with ``$defs``, of which ``root`` is the record's.

    References may not go in circles.
    """
    defs: Mapping[str, Any] = yaml.safe_load(text)["$defs"]
    return _shape(defs[root], defs)


def _shape(node: Mapping[str, Any], defs: Mapping[str, Any]) -> Shape:
    if "$ref" in node:
        return _shape(defs[node["$ref"].removeprefix("#/$defs/")], defs)
    return Shape(
        type=node["type"],
        allowed=tuple(node.get("enum", ())),
        format=node.get("format", ""),
        required=tuple(node.get("required", ())),
        properties=tuple((name, _shape(part, defs)) for name, part in node.get("properties", {}).items()),
        items=_shape(node["items"], defs) if "items" in node else None,
    )


def faults(value: Any, shape: Shape, path: str = "") -> Iterator[Fault]:
    """Every fault of a value; names that the schema does not know are no faults."""
    if not _TYPES[shape.type](value):
        named = (_NAMES[name] for name, is_one in _TYPES.items() if is_one(value))
        kind = next(named, "yes or no" if isinstance(value, bool) else "something else")
        yield Fault("type", path, f"{_shown(value)} is {kind}; expected {_NAMES[shape.type]}")
        return
    if shape.type == "object":
        yield from _faults_of_object(value, shape, path)
    elif shape.type == "array" and shape.items is not None:
        for item in value:
            yield from faults(item, shape.items, path)
    elif shape.allowed and value not in shape.allowed:
        yield Fault("value", path, f"{_shown(value)}; expected one of {', '.join(shape.allowed)}")
    elif shape.format and not _FORMATS[shape.format](value):
        yield Fault("format", path, f"{_shown(value)}; expected {_FORMAT_NAMES[shape.format]}")


def _faults_of_object(value: Mapping[str, Any], shape: Shape, path: str) -> Iterator[Fault]:
    before = f"{path}/" if path else ""
    for name in shape.required:
        if value.get(name) is None:
            yield Fault("missing", before + name, "null" if name in value else "")
    for name, part in shape.properties:
        found = value.get(name)
        if found is not None:
            yield from faults(found, part, before + name)
        elif name in value and name not in shape.required:
            yield Fault("empty", before + name, "null; leave out what is not known")


def is_moment(text: str) -> bool:
    """Whether a text is a date and time with its zone, as RFC 3339 writes them, and on the calendar."""
    found = _MOMENT.fullmatch(text)
    if found is None:
        return False
    try:
        datetime.fromisoformat(f"{found[1]}T{found[2]}")
    except ValueError:
        return False
    return True


_TYPES: Final[Mapping[str, Callable[[Any], bool]]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
}
_NAMES: Final = {"object": "an object", "array": "a list", "string": "a text", "number": "a number"}
_FORMATS: Final[Mapping[str, Callable[[str], bool]]] = {
    "uuid": lambda text: _UUID.fullmatch(text) is not None,
    "email": lambda text: _EMAIL.fullmatch(text) is not None,
    "uri": lambda text: _URI.fullmatch(text) is not None,
    "date-time": is_moment,
}
_FORMAT_NAMES: Final = {
    "uuid": "a UUID such as ac148810-d857-441c-9679-408f346de14b",
    "email": "an address such as name@example.org",
    "uri": "an address such as https://example.org",
    "date-time": "a moment such as 2026-07-01T10:30:00Z",
}


def _shown(value: Any) -> str:
    if isinstance(value, (dict, list)):
        return f"a value with {len(value)} part(s)"
    return f"'{str(value)[:_LONGEST_SHOWN]}'"
