"""English indices of deprivation, small areas (MHCLG): 2019 by areas of 2011, 2025 by areas of 2021."""

from __future__ import annotations

from typing import Final

import pandas as pd

from sp_geo.core import codes as shapes
from sp_geo.core.errors import UnrecognisedFile
from sp_geo.publications.reading import (
    Parsed,
    area_codes,
    counts,
    leaving_out,
    numbers,
    refuse_repeats,
    table,
    told_year,
    years_in,
)
from sp_geo.workspace.document import Document

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
MOST_RANK: Final = 100_000
TENTHS: Final = 10


def read(document: Document, own_name: str) -> dict[str, pd.DataFrame]:
    """The index of multiple deprivation as core_lsoa11_deprivation or core_lsoa21_deprivation.

    The file may hold a part of England and a part of the columns, but always the score.

    Args:
        document: the CSV file or workbook.
        own_name: its own name, for a file whose columns do not tell the edition; or the edition itself.

    Raises:
        InvalidContent: a column is missing, too many codes or numbers are out of range, an area stands twice with two
            scores, nothing tells the edition, or two things that tell it contradict.
        UnrecognisedFile: it is an edition that is not read, or has other areas than small ones.
        DamagedFile: the file cannot be read to its end.
    """
    parsed = table(document, "indices_of_deprivation", ("imd_score",))
    vintage = next((year for year in VINTAGES if parsed.has(f"lsoa{year}_code")), None)
    if vintage is None:
        told = set().union(*_told_by_header(parsed).values())
        if len(told) == 1:
            _refuse_unread(parsed, told.pop())
        raise parsed.refusal("column LSOA code is missing", row=1, expected="LSOA code (2011) or LSOA code (2021)")
    edition = _edition(parsed, vintage, own_name)
    return leaving_out(parsed, lambda kept: _frames(kept, vintage, edition))


def _frames(parsed: Parsed, vintage: str, edition: int) -> dict[str, pd.DataFrame]:
    area = f"lsoa{vintage}_code"
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
            "imd_rank": _whole(parsed, "imd_rank", MOST_RANK),
            "imd_decile": _whole(parsed, "imd_decile", TENTHS),
        }
    )
    return {f"core_lsoa{vintage}_deprivation": rows.reset_index(drop=True)}


def _edition(parsed: Parsed, vintage: str, own_name: str) -> int:
    """The edition: by the years of districts and population in the header and the small areas, then by the name."""
    content = _told_by_header(parsed)
    if len(VINTAGES[vintage]) == 1:
        content[f"'{parsed.headers[f'lsoa{vintage}_code']}'"] = VINTAGES[vintage]
    edition = told_year(
        parsed,
        content,
        years_in(own_name),
        (2010, 2015, 2019, 2025),
        "the edition",
        "'File_7_-_All_IoD2019_Scores.csv', or add it with its column 'Local Authority District code (2019)'",
    )
    _refuse_unread(parsed, edition)
    return edition


def _told_by_header(parsed: Parsed) -> dict[str, set[int]]:
    """Editions that the years of small areas before 2011, of districts and of population in the header tell."""
    years = (("lsoa01_code", BY_AREA), ("district", BY_DISTRICT), ("population", BY_POPULATION))
    return {
        f"'{parsed.headers[column]}'": {by_year[year] for year in years_in(parsed.headers[column]) if year in by_year}
        for column, by_year in years
        if parsed.has(column)
    }


def _refuse_unread(parsed: Parsed, edition: int) -> None:
    if edition not in READ:
        raise UnrecognisedFile(
            f"it is the English Indices of Deprivation {edition}",
            file=parsed.file,
            expected=f"the edition of {' or '.join(map(str, READ))}",
            advice="Download File 7 of one of these",
        )


def _whole(parsed: Parsed, column: str, high: int) -> pd.Series:
    if not parsed.has(column):
        return pd.Series(pd.NA, index=parsed.frame.index, dtype="Int64")
    return counts(parsed, column, high=high, low=1, is_secondary=True).astype("Int64")
