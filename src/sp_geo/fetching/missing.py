"""Which releases the workspace has, which are due and missing, and which are not due yet: by calendar, no network.

That something is due says that it should be out by now, from how long releases took so far. Only a release whose file
was found on its page is called published.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import pandas as pd

from sp_geo.core.quarters import Quarter, span
from sp_geo.fetching.ledger import FOLDER, Ledger, read_ledger
from sp_geo.fetching.release_calendar import UNDATED, day_of, due, fits, labels
from sp_geo.fetching.releases import NEAR_DAYS, Series, all_series
from sp_geo.publications.catalogue import publications
from sp_geo.workspace.shelf import Shelved, list_shelved

IN_WORKSPACE: Final = "in workspace"
PUBLISHED: Final = "published, missing"
DUE: Final = "due, missing"
NOT_YET: Final = "not yet due"
REPLACED: Final = "replaced"
OPTIONAL: Final = "optional"
LEADING: Final = "pcn_workforce"
"""The publication whose quarters are the workspace's."""
_MOST_NAMED: Final = 8


@dataclass(frozen=True)
class Release:
    """A release, and whether the workspace has it.

    Attributes:
        series: it belongs to.
        label: its period.
        state: one of the states above.
        due_since: day from which it may be expected; None without a calendar.
        seen: day on which its file was found on its page, ISO text; empty if nobody looked or found it.
        note: in a sentence, what else is to be known.
    """

    series: Series
    label: str
    state: str
    due_since: date | None
    seen: str
    note: str = ""

    @property
    def is_missing(self) -> bool:
        """Whether the workspace should have it and has not."""
        return self.state in {PUBLISHED, DUE}


@dataclass(frozen=True)
class _Known:
    periods: Mapping[str, frozenset[str]]
    ledger: Ledger
    today: date
    quarters: tuple[Quarter, ...]


def span_of(shelved: Iterable[Shelved], series: Series, today: date, since: Quarter | None) -> tuple[Quarter, ...]:
    """The quarters that are asked for: from the workspace's first one (or ``since``) to the latest that is due.

    A workspace without any quarter asks for the latest one only.
    """
    held = sorted(item.origin.period for item in shelved if item.origin.publication == LEADING)
    known = [Quarter.parse(period) for period in held if fits(series.cadence, period)]
    latest = Quarter.parse(latest_due(series, today))
    first = since or (known[0] if known else latest)
    return tuple(span(max(first, Quarter.parse(series.cadence.first)), max([latest, *known])))


def releases(
    every: Mapping[str, Series], shelved: Sequence[Shelved], ledger: Ledger, today: date, since: Quarter | None = None
) -> list[Release]:
    """Every release that the workspace has, wants or will want, the quarters of the workforce first.

    Args:
        every: all series by publication.
        shelved: files of the workspace.
        ledger: what was fetched or seen.
        today: decides what is due.
        since: first quarter that is asked for; the workspace's own first one if None.
    """
    held: dict[str, set[str]] = {}
    for item in shelved:
        held.setdefault(item.origin.publication, set()).add(item.origin.period)
    quarters = span_of(shelved, every[LEADING], today, since)
    known = _Known({key: frozenset(value) for key, value in held.items()}, ledger, today, quarters)
    order = sorted(every.values(), key=lambda series: (series.publication != LEADING, series.publication))
    found: list[Release] = []
    for series in order:
        if series.need == "near":
            found += [_near(series, quarter, known) for quarter in quarters]
        elif series.find != "own":
            found += [_plain(series, label, known) for label in _wanted(series, known)]
    return found


def _wanted(series: Series, known: _Known) -> list[str]:
    """Labels of a series that are asked for, and the one after them."""
    cadence, quarters = series.cadence, known.quarters
    if cadence.every in {"once", "irregular"}:
        return labels(cadence, known.today, known.today)
    first = quarters[0].start
    if cadence.every == "year":
        first = date(first.year, 1, 1)
    found = labels(cadence, first, quarters[-1].shift(2).end)
    ready = [label for label in found if _is_due(series, label, known.today)]
    coming = [label for label in found if label not in ready][:1]
    return (ready if series.need == "each" else ready[-1:]) + coming


def _is_due(series: Series, label: str, today: date) -> bool:
    day = due(series.cadence, label)
    return day is None or day <= today


def _plain(series: Series, label: str, known: _Known) -> Release:
    day, seen = due(series.cadence, label), known.ledger.seen_on(series.publication, label)
    held = known.periods.get(series.publication, frozenset())
    # The period of a file can say more than the release's: ``2025-04-lsoa21`` is of ``2025-04``.
    dated = [item for item in held if item.startswith(f"{label}-") or label in item.split("+")]
    mine = sorted(held) if label == UNDATED else dated
    if mine:
        return Release(series, label, IN_WORKSPACE, day, seen, f"has {mine[-1]}" if label == UNDATED else "")
    if day is not None and day > known.today:
        return Release(series, label, NOT_YET, day, seen, f"expected from {day:%B %Y}")
    found = [key for key in series.served_by if known.periods.get(key)]
    stand_in = f"{found[0]} serves in its place" if found and series.need != "near" else ""
    if series.need == "optional" or stand_in:
        state = REPLACED if series.replaced_by and series.need == "optional" else OPTIONAL
        note = f"{series.replaced_by} took its place" if state == REPLACED else stand_in
        return Release(series, label, state, day, seen, note)
    note = "follows no calendar; its page says what there is" if day is None else ""
    return Release(series, label, PUBLISHED if seen else DUE, day, seen, note)


def _near(series: Series, quarter: Quarter, known: _Known) -> Release:
    """The list extract of the first day after a quarter, needed only where no other is near."""
    after = quarter.shift(1).start
    label = f"{after:%Y-%m}"
    release = _plain(series, label, known)
    if not release.is_missing:
        return release
    days = {
        f"{key} {period[:7]}": abs((date(int(period[:4]), int(period[5:7]), 1) - quarter.end).days)
        for key in (series.publication, *series.served_by)
        for period in known.periods.get(key, ())
        if re.match(r"20\d\d-\d\d", period)
    }
    nearest = min(days, key=lambda name: days[name], default="")
    if nearest and days[nearest] <= NEAR_DAYS:
        away = days[nearest]
        note = f"{nearest} serves, {away} day{'' if away == 1 else 's'} from the quarter's end"
        return Release(series, label, OPTIONAL, release.due_since, release.seen, note)
    return release


def release_table(workspace: Path, since: str, today: date) -> tuple[pd.DataFrame, list[str], bool]:
    """Every release of a workspace by the calendar, as ``sp-geo status --releases`` tells it.

    Args:
        workspace: that is asked.
        since: first quarter, such as 2022Q2; the workspace's first if empty.
        today: by which a release is due.

    Returns:
        Rows of :func:`as_frame`, sentences of what is missing, and whether the workspace's files are invented.
    """
    shelved, quarter = list_shelved(workspace), Quarter.parse(since) if since else None
    found = releases(all_series(), shelved, read_ledger(workspace / FOLDER), today, quarter)
    quarters = span_of(shelved, all_series()[LEADING], today, quarter)
    asked = f"Quarters asked for: {quarters[0]} to {quarters[-1]} (--since begins earlier)."
    is_synthetic = any(item.origin.is_synthetic for item in shelved)
    return as_frame(found), [*sentences(found, quarters), asked], is_synthetic


def as_frame(found: Sequence[Release]) -> pd.DataFrame:
    """Releases as rows for people and programs."""
    titles = publications()
    return pd.DataFrame(
        [
            {
                "publication": item.series.publication,
                "title": titles[item.series.publication].title if item.series.publication in titles else "",
                "period": item.label,
                "state": item.state,
                "due_since": f"{item.due_since:%Y-%m}" if item.due_since else None,
                "seen_on_page": item.seen or None,
                "how": "by hand" if item.series.find == "by_hand" else "fetch",
                "note": item.note,
                "page": page_of(item.series, item.label),
            }
            for item in found
        ]
    )


def page_of(series: Series, label: str) -> str:
    """The address of a series' page for a release."""
    return series.page.replace("{label}", label)


def sentences(found: Sequence[Release], quarters: Sequence[Quarter]) -> list[str]:
    """What is missing, in plain words: published, due, and the rest."""
    leading = [item for item in found if item.series.publication == LEADING]
    published = [item.label for item in leading if item.state == PUBLISHED]
    waiting = [item for item in leading if item.state == DUE]
    said = []
    if published:
        said.append(f"{_counted(published, 'published quarter')} missing: {named(published)}.")
    if waiting:
        since = min(item.due_since for item in waiting if item.due_since)
        said.append(
            f"{_counted(waiting, 'quarter')} missing that should be out (the first due since {since:%B %Y}), though "
            f"nobody has looked: {named([item.label for item in waiting])}. 'sp-geo fetch --dry-run' looks."
        )
    if not said:
        said.append(f"No quarter from {quarters[0]} to {quarters[-1]} is missing.")
    others = [f"{item.series.publication} {item.label}" for item in found if item.is_missing and item not in leading]
    if others:
        said.append(f"{_counted(others, 'other release')} missing that should be out: {named(others)}.")
    return said


def _counted(items: Sequence[object], name: str) -> str:
    return f"1 {name} is" if len(items) == 1 else f"{len(items):,} {name}s are"


def named(items: Sequence[str]) -> str:
    """A few names in full, of more the first ones and how many are left."""
    shown = ", ".join(items[:_MOST_NAMED])
    return shown if len(items) <= _MOST_NAMED else f"{shown} and {len(items) - _MOST_NAMED:,} more"


def latest_due(series: Series, today: date) -> str:
    """Label of the latest release that is due; the first one if none is.

    For a publication without a calendar, its one label.
    """
    cadence = series.cadence
    if cadence.every == "irregular":
        return UNDATED
    first = day_of(cadence, cadence.first) if cadence.every != "once" else None
    every = labels(cadence, first or today, today)
    ready = [label for label in every if _is_due(series, label, today)]
    return ready[-1] if ready else every[0] if every else cadence.first
