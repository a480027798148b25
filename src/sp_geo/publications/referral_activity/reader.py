"""Referral activity as a user counts it, in the layout of the template."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from sp_geo.core import codes as shapes
from sp_geo.core.disclosure import SUPPRESSED
from sp_geo.core.errors import InvalidContent
from sp_geo.publications.reading import Parsed, codes, counts, first_row, one_of, refuse_repeats, table
from sp_geo.publications.reading.faults import Check, every_fault
from sp_geo.tables.referrals import ALL_GROUPS, REFERRAL_CATEGORIES
from sp_geo.workspace.document import Document

COUNTS: Final = ("referrals", "contacted", "supported", "waiting")
NEEDED: Final = ("quarter", "area_code", "category", "fifth", "sex", "age_band", "patients", *COUNTS)
MISSING: Final = ("", "[x]")
GROUPS: Final = ("category", "fifth", "sex", "age_band")
_MOST_PEOPLE: Final = 100_000_000
_AREA: Final = f"{shapes.ICB}|{shapes.PCN}|{shapes.LOCAL_AUTHORITY}"


def read(document: Document, _period: str) -> dict[str, pd.DataFrame]:
    """The file as core_referral_activity.

    A blank count or ``[x]`` is missing, ``[c]`` is suppressed, 0 is nobody: three things. A dimension is either broken
    down or ``all`` throughout the file, so that nobody is counted twice.

    Raises:
        InvalidContent: a column is missing or unknown, a value is malformed, a group stands twice, more people met a
            link worker than were referred (or were supported than met one), or a dimension mixes ``all`` with groups.
    """
    groups = _groups(table(document, "referral_activity", NEEDED, only_known=True))
    return {"core_referral_activity": groups.reset_index(drop=True)}


def faults(document: Document, most: int) -> list[InvalidContent]:
    """All faults of a file, ``most`` at most.

    Raises:
        InvalidContent: a column is missing or unknown, so that no row can be read.
        DamagedFile: it cannot be read to its end.
    """
    return every_fault(table(document, "referral_activity", NEEDED, only_known=True), _COLUMNS, _groups, most)


def _groups(parsed: Parsed) -> pd.DataFrame:
    frame = pd.DataFrame({name: check(parsed) for name, check in _COLUMNS.items()})
    marks = parsed.frame[list(COUNTS)].apply(lambda column: column.str.strip().str.lower() == SUPPRESSED)
    frame["suppressed"] = marks.any(axis="columns")
    refuse_repeats(parsed, frame[["quarter", "area_code", *GROUPS]], "group")
    for part, whole in (("contacted", "referrals"), ("supported", "contacted")):
        wrong = (frame[part] > frame[whole]).fillna(value=False).astype(bool)
        if wrong.any():
            row = first_row(wrong)
            raise parsed.refusal(
                f"more people are {part} than the column before allows",
                row=row,
                column=part,
                found=f"{int(frame[part][row])}",
                expected=f"at most {int(frame[whole][row])}, the {whole}",
            )
    for name in GROUPS:
        is_all = frame[name] == ALL_GROUPS
        if is_all.any() and not is_all.all():
            raise parsed.refusal(
                "'all' stands beside groups, so people would be counted twice",
                row=first_row(is_all),
                column=name,
                expected="either groups or 'all' in the whole file",
            )
    return frame


def _people(parsed: Parsed, name: str) -> pd.Series:
    text = parsed.frame[name].str.strip().str.lower()
    unknown = text.isin((*MISSING, SUPPRESSED))
    known = counts(parsed.where(~unknown), name, _MOST_PEOPLE)
    return known.astype("Int64").reindex(parsed.frame.index)


def _one_of(parsed: Parsed, name: str, words: tuple[str, ...]) -> pd.Series:
    return one_of(parsed, name, {word: word for word in words})


_COLUMNS: Final[Mapping[str, Check]] = {
    "quarter": lambda parsed: codes(parsed, "quarter", r"\d{4}Q[1-4]", "a quarter such as 2022Q2"),
    "area_code": lambda parsed: codes(parsed, "area_code", _AREA, "an ICB or PCN (ODS), or a local authority (ONS)"),
    "category": lambda parsed: _one_of(parsed, "category", (*REFERRAL_CATEGORIES, ALL_GROUPS)),
    "fifth": lambda parsed: _one_of(parsed, "fifth", ("1", "2", "3", "4", "5", ALL_GROUPS)),
    "sex": lambda parsed: _one_of(parsed, "sex", ("female", "male", ALL_GROUPS)),
    "age_band": lambda parsed: codes(
        parsed, "age_band", r"\d{1,3}-\d{1,3}|\d{1,3}\+|ALL", "18-34, 75+ or all"
    ).str.lower(),
    "patients": lambda parsed: counts(parsed, "patients", _MOST_PEOPLE, low=1),
    "referrals": lambda parsed: _people(parsed, "referrals"),
    "contacted": lambda parsed: _people(parsed, "contacted"),
    "supported": lambda parsed: _people(parsed, "supported"),
    "waiting": lambda parsed: _people(parsed, "waiting"),
}
