"""English indices of deprivation, small areas (MHCLG): 2019 by areas of 2011, 2025 by areas of 2021."""

from __future__ import annotations

from typing import Final

import pandas as pd

from sp_geo.core import codes as shapes
from sp_geo.core.errors import UnrecognisedFile
from sp_geo.publications.reading import (
    Frames,
    Parsed,
    area_codes,
    counts,
    numbers,
    refuse_repeats,
    table_reader,
    told_year,
    years_in,
)

VINTAGES: Final = {"11": {2015, 2019}, "21": {2025}}
"""Editions by the census year of their small areas."""
READ: Final = (2019, 2025)
BY_DISTRICT: Final = {2009: 2010, 2013: 2015, 2019: 2019, 2024: 2025}
"""Edition by the year of the local authority districts in its header."""
BY_AREA: Final = {2001: 2010}
"""Edition by the census year of small areas that no edition has which is read; 2010 is the last of those of 2001."""
BY_POPULATION: Final = {2008: 2010, 2012: 2015, 2015: 2019, 2022: 2025}
"""Edition by the mid-year of its population denominators."""
AREAS: Final = {"11": 32_844, "21": 33_755}
"""Small areas of England by census year."""


@table_reader("indices_of_deprivation", ("imd_score",))
def read(parsed: Parsed, own_name: str) -> Frames:
    """The index of multiple deprivation as core_lsoa11_deprivation or core_lsoa21_deprivation.

    The file may hold a part of England and a part of the columns, but always the score. The edition is told by the
    years of districts and population in its header and by its small areas, then by its name.

    Args:
        parsed: the table.
        own_name: the file's own name, for one whose columns do not tell the edition; or the edition itself.

    Raises:
        InvalidContent: a column is missing, too many codes or numbers are out of range, an area stands twice with two
            scores, nothing tells the edition, or two things that tell it contradict.
        UnrecognisedFile: it is an edition that is not read, or has other areas than small ones.
    """
    years = (("lsoa01_code", BY_AREA), ("district", BY_DISTRICT), ("population", BY_POPULATION))
    told = {
        f"'{parsed.headers[column]}'": {by_year[year] for year in years_in(parsed.headers[column]) if year in by_year}
        for column, by_year in years
        if parsed.has(column)
    }
    vintage = next((year for year in VINTAGES if parsed.has(f"lsoa{year}_code")), None)
    if vintage is None:
        editions = set().union(*told.values())
        if len(editions) == 1:
            _refuse_unread(parsed, editions.pop())
        raise parsed.refusal("column LSOA code is missing", row=1, expected="LSOA code (2011) or LSOA code (2021)")
    area = f"lsoa{vintage}_code"
    if len(VINTAGES[vintage]) == 1:
        told[f"'{parsed.headers[area]}'"] = VINTAGES[vintage]
    edition = told_year(
        parsed,
        told,
        years_in(own_name),
        (2010, 2015, 2019, 2025),
        "the edition",
        "'File_7_-_All_IoD2019_Scores.csv', or add it with its column 'Local Authority District code (2019)'",
    )
    _refuse_unread(parsed, edition)
    small = area_codes(parsed, area, shapes.LSOA_ENGLAND, "an English small area such as E01000001")
    refuse_repeats(parsed, small.to_frame(), "small area")
    if len(small) > AREAS[vintage]:
        raise parsed.refusal(
            "there are more small areas than England has",
            found=f"{len(small):,}",
            expected=f"{AREAS[vintage]:,} areas of 20{vintage}",
        )
    rows = pd.DataFrame(
        {
            "edition": str(edition),
            area: small,
            "imd_score": numbers(parsed, "imd_score", 0, 100),
            "imd_rank": counts(parsed, "imd_rank", 100_000, low=1, is_secondary=True),
            "imd_decile": counts(parsed, "imd_decile", 10, low=1, is_secondary=True),
        }
    )
    return {f"core_lsoa{vintage}_deprivation": rows.reset_index(drop=True)}


def _refuse_unread(parsed: Parsed, edition: int) -> None:
    if edition not in READ:
        raise UnrecognisedFile(
            f"it is the English Indices of Deprivation {edition}",
            file=parsed.file,
            expected=f"the edition of {' or '.join(map(str, READ))}",
            advice="Download File 7 of one of these",
        )
