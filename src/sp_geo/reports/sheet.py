"""What is taken away: a table with its columns described, and what must be said on every copy of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

import pandas as pd

if TYPE_CHECKING:
    import geopandas as gpd

SHORTHANDS: Final = {
    "[x]": "not available: nobody told us",
    "[c]": "confidential: known, and withheld by the publisher because the count is small",
    "[u]": "low reliability, not shown",
    "[z]": "not applicable",
}
"""Marks for cells without a number, as the Government Statistical Service writes them; zero is written as 0."""
MISSING: Final = "[x]"


@dataclass(frozen=True)
class Column:
    """How one column of a frame is shown.

    Attributes:
        name: in the frame.
        label: heading for people.
        unit: of the value as shown, such as ``FTE per 10,000 patients``; empty for text and codes.
        digits: after the point; None for text.
        scale: by which a value is multiplied to be shown (100 for a share shown in percent).
        is_aside: in files alone, not in a table on a page, such as the code of an ICB beside its name.
        state: column with the shorthand of cells that are missing for another reason than ``[x]``; empty if none are.
    """

    name: str
    label: str
    unit: str = ""
    digits: int | None = None
    scale: float = 1.0
    state: str = ""
    is_aside: bool = False

    @property
    def is_number(self) -> bool:
        """Whether it is shown as a number."""
        return self.digits is not None

    @property
    def heading(self) -> str:
        """Label with its unit."""
        return f"{self.label} ({self.unit})" if self.unit else self.label


@dataclass(frozen=True)
class Sheet:
    """One table to show or to take away.

    Attributes:
        name: short, for files, sheets and layers: lower case, underscores, at most 28 characters.
        title: what it holds, of what and when.
        rows: raw values; missing is NaN or None, never 0 and never a mark.
        columns: those shown, in their order; the first says what a row is, and a code is always among them.
        notes: what must be known to read it.
        shapes: of the rows, in their order, EPSG:27700; None for a table without places.
        colour: column by which a map of it is coloured; empty for none.
    """

    name: str
    title: str
    rows: pd.DataFrame
    columns: tuple[Column, ...]
    notes: tuple[str, ...] = ()
    shapes: gpd.GeoSeries | None = None
    colour: str = ""


@dataclass(frozen=True)
class Cover:
    """What is said on everything that is taken away.

    Attributes:
        title: of the page or pack.
        subject: area and period in words, with coverage.
        sources: publishers and publications.
        licences: of the sources.
        made: day on which it was made.
        mark: ``SYNTHETIC`` for invented data, else empty.
        digest: of the data (hexadecimal), so that two copies can be compared.
        version: of the software.
        address: link to the same view; empty if there is none.
        record: text of the run record, which every file brings with it; empty for none.
    """

    title: str
    subject: str
    sources: tuple[str, ...]
    licences: tuple[str, ...]
    made: date
    mark: str
    digest: str
    version: str
    address: str = ""
    record: str = ""


def marks(column: Column, rows: pd.DataFrame) -> pd.Series:
    """Why each cell of a column holds nothing: its shorthand, or empty where it holds something.

    A number that is not finite holds nothing.
    """
    values = rows[column.name]
    missing = values.isna()
    if column.is_number:
        missing |= pd.to_numeric(values, errors="coerce").abs().eq(float("inf"))
    said = rows[column.state] if column.state else pd.Series(MISSING, index=rows.index, dtype="object")
    said = said.astype("object").where(said.notna() & said.ne(""), MISSING).astype(str)
    return said.where(missing, "")


def cell_text(column: Column, row: pd.Series) -> str:
    """A cell as it is shown: a rounded number, text, or the mark that says why there is none."""
    value = row[column.name]
    if pd.isna(value):
        mark = row[column.state] if column.state else None
        return MISSING if mark is None or pd.isna(mark) or mark == "" else str(mark)
    if column.digits is None:
        return str(value)
    return f"{float(value) * column.scale:,.{column.digits}f}"
