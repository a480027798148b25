"""When releases of a publication come out, what each is called, and which periods a text speaks of. No network."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, Literal

from sp_geo.core.quarters import Quarter, span

Every = Literal["quarter", "month", "year", "once", "irregular"]
UNDATED: Final = "latest"
"""Label of a publication whose releases follow no calendar: the one there is now."""

_MONTHS: Final = [name.lower() for name in calendar.month_name[1:]]
_NUMBERS: Final = (
    {name: number for number, name in enumerate(_MONTHS, start=1)}
    | {name[:3]: number for number, name in enumerate(_MONTHS, start=1)}
    | {"sept": 9}
)
_NAMED: Final = re.compile(
    rf"(?<![a-z])({'|'.join(sorted(_NUMBERS, key=len, reverse=True))})(?![a-z])"
    r"[\s_.,+-]{0,3}(?:\d{1,2}(?:st|nd|rd|th)?[\s,]{1,2})?(20\d\d|(?:1[89]|[23]\d)(?!:))(?!\d)",
    re.IGNORECASE,
)
_MONTH_YEAR: Final = re.compile(r"(?<!\d)(0[1-9]|1[0-2])[-_.]?(20\d\d)(?!\d)")
_YEAR_MONTH: Final = re.compile(r"(?<!\d)(20\d\d)[-_.](0[1-9]|1[0-2])(?!\d)")
_YEAR: Final = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_LONGEST: Final = 2_000
"""Characters of a text that are read; the text of a link is a line."""


@dataclass(frozen=True)
class Cadence:
    """How often something comes out.

    Attributes:
        every: ``quarter`` (labels such as ``2022Q2``), ``month`` (``2022-07``, only those of ``months``), ``year``
            (``2022``), ``once`` (the labels of ``editions``) or ``irregular`` (one label, ``latest``).
        first: label of the first release.
        last: label of the last one; empty if more are to come.
        months: months of the year whose extracts are wanted, 1 to 12.
        due_after_weeks: weeks after the period's last day (of a month or year: its first day) until it is out, as
            releases so far suggest; not a promise of the publisher.
        editions: month in which each edition came out, such as ``2025-10``, by label.
    """

    every: Every
    first: str = ""
    last: str = ""
    months: tuple[int, ...] = ()
    due_after_weeks: int = 0
    editions: Mapping[str, str] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """In a few words."""
        if self.every == "month":
            named = ", ".join(calendar.month_abbr[number] for number in self.months)
            return f"monthly (wanted: {named})"
        return {"quarter": "quarterly", "year": "yearly", "once": "once an edition", "irregular": "no calendar"}[
            self.every
        ]


def labels(cadence: Cadence, first: date, last: date) -> list[str]:
    """Labels of the periods that end (quarters) or begin (months, years) between two days, both included."""
    if cadence.every == "irregular":
        return [UNDATED]
    if cadence.every == "once":
        return sorted(cadence.editions)
    if cadence.every == "quarter":
        quarters = span(Quarter.containing(first), Quarter.containing(last))
        found = [str(quarter) for quarter in quarters if first <= quarter.end <= last]
    elif cadence.every == "month":
        days = [date(year, month, 1) for year in range(first.year, last.year + 1) for month in cadence.months]
        found = [f"{day:%Y-%m}" for day in days if first <= day <= last]
    else:
        found = [str(year) for year in range(first.year, last.year + 1)]
    return [label for label in found if label >= cadence.first and (not cadence.last or label <= cadence.last)]


def day_of(cadence: Cadence, label: str) -> date | None:
    """The day a release speaks of: last of a quarter, first of a month or year; None without a calendar.

    Raises:
        ValueError: the label is not one of this cadence.
    """
    if cadence.every == "irregular":
        return None
    if cadence.every == "once":
        return date(int(cadence.editions[label][:4]), int(cadence.editions[label][5:7]), 1)
    if cadence.every == "quarter":
        return Quarter(int(label[:4]), int(label[5:])).end
    if cadence.every == "month":
        return date(int(label[:4]), int(label[5:7]), 1)
    return date(int(label), 1, 1)


def due(cadence: Cadence, label: str) -> date | None:
    """The day from which a release may be expected; None without a calendar."""
    day = day_of(cadence, label)
    return None if day is None else day + timedelta(weeks=cadence.due_after_weeks)


def fits(cadence: Cadence, label: str) -> bool:
    """Whether a label is one of this cadence."""
    if cadence.every == "irregular":
        return label == UNDATED
    if cadence.every == "once":
        return label in cadence.editions
    shape = {"quarter": r"20\d\dQ[1-4]", "month": r"20\d\d-(0[1-9]|1[0-2])", "year": r"20\d\d"}[cadence.every]
    is_inside = label >= cadence.first and (not cadence.last or label <= cadence.last)
    return re.fullmatch(shape, label) is not None and is_inside


def months_in(text: str) -> set[tuple[int, int]]:
    """Years and months that a text names: ``30 June 2022``, ``jun-22``, ``062026``, ``2022-07``."""
    line = text[:_LONGEST]
    found = {(int(year), int(month)) for month, year in _MONTH_YEAR.findall(line)}
    found |= {(int(year), int(month)) for year, month in _YEAR_MONTH.findall(line)}
    for name, year in _NAMED.findall(line):
        whole = int(year) if len(year) == len("2022") else 2000 + int(year)
        found.add((whole, _NUMBERS[name.lower()]))
    return found


def labels_in(text: str, cadence: Cadence) -> set[str]:
    """Labels of a cadence that a text names; a month that does not end a quarter is no quarter."""
    if cadence.every == "quarter":
        return {f"{year}Q{month // 3}" for year, month in months_in(text) if month % 3 == 0}
    if cadence.every == "month":
        return {f"{year}-{month:02d}" for year, month in months_in(text)}
    if cadence.every == "year":
        return set(_YEAR.findall(text[:_LONGEST]))
    return {label for label in cadence.editions if label in text[:_LONGEST]}


def speaks_of(text: str, cadence: Cadence, label: str) -> bool | None:
    """Whether a text names a period, or a span that holds it; None if it names no month or year at all."""
    named = labels_in(text, cadence)
    if not named:
        # A month between quarters is a period too, only never a wanted one.
        return False if cadence.every == "quarter" and months_in(text) else None
    return min(named) <= label <= max(named)


def filled(template: str, cadence: Cadence, label: str) -> str:
    """A template with the period put in: ``{label}``, ``{year}``, ``{month}``, ``{mm}``, ``{day}``."""
    day = day_of(cadence, label)
    if day is None:
        return template
    return (
        template.replace("{label}", label)
        .replace("{year}", label[:4])
        .replace("{month}", _MONTHS[day.month - 1])
        .replace("{mm}", f"{day.month:02d}")
        .replace("{day}", str(day.day))
    )
