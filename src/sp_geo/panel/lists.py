"""Which list extract serves a quarter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sp_geo.core.errors import UsageError
from sp_geo.core.quarters import Month, Quarter

NEAREST = "nearest"


@dataclass(frozen=True)
class Release:
    """A list extract of the first day of a month."""

    month: str
    distance_days: int


def choose(available: Iterable[str], quarter: Quarter | Month, wanted: str = NEAREST) -> Release | None:
    """The extract nearest to the quarter's last day (the earlier of two equally near), or the wanted one.

    Args:
        available: months such as ``2022-07``.
        quarter: whose last day counts.
        wanted: ``nearest``, or a month that must be among those available.

    Returns:
        None if there is no extract at all and none was asked for.

    Raises:
        UsageError: the wanted month is not available.
    """
    months = sorted(set(available))
    if wanted != NEAREST and wanted not in months:
        raise UsageError(
            "no list extract of that month has been added",
            found=wanted,
            expected=f"one of {', '.join(months) or 'no month, as there is no extract'}, or nearest",
        )
    if not months:
        return None
    candidates = months if wanted == NEAREST else [wanted]
    distance, month = min((abs((date.fromisoformat(f"{month}-01") - quarter.end).days), month) for month in candidates)
    return Release(month=month, distance_days=distance)
