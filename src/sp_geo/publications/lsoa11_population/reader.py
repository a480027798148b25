"""Mid-year residents by single year of age and small area of 2011 (Office for National Statistics)."""

from __future__ import annotations

import re
from typing import Final

import pandas as pd

from sp_geo.core import codes as shapes
from sp_geo.publications.reading import (
    Frames,
    Parsed,
    area_codes,
    counts,
    keep_missed,
    refuse_repeats,
    table_reader,
    told_year,
    years_in,
)

YOUNGER_AGES: Final = tuple(f"age_{age}" for age in range(65))
OLDER_AGES: Final = tuple(f"age_{age}" for age in range(65, 91))
MOST_RESIDENTS: Final = 100_000
YEARS: Final = range(2011, 2021)
"""Mid-years that were published for the small areas of 2011."""
_MID_YEAR: Final = re.compile(r"mid[\W_]*(20\d\d)(?!\d)", re.IGNORECASE)
_SHORT: Final = re.compile(r"(?:population|pop|mid|mye)[\W_]*(\d\d)(?!\d)", re.IGNORECASE)


@table_reader(
    "lsoa11_population", ("lsoa11_code", "residents_count", *OLDER_AGES), amount="residents_count", unit="residents"
)
def read(parsed: Parsed, own_name: str) -> Frames:
    """Residents, and residents of 65 and over, as core_lsoa11_population.

    The mid-year stands in its column, the title above the header or the sheet's name, or in the file's own name.

    Args:
        parsed: the table.
        own_name: the file's own name, for one that does not say its mid-year; or the mid-year itself.

    Raises:
        InvalidContent: too many rows cannot be used, an area stands twice with two numbers, or nothing tells the year.
        UnrecognisedFile: it has other areas than small ones.
    """
    titles = {int(year) for text in parsed.above for year in _MID_YEAR.findall(text)}
    sheet = years_in(parsed.above[0]) if parsed.above and not titles else set()
    given = counts(parsed, "year", low=YEARS[0], high=YEARS[-1]).unique() if parsed.has("year") else ()
    told = {"its column year": {int(year) for year in given}, "the sheet's name or title": titles | sheet}
    named = years_in(own_name) | {2000 + int(year) for year in _SHORT.findall(own_name)}
    rows = pd.DataFrame(
        {
            "year": told_year(parsed, told, named, YEARS, "the population", "'population_mid-2020.csv'"),
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
