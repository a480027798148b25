"""The command for local posts, which users list themselves."""

from __future__ import annotations

from typing import Annotated

import typer

from sp_geo.cli import options as shared
from sp_geo.cli import words
from sp_geo.cli.printing import print_answer
from sp_geo.core.formats import Format


def local_posts(
    context: typer.Context,
    show: Annotated[
        str, shared.option("WHAT", "quarters (FTE by PCN and quarter), posts, or unmatched.", words.LOCAL_POST_VIEWS)
    ] = "quarters",
    area: shared.Area = "",
    quarter: shared.QuarterOrAll = words.ALL,
    form: shared.Form = Format.table,
) -> None:
    """Link worker posts from your own list.

    They stand apart from the published series and are never added to it.

    Reads: the tables of the workspace, with a list made from 'sp-geo template local-posts'.
    Example: sp-geo local-posts --area QOP
    Example: sp-geo local-posts --show unmatched --format csv
    """
    from sp_geo.questions import local_posts as questions

    print_answer(context.obj, questions.ask(context.obj.build, show, area, quarter), form)


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("local-posts")(local_posts)
