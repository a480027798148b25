"""Rows as text: a table to read, CSV for a spreadsheet, JSON for a program."""

from __future__ import annotations

import json
from collections.abc import Sequence
from enum import StrEnum
from io import StringIO
from typing import Any

import pandas as pd
from rich.console import Console
from rich.table import Table as RichTable


class Format(StrEnum):
    """Form of an output."""

    table = "table"
    csv = "csv"
    json = "json"


SYNTHETIC = "SYNTHETIC"
WIDEST = 1_000
"""Characters a table may take: nothing is cut off."""
PUBLISHED = "published"
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
    return json.dumps(records, indent=1, ensure_ascii=False, allow_nan=False, default=_plain) + "\n"


def _plain(value: object) -> object:
    """A number of an array library as the number it is."""
    item = getattr(value, "item", None)
    return item() if callable(item) else str(value)


def _cell(value: Any) -> str:
    if pd.isna(value):
        return "[x]"
    if isinstance(value, float):
        return f"{value:,.4f}" if abs(value) < 10 else f"{value:,.1f}"  # noqa: PLR2004 - few digits where they matter
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def as_table(frame: pd.DataFrame, title: str, notes: Sequence[str] = ()) -> str:
    """A table for the terminal; missing is ``[x]``."""
    buffer = StringIO()
    console = Console(file=buffer, width=WIDEST, no_color=True, highlight=False, markup=False)
    table = RichTable(title=title, title_justify="left", caption_justify="left", show_lines=False)
    for name in frame.columns:
        numeric = pd.api.types.is_numeric_dtype(frame[name])
        table.add_column(str(name), justify="right" if numeric else "left", no_wrap=True)
    for row in frame.itertuples(index=False):
        table.add_row(*(_cell(value) for value in row))
    console.print(table)
    for note in notes:
        console.print(note, soft_wrap=True)
    return buffer.getvalue()


def render(frame: pd.DataFrame, form: Format, title: str, notes: Sequence[str] = ()) -> str:
    """Rows in the wanted form; title and notes belong to the table only."""
    if form is Format.csv:
        return as_csv(frame)
    if form is Format.json:
        return as_json(frame)
    return as_table(frame, title, notes)
