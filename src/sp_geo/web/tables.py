"""Tables on a page: found, sorted and cut to a page here, drawn by the browser; the same sheets that are taken away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from sp_geo.reports.sheet import Sheet, cell_text

PAGE_ROWS: Final = 15
_MOST_CHARACTERS = 80


@dataclass(frozen=True)
class Asked:
    """How a reader wants a table.

    Attributes:
        find: words that a row must hold in one of its text columns.
        sort: column; the sheet's own order if it is none of its columns.
        downwards: from high to low.
        start: page, from 0.
    """

    find: str = ""
    sort: str = ""
    downwards: bool = False
    start: int = 0


def read_asked(pairs: dict[str, str]) -> Asked:
    """What the address of a table asks for; what cannot be read is as if it were not there."""
    start = pairs.get("start", "0")
    return Asked(
        find=pairs.get("find", "")[:_MOST_CHARACTERS].strip().lower(),
        sort=pairs.get("sort", ""),
        downwards=pairs.get("down", "") == "yes",
        start=int(start) if start.isdecimal() and len(start) < 7 else 0,  # noqa: PLR2004 - a million pages
    )


def chosen_rows(sheet: Sheet, asked: Asked) -> pd.DataFrame:
    """Rows that are found, sorted; missing values come last either way."""
    rows = sheet.rows
    if asked.find:
        texts = [item.name for item in sheet.columns if not item.is_number]
        held = pd.Series(data=False, index=rows.index)
        for name in texts:
            held |= rows[name].astype("str").str.lower().str.contains(asked.find, regex=False).fillna(value=False)
        rows = rows[held]
    if asked.sort in {item.name for item in sheet.columns}:
        # Stable, so that equal values stay in the sheet's own order.
        rows = rows.sort_values(asked.sort, ascending=not asked.downwards, na_position="last", kind="stable")
    return rows


def table_page(sheet: Sheet, asked: Asked) -> dict[str, Any]:
    """One page of a table as the browser draws it.

    Returns:
        caption, columns (name, heading, is_number), rows of cell texts, start, pages, first, last and total of the
        rows found, and all rows there are.
    """
    rows = chosen_rows(sheet, asked)
    shown = [item for item in sheet.columns if not item.is_aside]
    pages = max(1, -(-len(rows) // PAGE_ROWS))
    start = min(asked.start, pages - 1)
    part = rows.iloc[start * PAGE_ROWS : (start + 1) * PAGE_ROWS]
    return {
        "caption": sheet.title,
        "columns": [{"name": item.name, "heading": item.heading, "is_number": item.is_number} for item in shown],
        "rows": [[cell_text(item, row) for item in shown] for _, row in part.iterrows()],
        "pcns": [str(code) for code in part["pcn_code"]] if "pcn_code" in part else [],
        "start": start,
        "pages": pages,
        "first": start * PAGE_ROWS + 1 if len(rows) else 0,
        "last": start * PAGE_ROWS + len(part),
        "found": len(rows),
        "total": len(sheet.rows),
    }
