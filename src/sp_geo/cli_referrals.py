"""Commands for referral activity: an empty file to fill in, and questions of what was filled in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sp_geo import referrals as questions
from sp_geo.reporting import records
from sp_geo.reporting.records import Format
from sp_geo.session import Session

_NONE: list[str] = []


def template(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="services, gap-log, referral-activity or local-posts.")],
    out: Annotated[Path, typer.Option(help="File to write, .xlsx or .csv.")],
) -> None:
    """An empty file with guidance and drop-downs, for 'add' to read once it is filled in."""
    from sp_geo.reporting.templates import write_template

    write_template(name, out)
    context.obj.say(f"wrote {out}")


def referrals(
    context: typer.Context,
    measure: Annotated[
        str, typer.Option(help="rates, ratio (most to least deprived fifth), trend, or path.")
    ] = "rates",
    by: Annotated[
        list[str], typer.Option(help="quarter, fifth, region, sex, age_band or area_code; may be repeated.")
    ] = _NONE,
    category: Annotated[str, typer.Option(help="One reason for referral, or all together.")] = questions.ALL,
    form: Annotated[Format, typer.Option("--format")] = Format.table,
) -> None:
    """Rates, ratios, joinpoint trends and the path referred, met, supported, from your own file.

    Example: sp-geo referrals --measure ratio --category housing --by quarter
    """
    session: Session = context.obj
    answer = questions.ask(session.store, measure, tuple(by), category)
    typer.echo(records.render(answer.rows, form, answer.title, answer.notes), nl=False)
    if form is not Format.table:
        for note in answer.notes:
            session.say(note)


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command()(template)
    app.command()(referrals)
