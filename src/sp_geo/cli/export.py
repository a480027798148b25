"""The command that makes a pack for an ICB."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from sp_geo.cli import completion, words
from sp_geo.cli import options as shared
from sp_geo.cli.session import Session
from sp_geo.core.errors import UsageError


def export(
    context: typer.Context,
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Folder to write; new or empty.")],
    area: shared.Area = "",
    quarter: shared.QuarterOrLatest = words.LATEST,
    need: Annotated[str, shared.option("NAME", "Need measure; default: deprivation.", completion.needs)] = "",
    icbs: shared.Icbs = words.AS_THEN,
    as_zip: Annotated[bool, typer.Option("--zip", help="Also as one ZIP file beside the folder.")] = False,
    made: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="Day that is written into it; default: today.")] = "",
) -> None:
    """A pack for an ICB: summary, slides, tables and maps.

    Of one area and quarter, in one folder: a summary in plain words, slides, a workbook, tidy CSV files, pictures, a
    map that opens anywhere, layers for QGIS, and the record of what they were made of. Nothing is asked of the
    internet. The same workspace, options and day give the same bytes.

    Reads: the workspace's tables.
    Writes: a new folder, and a ZIP file beside it with --zip.
    Example: sp-geo export --area QOP --quarter 2022Q2 --out pack
    Example: sp-geo export --area QOP --need lack_of_support --out survey --zip
    """
    from sp_geo.reports.pack.files import write_pack, zip_of
    from sp_geo.reports.pack.request import PackRequest

    session: Session = context.obj
    try:
        day = date.fromisoformat(made) if made else datetime.now(UTC).date()
    except ValueError as fault:
        raise UsageError("not a day", found=f"'{made}'", expected="a day such as 2026-11-21") from fault
    request = PackRequest(area=area, quarter=quarter, need=need, icbs=icbs)
    paths = write_pack(session.build, out, request, day, session.progress)
    if as_zip:
        paths = [*paths, zip_of(out, paths, day)]
    for path in paths:
        typer.echo(str(path))


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(export)
