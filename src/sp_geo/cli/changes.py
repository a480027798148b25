"""``sp-geo changes``: what differs from the build before, and why."""

from __future__ import annotations

from typing import Annotated

import typer

from sp_geo.cli import completion, words
from sp_geo.cli import options as shared
from sp_geo.cli.printing import print_answer
from sp_geo.cli.session import Session
from sp_geo.core.formats import Format

_MOST_ROWS = 20


def changes(
    context: typer.Context,
    show: Annotated[
        str,
        shared.option(
            "WHAT", "causes, figures (of areas), pcns, or all three.", completion.one_of(words.CHANGE_VIEWS, words.ALL)
        ),
    ] = words.ALL,
    quarter: shared.QuarterOrAll = words.ALL,
    area: Annotated[str, shared.option("CODE", "Only this ICB, region or PCN; default: all.", completion.areas)] = "",
    measure: Annotated[
        str,
        shared.option("MEASURE", "Only this measure of PCNs, such as splw_fte; default: all.", words.CHANGE_MEASURES),
    ] = "",
    form: shared.Form = Format.table,
) -> None:
    """What differs from the build before, and why.

    New, revised and removed files, other lists, editions, choices and software; then the figures and PCNs that moved,
    the largest difference first. A table shows all three; csv and json give the PCNs, or what --show names.

    Reads: the tables of the workspace, and those of the build before.
    Example: sp-geo changes
    Example: sp-geo changes --area QOP --quarter 2022Q2
    Example: sp-geo changes --show causes --format json
    """
    from sp_geo.questions.changes import answers
    from sp_geo.questions.panel import choose

    session: Session = context.obj
    build = session.build
    view = choose("view", show, (*answers.VIEWS, answers.ALL))
    is_table = form is Format.table
    if answers.nothing_before(build):
        typer.echo(answers.NO_BUILD_BEFORE, err=not is_table)
        if is_table:
            return
    found = answers.changes(build, quarter, area, measure)
    if not is_table:
        asked = answers.PCNS if view == answers.ALL else view
        print_answer(session, answers.answer(build, found, asked), form)
        return
    typer.echo(found.sentence)
    for part in answers.VIEWS if view == answers.ALL else (view,):
        rows = answers.answer(build, found, part)
        if len(rows.rows):
            print_answer(session, answers.for_people(rows, part), form, _MOST_ROWS)


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(changes)
