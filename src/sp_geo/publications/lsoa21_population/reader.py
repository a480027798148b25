"""Mid-year residents by age and small area of 2021 (Office for National Statistics)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

import pandas as pd

from sp_geo.core import codes as shapes
from sp_geo.core.errors import InvalidContent
from sp_geo.publications.reading import (
    Frames,
    Parsed,
    codes,
    column_map,
    columns_in,
    counts,
    keep_missed,
    leaving_out,
    mapped,
    parse_framed,
    parse_sheet,
    parse_sheets,
    refuse_repeats,
    sheet_names,
)
from sp_geo.workspace.document import Document
from sp_geo.workspace.text import decode

OLD_AGE: Final = 65
MOST_RESIDENTS: Final = 100_000
NEEDED: Final = ("lsoa21_code", "residents_count")

_AGES: Final = re.compile(r"([fm]?)(\d{1,2})(?:(?:to|_)(\d{1,2})|plus|andover)?")
"""The normal header of ages: ``F0`` to ``M90`` by sex, ``0`` to ``90+`` for everybody, or bands: ``F65 and over``."""
_MID_YEAR: Final = re.compile(r"mid[- _]?(?:year[- _]?)?(20\d\d)", re.IGNORECASE)
_TITLE_ROWS: Final = 10


def read(document: Document, _period: str) -> Frames:
    """Residents, and residents of 65 and over, as core_lsoa21_population; of a workbook of several years the newest.

    Args:
        document: the workbook or CSV file.
        _period: not needed; the mid-year stands in the sheet's name, in a title or in the file's name.

    Raises:
        InvalidContent: a column or the year is missing, two sheets could be meant, a code or count is malformed, an
            area stands twice, the ages leave out somebody or cut through 65, or they do not add up to the residents.
        DamagedFile: the file cannot be read to its end.
    """
    known = column_map("lsoa21_population")
    if document.kind == "workbook":
        # A sheet has seven million cells: only those of the newest year are read.
        years = {name: int(said[1]) for name in sheet_names(document) if (said := _MID_YEAR.search(name)) is not None}
        newest = [name for name, year in years.items() if year == max(years.values())]
        sheets = parse_sheets(document, newest or None)
        fitting = [
            name for name, rows in sheets.items() if columns_in(rows, "lsoa21_population", NEEDED) == len(NEEDED)
        ]
        if len(fitting) > 1:
            raise InvalidContent(
                "two sheets could be meant",
                file=document.label,
                found=" and ".join(f"'{name}'" for name in fitting[:2]),
                expected="one sheet of the newest year",
                advice="Remove the other sheet",
            )
        name = next(iter([*fitting, *newest, *sheets]))
        parsed = parse_sheet(document, name, sheets[name], known)
        top = [name, *(" ".join(row[:3]) for row in sheets[name][:_TITLE_ROWS])]
    else:
        parsed = parse_framed(document, known)
        top = decode(document.data[:10_000]).splitlines()[:_TITLE_ROWS]
    table = mapped(parsed, "lsoa21_population", NEEDED)
    said = _MID_YEAR.search("\n".join([*top, document.label]))
    if said is None:
        raise parsed.refusal(
            "nothing says of which mid-year the residents are",
            expected="'Mid-2022' or the like in the sheet's name, a title or the file's name",
            advice="Name the file after its year, such as 'mid-2022.csv'",
        )
    year = int(said[1])
    # The ages are not in the map: they keep their headers, row by row beside the named columns.
    both = replace(table, frame=table.frame.join(parsed.frame[_ages_of(parsed)]))
    return leaving_out(both, lambda kept: _frames(kept, year), "residents_count", "residents")


def _frames(table: Parsed, year: int) -> Frames:
    rows = pd.DataFrame(
        {
            "year": year,
            "lsoa21_code": codes(table, "lsoa21_code", shapes.LSOA, "a small area such as E01000001"),
            "residents_count": counts(table, "residents_count", high=MOST_RESIDENTS),
        }
    )
    refuse_repeats(table, rows[["lsoa21_code"]], "small area")
    # Residents below 65, and of 65 and over, by row; by sex where the table has both, else for everybody.
    ages = {column: said for column in _ages_of(table) if (said := _AGES.fullmatch(column)) is not None}
    sexes = {said[1] for said in ages.values()}
    if {"f", "m"} <= sexes:
        ages = {column: said for column, said in ages.items() if said[1]}
    elif sexes != {""}:
        found = "one sex only" if sexes else "no column of ages"
        raise table.refusal("the ages of some residents are missing", row=1, found=found, expected="F0 to M90+")
    sums = {is_old: pd.Series(0, index=table.frame.index, dtype="int64") for is_old in (False, True)}
    for column, said in ages.items():
        first, last = int(said[2]), int(said[3] or said[2])
        if first < OLD_AGE <= last:
            raise table.refusal(
                "a band of ages cuts through 65",
                row=1,
                found=table.headers.get(column, column),
                expected="bands that end at 64",
            )
        sums[first >= OLD_AGE] += counts(table, column, high=MOST_RESIDENTS)
    younger, older = sums[False], sums[True]
    keep_missed(table, younger + older, rows["residents_count"])
    rows["residents_65_plus_count"] = older
    return {"core_lsoa21_population": rows.reset_index(drop=True)}


def _ages_of(parsed: Parsed) -> list[str]:
    return [column for column in parsed.frame.columns if _AGES.fullmatch(column)]
