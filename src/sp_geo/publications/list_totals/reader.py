"""Patients Registered at a GP Practice, totals by practice (NHS England)."""

from __future__ import annotations

from typing import Final

import pandas as pd

from sp_geo.core import codes as shapes
from sp_geo.publications.reading import Frames, Parsed, codes, counts, one_of, refuse_repeats, single_day, table_reader

NEEDED: Final = ("extract_date", "org_type", "org_code", "patients_count")

ORG_TYPES: Final = (
    "GP",
    "PCN",
    "CCG",
    "STP",
    "ICB",
    "SUB_ICB_LOCATION",
    "SUB_ICB_LOCATION_CODE",
    "COMM REGION",
    "COMM_REGION",
    "REGION",
    "NHS_REGION",
    "ENGLAND",
)
"""Levels in the publisher's lists; all but GP are passed over."""

_SEXES: Final = "ALL|MALE|FEMALE|INDETERMINATE|UNKNOWN|OTHER|NOT KNOWN|NOT SPECIFIED"
_AGES: Final = r"ALL|\d{1,3}\+?|\d{1,2}[_-]\d{1,2}"

MOST_PATIENTS: Final = 500_000
"""Of one practice; the largest of England has some 119,000."""


@table_reader("list_totals", NEEDED, "patients_count", "patients")
def read(parsed: Parsed, _period: str) -> Frames:
    """The totals of all persons of all ages as core_practice_list; other organisations' totals are passed over.

    Raises:
        InvalidContent: too many codes or counts are malformed, a practice stands twice with two numbers, days are
            mixed, or no row is of a practice, all persons and all ages.
    """
    day = single_day(parsed, "extract_date")
    # What is passed over is known too: a misspelt word would take a practice out without a trace.
    keep = one_of(parsed, "org_type", {kind.lower(): kind for kind in ORG_TYPES}) == "GP"
    for column, shape, expected in (("sex", _SEXES, "ALL, or a sex"), ("age", _AGES, "ALL, or an age")):
        if parsed.has(column):
            keep &= codes(parsed, column, shape, expected) == "ALL"
    if not keep.any():
        raise parsed.refusal("no row is a practice's total", expected="rows of type GP with sex ALL and age ALL")
    is_practice = parsed.frame["org_type"].str.strip().str.upper() == "GP"
    code = parsed.frame["org_code"].str.strip().str.upper()
    parts_only = is_practice & ~code.isin(code[keep])
    if parts_only.any():
        raise parsed.odd("the practice has no row for all persons of all ages", parts_only, "org_code")
    practices = parsed.where(keep)
    rows = pd.DataFrame(
        {
            "practice_code": codes(practices, "org_code", shapes.PRACTICE, "a letter and five digits, such as A81001"),
            "release": f"{day:%Y-%m}",
            "patients_count": counts(practices, "patients_count", high=MOST_PATIENTS),
            "source": "list_totals",
        }
    )
    refuse_repeats(practices, rows[["practice_code"]], "practice")
    return {"core_practice_list": rows.reset_index(drop=True)}
