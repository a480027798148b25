"""The table of anomalies: what is odd in a published file, and what became of it."""

from __future__ import annotations

from typing import Final

from sp_geo.tables.base import Column, Table

KEPT, LEFT_OUT, MISSING = "kept", "left out", "read as missing"

MOST_ODD_SHARE: Final = 0.01
"""Share of a file's rows that may be left out; published files reach 0.1 %."""

FEW_ODD_ROWS: Final = 3
"""So many rows may always be left out: of a file of ten rows, one per cent is none."""

core_anomaly: Final = Table(
    name="core_anomaly",
    key=("publication", "period", "file", "number"),
    grain="one odd row, or one odd value of a row, of one published file",
    columns=(
        Column("publication", "Publication, by its key in 'sp-geo publications'."),
        Column("period", "What the file is about, such as 2022Q2."),
        Column("file", "The file, and its place in an archive or the sheet of a workbook."),
        Column("number", "Counts the anomalies of one file, in the order of its rows.", "int64", low=1),
        Column("row", "Row of the file as a spreadsheet counts, its header being row 1.", "Int64", nullable=True),
        Column("column", "Column as published; missing where the whole row is odd.", nullable=True),
        Column("problem", "What is odd, in words."),
        Column("found", "What stands there.", nullable=True),
        Column(
            "outcome",
            "kept: used as published, because the publisher's totals hold it; left out: the row is not used; "
            "read as missing: the row is used without this value.",
            allowed=(KEPT, LEFT_OUT, MISSING),
        ),
        Column(
            "effect", "Size of what was kept or left out, where the row carries a number.", "float64", nullable=True
        ),
        Column("unit", "Unit of the effect.", nullable=True),
    ),
    caveats=("Only files that were taken are listed; a file that was refused says why when it is added.",),
)


def most_odd_rows(rows: int) -> int:
    """How many rows of a file may be odd before the file is taken for damaged or another thing."""
    return max(FEW_ODD_ROWS, int(MOST_ODD_SHARE * rows))
