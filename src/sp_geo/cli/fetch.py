"""``sp-geo fetch``: releases found on their publishers' pages, downloaded and added."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from sp_geo import __version__
from sp_geo.cli import completion
from sp_geo.cli.asking import NOTHING, option
from sp_geo.cli.faults import tell
from sp_geo.cli.printing import print_admissions
from sp_geo.cli.session import Session
from sp_geo.core.errors import NotFetched, SpGeoError, UsageError, WorkspaceError
from sp_geo.core.lock import held
from sp_geo.core.quarters import Quarter

if TYPE_CHECKING:
    from sp_geo.fetching.receiving import Order
    from sp_geo.fetching.transfer import Web

FOLDER: Final = "downloads"
_A_TENTH_S: Final = 0.1


def fetch(
    context: typer.Context,
    publication: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PUBLICATION",
            help="Such as pcn_workforce; default: all that the workspace needs.",
            autocompletion=completion.publications,
        ),
    ] = None,
    period: Annotated[
        list[str], typer.Option(metavar="PERIOD", help="Only this release, such as 2022Q2; may be repeated.")
    ] = NOTHING,
    missing: Annotated[bool, typer.Option("--missing", help="What is due and missing; this is the default.")] = False,
    latest: Annotated[bool, typer.Option("--latest", help="The latest release that is due.")] = False,
    since: Annotated[
        str, typer.Option(metavar="QUARTER", help="First quarter that is asked for; default: the workspace's first.")
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Look for the links; download nothing.")] = False,
    to: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Where downloads go; default: 'downloads' in the workspace.")
    ] = None,
    add: Annotated[bool, typer.Option("--add/--no-add", help="Take what was fetched into the workspace.")] = True,
    page: Annotated[
        str, typer.Option(metavar="URL", help="Page (or link) to look at instead; default: the publisher's own.")
    ] = "",
    proxy: Annotated[
        str, typer.Option(metavar="URL", help="Proxy, such as http://host:8080; default: HTTPS_PROXY.")
    ] = "",
    allow_http: Annotated[bool, typer.Option("--allow-http", help="Ask without encryption too.")] = False,
    pause: Annotated[float, typer.Option(metavar="SECONDS", min=0, help="Wait between two requests.")] = 1.0,
) -> None:
    """Fetch published files that are missing, and add them.

    Links change with each release: they are looked for on the publisher's page. Where none is found, the page to open
    and what to click are said. A second call goes on where the first was broken off. Only the publishers' own hosts
    are asked.

    Reads: the publishers' pages and files, over the internet.
    Writes: the folder 'downloads' of the workspace, and what 'add' writes.
    Example: sp-geo fetch --dry-run
    Example: sp-geo fetch pcn_workforce --period 2026Q2
    """
    from sp_geo.fetching.ledger import read_ledger
    from sp_geo.fetching.ordering import Wish, order
    from sp_geo.fetching.transfer import Manner, Web
    from sp_geo.workspace.shelf import list_shelved

    session: Session = context.obj
    if missing + latest + bool(period) > 1:
        raise UsageError("only one of --missing, --latest and --period can be asked for")
    folder = to or session.workspace / FOLDER
    first = Quarter.parse(since) if since else None
    wish = Wish(tuple(publication or ()), tuple(period), latest, first, page, allow_http)
    shelved = list_shelved(session.workspace)
    orders = order(wish, shelved, read_ledger(folder), datetime.now(UTC).date())
    if add and not dry_run and not page and any(item.origin.is_synthetic for item in shelved):
        raise WorkspaceError(
            "the workspace holds the synthetic England, and published files cannot go into it",
            advice="Name another folder with --workspace, or download only with --no-add",
        )
    if not orders:
        session.say("Nothing that is due is missing; 'sp-geo status --releases' lists every release.")
        return
    contact = re.sub(r"[^\x21-\x7e]", "", os.environ.get("SP_GEO_CONTACT", ""))[:100]
    agent = f"sp_geo/{__version__}{f' (+{contact})' if contact else ''}"
    with Web(Manner(agent=agent, proxy=proxy, pause_seconds=pause, report=session.say)) as web:
        failed = _look(session, orders, web) if dry_run else _fetch_all(session, orders, web, folder, take=add)
    if failed is not None:
        raise typer.Exit(failed.exit_code)


def _look(session: Session, orders: Sequence[Order], web: Web) -> SpGeoError | None:
    """What would be fetched, in full, without a file being made."""
    from sp_geo.fetching.locating import locate
    from sp_geo.publications.catalogue import publications

    failed: SpGeoError | None = None
    for item in orders:
        try:
            found = locate(item.place, item.label, web)
            size = web.size(found.link, item.place.reach)
        except NotFetched as fault:
            failed = _tell_by_hand(session, item, fault) or failed
            continue
        typer.echo(f"would fetch {item.series.publication} {item.label}: {found.name}")
        said = {
            "why": item.why,
            "page": found.page,
            "link": found.link,
            "size": "not said" if size is None else f"{size / 1e6:,.2f} MB",
            "licence": publications()[item.series.publication].licence,
        }
        for name, value in said.items():
            typer.echo(f"  {name}: {value}")
        for note in found.notes:
            typer.echo(f"  note: {note}")
    return failed


def _tell_by_hand(session: Session, item: Order, fault: NotFetched) -> SpGeoError | None:
    """Say what to do by hand; that a publication is fetched by hand in any case is no failure unless it was named."""
    from sp_geo.fetching.locating import steps_by_hand

    is_usual = item.series.find == "by_hand"
    for line in steps_by_hand(item.series, item.label, None if is_usual else fault):
        typer.echo(line)
    if is_usual and not item.is_named:
        return None
    if session.json_errors:
        tell(fault, as_json=True)
    return fault


def _fetch_all(session: Session, orders: Sequence[Order], web: Web, folder: Path, *, take: bool) -> SpGeoError | None:
    from sp_geo.fetching.ledger import read_ledger, write_ledger
    from sp_geo.fetching.receiving import fetch as fetch_release
    from sp_geo.publications.add import add
    from sp_geo.web.uploads.lock import held_if_served

    failed: SpGeoError | None = None
    try:
        with held(folder / ".fetching", "another fetch is running into this folder"):
            for item in orders:
                show = _progress(session, f"{item.series.publication} {item.label}")
                try:
                    kept = fetch_release(item, folder, read_ledger(folder), web, datetime.now(UTC), show)
                except NotFetched as fault:
                    failed = _tell_by_hand(session, item, fault) or failed
                    continue
                write_ledger(folder, kept.ledger)
                typer.echo(kept.line)
                for note in kept.notes:
                    typer.echo(f"  note: {note}")
                if not take:
                    continue
                with held_if_served(session.workspace):
                    outcome = add([kept.to_add], session.workspace, datetime.now(UTC))
                for admission in outcome.admissions:
                    typer.echo(f"  {admission.line}")
                    if admission.refusal is not None and session.json_errors:
                        tell(admission.refusal, as_json=True)
                failed = failed or outcome.first_refusal
    except KeyboardInterrupt:
        session.say("What was read so far is kept; the same command goes on from there.")
        raise
    return failed


def _progress(session: Session, name: str) -> Callable[[int, int | None], None]:
    """Bytes so far in one line that is written over, on a terminal; each file has its own line in the end anyway."""
    if not session.is_live or os.environ.get("TERM") == "dumb":
        return lambda done, total: None
    last = 0.0

    def show(done: int, total: int | None) -> None:
        nonlocal last
        now = time.monotonic()
        if done != total and now - last < _A_TENTH_S:
            return
        last = now
        whole = f" of {total / 1e6:,.1f}" if total else ""
        line = f"  {name} {done / 1e6:,.1f}{whole} MB"
        sys.stderr.write(f"{line:<60.78}\r" if done != total else f"{'':<60}\r")
        sys.stderr.flush()

    return show


def fetch_directory(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="ADDRESS", help="Address of an Open Referral UK 3.0 API.")],
    directory: Annotated[str, typer.Option(metavar="NAME", help="Name of the directory; default: its host.")] = "",
    covers: Annotated[
        list[str],
        option(
            "CODE",
            "Area that the directory claims to cover, or CODE:CATEGORY for one category; may be repeated.",
            completion.areas,
        ),
    ] = NOTHING,
    pause: Annotated[float, typer.Option(metavar="SECONDS", help="Time between two requests.")] = 0.5,
) -> None:
    """Fetch a directory of services from its own address.

    It is read page by page and added; a second call goes on where the first was broken off.

    Reads: the address that is named, over the internet.
    Writes: the workspace, as 'sp-geo add' does.
    Example: sp-geo fetch-directory https://directory.example.org/api --covers E08000009
    """
    from datetime import UTC, datetime

    from sp_geo.fetching.download import fetch_directory as fetch
    from sp_geo.publications.add import Declared, add

    session: Session = context.obj
    folder = Path(session.workspace) / "downloads"
    fetched = fetch(url, folder, report=session.progress, pause_seconds=pause)
    for fault in fetched.faults:
        typer.echo(f"not read: {fault}")
    print_admissions(
        session, add([fetched.path], session.workspace, datetime.now(UTC), Declared(directory, tuple(covers)))
    )


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(fetch)
    app.command("fetch-directory")(fetch_directory)
