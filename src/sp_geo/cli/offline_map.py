"""The command for a map as one file: map."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from sp_geo.cli.asking import asks
from sp_geo.cli.session import Session
from sp_geo.questions.requests.workspace import MapRequest


@asks(MapRequest)
def map_file(
    context: typer.Context,
    request: MapRequest,
    out: Annotated[Path, typer.Option(metavar="FILE", help="File to write; its name ends in .html.")],
) -> None:
    """Write a map as one HTML file."""
    from sp_geo.reports.offline_map import write_map

    session: Session = context.obj
    page = write_map(session.build, request, datetime.now(UTC).date(), out)
    typer.echo(str(out))
    session.say(f"{len(page) / 1e6:.1f} MB; it opens in any browser, without any network")


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("map")(map_file)
