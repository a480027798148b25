"""A table as tidy CSV: machine names, raw values, where the rows come from."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from sp_geo.questions.records import as_csv, neutral, provenance
from sp_geo.reports.sheet import Cover, Sheet, marks

PROVENANCE = "provenance"


def raw_rows(sheet: Sheet, cover: Cover) -> pd.DataFrame:
    """What a program reads: the shown columns, those that say why a cell is empty, and the provenance of every row."""
    names = list(dict.fromkeys(name for item in sheet.columns for name in (item.name, item.state) if name))
    rows = sheet.rows[[name for name in names if name != PROVENANCE]].copy()
    for name in rows.columns:
        if isinstance(rows[name].dtype, pd.CategoricalDtype):
            rows[name] = rows[name].astype("object")
    for column in sheet.columns:
        if column.is_number:
            rows[column.name] = rows[column.name].where(marks(column, sheet.rows) == "")
    rows[PROVENANCE] = provenance(bool(cover.mark))
    return rows


def csv_text(sheet: Sheet, cover: Cover) -> str:
    """Tidy CSV of a sheet; missing is an empty cell and text cannot become a formula.

    A column with shorthands for its empty cells brings them as a column of their own.
    """
    rows = raw_rows(sheet, cover)
    return as_csv(rows.rename(columns={name: str(neutral(name)) for name in rows.columns}))


def dictionary_text(named: Mapping[str, Sheet]) -> str:
    """What every column of the CSV files means: table, column, meaning, unit of the raw value, what an empty cell is.

    Args:
        named: sheets by the names of their files.
    """
    lines = []
    for name, sheet in named.items():
        for column in sheet.columns:
            # Of the raw value, which is shown after it was multiplied by the scale.
            unit = column.unit if column.scale == 1 else f"{column.unit}, divided by {column.scale:g}"
            empty = f"see {column.state}" if column.state else "nobody told us"
            lines.append((name, column.name, column.label, unit, empty))
        lines += [(name, state, meaning, "", "") for state, meaning in state_meanings(sheet).items()]
        lines.append((name, PROVENANCE, "SYNTHETIC for invented rows, published for others", "", ""))
    return as_csv(pd.DataFrame(lines, columns=["table", "column", "meaning", "unit", "when_empty"]))


def state_meanings(sheet: Sheet) -> dict[str, str]:
    """What the columns mean that say why others are empty, without those that are shown themselves."""
    shown = {column.name for column in sheet.columns}
    found: dict[str, list[str]] = {}
    for column in sheet.columns:
        if column.state and column.state not in shown:
            found.setdefault(column.state, []).append(column.label)
    return {state: f"Why there is none of: {'; '.join(labels)}" for state, labels in found.items()}
