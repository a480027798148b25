"""Commands for referral activity: an empty file to fill in, and questions of what was filled in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sp_geo.cli import completion, words
from sp_geo.cli import options as shared
from sp_geo.cli.printing import print_answer
from sp_geo.core.formats import Format


def template(
    context: typer.Context,
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            help="services, gap-log, referral-activity or local-posts.",
            autocompletion=completion.one_of(words.TEMPLATES),
        ),
    ],
    out: Annotated[Path, typer.Option(metavar="FILE", help="File to write, .xlsx or .csv; it must not exist.")],
) -> None:
    """An empty file of your own to fill in, with guidance.

    Once it is filled in, 'sp-geo add FILE' takes it and 'sp-geo build' uses it. An .xlsx file has drop-downs.

    Writes: the file that is named, and nothing else.
    Example: sp-geo template referral-activity --out referrals.xlsx
    Example: sp-geo template services --out services.csv
    """
    from sp_geo.reports.templates import write_template

    write_template(name, out)
    context.obj.say(f"wrote {out}")


def referrals(
    context: typer.Context,
    measure: Annotated[
        str,
        shared.option(
            "MEASURE", "rates, ratio (most to least deprived fifth), trend, or path.", words.REFERRAL_MEASURES
        ),
    ] = "rates",
    by: Annotated[
        list[str],
        shared.option(
            "GROUPING", "quarter, fifth, region, sex, age_band or area_code; may be repeated.", words.GROUPINGS
        ),
    ] = shared.NOTHING,
    category: shared.Category = words.ALL,
    form: shared.Form = Format.table,
) -> None:
    """Referral rates, ratios and trends from your own file.

    Also the path from referred to met to supported. Small counts are withheld.

    Reads: the tables of the workspace, with a file made from 'sp-geo template referral-activity'.
    Example: sp-geo referrals --by quarter
    Example: sp-geo referrals --measure ratio --category housing --by quarter --format csv
    """
    from sp_geo.questions import referrals as questions

    print_answer(context.obj, questions.ask(context.obj.build, measure, tuple(by), category), form)


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command()(template)
    app.command()(referrals)
