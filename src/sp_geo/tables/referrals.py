"""The table of referral activity, which users count and add themselves."""

from __future__ import annotations

from typing import Final

from sp_geo.tables.base import Column, Table

REFERRAL_CATEGORIES: Final = (
    "isolation",
    "activity",
    "independence",
    "long_term_conditions",
    "creativity",
    "housing",
    "money",
    "other",
)
"""Reasons for a referral, those of the survey of link workers."""

ALL_GROUPS: Final = "all"


def _people(name: str, meaning: str) -> Column:
    return Column(
        name,
        f"{meaning}; missing where nobody said or the count was withheld.",
        "Int64",
        "people",
        nullable=True,
        low=0,
    )


core_referral_activity: Final = Table(
    name="core_referral_activity",
    key=("quarter", "area_code", "category", "fifth", "sex", "age_band"),
    grain="referrals of one group of people in one area, quarter and category, from a user's file",
    columns=(
        Column("quarter", "Calendar quarter.", shape=r"\d{4}Q[1-4]"),
        Column("area_code", "ICB or PCN (ODS code), or local authority (ONS code)."),
        Column("category", "Reason for the referral.", allowed=(*REFERRAL_CATEGORIES, ALL_GROUPS)),
        Column(
            "fifth", "Fifth of deprivation, 1 most deprived; or all.", allowed=("1", "2", "3", "4", "5", ALL_GROUPS)
        ),
        Column("sex", "female, male or all.", allowed=("female", "male", ALL_GROUPS)),
        Column("age_band", "Years such as 18-34 or 75+; or all.", shape=r"\d{1,3}-\d{1,3}|\d{1,3}\+|all"),
        Column("patients", "Registered patients of the group, the denominator.", "int64", "patients", low=1),
        _people("referrals", "People referred to a link worker"),
        _people("contacted", "Of those, people who met one"),
        _people("supported", "Of those, people who received support"),
        _people("waiting", "People waiting at the quarter's end"),
        Column("suppressed", "Whether a count of the row was withheld as too small.", "bool"),
    ),
    caveats=("As the user counted it; not a national statistic.",),
)
