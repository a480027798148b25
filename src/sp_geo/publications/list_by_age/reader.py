"""Patients Registered at a GP Practice, by age (NHS England): all levels of organisation in one file."""

from __future__ import annotations

import re
from typing import Final

import pandas as pd

from sp_geo.core import codes as shapes
from sp_geo.publications.reading import (
    Parsed,
    codes,
    counts,
    keep_misses,
    leaving_out,
    refuse_repeats,
    single_day,
    table,
)
from sp_geo.workspace.document import Document

NEEDED: Final = ("extract_date", "org_type", "org_code", "sex", "age", "patients_count")

MOST_PATIENTS: Final = 100_000_000
"""A region's total is in the file as well."""

_SEXES: Final = "ALL|MALE|FEMALE|INDETERMINATE|UNKNOWN|OTHER|NOT KNOWN|NOT SPECIFIED"
ALL: Final = -1
BAND_YEARS: Final = 5


def read(document: Document, _period: str) -> dict[str, pd.DataFrame]:
    """Practices' totals as core_practice_list and five-year bands as core_practice_list_age.

    Single years of age are added up to bands. Rows of the sexes are added up unless the file gives bands for all
    persons. Every practice's bands should add up to its total, and every other level's totals to that of the practices:
    where they miss it by little the file is kept as published and the difference listed, else it is refused.

    Args:
        document: the CSV file, or a workbook that it was saved as.
        _period: not needed; the file says its day.

    Raises:
        InvalidContent: a column is missing, too many codes, ages or counts are malformed, a row stands twice with two
            numbers, or totals miss each other by more than 1 %.
        DamagedFile: the file cannot be read to its end.
    """
    return leaving_out(table(document, "list_by_age", NEEDED), _frames, "patients_count", "patients")


def _frames(parsed: Parsed) -> dict[str, pd.DataFrame]:
    day = single_day(parsed, "extract_date")
    rows = pd.DataFrame(
        {
            "org_type": codes(parsed, "org_type", r"[A-Z_ ]{2,40}", "a level such as GP or ICB"),
            "org_code": codes(parsed, "org_code", r"[A-Z0-9]{1,9}", "an ODS code"),
            "sex": codes(parsed, "sex", _SEXES, "ALL, MALE or FEMALE"),
            "age_from": _ages(parsed),
            "patients_count": counts(parsed, "patients_count", high=MOST_PATIENTS),
        }
    )
    refuse_repeats(parsed, rows[["org_type", "org_code", "sex"]].assign(age=parsed.frame["age"]), "row")
    practices = parsed.where(rows["org_type"] == "GP")
    if practices.frame.empty:
        raise parsed.refusal("no row is of a practice", expected="rows of ORG_TYPE GP")
    codes(practices, "org_code", shapes.PRACTICE, "a letter and five digits, such as A81001")
    totals = _totals(rows)
    _reconcile_sexes(parsed, rows)
    _reconcile_levels(parsed, totals)
    by_practice = totals.loc["GP"]
    bands = _bands(rows[rows["org_type"] == "GP"])
    _reconcile_bands(parsed, by_practice, bands)
    release = f"{day:%Y-%m}"
    lists = by_practice.rename_axis("practice_code").rename("patients_count").reset_index()
    return {
        "core_practice_list": lists.assign(release=release, source="list_by_age"),
        "core_practice_list_age": bands.rename(columns={"org_code": "practice_code"}).assign(release=release),
    }


def _ages(parsed: Parsed) -> pd.Series:
    """The youngest age of each row's five-year band; ``ALL`` as -1."""
    codes(parsed, "age", r"ALL|\d{1,2}\+?|\d{1,2}[_-]\d{1,2}", "ALL, a band such as 0_4, or an age such as 95+")

    def first(text: str) -> int:
        found = re.match(r"\d+", text.strip())
        return int(found[0]) // BAND_YEARS * BAND_YEARS if found else ALL

    uniques = {text: first(text) for text in parsed.frame["age"].unique()}
    return parsed.frame["age"].map(uniques).astype("int64")


def _totals(rows: pd.DataFrame) -> pd.Series:
    """Patients of all ages and sexes by org_type and org_code; from the sexes or bands where ALL is not given."""
    persons = _persons(rows)
    given = persons[persons["age_from"] == ALL].groupby(["org_type", "org_code"])["patients_count"].sum()
    added = persons[persons["age_from"] != ALL].groupby(["org_type", "org_code"])["patients_count"].sum()
    return given.combine_first(added).astype("int64")


def _persons(rows: pd.DataFrame) -> pd.DataFrame:
    """For each organisation and age, the row for all persons if there is one, otherwise those of the sexes."""
    is_all = rows["sex"] == "ALL"
    has_all = is_all.groupby([rows["org_type"], rows["org_code"], rows["age_from"]]).transform("any")
    return rows[is_all | ~has_all]


def _bands(practices: pd.DataFrame) -> pd.DataFrame:
    banded = _persons(practices[practices["age_from"] != ALL])
    added: pd.DataFrame = banded.groupby(["org_code", "age_from"])["patients_count"].sum().reset_index()
    return added


def _reconcile_sexes(parsed: Parsed, rows: pd.DataFrame) -> None:
    """Where all persons and the sexes of one organisation and age are both given, they must agree."""
    key = ["org_type", "org_code", "age_from"]
    is_all = rows["sex"] == "ALL"
    whole = rows[is_all].groupby(key)["patients_count"].sum()
    added = rows[~is_all].groupby(key)["patients_count"].sum()
    both = whole.index.intersection(added.index)
    names = [f"the sexes of {kind} {organisation} do not add up to all persons" for kind, organisation, _ in both]
    keep_misses(parsed, pd.Series(names, dtype="str"), whole[both], added[both], "in the sexes")


def _reconcile_bands(parsed: Parsed, totals: pd.Series, bands: pd.DataFrame) -> None:
    if bands.empty:
        return
    added = bands.groupby("org_code")["patients_count"].sum().reindex(totals.index, fill_value=0)
    names = [f"the ages of practice {practice} do not add up to its total" for practice in totals.index]
    keep_misses(parsed, pd.Series(names, dtype="str"), totals, added, "in ages")


def _reconcile_levels(parsed: Parsed, totals: pd.Series) -> None:
    by_type = totals.groupby(level="org_type").sum()
    names = [f"the totals of level '{kind}' do not add up to those of the practices" for kind in by_type.index]
    whole = pd.Series(by_type["GP"], index=by_type.index)
    keep_misses(parsed, pd.Series(names, dtype="str"), whole, by_type, "at this level")
