"""The command that makes a pack for an ICB."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from sp_geo.cli.asking import asks
from sp_geo.cli.session import Session
from sp_geo.core.errors import UsageError
from sp_geo.questions.requests.workspace import PackRequest


@asks(PackRequest)
def export(
    context: typer.Context,
    request: PackRequest,
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Folder to write; new or empty.")],
    as_zip: Annotated[bool, typer.Option("--zip", help="Also as one ZIP file beside the folder.")] = False,
    made: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="Day that is written into it; default: today.")] = "",
) -> None:
    """Write a pack into a folder, and as one ZIP file beside it if that is wanted."""
    from sp_geo.reports.pack.files import write_pack, zip_of

    session: Session = context.obj
    try:
        day = date.fromisoformat(made) if made else datetime.now(UTC).date()
    except ValueError as fault:
        raise UsageError("not a day", found=f"'{made}'", expected="a day such as 2026-11-21") from fault
    paths = write_pack(session.build, out, request, day, session.progress)
    if as_zip:
        paths = [*paths, zip_of(out, paths, day)]
    for path in paths:
        typer.echo(str(path))


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(export)
