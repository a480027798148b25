"""Mid-2020 residents by single year of age and small area of 2011 (Office for National Statistics)."""

from __future__ import annotations

import re
from typing import Final

import pandas as pd

from sp_geo import codes as shapes
from sp_geo.ingest.reading import Parsed, codes, counts, first_row, refuse_repeats, table
from sp_geo.sources.document import Document

YOUNGER_AGES: Final = tuple(f"age_{age}" for age in range(65))
OLDER_AGES: Final = tuple(f"age_{age}" for age in range(65, 91))
MOST_RESIDENTS: Final = 100_000
YEAR: Final = 2020
"""The last mid-year that was published for the small areas of 2011."""


def read(document: Document, period: str) -> dict[str, pd.DataFrame]:
    """Residents, and residents of 65 and over, as core_lsoa11_population.

    Args:
        document: the CSV file or workbook.
        period: the mid-year; 2020 if it is not a year.

    Raises:
        InvalidContent: a column is missing, a code or count is malformed, an area stands twice, or there are more
            older residents than residents.
        DamagedFile: the file cannot be read to its end.
    """
    parsed = table(document, "lsoa11_population", ("lsoa11_code", "residents_count", *OLDER_AGES), is_wide=True)
    rows = pd.DataFrame(
        {
            "year": int(period) if re.fullmatch(r"20\d\d", period) else YEAR,
            "lsoa11_code": codes(parsed, "lsoa11_code", shapes.LSOA, "a small area such as E01000001"),
            "residents_count": counts(parsed, "residents_count", high=MOST_RESIDENTS),
            "residents_65_plus_count": sum(counts(parsed, age, high=MOST_RESIDENTS) for age in OLDER_AGES),
        }
    )
    refuse_repeats(parsed, rows[["lsoa11_code"]], "small area")
    _refuse_contradiction(parsed, rows)
    more = rows["residents_65_plus_count"] > rows["residents_count"]
    if more.any():
        row = first_row(more)
        raise parsed.refusal(
            "more residents of 65 and over than residents",
            row=row,
            column="residents_count",
            found=f"{rows['residents_65_plus_count'][row]:,} of {rows['residents_count'][row]:,}",
        )
    return {"core_lsoa11_population": rows.reset_index(drop=True)}


def _refuse_contradiction(parsed: Parsed, rows: pd.DataFrame) -> None:
    """Refuse a file that gives every year of age, where the ages do not add up to the residents."""
    if not all(parsed.has(age) for age in YOUNGER_AGES):
        return
    younger = sum(counts(parsed, age, high=MOST_RESIDENTS) for age in YOUNGER_AGES)
    added = rows["residents_65_plus_count"] + younger
    off = added != rows["residents_count"]
    if off.any():
        row = first_row(off)
        raise parsed.refusal(
            "the ages do not add up to the residents",
            row=row,
            column="residents_count",
            found=f"{added[row]:,} in the ages",
            expected=f"{rows['residents_count'][row]:,}",
        )
