"""How a person reads a cell and the rows of a table: plainly, without any of the program's code."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from dateutil import parser

UNFIT = math.nan
"""What stands for a text that cannot be what its header says; it is like nothing, not even itself."""

ANY = object()
"""What stands for a text that can be read in several ways."""


def one(text: str) -> str:
    """A text with single spaces and none around."""
    return " ".join(text.split())


def code(text: str) -> Any:
    """A code of plain capital letters and digits."""
    found = text.strip()
    found = found.upper() if found.isascii() else found
    return (found if re.fullmatch("[A-Z0-9]+", found) else UNFIT) if found else None


def parent(text: str) -> Any:
    """A code of a larger area, with the publishers' words for none."""
    return None if text.strip() in {"NULL", "NA", "N/A", ".", "U", "UNALLOCATED"} else code(text)


def number(text: str) -> Any:
    """A number with a point, written in full."""
    found = text.strip()
    fits = re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?", found)
    value = float(found) if fits else UNFIT
    return (UNFIT if math.isinf(value) else value) if found else None


def count(text: str) -> Any:
    """A whole number of people or things."""
    found = number(text)
    return found if found is None or (found >= 0 and found.is_integer()) else UNFIT


def answer(text: str) -> Any:
    """A number of a survey; negative ones are the publisher's words for withheld, a stroke for not asked."""
    found = number("" if text.strip() in {"/", "-"} else text)
    return None if found is None or found < 0 else found


def people(text: str) -> Any:
    """A number of people that may be suppressed."""
    return None if text.strip().lower() in {"[x]", "[c]"} else count(text)


def day(text: str) -> Any:
    """A day in any form."""
    found = text.strip()
    if not found:
        return None
    if not found.isascii() or not re.search("[0-9]{2}", found):
        return UNFIT
    try:
        return date.fromisoformat(found[:10]).isoformat()
    except ValueError:
        try:
            return parser.parse(found, dayfirst=True).date().isoformat()
        except (ValueError, OverflowError):
            return UNFIT


def word(text: str) -> Any:
    """A word in small letters, with underscores."""
    return re.sub(r"[^a-z0-9]+", "_", one(text).lower()).strip("_") or None


def said(text: str) -> Any:
    """A text of a list that people keep; None for blanks and the words that mean so."""
    found = one(re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", " ", text))
    if not found or found.lower() in {"n/a", "na", "null", "nan"}:
        return None
    broken = found.startswith("=") or re.match(r"@\w+\(|#[A-Z0-9/]+[!?]?$", found) or "\ufffd" in found
    return UNFIT if broken else found[:500]


def amount(text: str) -> Any:
    """A number as people write it in lists: with thousands and pounds."""
    found = said(text)
    if not isinstance(found, str):
        return found
    found = found.removeprefix("£")
    is_long = re.fullmatch(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?", found)
    return number(found.replace(",", "") if is_long else found)


def figure(text: str) -> Any:
    """A number, which people may write otherwise; a text without a digit is none."""
    found = number(text)
    return found if found is not UNFIT else ANY if re.search("[0-9]", text) else None


def share(text: str) -> Any:
    """A share from 0 to 1, or in per cent."""
    return amount(text) if not text.strip().endswith("%") else (amount(text.strip()[:-1]) or UNFIT) / 100


ROLES: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    **{reader.__name__: (reader.__name__, reader) for reader in (code, count, number, word)},
    "key": ("key", code),
    "parent": ("code", parent),
    "answer": ("number", answer),
    "people": ("count", people),
    "amount": ("number", amount),
    "share": ("number", share),
    "figure": ("number", figure),
    "date": ("date", day),
    "day": ("date", lambda text: day(said(text) or "")),
    "quarter": ("date", code),
    "name": ("name", lambda text: one(text)[:500] or None),
    "given": ("name", lambda text: one(text).replace("not given", "") or None),
    "area": ("code", lambda text: code(said(text) or "")),
    "said": ("name", said),
    "saidkey": ("key", said),
    "charity": ("key", lambda text: code((said(text) or "").removesuffix(".0"))),
    "count0": ("count", lambda text: amount(text) or 0.0),
    "postcode": ("name", lambda text: code((said(text) or "").replace(" ", ""))),
    "yes": ("word", lambda text: {"y": "yes", "true": "yes", "1": "yes", "n": "no", "false": "no", "0": "no"}.get(
        text.strip().lower(), word(text))),
}  # fmt: skip
"""What may stand under a header: how it is spoilt (as a code, a key, a count ...), and how it is read."""


@dataclass(frozen=True)
class Field:
    """A column of a published layout.

    Attributes:
        header: as published.
        role: what stands under it, of ``ROLES``; empty where nothing is conserved of it.
        into: column of a table that says the same; empty if none does.
    """

    header: str
    role: str
    into: str

    @property
    def held(self) -> str:
        """As what it is spoilt."""
        return ROLES[self.role][0] if self.role else "ignored"

    def plain(self, text: str) -> Any:
        """What a text under this header says."""
        return ROLES[self.role][1](text)


def fields(text: str) -> tuple[Field, ...]:
    """The columns of a layout from texts such as ``PCN_CODE | key | pcn_code``, one a line or with semicolons between.

    A point for the column of the table is the header itself.
    """
    found = []
    for column in re.split("[\n;]", text.strip().strip(";")):
        header, role, into, *_ = [part.strip() for part in column.split("|")] + ["", ""]
        found.append(Field(header, role, header if into == "." else into))
    return tuple(found)


@dataclass(frozen=True)
class Row:
    """One row or record of a file.

    Attributes:
        number: as a spreadsheet counts, or of the item of a list.
        texts: by header of the layout; None where it cannot be told.
        raw: what is compared to tell whether it is as it was.
        part: sheet or member it stands in.
    """

    number: int | str
    texts: Mapping[str, Any]
    raw: Any = None
    part: str = ""

    def __getitem__(self, header: str) -> str:
        """The text under a header; a formula, which fits nowhere, if the row is torn or says two things."""
        found = self.texts.get(header, "")
        return "=cannot be told" if found is None else str(found)


@cache
def letters(header: str) -> str:
    """A header by its letters and digits alone."""
    return "".join(sign for sign in header.casefold() if sign.isalnum())


@cache
def _bare(header: str) -> str:
    return letters(re.sub(r"\(.*?\)|\[.*?\]", "", header))


def places_of(header: list[str], wanted: Iterable[str]) -> dict[str, list[int]]:
    """Where each wanted header stands; if nowhere, where it stands but for notes in brackets."""
    found = {}
    for name in wanted:
        exact = [at for at, cell in enumerate(header) if letters(cell) == letters(name)]
        places = exact or [at for at, cell in enumerate(header) if _bare(cell) == _bare(name)]
        found |= {name: places} if places else {}
    return found


def fit(grid: list[list[str]], layout: tuple[Field, ...]) -> list[int]:
    """How many headers of a layout each of the first rows of a grid holds."""
    known = {form(field.header) for field in layout for form in (letters, _bare)}
    return [len(known & {letters(cell) for cell in row}) for row in grid[:30]] or [0]


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
    start = 0
    if header is None:
        top = fit(grid, layout).index(max(fit(grid, layout)))
        header, start = (grid[top] if grid else []), top + 1
    places = places_of(header, [field.header for field in layout])
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
