"""Sound files about patients, their answers and their deprivation, by practice, and what is conserved of them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.corruption.building import grid_seed, miniature, more, trimmed
from tests.corruption.conserved import Conserved, Layout
from tests.corruption.model import Grid, Seed
from tests.corruption.plain import Row, answer, fields, number
from tests.corruption.seeds_practices import fitting

_LEVELS = "GP|PCN|CCG|STP|ICB|SUB_ICB_LOCATION_CODE|COMM REGION"
_SEXES = "ALL|MALE|FEMALE"


def _told(row: Row, header: str, shape: str) -> str:
    """A word that tells whether a row is meant; a file without the column is of everybody."""
    return fitting(row[header], shape) if header in row.texts else "ALL"


def _everybody(rows: list[Row]) -> list[Row]:
    """The totals of practices; words that tell a level, a sex or an age must be known."""
    return [
        row
        for row in rows
        if (fitting(row["TYPE"], _LEVELS), _told(row, "SEX", _SEXES), _told(row, "AGE", r"ALL|[0-9]{1,3}\+?"))
        == ("GP", "ALL", "ALL")
    ]


_TOTALS = Layout(
    fields(
        """
        PUBLICATION; EXTRACT_DATE | date; TYPE | word; CCG_CODE; ONS_CCG_CODE; CODE | key | practice_code; POSTCODE
        SEX | word; AGE | word; NUMBER_OF_PATIENTS | count | patients_count
        """
    ),
    (Conserved("core_practice_list", "practice_code, patients_count", meant=_everybody),),
    single=("EXTRACT_DATE",),
    amount="NUMBER_OF_PATIENTS",
)


def _persons(rows: list[Row]) -> list[Row]:
    """The rows for all persons where there are any, otherwise those of the sexes."""
    whole = [row for row in rows if _told(row, "SEX", _SEXES) == "ALL"]
    return whole or rows


_BY_LSOA = Layout(
    fields(
        """
        PUBLICATION; EXTRACT_DATE | date; PRACTICE_CODE | key | practice_code; PRACTICE_NAME
        LSOA_CODE | key | lsoa11_code; SEX | word; NUMBER_OF_PATIENTS | count | patients_count
        """
    ),
    (
        Conserved("core_practice_list_lsoa11", "practice_code, lsoa11_code", "patients_count", meant=_persons),
        Conserved("core_practice_list", "practice_code", "patients_count", meant=_persons),
    ),
    single=("EXTRACT_DATE",),
    amount="NUMBER_OF_PATIENTS",
)


def _of_age(is_whole: bool) -> Callable[[list[Row]], list[Row]]:
    """Practices' rows of all ages or of bands: of all persons, otherwise of the sexes.

    The file says everything three times over, so a plain sum of its rows says nothing.
    """

    def meant(rows: list[Row]) -> list[Row]:
        groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in rows:
            age = fitting(row["AGE_GROUP_5"], r"ALL|[0-9]{1,2}\+?|[0-9]{1,2}[_-][0-9]{1,2}")
            if fitting(row["ORG_TYPE"], _LEVELS) == "GP":
                groups[fitting(row["ORG_CODE"], "[A-Z][0-9]{5}"), age].append(row)
        whole = {org for org, age in groups if age == "ALL"} if is_whole else set()
        return [
            row
            for (org, age), held in groups.items()
            if (age == "ALL") == (org in whole)
            for row in ([row for row in held if _told(row, "SEX", _SEXES) == "ALL"] or held)
        ]

    return meant


def _bands(rows: list[Row]) -> list[Row]:
    return [row for row in _of_age(is_whole=False)(rows) if row["AGE_GROUP_5"].strip().upper() != "ALL"]


def _band(row: Row) -> int:
    found = re.match("[0-9]+", row["AGE_GROUP_5"].strip())
    return int(found[0]) // 5 * 5 if found else -1


_BY_AGE = Layout(
    fields(
        """
        PUBLICATION; EXTRACT_DATE | date; ORG_TYPE | word; ORG_CODE | key | practice_code; ONS_CODE; POSTCODE
        SEX | word; AGE_GROUP_5 | word; NUMBER_OF_PATIENTS | count | patients_count
        """
    ),
    (
        Conserved("core_practice_list", "practice_code", "patients_count", meant=_of_age(is_whole=True)),
        Conserved("core_practice_list_age", "practice_code", "patients_count", made={"age_from": _band}, meant=_bands),
    ),
    single=("EXTRACT_DATE",),
    amount="NUMBER_OF_PATIENTS",
)


def _scaled(column: str) -> Callable[[list[Row]], list[Row]]:
    """Rows with what their percentages are parts of: a column is in shares or in per cent throughout."""

    def meant(rows: list[Row]) -> list[Row]:
        above = any((answer(row[column]) or 0) > 1 for row in rows)
        return [replace(row, texts={**row.texts, "whole": 100 if above else 1}) for row in rows]

    return meant


def _is_withheld(*headers: str) -> Callable[[Row], bool]:
    return lambda row: any((number("" if row[key].strip() == "/" else row[key]) or 0) < 0 for key in headers)


def _no_18(row: Row) -> float | None:
    base, no, part = (answer(row[key]) for key in ("q32_123base", "q32_3", "q32_3pct"))
    if no is None and part is not None and base is not None:
        no = part / row["whole"] * base
    return no if no is None or base is None else min(no, base)


_SURVEY_18 = Layout(
    fields(
        """
        year | count | year; practice_code | key | practice_code; q32_123base | number | base_count; q32_3 | number
        q32_3pct | number
        """,
        base_count=answer,
    ),
    (
        Conserved(
            "core_practice_survey",
            "practice_code, year, base_count",
            made={"no_count": _no_18, "suppressed": _is_withheld("q32_123base", "q32_3", "q32_3pct")},
            meant=_scaled("q32_3pct"),
        ),
    ),
)


def _no_24(row: Row) -> float | None:
    part = answer(row["healthsupport.pcteval"])
    return None if part is None else 1 - part / row["whole"]


_SURVEY_24 = Layout(
    fields(
        """
        year | count | year; ad_practicecode | key | practice_code; healthsupport.baseevalw | number | base_count
        healthsupport_1.pct | number; healthsupport_2.pct | number; healthsupport_3.pct | number
        healthsupport.pcteval | number
        """,
        base_count=answer,
    ),
    (
        Conserved(
            "core_practice_survey",
            "practice_code, year, base_count",
            made={
                "no_share": lambda row: None if answer(row["healthsupport.baseevalw"]) == 0 else _no_24(row),
                "suppressed": _is_withheld(
                    "healthsupport.baseevalw", "healthsupport.pcteval", *(f"healthsupport_{n}.pct" for n in (1, 2, 3))
                ),
            },
            meant=_scaled("healthsupport.pcteval"),
        ),
    ),
)
_WEIGHTED = "Number of Weighted Patients (Last Known Figure)"


def _figure(row: Row) -> float | None:
    """A number of weighted patients; nobody is paid for none, so 0 and less say that there is none."""
    found = number("" if row[_WEIGHTED].strip() == "-" else row[_WEIGHTED])
    return found if found is not None and found > 0 else None


_PAYMENTS = Layout(
    fields(f"Practice Code | key | practice_code; Practice Open Date | date; {_WEIGHTED} | number"),
    (Conserved("core_practice_weighted_list", "practice_code", made={"weighted_patients": _figure}),),
)
_FINGERTIPS = Layout(
    fields(
        "PRACTICE_CODE | key | practice_code\nPRACTICE_NAME\nIMD_YEAR | count | period\nIMD_SCORE | number | value",
        period=str.strip,
    ),
    (Conserved("core_practice_indicator", "practice_code, period, value"),),
)
_NATIVE = Layout(
    fields(
        """
        Indicator ID | count | indicator_id; Indicator Name; Area Code | key | practice_code; Area Name
        Area Type | word | area_type; Sex | word; Time period | name | period; Value | number | value
        """,
        indicator_id=str.strip,
    ),
    (
        Conserved(
            "core_practice_indicator",
            "indicator_id, practice_code, period, value",
            meant=lambda rows: [row for row in rows if fitting(row["Area Type"], "GPS|ENGLAND|ICBS") == "GPS"],
            distinct=True,
        ),
    ),
)


def _few_ages(grid: Grid) -> Grid:
    """Two practices of a list by age, and the region that they make up."""
    held = [row for row in grid[1:] if row[2] == "GP" and row[3] in {"Z90001", "Z90003"}]
    total = sum(int(row[8]) for row in held if row[6:8] == ["ALL", "ALL"])
    region = [*grid[1][:2], "Comm Region", "Y59", "E40000005", "", "ALL", "ALL", str(total)]
    return [grid[0], region, *held]


def seeds() -> list[Seed]:
    """One seed a publication and layout."""
    ages = _few_ages(miniature("lists/*quin-age.2022*"))
    area_list = trimmed(miniature("lists/*lsoa-all*"), 14)
    split = [area_list[0]] + [
        [*row[:5], sex, str(int(row[6]) // 2)] for row in area_list[1:9] for sex in ("MALE", "FEMALE")
    ]
    whole = split + [[*row[:5], "ALL", str(int(row[6]) // 2 * 2)] for row in area_list[1:9]]
    native = [[field.header for field in _NATIVE.fields]] + [
        ["94240", "SYNTHETIC score", where, "SYNTHETIC area", kind, "Persons", "2025", value]
        for where, kind, value in (
            *((f"Z9000{n}", "GPs", str(9.5 + n)) for n in range(1, 8)),
            ("E92000001", "England", "21.7"),
            ("Z90001", "GPs", "10.5"),
        )
    ]
    patients: Any = (more("", "NUMBER_OF_PATIENTS", 1),)
    answers = trimmed(miniature("survey/*2022*"), 10)
    return [
        grid_seed("list_totals", miniature("lists/*all.2022-01*"), _TOTALS),
        grid_seed("list_by_lsoa", area_list, _BY_LSOA),
        grid_seed("list_by_lsoa", split, _BY_LSOA, name="list_by_lsoa-sexes"),
        grid_seed("list_by_lsoa", whole, _BY_LSOA, name="list_by_lsoa-both", contradict=patients),
        grid_seed("list_by_age", ages, _BY_AGE, contradict=patients),
        grid_seed("nhs_payments", miniature("payments/*"), _PAYMENTS, file="22-23.csv"),
        grid_seed("fingertips_practice", miniature("deprivation/finger*"), _FINGERTIPS),
        grid_seed("fingertips_practice", native, _NATIVE, name="fingertips_practice-native"),
        grid_seed(
            "patient_survey_2018", answers, _SURVEY_18, file="survey 2022.csv", contradict=(more("", "q32_3", 300),)
        ),
        grid_seed("patient_survey_2024", trimmed(miniature("survey/*2026*"), 10), _SURVEY_24, file="survey 2026.csv"),
    ]
