"""The command that takes files into the workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sp_geo.cli.asking import asks
from sp_geo.cli.printing import print_admissions
from sp_geo.cli.session import Session
from sp_geo.questions.requests.workspace import AddRequest


@asks(AddRequest)
def add(
    context: typer.Context,
    request: AddRequest,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH", help="Files, zips or folders, as published.")],
) -> None:
    """Take files, and say what became of each."""
    # Reading spreadsheets and boundaries loads libraries that no other command needs.
    from sp_geo.questions.adding import declared
    from sp_geo.web.uploads.adding import add_beside

    session: Session = context.obj
    print_admissions(session, add_beside(paths, session.workspace, declared(request)))


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("add")(add)
