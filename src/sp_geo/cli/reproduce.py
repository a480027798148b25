"""Commands for run records: the workspace's present one, and an output made again from its own."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from sp_geo.cli.printing import print_answer
from sp_geo.cli.progress import steps
from sp_geo.cli.session import Session
from sp_geo.core.formats import Format

_KEEP = typer.Option(metavar="FOLDER", help="New folder that keeps what is made again; default: it is not kept.")


def record(
    context: typer.Context,
    given: Annotated[
        Path | None, typer.Argument(metavar="OUTPUT", help="An output whose record to show; default: the workspace.")
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="json is the record itself.")] = Format.json,
) -> None:
    """What the tables, or an output, were made of.

    Inputs with their hashes, parameters, versions and seeds.

    Reads: the workspace's tables, or the output that is named.
    Example: sp-geo record > run_record.json
    Example: sp-geo record overview_kent_2022Q2.xlsx --format table
    """
    import pandas as pd

    from sp_geo.questions.panel import Answer
    from sp_geo.questions.run_record import lines_of, record_for

    session: Session = context.obj
    found = record_for(session.workspace, given, datetime.now(UTC).date())
    if form is Format.json:
        typer.echo(found.as_json(), nl=False)
        return
    frame = pd.DataFrame(lines_of(found), columns=["part", "what", "value"])
    print_answer(session, Answer(frame, f"Run record, made {found.made.isoformat()}", ()), form)


def reproduce(
    context: typer.Context,
    given: Annotated[Path, typer.Argument(metavar="RECORD", help="A run_record.json, a pack, or any output.")],
    against: Annotated[
        Path | None, typer.Option(metavar="PATH", help="File or folder to compare with; default: RECORD itself.")
    ] = None,
    keep: Annotated[Path | None, _KEEP] = None,
    form: Annotated[Format, typer.Option("--format", help="Form of the output.")] = Format.table,
) -> None:
    """Make an output again and compare it, byte by byte.

    What its record says is built again, every table and file is compared, and the workspace is only read.

    Exit code 0: the same to the byte. 11: something differs. 12: the workspace lacks files that the record names.

    Reads: the record, the output, and the workspace's files by their hashes.
    Writes: nothing, unless --keep names a folder.
    Example: sp-geo reproduce overview_kent_2022Q2.xlsx
    Example: sp-geo reproduce pack --keep rebuilt
    """
    from sp_geo.questions import records
    from sp_geo.web.exporters import reproduced

    session: Session = context.obj
    found = reproduced(session.workspace, given, against, keep, steps(session))
    rows = found.as_frame()
    if form is Format.table:
        for line in told_lines(found):
            typer.echo(line)
    else:
        typer.echo(records.render(rows, form, found.verdict), nl=False)
        session.say(found.verdict)
    if keep is not None:
        session.say(f"kept in {keep}")
    if found.exit_code:
        raise typer.Exit(found.exit_code)


def told_lines(found: Any) -> list[str]:
    """The answer first, then everything that is not the same."""
    from sp_geo.reports.reproduce import NOTE, SAME

    lines = [found.verdict]
    for line in found.lines:
        if line.state == SAME:
            continue
        if line.state == NOTE:
            values = f" ({line.recorded} and {line.found})" if line.recorded and line.part != "version" else ""
            lines.append(f"  note: {line.part} {line.name}: {line.words}{values}")
        else:
            words = line.words or (f"{line.recorded} in the record, {line.found} here" if line.recorded else "")
            lines.append(f"  {line.part} {line.name}: {line.state}; {words}")
    return lines


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command()(record)
    app.command()(reproduce)
