"""Mid-year residents by single year of age and small area of 2011 (Office for National Statistics)."""

from __future__ import annotations

import re
from typing import Final

import pandas as pd

from sp_geo.core import codes as shapes
from sp_geo.publications.reading import (
    Parsed,
    area_codes,
    counts,
    keep_missed,
    leaving_out,
    refuse_repeats,
    table,
    told_year,
    years_in,
)
from sp_geo.workspace.document import Document

YOUNGER_AGES: Final = tuple(f"age_{age}" for age in range(65))
OLDER_AGES: Final = tuple(f"age_{age}" for age in range(65, 91))
MOST_RESIDENTS: Final = 100_000
YEARS: Final = range(2011, 2021)
"""Mid-years that were published for the small areas of 2011."""
_MID_YEAR: Final = re.compile(r"mid[\W_]*(20\d\d)(?!\d)", re.IGNORECASE)
_SHORT: Final = re.compile(r"(?:population|pop|mid|mye)[\W_]*(\d\d)(?!\d)", re.IGNORECASE)


def read(document: Document, own_name: str) -> dict[str, pd.DataFrame]:
    """Residents, and residents of 65 and over, as core_lsoa11_population.

    Args:
        document: the CSV file or workbook.
        own_name: its own name, for a file that does not say its mid-year; or the mid-year itself.

    Raises:
        InvalidContent: a column is missing, too many rows cannot be used, an area stands twice with two numbers, or
            nothing tells the year.
        UnrecognisedFile: it has other areas than small ones.
        DamagedFile: the file cannot be read to its end.
    """
    parsed = table(document, "lsoa11_population", ("lsoa11_code", "residents_count", *OLDER_AGES))
    return leaving_out(parsed, lambda kept: _frames(kept, own_name), "residents_count", "residents")


def _frames(parsed: Parsed, own_name: str) -> dict[str, pd.DataFrame]:
    rows = pd.DataFrame(
        {
            "year": _year(parsed, own_name),
            "lsoa11_code": area_codes(parsed, "lsoa11_code", shapes.LSOA, "a small area such as E01000001"),
            "residents_count": counts(parsed, "residents_count", high=MOST_RESIDENTS),
            "residents_65_plus_count": sum(counts(parsed, age, high=MOST_RESIDENTS) for age in OLDER_AGES),
        }
    )
    refuse_repeats(parsed, rows[["lsoa11_code"]], "small area")
    more = rows["residents_65_plus_count"] > rows["residents_count"]
    if more.any():
        raise parsed.odd("more residents of 65 and over than residents", more, "residents_count")
    if all(parsed.has(age) for age in YOUNGER_AGES):
        younger = sum(counts(parsed, age, high=MOST_RESIDENTS) for age in YOUNGER_AGES)
        keep_missed(parsed, rows["residents_65_plus_count"] + younger, rows["residents_count"])
    return {"core_lsoa11_population": rows.reset_index(drop=True)}


def _year(parsed: Parsed, own_name: str) -> int:
    """The mid-year: from its column, the title above the header or the sheet's name, or the file's own name."""
    titles = {int(year) for text in parsed.above for year in _MID_YEAR.findall(text)}
    sheet = years_in(parsed.above[0]) if parsed.above and not titles else set()
    given = counts(parsed, "year", low=YEARS[0], high=YEARS[-1]) if parsed.has("year") else pd.Series(dtype="int64")
    told = {"its column year": {int(year) for year in given.unique()}, "the sheet's name or title": titles | sheet}
    named = years_in(own_name) | {2000 + int(year) for year in _SHORT.findall(own_name)}
    return told_year(parsed, told, named, YEARS, "the population", "'population_mid-2020.csv'")
