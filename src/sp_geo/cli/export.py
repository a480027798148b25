"""The command that makes a pack for an ICB."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sp_geo.cli.asking import asks
from sp_geo.cli.session import Session
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
    from sp_geo.reports.pack.files import export as write

    session: Session = context.obj
    paths = write(session.build, request, out, as_zip=as_zip, made=made, say=session.progress)
    for path in paths:
        typer.echo(str(path))


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(export)
