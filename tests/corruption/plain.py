"""How a person reads a text: plainly, without any of the program's code."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from dateutil import parser

Plain = Callable[[str], Any]


class Unfit(Exception):
    """A text that cannot be what stands under its header."""


def one(text: str) -> str:
    """A text with single spaces and none around."""
    return " ".join(text.split())


def code(text: str, void: Iterable[str] = (), shape: str = "[A-Z0-9]+") -> str | None:
    """A code of plain capital letters and digits; None for a blank, and for words that mean one."""
    found = text.strip()
    found = found.upper() if found.isascii() else found
    if not found or found in set(void):
        return None
    if not re.fullmatch(shape, found, re.ASCII):
        raise Unfit(text)
    return found


def parent(text: str) -> str | None:
    """A code of a larger area, with the publishers' words for none."""
    return code(text, void=("NULL", "NA", "N/A", ".", "U", "UNALLOCATED"))


def number(text: str, low: float = -math.inf, high: float = math.inf) -> float | None:
    """A number with a point, written in full."""
    found = text.strip()
    if not found:
        return None
    if not re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?", found):
        raise Unfit(text)
    if not low <= float(found) <= high or math.isinf(float(found)):
        raise Unfit(text)
    return float(found)


def whole(text: str) -> float | None:
    """A whole number of people or things."""
    found = number(text, 0)
    if found is not None and found != int(found):
        raise Unfit(text)
    return found


def answer(text: str) -> float | None:
    """A number of a survey; negative ones are the publisher's words for withheld, a stroke for not asked."""
    found = number("" if text.strip() == "/" else text)
    return None if found is None or found < 0 else found


def people(text: str) -> float | None:
    """A number of people that may be suppressed."""
    return None if text.strip().lower() in {"[x]", "[c]"} else whole(text)


def day(text: str) -> str | None:
    """A day in any form."""
    found = text.strip()
    if not found:
        return None
    if not found.isascii() or not re.search("[0-9]{2}", found):
        raise Unfit(text)
    try:
        parsed = date.fromisoformat(found[:10])
    except ValueError:
        try:
            parsed = parser.parse(found, dayfirst=True).date()
        except (ValueError, OverflowError) as fault:
            raise Unfit(text) from fault
    return parsed.isoformat()


def word(text: str) -> str | None:
    """A word in small letters, with underscores."""
    return re.sub(r"[^a-z0-9]+", "_", one(text).lower()).strip("_") or None


def name(text: str) -> str | None:
    """A name; None where blank."""
    return one(text) or None


_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def said(text: str, most: int = 500) -> str | None:
    """A text of a list that people keep; None for blanks and the words that mean so."""
    found = one(_CONTROL.sub(" ", text))
    if not found or found.lower() in {"n/a", "null", "nan"}:
        return None
    if found.startswith("=") or re.fullmatch(r"@\w+\(.*", found) or "\ufffd" in found:
        raise Unfit(text)
    if re.fullmatch(r"#(REF!|N/A|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!)", found):
        raise Unfit(text)
    return found[:most]


def loose(text: str, low: float = -math.inf, high: float = math.inf) -> float | None:
    """A number as people write it in lists: with thousands and pounds."""
    found = (said(text) or "").removeprefix("£")
    if re.fullmatch(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?", found):
        found = found.replace(",", "")
    return number(found, low, high)


def share(text: str) -> float | None:
    """A share from 0 to 1, or in per cent."""
    found = said(text) or ""
    part = loose(found.removesuffix("%"))
    return part if part is None else part / (100 if found.endswith("%") else 1)


def list_day(text: str) -> str | None:
    """A day, or a moment, of a list."""
    found = day(said(text) or "")
    if found is not None and not "1900" <= found[:4] <= "2100":
        raise Unfit(text)
    return found


def postcode(text: str) -> str | None:
    """A postcode in upper case with one space."""
    found = (said(text) or "").replace(" ", "")
    return code(found and f"{found[:-3]} {found[-3:]}", shape=r"[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}")


def area(text: str) -> str | None:
    """The code of an area of a list."""
    return code(said(text) or "", shape="[A-Z0-9]{3,9}")


def yes_no(text: str) -> str | None:
    """yes, no or nothing, in any of the words for them."""
    found = (said(text) or "").lower()
    known = {
        "": None,
        **dict.fromkeys(("yes", "y", "true", "1"), "yes"),
        **dict.fromkeys(("no", "n", "false", "0"), "no"),
    }
    if found not in known:
        raise Unfit(text)
    return known[found]


BY_ROLE: Mapping[str, Plain] = {
    "key": code,
    "code": code,
    "parent": parent,
    "count": whole,
    "number": number,
    "date": day,
    "word": word,
    "name": name,
}


@dataclass(frozen=True)
class Field:
    """A column of a published layout.

    Attributes:
        header: as published.
        role: what stands under it: ``key``, ``code``, ``count``, ``number``, ``date``, ``word``, ``name`` or
            ``ignored``.
        into: column of a table that says the same; empty if none does.
        plain: turns its text into a value.
    """

    header: str
    role: str = "ignored"
    into: str = ""
    plain: Plain = name


def fields(text: str, **plains: Plain) -> tuple[Field, ...]:
    """The columns of a layout from texts such as ``PCN_CODE | key | pcn_code``.

    Args:
        text: the columns, on lines of their own or with semicolons between them.
        **plains: how a column is read where its role does not tell, by ``into``.
    """
    found = []
    for column in re.split("[\n;]", text.strip().strip(";")):
        header, role, into, *_ = [part.strip() for part in column.split("|")] + ["", ""]
        held = "code" if role == "parent" else role or "ignored"
        found.append(Field(header, held, into, plains.get(into, BY_ROLE.get(role, name))))
    return tuple(found)


@dataclass(frozen=True)
class Row:
    """One row or record of a file.

    Attributes:
        number: as a spreadsheet counts, or of the item of a list.
        texts: by header of the layout; what cannot be told is missing.
        raw: what is compared to tell whether it is as it was.
        part: sheet or member it stands in.
    """

    number: int | str
    texts: Mapping[str, Any]
    raw: Any
    part: str = ""

    def __getitem__(self, header: str) -> Any:
        """The text under a header; empty if the file has no such column.

        Raises:
            Unfit: the row is shorter or longer than the header, or two columns say different things.
        """
        found = self.texts.get(header, "")
        if found is None:
            raise Unfit(f"{header} cannot be told")
        return found


@cache
def letters(header: str) -> str:
    """A header by its letters and digits alone."""
    return "".join(sign for sign in header.casefold() if sign.isalnum())


def places_of(header: list[str], wanted: Iterable[str]) -> dict[str, list[int]]:
    """Where each wanted header stands; if nowhere, where it stands but for notes in brackets."""
    exact, bare = [letters(cell) for cell in header], [letters(_bare(cell)) for cell in header]

    def places(name: str) -> list[int]:
        found = [at for at, cell in enumerate(exact) if cell == letters(name)]
        return found or [at for at, cell in enumerate(bare) if cell == letters(_bare(name))]

    return {name: found for name in wanted if (found := places(name))}


def _bare(header: str) -> str:
    return re.sub(r"\(.*?\)|\[.*?\]", "", header) if "(" in header or "[" in header else header


def rows_of(
    grid: list[list[str]],
    layout: tuple[Field, ...],
    part: str = "",
    *,
    padded: bool = False,
    header: list[str] | None = None,
) -> list[Row]:
    """The rows of a grid under its header.

    Args:
        grid: header and rows.
        layout: its columns.
        part: sheet or member.
        padded: whether rows have no length of their own.
        header: what columns are called where the grid has no header.
    """
    names, start = [field.header for field in layout], 0
    if header is None:
        known = {letters(name) for name in names} | {letters(_bare(name)) for name in names}
        fit = [len(known & {letters(cell) for cell in row}) for row in grid[:30]]
        top = fit.index(max(fit)) if fit else 0
        header, start = (grid[top] if grid else []), top + 1
    places = places_of(header, names)
    found = []
    for at, cells in enumerate(grid[start:], start=start + 1):
        if not any(cell.strip() for cell in cells):
            continue
        held = [*cells, *[""] * (len(header) - len(cells))] if padded else cells
        ragged = len(held) < len(header) or any(cell.strip() for cell in held[len(header) :])
        texts = {wanted: None if ragged else _text(held, where) for wanted, where in places.items()}
        raw = tuple(sorted((wanted, text) for wanted, text in texts.items() if text is not None and text.strip()))
        found.append(Row(at, texts, ("ragged", at) if ragged else raw, part))
    return found


def _text(cells: list[str], where: list[int]) -> str | None:
    told = {one(cells[at]) for at in where} - {""}
    return None if len(told) > 1 else next((cells[at] for at in where if one(cells[at])), "")
