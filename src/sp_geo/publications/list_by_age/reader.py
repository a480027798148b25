"""Patients Registered at a GP Practice, by age (NHS England): all levels of organisation in one file."""

from __future__ import annotations

import re
from typing import Final

import pandas as pd

from sp_geo.core import codes as shapes
from sp_geo.publications.reading import (
    Frames,
    Parsed,
    codes,
    counts,
    keep_misses,
    refuse_repeats,
    single_day,
    table_reader,
)

NEEDED: Final = ("extract_date", "org_type", "org_code", "sex", "age", "patients_count")

MOST_PATIENTS: Final = 100_000_000
"""A region's total is in the file as well."""

_SEXES: Final = "ALL|MALE|FEMALE|INDETERMINATE|UNKNOWN|OTHER|NOT KNOWN|NOT SPECIFIED"
ALL: Final = -1
BAND_YEARS: Final = 5


@table_reader("list_by_age", NEEDED, "patients_count", "patients")
def read(parsed: Parsed, _period: str) -> Frames:
    """Practices' totals as core_practice_list and five-year bands as core_practice_list_age.

    Single years of age are added up to bands. Rows of the sexes are added up unless the file gives bands for all
    persons. Every practice's bands should add up to its total, and every other level's totals to that of the practices:
    where they miss it by little the file is kept as published and the difference listed, else it is refused.

    Raises:
        InvalidContent: too many codes, ages or counts are malformed, a row stands twice with two numbers, or totals
            miss each other by more than 1 %.
    """
    day = single_day(parsed, "extract_date")
    organisation = {
        "org_type": codes(parsed, "org_type", r"[A-Z_ ]{2,40}", "a level such as GP or ICB"),
        "org_code": codes(parsed, "org_code", r"[A-Z0-9]{1,9}", "an ODS code"),
        "sex": codes(parsed, "sex", _SEXES, "ALL, MALE or FEMALE"),
    }
    ages = codes(parsed, "age", r"ALL|\d{1,2}\+?|\d{1,2}[_-]\d{1,2}", "ALL, a band such as 0_4, or an age such as 95+")
    youngest = {text: int(re.split(r"\D", text)[0]) for text in ages.unique() if text != "ALL"}
    bands_of = {"ALL": ALL} | {text: age // BAND_YEARS * BAND_YEARS for text, age in youngest.items()}
    rows = pd.DataFrame(
        {
            **organisation,
            "age_from": ages.map(bands_of).astype("int64"),
            "patients_count": counts(parsed, "patients_count", high=MOST_PATIENTS),
        }
    )
    refuse_repeats(parsed, rows[["org_type", "org_code", "sex"]].assign(age=parsed.frame["age"]), "row")
    practices = parsed.where(rows["org_type"] == "GP")
    if practices.frame.empty:
        raise parsed.refusal("no row is of a practice", expected="rows of ORG_TYPE GP")
    codes(practices, "org_code", shapes.PRACTICE, "a letter and five digits, such as A81001")
    # For each organisation and age, the row for all persons if there is one, otherwise those of the sexes.
    is_all = rows["sex"] == "ALL"
    persons = rows[is_all | ~is_all.groupby([rows["org_type"], rows["org_code"], rows["age_from"]]).transform("any")]
    is_total = persons["age_from"] == ALL
    given, added = (
        persons[part].groupby(["org_type", "org_code"])["patients_count"].sum() for part in (is_total, ~is_total)
    )
    totals: pd.Series = given.combine_first(added).astype("int64")
    banded = persons[~is_total & (persons["org_type"] == "GP")]
    bands = banded.groupby(["org_code", "age_from"])["patients_count"].sum().reset_index()
    # All persons against the sexes, other levels against practices, and practices against their ages.
    key = ["org_type", "org_code", "age_from"]
    everybody, sexes = (rows[part].groupby(key)["patients_count"].sum() for part in (is_all, ~is_all))
    both = everybody.index.intersection(sexes.index)
    names = [f"the sexes of {kind} {organisation} do not add up to all persons" for kind, organisation, _ in both]
    keep_misses(parsed, names, everybody[both], sexes[both], "in the sexes")
    by_type = totals.groupby(level="org_type").sum()
    names = [f"the totals of level '{kind}' do not add up to those of the practices" for kind in by_type.index]
    keep_misses(parsed, names, pd.Series(by_type["GP"], index=by_type.index), by_type, "at this level")
    if not bands.empty:
        whole = totals.loc["GP"]
        in_bands = bands.groupby("org_code")["patients_count"].sum().reindex(whole.index, fill_value=0)
        names = [f"the ages of practice {practice} do not add up to its total" for practice in whole.index]
        keep_misses(parsed, names, whole, in_bands, "in ages")
    release = f"{day:%Y-%m}"
    lists = totals.loc["GP"].rename_axis("practice_code").rename("patients_count").reset_index()
    return {
        "core_practice_list": lists.assign(release=release, source="list_by_age"),
        "core_practice_list_age": bands.rename(columns={"org_code": "practice_code"}).assign(release=release),
    }
