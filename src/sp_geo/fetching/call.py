"""One call of ``sp-geo fetch``: from what is asked for to what became of each release, line by line."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sp_geo import __version__
from sp_geo.core.errors import NotFetched, SpGeoError, WorkspaceError
from sp_geo.core.lock import held
from sp_geo.fetching.ledger import FOLDER, read_ledger, write_ledger
from sp_geo.fetching.locating import locate, steps_by_hand
from sp_geo.fetching.ordering import Wish, order
from sp_geo.fetching.receiving import Order, Show
from sp_geo.fetching.receiving import fetch as fetch_release
from sp_geo.fetching.transfer import Manner, Web
from sp_geo.publications.catalogue import publications
from sp_geo.workspace.shelf import list_shelved

if TYPE_CHECKING:
    from sp_geo.publications.add import Outcome

Take = Callable[[Path], "Outcome"]
"""Adds a file that was fetched."""


@dataclass(frozen=True)
class Told:
    """A line for the user, with the fault that it ends a release with."""

    line: str
    fault: SpGeoError | None = None


def fetch_all(
    wish: Wish,
    workspace: Path,
    manner: Manner,
    *,
    to: Path | None = None,
    dry_run: bool = False,
    take: Take | None = None,
    show: Callable[[str], Show] = lambda name: lambda done, total: None,
) -> Iterator[Told]:
    """Fetch what is asked for, one release after the other; one that fails does not keep the others.

    Args:
        wish: what is asked for.
        workspace: whose missing releases are meant.
        manner: how servers are asked.
        to: where downloads go; the workspace's own folder if None.
        dry_run: look for the links and download nothing.
        take: adds what was fetched; None to download only.
        show: of the name of a release, what is told its bytes so far.

    Raises:
        UsageError: a publication or period is unknown.
        WorkspaceError: published files would go into invented ones, or the disk cannot take them.
    """
    folder = to or workspace / FOLDER
    shelved = list_shelved(workspace)
    orders = order(wish, shelved, read_ledger(folder), datetime.now(UTC).date())
    if take is not None and not dry_run and not wish.page and any(item.origin.is_synthetic for item in shelved):
        raise WorkspaceError(
            "the workspace holds the synthetic England, and published files cannot go into it",
            advice="Name another folder with --workspace, or download only with --no-add",
        )
    if not orders:
        manner.report("Nothing that is due is missing; 'sp-geo status --releases' lists every release.")
        return
    with Web(replace(manner, agent=_agent())) as web:
        yield from _look(orders, web) if dry_run else _fetch(orders, web, folder, take, show)


def leading_fault(told: Sequence[Told]) -> SpGeoError | None:
    """The fault that a call ends with: a release that could not be fetched, else the first that was refused."""
    faults = [item.fault for item in told if item.fault is not None]
    return next((fault for fault in faults if isinstance(fault, NotFetched)), faults[0] if faults else None)


def _agent() -> str:
    """The name given to servers, with whom to ask about it where the environment says so."""
    contact = re.sub(r"[^\x21-\x7e]", "", os.environ.get("SP_GEO_CONTACT", ""))[:100]
    return f"sp_geo/{__version__}{f' (+{contact})' if contact else ''}"


def _look(orders: Sequence[Order], web: Web) -> Iterator[Told]:
    """What would be fetched, in full, without a file being made."""
    for item in orders:
        try:
            found = locate(item.place, item.label, web)
            size = web.size(found.link, item.place.reach)
        except NotFetched as fault:
            yield from _by_hand(item, fault)
            continue
        yield Told(f"would fetch {item.series.publication} {item.label}: {found.name}")
        said = {
            "why": item.why,
            "page": found.page,
            "link": found.link,
            "size": "not said" if size is None else f"{size / 1e6:,.2f} MB",
            "licence": publications()[item.series.publication].licence,
        }
        for name, value in said.items():
            yield Told(f"  {name}: {value}")
        for note in found.notes:
            yield Told(f"  note: {note}")


def _by_hand(item: Order, fault: NotFetched) -> Iterator[Told]:
    """What to do by hand; that a publication is fetched by hand in any case is no failure unless it was named."""
    is_usual = item.series.find == "by_hand"
    *lines, last = steps_by_hand(item.series, item.label, None if is_usual else fault)
    for line in lines:
        yield Told(line)
    yield Told(last, None if is_usual and not item.is_named else fault)


def _fetch(
    orders: Sequence[Order], web: Web, folder: Path, take: Take | None, show: Callable[[str], Show]
) -> Iterator[Told]:
    with held(folder / ".fetching", "another fetch is running into this folder"):
        for item in orders:
            name = f"{item.series.publication} {item.label}"
            try:
                kept = fetch_release(item, folder, read_ledger(folder), web, datetime.now(UTC), show(name))
            except NotFetched as fault:
                yield from _by_hand(item, fault)
                continue
            write_ledger(folder, kept.ledger)
            yield Told(kept.line)
            for note in kept.notes:
                yield Told(f"  note: {note}")
            if take is not None:
                for admission in take(kept.to_add).admissions:
                    yield Told(f"  {admission.line}", admission.refusal)
