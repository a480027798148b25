"""What a call of ``sp-geo fetch`` asks for, as a list of releases with the reason of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sp_geo.core.errors import UsageError
from sp_geo.core.quarters import Quarter
from sp_geo.core.suggest import no_such
from sp_geo.fetching.ledger import Ledger
from sp_geo.fetching.locating import place_for
from sp_geo.fetching.missing import IN_WORKSPACE, NOT_YET, latest_due, releases
from sp_geo.fetching.receiving import Order
from sp_geo.fetching.release_calendar import UNDATED, fits
from sp_geo.fetching.releases import Series, all_series
from sp_geo.workspace.shelf import Shelved


@dataclass(frozen=True)
class Wish:
    """What was asked.

    Attributes:
        publications: keys; empty for all.
        periods: labels; empty for what is missing.
        latest: the latest release that is due, whether it is here or not.
        since: first quarter that is asked for.
        page: that the user names instead of the catalogue's.
        allow_http: whether to ask without encryption.
    """

    publications: tuple[str, ...] = ()
    periods: tuple[str, ...] = ()
    latest: bool = False
    since: Quarter | None = None
    page: str = ""
    allow_http: bool = False


def order(wish: Wish, shelved: Sequence[Shelved], ledger: Ledger, today: date) -> list[Order]:
    """The releases to fetch, in the order of the table of releases.

    Raises:
        UsageError: a publication or period is unknown, or a page was named for more than one publication.
    """
    every = all_series()
    for key in wish.publications:
        if key not in every:
            raise no_such("publication", key, every.keys(), "'sp-geo status --releases' lists them")
    chosen = [every[key] for key in wish.publications]
    if wish.page and len(chosen) != 1:
        raise UsageError("a page belongs to one publication", found=f"{len(chosen)} named", expected="one with --page")
    for series in chosen:
        if series.find == "own":
            raise UsageError("nothing is published to fetch", found=series.publication, advice=series.by_hand[0])
    wanted = _by_period(wish, chosen) if wish.periods else _by_need(wish, chosen, shelved, ledger, today)
    places = {series.publication: place_for(series, wish.page, allow_http=wish.allow_http) for series, _, _ in wanted}
    return [Order(places[series.publication], label, why, bool(chosen)) for series, label, why in wanted]


def _by_period(wish: Wish, chosen: Sequence[Series]) -> list[tuple[Series, str, str]]:
    if not chosen:
        raise UsageError("a period belongs to a publication", expected="its key, such as 'fetch pcn_workforce'")
    found = []
    for series in chosen:
        for text in wish.periods:
            label = text.strip().upper() if series.cadence.every == "quarter" else text.strip()
            if not fits(series.cadence, label):
                cadence = series.cadence
                known = {"once": " or ".join(sorted(cadence.editions)), "irregular": f"'{UNDATED}'"}
                following = f"{cadence.first} to {cadence.last}" if cadence.last else f"{cadence.first} or later"
                raise UsageError(
                    f"{series.publication} has no such release",
                    found=f"'{text}'",
                    expected=known.get(cadence.every, following),
                )
            found.append((series, label, "asked for with --period"))
    return found


def _by_need(
    wish: Wish, chosen: Sequence[Series], shelved: Sequence[Shelved], ledger: Ledger, today: date
) -> list[tuple[Series, str, str]]:
    if wish.latest and chosen:
        return [(series, latest_due(series, today), "the latest that is due") for series in chosen]
    every = releases(all_series(), shelved, ledger, today, wish.since)
    keys = {series.publication for series in chosen}
    if keys:
        # Who names a publication means it, also where it could do without.
        rows = [item for item in every if item.series.publication in keys and item.state not in {IN_WORKSPACE, NOT_YET}]
    else:
        missing = [item for item in every if item.is_missing]
        listed = {(item.series.publication, item.label) for item in missing}
        publications = {publication for publication, _ in listed}
        # Left out is what another one on the list will serve for.
        rows = [
            item
            for item in missing
            if not any(
                (key, item.label) in listed if item.series.need == "near" else key in publications
                for key in item.series.served_by
            )
        ]
    if wish.latest:
        newest = {item.series.publication: item for item in rows}
        rows = list(newest.values())
    wanted = []
    for item in rows:
        since = f", due since {item.due_since:%B %Y}" if item.due_since else ""
        wanted.append((item.series, item.label, f"{item.state}{since}{f' ({item.note})' if item.note else ''}"))
    return wanted
