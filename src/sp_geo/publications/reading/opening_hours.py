"""Whether a service is open in the evening or at a weekend, from schedules in the manner of a calendar."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, time
from typing import Any, Final

from sp_geo.publications.reading.records import cleaned

EVENING: Final = time(17, 30)
"""A service that is still open after this on a weekday is open in the evening."""
LATE_START: Final = time(17, 0)
LATEST_CLOSE: Final = time(4, 0)
"""A closing time before the opening time is believed up to here."""
_DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WEEKEND: Final = frozenset({"SA", "SU"})
_DAY: Final = re.compile(r"(?:[+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_TIME: Final = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)(?::[0-5]\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?", re.IGNORECASE)
_MIDNIGHT: Final = 24


def evening(schedules: Iterable[Mapping[str, Any]]) -> str | None:
    """Yes or no; None if no schedule says both a weekday and its hours."""
    found = None
    for schedule in schedules:
        opens, closes = _time(schedule.get("opens_at")), _time(schedule.get("closes_at"))
        if not _days(schedule) - _WEEKEND or (opens is None and closes is None):
            # A weekend's hours are hours too: they say that no weekday's were worth a mention.
            found = found or ("no" if _days(schedule) and (opens or closes) else None)
            continue
        if opens is not None and closes is not None and closes <= opens and closes >= LATEST_CLOSE:
            # 09:00 to 05:00 is more often a clock of twelve hours than a night; nothing is made of it.
            continue
        past_midnight = opens is not None and closes is not None and closes <= opens
        if past_midnight or (closes is not None and closes > EVENING) or (opens is not None and opens >= LATE_START):
            return "yes"
        found = "no" if closes is not None else found
    return found


def weekend(schedules: Iterable[Mapping[str, Any]]) -> str | None:
    """Yes or no; None if no schedule says its days."""
    known = [days for schedule in schedules if (days := _days(schedule))]
    if not known:
        return None
    return "yes" if any(days & _WEEKEND for days in known) else "no"


def _days(schedule: Mapping[str, Any]) -> set[str]:
    """Days of the week; a weekly schedule without any keeps to the day it begins on, as calendars do."""
    parts = [part.strip().upper() for part in re.split(r"[,;\s]+", cleaned(schedule.get("byday"))) if part.strip()]
    days = {found[1] for part in parts if (found := _DAY.fullmatch(part))}
    if days or parts or cleaned(schedule.get("freq")).upper() != "WEEKLY":
        return days
    try:
        return {_DAYS[date.fromisoformat(cleaned(schedule.get("dtstart"))[:10]).weekday()]}
    except ValueError:
        return set()


def _time(value: object) -> time | None:
    found = _TIME.fullmatch(cleaned(value))
    if found is None:
        return None
    hour = int(found[1])
    return time(23, 59) if hour == _MIDNIGHT else time(hour, int(found[2]))
