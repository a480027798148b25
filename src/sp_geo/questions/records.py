"""Rows as text: a table to read, CSV for a spreadsheet, JSON for a program."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from io import StringIO
from typing import Any

import pandas as pd

from sp_geo.core.formats import Format
from sp_geo.workspace.store import SYNTHETIC

WIDEST = 1_000
"""Characters a table may take: nothing is cut off."""
PUBLISHED = "published"
_EDGES = 3
"""Characters between two columns: a space, a line and a space."""
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def provenance(is_synthetic: bool) -> str:
    """The word that every output carries: ``SYNTHETIC`` for invented data, ``published`` otherwise."""
    return SYNTHETIC if is_synthetic else PUBLISHED


def neutral(text: object) -> object:
    """Text that a spreadsheet will not run as a formula; anything but text is returned as it is."""
    if isinstance(text, str) and text.startswith(_FORMULA_STARTS):
        return "'" + text
    return text


def as_csv(frame: pd.DataFrame) -> str:
    """CSV with plain line ends and missing values written as nothing; text cannot become a formula."""
    safe = frame.copy()
    for name in safe.select_dtypes(include=["object", "str"]).columns:
        safe[name] = safe[name].map(neutral, na_action="ignore")
    return safe.to_csv(index=False, lineterminator="\n")


def as_json(frame: pd.DataFrame) -> str:
    """A JSON list of records; missing values are null."""
    records = [
        {name: None if pd.isna(value) else value for name, value in row.items()}
        for row in frame.astype(object).to_dict(orient="records")
    ]
    # A number of an array library is written as the number it is, anything else as its text.
    text = json.dumps(
        records,
        indent=1,
        ensure_ascii=False,
        allow_nan=False,
        default=lambda value: value.item() if hasattr(value, "item") else str(value),
    )
    return text + "\n"


def _cell(value: Any) -> str:
    if pd.isna(value):
        return "[x]"
    if isinstance(value, float):
        return f"{value:,.4f}" if abs(value) < 10 else f"{value:,.1f}"  # noqa: PLR2004 - few digits where they matter
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def as_table(frame: pd.DataFrame, title: str, notes: Sequence[str] = (), width: int | None = None) -> str:
    """A table for the terminal; missing is ``[x]``.

    Args:
        frame: its rows.
        title: above it.
        notes: below it.
        width: columns of the screen; a wider table goes on below itself, with its first column again. None for
            output that nobody looks at line by line: nothing is wrapped or cut.
    """
    # Only the command line draws tables; the application would load their library for nothing.
    from rich.console import Console
    from rich.table import Table as RichTable

    buffer = StringIO()
    # In a notebook the library would show the table by itself, and write for a terminal, in place of giving its text.
    console = Console(
        file=buffer,
        width=width or WIDEST,
        no_color=True,
        highlight=False,
        markup=False,
        force_jupyter=False,
        force_terminal=False,
    )
    cells = {name: [_cell(value) for value in frame[name]] for name in frame.columns}
    bands = [list(cells)] if width is None else _bands(cells, width)
    for number, names in enumerate(bands):
        table = RichTable(title="" if number else title, title_justify="left", show_lines=False)
        for name in names:
            numeric = pd.api.types.is_numeric_dtype(frame[name])
            limit = None if width is None else _room(name == names[0], width)
            table.add_column(
                str(name),
                justify="right" if numeric else "left",
                no_wrap=width is None,
                overflow="fold",
                max_width=limit,
            )
        for row in zip(*(cells[name] for name in names), strict=True):
            table.add_row(*row)
        console.print(table)
    for note in notes:
        console.print(note, soft_wrap=width is None)
    return buffer.getvalue()


def _room(is_first: bool, width: int) -> int:
    """Letters that a column may take where two stand beside each other at the least."""
    return max(width // 2 - _EDGES if is_first else width - width // 2 - _EDGES, 1)


def _bands(cells: Mapping[str, Sequence[str]], width: int) -> list[list[str]]:
    """Columns in groups that fit a screen; the first column, which says what a row is, stands in each."""
    if not cells:
        return [[]]
    first, *others = cells
    widths = {
        name: min(max(len(line) for line in (str(name), *found)), _room(name == first, width)) + _EDGES
        for name, found in cells.items()
    }
    bands: list[list[str]] = [[first]]
    for name in others:
        if len(bands[-1]) > 1 and sum(widths[held] for held in (*bands[-1], name)) >= width:
            bands.append([first])
        bands[-1].append(name)
    return bands


def render(frame: pd.DataFrame, form: Format, title: str, notes: Sequence[str] = ()) -> str:
    """Rows in the wanted form; title and notes belong to the table only."""
    if form is Format.csv:
        return as_csv(frame)
    if form is Format.json:
        return as_json(frame)
    return as_table(frame, title, notes)
