"""``sp-geo fetch``: releases found on their publishers' pages, downloaded and added."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final

import typer

from sp_geo.cli import completion
from sp_geo.cli.asking import NOTHING, option
from sp_geo.cli.faults import tell
from sp_geo.cli.printing import print_admissions
from sp_geo.cli.session import Session
from sp_geo.core.quarters import Quarter

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
    from sp_geo.fetching.call import Told, fetch_all, leading_fault
    from sp_geo.fetching.ordering import Wish
    from sp_geo.fetching.transfer import Manner
    from sp_geo.web.uploads.adding import add_beside

    session: Session = context.obj
    first = Quarter.parse(since) if since else None
    wish = Wish(tuple(publication or ()), tuple(period), latest, first, page, allow_http, missing)
    manner = Manner(proxy=proxy, pause_seconds=pause, report=session.say)
    told: list[Told] = []
    try:
        for item in fetch_all(
            wish,
            session.workspace,
            manner,
            to=to,
            dry_run=dry_run,
            take=(lambda path: add_beside([path], session.workspace)) if add else None,
            show=lambda name: _progress(session, name),
        ):
            typer.echo(item.line)
            if item.fault is not None and session.json_errors:
                tell(item.fault, as_json=True)
            told.append(item)
    except KeyboardInterrupt:
        if not dry_run:
            session.say("What was read so far is kept; the same command goes on from there.")
        raise
    failed = leading_fault(told)
    if failed is not None:
        raise typer.Exit(failed.exit_code)


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
    from sp_geo.fetching.download import fetch_directory as fetch
    from sp_geo.fetching.ledger import FOLDER
    from sp_geo.publications.add import Declared
    from sp_geo.web.uploads.adding import add_beside

    session: Session = context.obj
    fetched = fetch(url, session.workspace / FOLDER, report=session.progress, pause_seconds=pause)
    for fault in fetched.faults:
        typer.echo(f"not read: {fault}")
    print_admissions(session, add_beside([fetched.path], session.workspace, Declared(directory, tuple(covers))))


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(fetch)
    app.command("fetch-directory")(fetch_directory)
