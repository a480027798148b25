"""The command for a map as one file: map."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from sp_geo.cli import completion, words
from sp_geo.cli import options as shared
from sp_geo.cli.session import Session
from sp_geo.core.errors import UsageError


def map_file(
    context: typer.Context,
    out: Annotated[Path, typer.Option(metavar="FILE", help="File to write; its name ends in .html.")],
    quarter: shared.QuarterOrLatest = words.LATEST,
    area: shared.Area = "",
    measure: Annotated[
        str,
        shared.option(
            "MEASURE",
            "What is shown: splw_fte_per_10k (link workers), or a need such as imd_score.",
            completion.measures,
        ),
    ] = words.PROVISION,
    icbs: shared.Icbs = words.AS_THEN,
) -> None:
    """A map with its table as one file that opens anywhere.

    It opens in any browser from a memory stick, asks nothing of any network, and holds scripts, shapes, table and run
    record. PCNs that did not report are drawn and counted apart.

    Reads: the tables of the workspace.
    Writes: the file that is named, in the place of an older one.
    Example: sp-geo map --out map.html
    Example: sp-geo map --quarter 2022Q2 --area QOP --measure imd_score --out need.html
    """
    from sp_geo.reports.offline_map import MapRequest, offline_map
    from sp_geo.workspace.store import write_aside

    session: Session = context.obj
    if out.suffix.lower() not in (".html", ".htm"):
        raise UsageError("the name of a map must say its form", found=out.name, expected="a name that ends in .html")
    request = MapRequest(quarter, area, measure, icbs)
    page = offline_map(session.build, request, datetime.now(UTC).date())
    write_aside(out, page)
    typer.echo(str(out))
    session.say(f"{len(page) / 1e6:.1f} MB; it opens in any browser, without any network")


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("map")(map_file)
