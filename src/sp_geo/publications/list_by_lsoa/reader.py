"""Patients Registered at a GP Practice, by practice and small area (NHS England)."""

from __future__ import annotations

from datetime import date
from typing import Final

import pandas as pd

from sp_geo.core import codes as shapes
from sp_geo.core.errors import UnrecognisedFile
from sp_geo.publications.reading import (
    Frames,
    Parsed,
    codes,
    counts,
    first_row,
    keep_misses,
    one_of,
    refuse_repeats,
    single_day,
    table_reader,
)

NEEDED: Final = ("extract_date", "practice_code", "patients_count")
SEXES: Final = {
    "all": "all",
    "male": "male",
    "female": "female",
    "m": "male",
    "f": "female",
    "indeterminate": "other",
    "unknown": "other",
    "other": "other",
    "not known": "other",
    "not specified": "other",
}

MOST_PATIENTS: Final = 200_000
"""Of one practice in one small area; the largest practice of England has some 119,000."""

LAST_2011: Final = {"E": "E01033768", "W": "W01001958"}
"""Highest code of 2011; areas that were split or merged for 2021 have higher ones."""

TELLING_AREAS: Final = 5_000
"""So many different areas without a single new code of 2021 cannot be of 2021: one area in seventeen has one."""

FIRST_2021: Final = date(2025, 1, 1)
"""In 2025 the publisher issued files of both vintages; before, 2011 only."""

LAST_BOTH: Final = date(2025, 10, 1)
"""After October 2025 the publisher issues 2021 only."""


@table_reader("list_by_lsoa", NEEDED, "patients_count", "patients")
def read(everybody: Parsed, _period: str) -> Frames:
    """The list as core_practice_list_lsoa11 or core_practice_list_lsoa21, and its totals as core_practice_list.

    Totals include patients whose address has no small area, and those who live in Wales. Where the file has a row for
    all persons those rows are taken; otherwise the sexes are added up. See :func:`vintage` for the census year.

    Raises:
        InvalidContent: too many codes or counts are malformed, a practice and area stand twice with two numbers, or
            the vintage cannot be told.
        UnrecognisedFile: the file holds one sex only.
    """
    day = single_day(everybody, "extract_date")
    column = next((name for name in ("lsoa_code", "lsoa11_code", "lsoa21_code") if everybody.has(name)), None)
    if column is None:
        raise everybody.refusal("column LSOA_CODE is missing", row=1, expected="LSOA_CODE")
    parsed, sexes = everybody, {"all"}
    if everybody.has("sex"):
        sex = one_of(everybody, "sex", SEXES)
        sexes = set(sex.unique())
        if "all" in sexes and len(sexes) > 1:
            # List small areas whose sexes do not add up to all persons; many of them refuse the file.
            place = everybody.frame["practice_code"].str.strip() + " " + everybody.frame[column].str.strip()
            patients = counts(everybody, "patients_count", high=MOST_PATIENTS)
            is_all = sex == "all"
            whole, added = (patients[part].groupby(place[part]).sum() for part in (is_all, ~is_all))
            every = whole.index.union(added.index)
            names = [f"the sexes do not add up to all persons in {where}" for where in every]
            keep_misses(
                everybody, names, whole.reindex(every, fill_value=0), added.reindex(every, fill_value=0), "in the sexes"
            )
            parsed = everybody.where(sex == "all")
    if "all" not in sexes and not {"male", "female"} <= sexes:
        # Not a fault in the file: releases hold one for all persons beside it, which is the one to add.
        raise UnrecognisedFile(
            "the file holds one sex only",
            file=parsed.file,
            found=", ".join(sorted(sexes)),
            expected="all persons, or male and female",
            advice="Add the file of all persons of the same release",
        )
    areas = codes(parsed, column, shapes.LSOA_OR_UNKNOWN, "a small area such as E01000001, or NO2011, NO2021, CLOSED")
    year = vintage(parsed, areas, column, day)
    area = f"lsoa{year}_code"
    rows = pd.DataFrame(
        {
            "release": f"{day:%Y-%m}",
            "practice_code": codes(
                parsed, "practice_code", shapes.PRACTICE, "a letter and five digits, such as A81001"
            ),
            area: areas,
            "patients_count": counts(parsed, "patients_count", high=MOST_PATIENTS),
        }
    )
    if "all" in sexes:
        refuse_repeats(parsed, rows[["practice_code", area]], "practice with this small area")
        rows = rows.reset_index(drop=True)
    else:
        keys = rows[["practice_code", area]].assign(sex=sex)
        refuse_repeats(parsed, keys, "practice with this small area and sex")
        rows = rows.groupby(["release", "practice_code", area])["patients_count"].sum().reset_index()
    totals = rows.groupby(["practice_code", "release"], as_index=False)["patients_count"].sum()
    return {f"core_practice_list_lsoa{year}": rows, "core_practice_list": totals.assign(source="list_by_lsoa")}


def vintage(parsed: Parsed, areas: pd.Series, column: str, day: date) -> str:
    """``11`` or ``21``: whose small areas the codes are, told by the first of these that says something.

    The header; a code that exists only since 2021; the publisher's ``NO2011`` or ``NO2021``; many areas and none of
    them new; the day of the extract (before 2025 only 2011 was published, after October 2025 only 2021).

    Args:
        parsed: the list.
        areas: small area codes and the publisher's words.
        column: the column they stand in.
        day: of the extract.

    Raises:
        InvalidContent: nothing tells, or a file said to be of 2011 holds a code of 2021.
    """
    present = pd.Series(areas.unique())
    is_new = pd.concat(
        [present[present.str.startswith(nation) & (present > last)] for nation, last in LAST_2011.items()]
    )
    words = {word for word in ("NO2011", "NO2021") if (present == word).any()}
    if column == "lsoa21_code":
        return "21"
    if len(is_new):
        if column == "lsoa11_code" or words == {"NO2011"}:
            row = first_row(areas == is_new.iloc[0])
            raise parsed.refusal(
                "a small area of 2021 stands in a list by areas of 2011", row=row, column=column, found=is_new.iloc[0]
            )
        return "21"
    if column == "lsoa11_code" or words == {"NO2011"}:
        return "11"
    if words == {"NO2021"}:
        return "21"
    if len(present) >= TELLING_AREAS or day < FIRST_2021:
        return "11"
    if day > LAST_BOTH:
        return "21"
    raise parsed.refusal(
        "nothing tells whether the small areas are of 2011 or 2021",
        column=column,
        expected="a header such as LSOA_CODE_2021, or the word NO2011 or NO2021 in the column",
    )
