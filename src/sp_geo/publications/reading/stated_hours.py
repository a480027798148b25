"""Opening hours as people write them, read no further than they are clear: evenings and weekends, or unknown."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, Literal

YesNo = Literal["yes", "no"]
WEEKDAYS: Final = frozenset(range(5))
WEEKEND: Final = frozenset({5, 6})
EVENING_MINUTES: Final = 17 * 60 + 30
"""A service that is still open after this on a weekday is open in the evening."""
_NOON: Final = 12 * 60
_EARLIEST: Final = 7 * 60
_MOST_DAYS_WITHOUT_WEEKEND: Final = 5
_LEAST_DAYS_WITH_WEEKDAY: Final = 3

_NAMES: Final = (
    r"mon(?:day)?", r"tue(?:s(?:day)?)?", r"wed(?:s|nesday)?", r"thu(?:r(?:s(?:day)?)?)?", r"fri(?:day)?",
    r"sat(?:urday)?", r"sun(?:day)?",
)  # fmt: skip
_DAY: Final = "(?:" + "|".join(_NAMES) + ")'?s?"
_MANY: Final = r"week\s?days?|week\s?ends?|(?:7|seven)\s+days|every\s?day|daily"
_DASH: Final = r"\s*(?:-|–|—|to|until|till|through)\s*"
_CLOCK: Final = r"(?:\d{1,2}(?:[:.]\d{2})?\s*(?:am|pm|a\.m\.|p\.m\.|noon|midnight)?|noon|midday|midnight)"
_TOKEN: Final = re.compile(
    rf"(?P<times>(?<![\d.:]){_CLOCK}{_DASH}{_CLOCK}(?![\d:]))"
    rf"|(?P<days>\b(?:{_DAY}{_DASH}{_DAY}|{_DAY}|{_MANY})\b)"
    r"|(?P<closed>\b(?:closed|except|excluding|not open|not on)\b(?!\s+(?:public|bank)))"
    r"|(?P<slot>(?<=\s)-\s+/|/\s+-(?=\s|$))"
    r"|(?P<end>;|\n)",
    re.IGNORECASE,
)
_ONE_CLOCK: Final = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm|noon|midnight)?|(noon|midday|midnight)")


@dataclass(frozen=True)
class Stated:
    """What opening hours say clearly; None where they do not."""

    evening: YesNo | None
    weekend: YesNo | None


@dataclass
class _Group:
    """Days named together, with the closing times that stand beside them; None for an unclear one."""

    days: set[int] = field(default_factory=set)
    closings: list[int | None] = field(default_factory=list)
    says_closed: bool = False
    has_slots: bool = False

    @property
    def is_closed(self) -> bool:
        """Whether it is shut on these days; in a form with places for two spells, empty places say so."""
        return self.says_closed or (self.has_slots and not self.closings)


def stated(text: str, days_open: float | None = None) -> Stated:
    """Whether a place is open on a weekday evening and at a weekend.

    Args:
        text: opening hours in words, such as ``Mon 10:00 - 12:00; Sat closed`` or ``Tuesdays 2pm-6pm``.
        days_open: days a week it is open, where the list says so; used only if the text names no day.
    """
    always = re.sub(r"\b24\s?/\s?7\b", "every day 00:00 - 23:59", text)
    groups = _groups(re.sub(r"(?<=[a-z0-9])(?=[A-Z][a-z])", " ", always))
    named = set().union(*(group.days for group in groups)) if groups else set()
    closed = set().union(*(group.days for group in groups if group.is_closed)) if groups else set()
    is_open = set().union(*(group.days for group in groups if not group.is_closed)) - closed if groups else set()
    weekend: YesNo | None = None
    if is_open:
        weekend = "yes" if is_open & WEEKEND else "no"
    elif not named and days_open is not None and _MOST_DAYS_WITHOUT_WEEKEND < days_open <= len(_NAMES):
        weekend = "yes"
    return Stated(_evening(groups, is_open, days_open), weekend)


def _evening(groups: list[_Group], is_open: set[int], days_open: float | None) -> YesNo | None:
    clear = True
    anything = False
    for group in groups:
        if group.is_closed:
            continue
        days = group.days & is_open
        some_weekday = bool(days & WEEKDAYS) or (
            not group.days and days_open is not None and days_open >= _LEAST_DAYS_WITH_WEEKDAY
        )
        late = [closing for closing in group.closings if closing is not None and closing > EVENING_MINUTES]
        if late and some_weekday:
            return "yes"
        if not group.days or days & WEEKDAYS:
            clear = clear and bool(group.closings) and None not in group.closings and not late
        anything = anything or bool(group.closings)
    return "no" if clear and anything else None


def _groups(text: str) -> list[_Group]:
    """Days and times in the order in which they stand: times belong to the days before them."""
    groups = [_Group()]
    for found in _TOKEN.finditer(text):
        current, kind = groups[-1], found.lastgroup
        if kind == "end":
            groups.append(_Group())
        elif kind == "slot":
            current.has_slots = True
        elif kind == "times":
            current.closings.append(_closing(found.group()))
        elif kind == "days":
            if current.days and current.closings:
                groups.append(_Group())
            groups[-1].days |= _days(found.group())
        elif current.days and not current.closings:
            # Saturday: closed.
            current.says_closed = True
            groups.append(_Group())
        else:
            # Closed on Saturday.
            groups.append(_Group(says_closed=True))
    return [group for group in groups if group.days or group.closings]


def _days(text: str) -> set[int]:
    plain = text.lower()
    if "week" in re.sub(r"\s", "", plain):
        return set(WEEKEND if "end" in plain else WEEKDAYS)
    numbers = [
        next(number for number, name in enumerate(_NAMES) if word.startswith(name[:3]))
        for word in re.findall(_DAY, plain)
    ]
    if not numbers:
        return set(WEEKDAYS | WEEKEND)
    first, last = numbers[0], numbers[-1]
    length = (last - first) % 7
    return {(first + step) % 7 for step in range(length + 1)}


def _closing(text: str) -> int | None:
    """Minutes after midnight of the closing time of a spell; None if it can be read in two ways."""
    plain = text.lower().replace("a.m.", "am").replace("p.m.", "pm")
    opens, closes = (_clock(part) for part in re.split(_DASH, plain, maxsplit=1))
    if opens is None or closes is None:
        return None
    begin, begin_mark = opens
    end, end_mark = closes
    if end_mark:
        return _closing_with_mark(begin, begin_mark, end, end_mark)
    if begin_mark == "am":
        # From 9am to 5 can only mean the afternoon; from 9am to 11 can mean two things.
        return end + _NOON if end <= begin and end < _NOON else end if end >= _NOON else None
    if begin_mark:
        return None
    if end >= _NOON + 60:
        return end if end > begin else None
    return end if _EARLIEST <= begin < end else None


def _closing_with_mark(begin: int, begin_mark: str, end: int, mark: str) -> int | None:
    if mark == "midnight" or (mark == "am" and end < 60):  # noqa: PLR2004 - 12am, minutes of an hour
        return 24 * 60
    if mark == "am":
        # After midnight if it opens in the afternoon, in the morning if it opens before.
        if begin_mark == "pm":
            return 24 * 60
        return end if begin < end else None
    return end


def _clock(text: str) -> tuple[int, str] | None:
    """Minutes after midnight, and the mark (am, pm, midnight) that makes them certain."""
    found = _ONE_CLOCK.fullmatch(text.strip())
    if found is None:
        return None
    if found[4]:
        return (24 * 60, "midnight") if found[4] == "midnight" else (_NOON, "pm")
    hour, minute, mark = int(found[1]), int(found[2] or 0), found[3] or ""
    if hour > 24 or minute > 59 or (mark and hour > 12 and mark != "pm"):  # noqa: PLR2004 - a clock's face
        return None
    if mark == "noon":
        return _NOON, "pm"
    if mark == "midnight":
        return 24 * 60, mark
    if mark == "pm" and hour < 12:  # noqa: PLR2004
        hour += 12
    if mark == "am" and hour == 12:  # noqa: PLR2004
        hour = 0
    return hour * 60 + minute, mark
