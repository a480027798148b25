"""Answers on standard output: whole in a file or a pipe, fitted to the screen on a terminal."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

import typer

from sp_geo.cli.faults import tell
from sp_geo.cli.session import Session
from sp_geo.core.errors import UsageError
from sp_geo.core.formats import Format

if TYPE_CHECKING:
    from sp_geo.publications.add import Outcome
    from sp_geo.questions.panel import Answer


def screen_width() -> int | None:
    """Columns of the terminal that results go to; None if they go to a file or a pipe."""
    if sys.stdout is None or not sys.stdout.isatty():
        return None
    return shutil.get_terminal_size().columns


def print_answer(session: Session, answer: Answer, form: Format, most_rows: int | None = None) -> None:
    """An answer in the wanted form; what must be known with it stands below a table, and beside a file.

    Args:
        session: of this call.
        answer: rows, title and notes.
        form: table, csv or json.
        most_rows: rows of a table; the others are counted. None for all.
    """
    # The library of tables takes a second to load, which help does not need.
    from sp_geo.questions import records

    if form is Format.table:
        shown = answer.rows.head(len(answer.rows) if most_rows is None else most_rows)
        left = len(answer.rows) - len(shown)
        notes = answer.notes if not left else (*answer.notes, f"{left:,} more rows; --format csv gives all of them.")
        typer.echo(records.as_table(shown, answer.title, notes, screen_width()), nl=False)
        return
    typer.echo(records.render(answer.rows, form, answer.title, answer.notes), nl=False)
    for note in answer.notes:
        session.say(note)


def print_shapes(session: Session, answer: Answer) -> None:
    """An answer with its shapes, as GeoJSON.

    Raises:
        UsageError: its rows have no shapes.
    """
    from sp_geo.reports.files.geojson import as_geojson

    if answer.shapes is None:
        raise UsageError("these rows have no shapes", found="--format geojson", expected="table, csv or json")
    shapes = answer.shapes
    if shapes.index.name is not None:
        # One shape serves all rows of its cluster or area.
        shapes = shapes.reindex(answer.rows[shapes.index.name])
    provenance = str(answer.rows["provenance"].iloc[0]) if len(answer.rows) else ""
    typer.echo(as_geojson(answer.rows, shapes, answer.title, answer.notes, provenance), nl=False)
    for note in answer.notes:
        session.say(note)


def print_admissions(session: Session, outcome: Outcome) -> None:
    """What became of each file that was to be added: a line each, and the exit code of the first refusal."""
    for admission in outcome.admissions:
        typer.echo(admission.line)
        if admission.refusal is not None and session.json_errors:
            tell(admission.refusal, as_json=True)
    if outcome.first_refusal is not None:
        raise typer.Exit(outcome.first_refusal.exit_code)
