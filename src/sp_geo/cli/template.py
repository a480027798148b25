"""The command that writes an empty file to fill in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sp_geo.cli import completion
from sp_geo.questions.requests import words


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


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(template)
