"""The oracle's own way of reading text: plain, strict, and none of the program's code."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tests.corruption.model import Doubt, Grid, Value

Read = Callable[[str], Value]


class Unfit(Exception):
    """A text that cannot be what stands under its header."""


def one(text: str) -> str:
    """A text with single spaces and none around."""
    return " ".join(text.split())


def code(shape: str, *, null: bool = False, blanks: Iterable[str] = ()) -> Read:
    """Codes of plain capital letters and digits."""

    def read(text: str) -> Value:
        found = text.strip()
        found = found.upper() if found.isascii() else found
        if null and (not found or found in set(blanks)):
            return None
        if not re.fullmatch(shape, found, re.ASCII):
            raise Unfit(found)
        return found

    return read


def count(low: int, high: int, *, null: Iterable[str] = ()) -> Read:
    """Whole numbers, written in full."""

    def read(text: str) -> Value:
        found = text.strip()
        if found.lower() in set(null):
            return None
        if not re.fullmatch(r"[0-9]{1,12}(\.0+)?", found):
            raise Unfit(found)
        value = int(found.split(".")[0])
        if not low <= value <= high:
            raise Unfit(found)
        return value

    return read


_NUMBER = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?"


def number(low: float, high: float, *, null: Iterable[str] = ()) -> Read:
    """Numbers with a point, written in full."""

    def read(text: str) -> Value:
        found = text.strip()
        if found.lower() in set(null):
            return None
        if not re.fullmatch(_NUMBER, found) or not low <= float(found) <= high:
            raise Unfit(found)
        return float(found)

    return read


def loose(low: float, high: float, *, percent: bool = False) -> Read:
    """Numbers as people write them in lists: with thousands and, for shares, per cent; blank is nothing."""

    def read(text: str) -> Value:
        found = said(text)
        if found is None:
            return None
        plain = found.removeprefix("£")
        if re.fullmatch(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?", plain):
            plain = plain.replace(",", "")
        by = 1.0
        if percent and plain.endswith("%"):
            plain, by = plain[:-1], 100.0
        if not re.fullmatch(_NUMBER, plain) or not low <= float(plain) / by <= high:
            raise Unfit(found)
        return float(plain) / by

    return read


def day(*, null: bool = False) -> Read:
    """Days in any of the forms that publishers use."""
    forms = ("%Y-%m-%d", "%Y%m%d", "%d%b%Y", "%d-%b-%Y", "%d/%m/%Y", "%d %B %Y", "%d %b %Y", "%Y-%m-%d %H:%M:%S")

    def read(text: str) -> Value:
        found = text.strip()
        if null and not found:
            return None
        if not found.isascii():
            raise Unfit(found)
        for form in forms:
            try:
                parsed = datetime.strptime(found, form).date()
            except ValueError:
                continue
            if date(1900, 1, 1) <= parsed < date(2101, 1, 1):
                return parsed.isoformat()
        raise Unfit(found)

    return read


def list_day(text: str) -> Value:
    """Days in lists that people keep, or moments; blank is nothing."""
    found = said(text)
    if found is None:
        return None
    if not found.isascii():
        raise Unfit(found)
    for form, part in (("%Y-%m-%d", found[:10]), ("%d/%m/%Y", found), ("%d %B %Y", found), ("%Y%m%d", found)):
        try:
            parsed = datetime.strptime(part, form).date()
        except ValueError:
            continue
        if 1900 <= parsed.year <= 2100:
            return parsed.isoformat()
    raise Unfit(found)


def word(meanings: Mapping[str, str] | Iterable[str], *, null: bool = False) -> Read:
    """One of some words, in any case."""
    known = dict(meanings) if isinstance(meanings, Mapping) else {item: item for item in meanings}

    def read(text: str) -> Value:
        found = one(text).lower()
        if null and not found:
            return None
        if found not in known or not one(text).isascii():
            raise Unfit(text)
        return known[found]

    return read


def name(text: str) -> Value:
    """A name; missing where blank."""
    return one(text) or None


_MISSING = {"n/a", "null", "nan"}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def said(text: str, most: int = 500) -> str | None:
    """A text of a list; None for blanks and the words that mean so; formulas and errors cost the record."""
    found = one(_CONTROL.sub(" ", text))
    if not found or found.lower() in _MISSING:
        return None
    if found.startswith("=") or re.fullmatch(r"@\w+\(.*", found) or "\ufffd" in found:
        raise Unfit(found)
    if re.fullmatch(r"#(REF!|N/A|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!)", found):
        raise Unfit(found)
    return found[:most]


def needed_text(text: str) -> Value:
    """A text that every record needs."""
    found = said(text)
    if found is None:
        raise Unfit(text)
    return found


def postcode(text: str) -> Value:
    """A postcode in upper case with one space."""
    found = one(_CONTROL.sub(" ", text)).replace(" ", "")
    if not found or found.lower() in _MISSING:
        return None
    shaped = f"{found[:-3]} {found[-3:]}".upper()
    if not found.isascii() or not re.fullmatch(r"[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}", shaped):
        raise Unfit(text)
    return shaped


@dataclass(frozen=True)
class Field:
    """A column of a published layout.

    Attributes:
        header: as published.
        role: what stands under it; see :class:`tests.corruption.model.Seed`.
        into: name in the rows that the oracle gives.
        read: turns its text into a value.
        needed: whether a file without it must be refused.
        soft: whether an unfit text costs only the value, with a warning.
    """

    header: str
    role: str = "ignored"
    into: str = ""
    read: Read = name
    needed: bool = True
    soft: bool = False


@dataclass(frozen=True)
class Converted:
    """Rows that fit, and how many did not."""

    rows: list[dict[str, Any]]
    lost: int = 0
    warned: int = 0


def normal(header: str) -> str:
    """A header as it is compared."""
    return " ".join(header.replace("\ufeff", " ").replace("ï»¿", " ").split()).strip("\"' ").lower()


def same_header(left: str, right: str, *, loosely: bool) -> bool:
    """Whether two headers are one; lists that people keep are compared by letters and digits only."""
    first, second = normal(left), normal(right)
    if loosely:
        return re.sub(r"[^a-z0-9]+", "_", first).strip("_") == re.sub(r"[^a-z0-9]+", "_", second).strip("_")
    return first == second


def convert(
    grid: Grid,
    fields: Sequence[Field],
    *,
    by_record: bool = False,
    keep: Callable[[dict[str, str]], bool] | None = None,
) -> Converted:
    """The rows of a grid under its header.

    Args:
        grid: header and rows.
        fields: of the layout; other headers are passed over.
        by_record: whether an unfit row is lost by itself.
        keep: which rows are meant, from their texts; the others are passed over.

    Raises:
        Doubt: a needed column is missing or stands twice, or a row does not fit.
    """
    body = [row for row in grid if any(cell.strip() for cell in row)]
    if len(body) < 2:
        raise Doubt("no row")
    header, rows, lost, warned = body[0], [], 0, 0
    places = {field.header: _place(header, field, loosely=by_record) for field in fields if field.into or not by_record}
    for cells in body[1:]:
        try:
            texts = _texts(header, cells, places, by_record=by_record)
            if keep is not None and not keep(texts):
                continue
            row, soft = _row(texts, fields)
        except Unfit as fault:
            if not by_record:
                raise Doubt(f"'{fault}'") from fault
            lost += 1
            continue
        warned += soft
        rows.append(row)
    if not rows:
        raise Doubt("no sound row")
    return Converted(rows, lost, warned)


def _place(header: list[str], field: Field, *, loosely: bool) -> list[int]:
    found = [at for at, cell in enumerate(header) if same_header(cell, field.header, loosely=loosely)]
    if len(found) > 1 and not loosely:
        raise Doubt(f"{field.header} twice")
    if not found and field.needed and field.into:
        raise Doubt(f"no {field.header}")
    return found


def _texts(header: list[str], cells: list[str], places: Mapping[str, list[int]], *, by_record: bool) -> dict[str, str]:
    if len(cells) < len(header) or any(cell.strip() for cell in cells[len(header) :]):
        raise Unfit("ragged")
    found = {}
    if by_record and any(
        re.match(r"=|#(REF!|N/A|VALUE!|DIV/0!|NAME\?|NULL!|NUM!)$", one(cells[at]))
        for part in places.values()
        for at in part
    ):
        raise Unfit("a formula or an error")
    for name, at in places.items():
        values = {one(cells[place]) for place in at}
        values = {value for value in values if value and value.lower() not in _MISSING} if len(at) > 1 else values
        if len(values) > 1:
            raise Unfit("two columns say different things")
        found[name] = next((cells[place] for place in at if one(cells[place]) in values), "")
    return found


def _row(texts: Mapping[str, str], fields: Sequence[Field]) -> tuple[dict[str, Any], int]:
    row: dict[str, Any] = {}
    soft = 0
    for field in fields:
        if not field.into:
            continue
        try:
            row[field.into] = field.read(texts[field.header])
        except Unfit:
            if not field.soft:
                raise
            row[field.into], soft = None, 1
    return row, soft


def unique(rows: Sequence[Mapping[str, Any]], *key: str) -> None:
    """Refuse rows that repeat a key."""
    keys = [tuple(row[part] for part in key) for row in rows]
    if len(set(keys)) < len(keys):
        raise Doubt(f"{', '.join(key)} twice")


def first_of(rows: Sequence[dict[str, Any]], *key: str) -> tuple[list[dict[str, Any]], int]:
    """The first row of each key, and how many others there were."""
    kept: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        kept.setdefault(tuple(row[part] for part in key), row)
    return list(kept.values()), len(rows) - len(kept)


def only(rows: Sequence[Mapping[str, Any]], column: str) -> Any:
    """The one value of a column."""
    found = {row[column] for row in rows}
    if len(found) != 1:
        raise Doubt(f"several {column}")
    return found.pop()


def pick(rows: Sequence[Mapping[str, Any]], *columns: str, **more: Any) -> list[dict[str, Any]]:
    """Some columns of rows, with constants."""
    return [{column: row[column] for column in columns} | more for row in rows]
