"""What a reader is looking at, as it stands in the address: named values, each checked against what it may be."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal
from urllib.parse import parse_qsl, urlencode

from sp_geo.build.icb_sets import AS_THEN
from sp_geo.build.view import Build

ENGLAND = "England"
MOST_CHARACTERS = 80
_MOST_VALUES = 40
_FORMERLY = {"boards": "icbs", "treatment": "non_response"}
"""Keys of addresses of the release before, which bookmarks and reports still have."""
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{1,6})?")


@dataclass(frozen=True)
class Field:
    """One value of the address, and the control that sets it.

    Attributes:
        name: key in the address.
        label: of its control.
        default: used where the address says nothing, or something that it may not be.
        options: values with their words, in order; empty for numbers and text.
        kind: of control; ``hidden`` has none and is set by a click or by a link.
        low: least number.
        high: greatest number.
        step: of a number's control.
        hint: said under the label.
    """

    name: str
    label: str
    default: str
    options: Mapping[str, str] = field(default_factory=dict)
    kind: Literal["choice", "slider", "number", "text", "flag", "hidden"] = "choice"
    low: float = -math.inf
    high: float = math.inf
    step: float = 1.0
    hint: str = ""

    def accepts(self, value: str) -> bool:
        """Whether the value may stand here."""
        if self.options:
            return value in self.options
        if self.kind == "flag":
            return value in {"", "yes", "no"}
        if self.kind == "number":
            # One way to write a number, so that what is remembered by its text is not worked out again for another.
            is_number = _NUMBER.fullmatch(value) is not None and self.low <= float(value) <= self.high
            return value == self.default or is_number
        return len(value) <= MOST_CHARACTERS and value.isprintable()


@dataclass(frozen=True)
class View:
    """One view of one page: every field of the page with its value.

    Attributes:
        values: by field name, all of them accepted by their fields.
    """

    values: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        """Value of a field."""
        return self.values[name]

    def __hash__(self) -> int:
        """Views of the same values are the same view."""
        return hash(tuple(sorted(self.values.items())))

    def number(self, name: str) -> float | None:
        """Value of a number; None where it is left empty."""
        return float(self.values[name]) if self.values[name] else None

    def flag(self, name: str) -> bool:
        """Whether a box is ticked."""
        return self.values[name] == "yes"

    def key(self, names: Iterable[str]) -> str:
        """The values of some fields as one text, to see whether any of them changed."""
        return urlencode([(name, self.values[name]) for name in names if name in self.values])

    def only(self, names: Iterable[str]) -> View:
        """The same view without its other fields."""
        return View({name: self.values[name] for name in names if name in self.values})

    def but(self, **changes: str) -> View:
        """The same view with other values."""
        return replace(self, values={**self.values, **changes})

    def as_search(self) -> str:
        """The part of the address after the question mark, with it; every value that is not empty."""
        return "?" + urlencode([(name, value) for name, value in self.values.items() if value])


def pairs_of(search: str | None) -> Iterator[tuple[str, str]]:
    """Names and values of an address; what cannot be read is passed over."""
    try:
        pairs = parse_qsl((search or "").lstrip("?"), max_num_fields=_MOST_VALUES, separator="&")
    except ValueError:
        return
    yield from ((_FORMERLY.get(name, name), value) for name, value in pairs)


def read_view(search: str | None, fields: Iterable[Field]) -> tuple[View, list[str]]:
    """The view that an address asks for; what it asks for in vain is left at its default and named.

    Args:
        search: part of the address after the question mark, with it or without.
        fields: of the page; other names are passed over, because links between pages carry all they know.

    Returns:
        The view, and what in the address means nothing here, short and safe to show as text.
    """
    known = {item.name: item for item in fields}
    values = {name: item.default for name, item in known.items()}
    unknown = []
    for name, value in pairs_of(search):
        if name not in known:
            continue
        if known[name].accepts(value):
            values[name] = value
        else:
            label = known[name].label or name
            # Inside a sentence, but not "iCBs".
            said = label if label[1:2].isupper() else label[:1].lower() + label[1:]
            unknown.append(f"{said} '{value[:30]}'")
    return View(values), unknown


@dataclass(frozen=True)
class Look:
    """What an address looks at.

    Attributes:
        build: on the ICBs that the address asks for.
        view: of the page.
        unknown: what in the address means nothing here, in words.
    """

    build: Build
    view: View
    unknown: list[str]


def look(fields: Callable[[Build], tuple[Field, ...]], build: Build, search: str | None) -> Look:
    """What an address looks at.

    The ICBs come first, because which areas there are depends on them; a page without that field stays with the
    ICBs of the day.

    Args:
        fields: of the page.
        build: on any ICBs.
        search: part of the address after the question mark.
    """
    base = build.base
    asked, _ = read_view(search, [item for item in fields(base) if item.name in {"icbs", "area"}])
    there = base.on(asked.values.get("icbs", AS_THEN))
    view, unknown = read_view(search, fields(there))
    # An ICB of the day that is not in the set: say who has its PCNs.
    area = asked.values.get("area", "")
    moved = there.elsewhere(area) if area else ""
    if moved and view.values.get("area") != area:
        unknown = [f"area '{area}' ({moved})" if word.startswith("area ") else word for word in unknown]
    return Look(there, view, unknown)
