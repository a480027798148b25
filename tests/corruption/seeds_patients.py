"""Sound files about patients, their answers and their deprivation, by practice, with their oracles."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tests.corruption.building import grid_seed, miniature, more, trimmed
from tests.corruption.model import Content, Doubt, Grid, Seed, Truth, Value
from tests.corruption.naive import (
    Field,
    Unfit,
    code,
    convert,
    count,
    day,
    name,
    number,
    only,
    pick,
    unique,
    word,
)

PRACTICE = r"[A-Z][0-9]{5}"


def _totals(content: Content) -> Truth:
    def kept(texts: dict[str, str]) -> bool:
        kinds = {"GP", "PCN", "CCG", "STP", "ICB", "SUB_ICB_LOCATION_CODE", "COMM REGION"}
        if texts["TYPE"].strip().upper() not in kinds or not texts["TYPE"].isascii():
            raise Unfit(texts["TYPE"])
        sex, age = texts["SEX"].strip().upper(), texts["AGE"].strip().upper()
        if sex not in {"ALL", "MALE", "FEMALE"} or not re.fullmatch(r"ALL|[0-9]{1,3}\+?", age):
            raise Unfit("sex or age")
        return texts["TYPE"].strip().upper() == "GP" and sex == "ALL" and age == "ALL"

    rows = convert(content[""], TOTALS, keep=kept).rows
    unique(rows, "org_code")
    release = only(rows, "day")[:7]
    return Truth(
        {
            "core_practice_list": [
                {"practice_code": row["org_code"], "patients_count": row["patients_count"], "release": release}
                for row in rows
            ]
        }
    )


TOTALS = (
    Field("PUBLICATION"),
    Field("EXTRACT_DATE", "date", "day", day()),
    Field("TYPE", "word", "kind", name),
    Field("CCG_CODE"),
    Field("ONS_CCG_CODE"),
    Field("CODE", "key", "org_code", code(PRACTICE)),
    Field("POSTCODE"),
    Field("SEX", "word", "sex", name),
    Field("AGE", "word", "age", name),
    Field("NUMBER_OF_PATIENTS", "count", "patients_count", count(0, 500_000)),
)
BY_LSOA = (
    Field("PUBLICATION"),
    Field("EXTRACT_DATE", "date", "day", day()),
    Field("PRACTICE_CODE", "key", "practice_code", code(PRACTICE)),
    Field("PRACTICE_NAME"),
    Field("LSOA_CODE", "key", "lsoa11_code", code(r"E01[0-9]{6}|W01[0-9]{6}|NO2011|NO2021|CLOSED")),
    Field("SEX", "word", "sex", word({"all": "all", "male": "male", "female": "female"})),
    Field("NUMBER_OF_PATIENTS", "count", "patients_count", count(0, 200_000)),
)


def _by_lsoa(rows: list[dict[str, Any]]) -> Truth:
    unique(rows, "practice_code", "lsoa11_code", "sex")
    release = str(only(rows, "day"))[:7]
    sexes = {row["sex"] for row in rows}
    groups: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for row in rows:
        groups[row["practice_code"], row["lsoa11_code"]][row["sex"]] = row["patients_count"]
    if "all" in sexes and len(sexes) > 1:
        if sexes != {"all", "male", "female"}:
            raise Doubt("a sex without the other")
        for held in groups.values():
            if held.get("all") != held.get("male", 0) + held.get("female", 0):
                raise Doubt("the sexes do not add up")
    elif sexes not in ({"all"}, {"male", "female"}):
        raise Doubt("one sex")
    areas = {row["lsoa11_code"] for row in rows}
    # Codes of areas that exist since 2021 only.
    if any((area > "E01033768" and area[0] == "E") or area > "W01001958" for area in areas - {"NO2011", "NO2021"}):
        raise Doubt("an area of 2021")
    counted = [
        {"practice_code": practice, "lsoa11_code": area, "patients_count": held.get("all", sum(held.values()))}
        for (practice, area), held in groups.items()
    ]
    sums: dict[str, int] = defaultdict(int)
    for row in counted:
        sums[row["practice_code"]] += row["patients_count"]
    totals = [{"practice_code": key, "patients_count": value, "release": release} for key, value in sums.items()]
    return Truth({"core_practice_list_lsoa11": counted, "core_practice_list": totals})


BY_AGE = (
    Field("PUBLICATION"),
    Field("EXTRACT_DATE", "date", "day", day()),
    Field("ORG_TYPE", "word", "org_type", name),
    Field("ORG_CODE", "key", "org_code", code(r"[A-Z0-9]{1,9}")),
    Field("ONS_CODE"),
    Field("POSTCODE"),
    Field("SEX", "word", "sex", code("ALL|MALE|FEMALE|INDETERMINATE|UNKNOWN")),
    Field("AGE_GROUP_5", "word", "age", code(r"ALL|[0-9]{1,2}\+?|[0-9]{1,2}[_-][0-9]{1,2}")),
    Field("NUMBER_OF_PATIENTS", "count", "patients_count", count(0, 100_000_000)),
)


def _by_age(rows: list[dict[str, Any]]) -> Truth:
    unique(rows, "org_type", "org_code", "sex", "age")
    release = str(only(rows, "day"))[:7]
    cells: dict[tuple[str, str], dict[tuple[str, int], int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        band = -1 if row["age"] == "ALL" else int(re.match(r"[0-9]+", row["age"])[0]) // 5 * 5  # type: ignore[index]
        cells[str(row["org_type"]).upper(), row["org_code"]][row["sex"], band] += row["patients_count"]
    totals: dict[tuple[str, str], int] = {}
    bands: dict[tuple[str, int], int] = {}
    for (kind, org), held in cells.items():
        by_band: dict[int, dict[str, int]] = defaultdict(dict)
        for (sex, band), value in held.items():
            by_band[band][sex] = value
        if any(
            "ALL" in parts and len(parts) > 1 and parts["ALL"] != sum(parts.values()) - parts["ALL"]
            for parts in by_band.values()
        ):
            raise Doubt("the sexes do not add up")
        whole = {band: parts.get("ALL", sum(parts.values())) for band, parts in by_band.items()}
        added = sum(value for band, value in whole.items() if band >= 0)
        totals[kind, org] = whole.get(-1, added)
        if kind == "GP":
            if not re.fullmatch(PRACTICE, org):
                raise Doubt("a practice's code")
            bands |= {(org, band): value for band, value in whole.items() if band >= 0}
    with_bands = bool(bands)
    practices = {org: value for (kind, org), value in totals.items() if kind == "GP"}
    if not practices:
        raise Doubt("no practice")
    for org, value in practices.items():
        if with_bands and sum(held for (key, _), held in bands.items() if key == org) != value:
            raise Doubt("ages")
    kinds = {kind for kind, _ in totals}
    for kind in kinds:
        if sum(value for (held, _), value in totals.items() if held == kind) != sum(practices.values()):
            raise Doubt("levels")
    return Truth(
        {
            "core_practice_list": [
                {"practice_code": org, "patients_count": value, "release": release} for org, value in practices.items()
            ],
            "core_practice_list_age": [
                {"practice_code": org, "age_from": band, "patients_count": value}
                for (org, band), value in bands.items()
            ],
        }
    )


def _answer(low: float, high: float) -> Any:
    return number(low, high, null=("", "/"))


SURVEY_18 = (
    Field("year", "count", "year", count(2018, 2023)),
    Field("practice_code", "key", "practice_code", code(PRACTICE)),
    Field("q32_123base", "number", "base", _answer(-999, 1e6)),
    Field("q32_3", "number", "no", _answer(-999, 1e6), needed=False),
    Field("q32_3pct", "number", "share", _answer(-999, 1e6), needed=False),
)
SURVEY_24 = (
    Field("year", "count", "year", count(2024, 2099)),
    Field("ad_practicecode", "key", "practice_code", code(PRACTICE)),
    Field("healthsupport.baseevalw", "number", "base", _answer(-999, 1e6), needed=False),
    Field("healthsupport_1.pct", "number", "one", _answer(-999, 1e6), needed=False),
    Field("healthsupport_2.pct", "number", "two", _answer(-999, 1e6), needed=False),
    Field("healthsupport_3.pct", "number", "three", _answer(-999, 1e6), needed=False),
    Field("healthsupport.pcteval", "number", "yes", _answer(-999, 1e6), needed=False),
)


def _shares(rows: Sequence[dict[str, Any]], column: str) -> list[float | None]:
    known = [row[column] if row[column] is not None and row[column] >= 0 else None for row in rows]
    if any(value is not None and value > 100 for value in known):
        raise Doubt("above 100")
    # A column is in shares or in per cent throughout; a few below one per cent are likely.
    above = [value for value in known if value is not None and value > 1]
    below = [value for value in known if value is not None and 0 < value < 1]
    if above and len(below) > len(above):
        raise Doubt("shares beside percentages")
    return [None if value is None else value / (100 if above else 1) for value in known]


def _survey_18(rows: list[dict[str, Any]]) -> Truth:
    unique(rows, "year", "practice_code")
    found = []
    for row, share in zip(rows, _shares(rows, "share"), strict=True):
        base = row["base"] if row["base"] is not None and row["base"] >= 0 else None
        no = row["no"] if row["no"] is not None and row["no"] >= 0 else None
        if no is None and share is not None and base is not None:
            no = share * base
        if no is not None and base is not None and no > base + 1:
            raise Doubt("more no than answers")
        held = {"practice_code": row["practice_code"], "year": row["year"], "base_count": base}
        held["no_count"] = None if no is None else no if base is None else min(no, base)
        held["suppressed"] = any(row[key] is not None and row[key] < 0 for key in ("base", "no", "share"))
        found.append(held)
    return Truth({"core_practice_survey": found})


def _survey_24(rows: list[dict[str, Any]]) -> Truth:
    unique(rows, "year", "practice_code")
    # The three answers stand in where the publisher gives no share of its own.
    nothing = all(row["yes"] is None for row in rows)
    found = []
    for row, share in zip(rows, _shares(rows, "yes"), strict=True):
        base = row["base"] if row["base"] is not None and row["base"] >= 0 else None
        no = None if share is None else 1 - share
        answers = [row[key] if row[key] is not None and row[key] >= 0 else None for key in ("one", "two", "three")]
        if nothing and None not in answers and sum(answers):
            no = answers[2] / sum(answers)
        found.append(
            {
                "practice_code": row["practice_code"],
                "year": row["year"],
                "base_count": base,
                "no_count": None if no is None or base is None else no * base,
                "no_share": no if base is None or base > 0 else None,
                "suppressed": any(
                    row[key] is not None and row[key] < 0 for key in ("base", "yes", "one", "two", "three")
                ),
            }
        )
    return Truth({"core_practice_survey": found})


FINGERTIPS = (
    Field("PRACTICE_CODE", "key", "practice_code", code(PRACTICE)),
    Field("PRACTICE_NAME"),
    Field("IMD_YEAR", "count", "period", count(2025, 2025)),
    Field("IMD_SCORE", "number", "value", number(0, 100, null=("",))),
)
NATIVE = (
    Field("Indicator ID", "count", "indicator_id", code("[0-9]+")),
    Field("Indicator Name"),
    Field("Area Code", "key", "practice_code", code(PRACTICE)),
    Field("Area Name"),
    Field("Area Type", "word", "area_type", name),
    Field("Sex", "word", "sex", name, needed=False),
    Field("Time period", "word", "period", name),
    Field("Value", "number", "value", number(-1e9, 1e9, null=("",))),
)


def _fingertips(rows: list[dict[str, Any]]) -> Truth:
    unique(rows, "practice_code")
    return Truth({"core_practice_indicator": [row | {"period": str(row["period"])} for row in rows]})


def _native(content: Content) -> Truth:
    def kept(texts: dict[str, str]) -> bool:
        if texts["Area Type"].strip().lower() not in {"gps", "england", "icbs"} or not texts["Area Type"].isascii():
            raise Unfit(texts["Area Type"])
        return texts["Area Type"].strip().lower() == "gps"

    rows = convert(content[""], NATIVE, keep=kept).rows
    found = {(row["indicator_id"], row["period"], row["practice_code"], row["value"]): row for row in rows}
    kept_rows = list(found.values())
    if len({key[:3] for key in found}) < len(found):
        kept_rows = [row for row in kept_rows if str(row["sex"]).lower() == "persons"]
        unique(kept_rows, "indicator_id", "period", "practice_code")
        if {row["practice_code"] for row in kept_rows} != {row["practice_code"] for row in rows}:
            raise Doubt("a practice without persons")
    return Truth({"core_practice_indicator": pick(kept_rows, "indicator_id", "practice_code", "value")})


def _few_ages(grid: Grid) -> Grid:
    """Two practices of a list by age, and the region that they make up."""
    held = [row for row in grid[1:] if row[2] == "GP" and row[3] in {"Z90001", "Z90003"}]
    total = sum(int(row[8]) for row in held if row[6:8] == ["ALL", "ALL"])
    region = [*grid[1][:2], "Comm Region", "Y59", "E40000005", "", "ALL", "ALL", str(total)]
    return [grid[0], region, *held]


def _opened(text: str) -> Value:
    """A day where there is one; anything else says nothing."""
    try:
        return day(null=True)(text)
    except Unfit:
        return None


PAYMENTS = (
    Field("Practice Code", "key", "practice_code", code(PRACTICE)),
    Field("Practice Open Date", "date", "opened", _opened, needed=False),
    Field(
        "Number of Weighted Patients (Last Known Figure)",
        "number",
        "weighted",
        number(-500_000, 500_000, null=("", "-")),
    ),
)


def _payments(rows: list[dict[str, Any]]) -> Truth:
    unique(rows, "practice_code")
    if any(row["opened"] and row["opened"] > "2023-03-31" for row in rows):
        raise Doubt("a practice opened after the year")
    found = [
        {"practice_code": row["practice_code"], "year": "2022-23"}
        | {"weighted_patients": row["weighted"] if (row["weighted"] or 0) > 0 else None}
        for row in rows
    ]
    return Truth({"core_practice_weighted_list": found})


def seeds() -> list[Seed]:
    """One seed a publication and layout."""
    ages = _few_ages(miniature("lists/*quin-age.2022*"))
    area_list = trimmed(miniature("lists/*lsoa-all*"), 14)
    split = [area_list[0]] + [
        [*row[:5], sex, str(int(row[6]) // 2)] for row in area_list[1:9] for sex in ("MALE", "FEMALE")
    ]
    whole = split + [[*row[:5], "ALL", str(int(row[6]) // 2 * 2)] for row in area_list[1:9]]
    native = [[field.header for field in NATIVE]] + [
        ["94240", "SYNTHETIC score", where, "SYNTHETIC area", kind, "Persons", "2025", value]
        for where, kind, value in (
            *((f"Z9000{n}", "GPs", str(9.5 + n)) for n in range(1, 8)),
            ("E92000001", "England", "21.7"),
            ("Z90001", "GPs", "10.5"),
        )
    ]
    answers = trimmed(miniature("survey/*2022*"), 10)
    return [
        grid_seed("list_totals", miniature("lists/*all.2022-01*"), TOTALS, oracle=_totals),
        grid_seed("list_by_lsoa", area_list, BY_LSOA, _by_lsoa),
        grid_seed("list_by_lsoa", split, BY_LSOA, _by_lsoa, name="list_by_lsoa-sexes"),
        grid_seed(
            "list_by_lsoa",
            whole,
            BY_LSOA,
            _by_lsoa,
            name="list_by_lsoa-both",
            contradict=(more("", "NUMBER_OF_PATIENTS", 1),),
        ),
        grid_seed("list_by_age", ages, BY_AGE, _by_age, contradict=(more("", "NUMBER_OF_PATIENTS", 1),)),
        replace(grid_seed("nhs_payments", miniature("payments/*"), PAYMENTS, _payments), file="22-23.csv"),
        grid_seed("fingertips_practice", miniature("deprivation/finger*"), FINGERTIPS, _fingertips),
        grid_seed("fingertips_practice", native, NATIVE, oracle=_native, name="fingertips_practice-native"),
        grid_seed("patient_survey_2018", answers, SURVEY_18, _survey_18, contradict=(more("", "q32_3", 300),)),
        grid_seed("patient_survey_2024", trimmed(miniature("survey/*2026*"), 10), SURVEY_24, _survey_24),
    ]
