"""The command for local posts, which users list themselves."""

from __future__ import annotations

from typing import Annotated

import typer

from sp_geo import local_posts as questions
from sp_geo.reporting import records
from sp_geo.reporting.records import Format
from sp_geo.session import Session


def local_posts(
    context: typer.Context,
    show: Annotated[str, typer.Option(help="quarters (FTE by PCN and quarter), posts, or unmatched.")] = "quarters",
    area: Annotated[str, typer.Option(help="Only this PCN, ICB or region (code).")] = "",
    quarter: Annotated[str, typer.Option(help="Quarter such as 2022Q2, 'latest' or 'all'.")] = "all",
    form: Annotated[Format, typer.Option("--format")] = Format.table,
) -> None:
    """Link worker posts from your own list, apart from the published series.

    Example: sp-geo local-posts --area QOP --format csv
    """
    session: Session = context.obj
    answer = questions.ask(session.store, show, area, quarter)
    typer.echo(records.render(answer.rows, form, answer.title, answer.notes), nl=False)
    if form is not Format.table:
        for note in answer.notes:
            session.say(note)


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("local-posts")(local_posts)
