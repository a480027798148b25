"""Commands that ask the workspace and print the answer, one a request, and those that add something to it."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Annotated, Final

import typer

from sp_geo.cli.asking import Form, asks, print_asked, question
from sp_geo.cli.help import COMMANDS
from sp_geo.cli.printing import print_answer
from sp_geo.cli.session import Session
from sp_geo.core.formats import Format
from sp_geo.questions.requests.statistics import SpecificationsRequest
from sp_geo.questions.requests.workspace import ChangesRequest, IcbsRequest

_MOST_CHANGES: Final = 20


@asks(SpecificationsRequest)
def specifications(
    context: typer.Context,
    request: SpecificationsRequest,
    figure: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Draw the curve into this .png or .svg too; default: no picture."),
    ] = None,
    form: Form = Format.table,
) -> None:
    """Print the specifications, and draw their curve if a picture is named."""
    if figure is None:
        print_asked(context.obj, context.obj.build, request, form)
        return
    from sp_geo.questions.run_record import record_of
    from sp_geo.questions.statistics import specifications as ask
    from sp_geo.reports import specification_curve
    from sp_geo.reports.pictures import pictures

    session: Session = context.obj
    build = session.build
    answer = ask(build, request)
    asked = specification_curve.curve_asked(request, figure.suffix.lower()[1:])
    record = record_of(build.manifest, asked, datetime.now(UTC).date()).as_json()
    pictures.save(specification_curve.curve_figure(build, answer), figure, record)
    session.say(f"drew {figure}")
    print_answer(session, answer, form)


@asks(ChangesRequest)
def changes(context: typer.Context, request: ChangesRequest, form: Form = Format.table) -> None:
    """Print all three tables of changes in words, or one of them in full."""
    from sp_geo.questions.changes import answers
    from sp_geo.questions.panel import choose

    session: Session = context.obj
    build = session.build
    view = choose("view", request.show, (*answers.VIEWS, answers.ALL))
    is_table = form is Format.table
    if answers.nothing_before(build):
        typer.echo(answers.NO_BUILD_BEFORE, err=not is_table)
        if is_table:
            return
    if not is_table:
        print_answer(session, answers.changes(build, request), form)
        return
    found = answers.differences(build, request)
    typer.echo(found.sentence)
    for part in answers.VIEWS if view == answers.ALL else (view,):
        rows = answers.answer(build, found, part)
        if len(rows.rows):
            print_answer(session, answers.for_people(rows, part), form, _MOST_CHANGES)


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    for item in chain.from_iterable(COMMANDS.values()):
        if not isinstance(item, str):
            app.command(item.command)(question(item))
    app.command()(specifications)
    app.command()(changes)
    # The name of the command until 2026; it says so when it is typed.
    app.command("boards", hidden=True, deprecated=True)(question(IcbsRequest))
