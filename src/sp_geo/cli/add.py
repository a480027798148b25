"""The command that takes files into the workspace."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from sp_geo.cli import completion
from sp_geo.cli.asking import NOTHING, option
from sp_geo.cli.printing import print_admissions
from sp_geo.cli.session import Session
from sp_geo.core.errors import UsageError
from sp_geo.questions.requests import words


def add(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH", help="Files, zips or folders, as published.")],
    directory: Annotated[
        str, typer.Option(metavar="NAME", help="Name of a directory of services; default: its file's name.")
    ] = "",
    covers: Annotated[
        list[str],
        option(
            "CODE",
            "Area that a directory claims to cover, or CODE:CATEGORY for one category; may be repeated.",
            completion.areas,
        ),
    ] = NOTHING,
    strict: Annotated[
        bool, typer.Option("--strict", help="Refuse a file in which anything is odd, instead of listing it.")
    ] = False,
    measure: Annotated[
        bool, typer.Option("--measure", help="The file is a measure of need of your own: codes and a number.")
    ] = False,
    name: Annotated[
        str, typer.Option(metavar="WORDS", help="Name of the measure, such as Loneliness; no default.")
    ] = "",
    unit: Annotated[
        str, typer.Option(metavar="UNIT", help="%, share, 'per 1,000', or any word; default: as the file shows it.")
    ] = "",
    direction: Annotated[
        str,
        option("WORD", "What a higher number means: more, or less need; default: not stated.", words.DIRECTIONS),
    ] = "",
    source: Annotated[str, typer.Option(metavar="WORDS", help="Where the measure is from; default: not stated.")] = "",
    period: Annotated[
        str, typer.Option(metavar="WORDS", help="What time the measure is of; default: not stated.")
    ] = "",
    licence: Annotated[
        str, typer.Option(metavar="WORDS", help="Under which the measure may be used; default: not stated.")
    ] = "",
    column: Annotated[
        str, typer.Option(metavar="HEADER", help="Column of the number; default: the only one with numbers.")
    ] = "",
    base_column: Annotated[
        str, typer.Option(metavar="HEADER", help="Column of the base, where the number is a count; default: none.")
    ] = "",
    code_column: Annotated[
        str, typer.Option(metavar="HEADER", help="Column of the areas' codes; default: that of the smallest areas.")
    ] = "",
    rows: Annotated[
        list[str],
        typer.Option(
            metavar="HEADER=VALUE", help="Only rows with this value, such as GROUP_CODE=DEP; may be repeated."
        ),
    ] = NOTHING,
    sheet: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="Sheet of a workbook, or file of a zip; default: that of the smallest areas."
        ),
    ] = "",
) -> None:
    """Take published files, zips or folders into the workspace.

    Each is recognised by its content, whatever its name, checked in full, and copied unchanged beside a note of its
    origin. What is odd in a file is kept or left out by row, counted and listed. A file that is refused is named with
    the reason; the others are taken.

    With --measure one file of any layout is taken as a measure of need of your own: a column with codes of small
    areas, MSOAs, wards, districts, practices or PCNs, and a column with a number. --need then offers it by its name.

    Reads: the files that are named.
    Writes: a copy of each into the workspace, which is made if need be; 'sp-geo build' then makes the tables.
    Example: sp-geo add downloads
    Example: sp-geo add services.json --directory trafford --covers E08000009
    Example: sp-geo add loneliness.csv --measure --name Loneliness --column perc --direction more
    """
    # Reading spreadsheets and boundaries loads libraries that no other command needs.
    from sp_geo.publications.add import Declared
    from sp_geo.publications.add import add as add_files
    from sp_geo.web.uploads.lock import held_if_served

    session: Session = context.obj
    told = {
        "name": name, "unit": unit, "direction": direction, "source": source, "period": period, "licence": licence,
        "column": column, "base_column": base_column, "code_column": code_column, "rows": "\n".join(rows),
        "sheet": sheet,
    }  # fmt: skip
    said = tuple((item, text) for item, text in told.items() if text or item == "name")
    if not measure and any(told.values()):
        raise UsageError("these options are of a measure of your own", advice="Say --measure as well")
    declared = Declared(directory, tuple(covers), strict, said if measure else ())
    with held_if_served(session.workspace):
        outcome = add_files(paths, session.workspace, datetime.now(UTC), declared)
    print_admissions(session, outcome)


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("add")(add)
