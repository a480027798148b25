"""Tables of measures of need that users bring themselves."""

from __future__ import annotations

from typing import Final

from sp_geo.tables.base import Column, Table

OWN: Final = r"own_[a-z0-9_]{1,50}"
"""Name of an own measure: what is published never begins so."""

AREA_TYPES: Final = ("practice", "pcn", "lsoa11", "lsoa21", "msoa", "ward", "district")
FORMS: Final = ("share", "rate", "score")
DIRECTIONS: Final = ("more need", "less need", "not stated")
STATES: Final = ("given", "missing", "suppressed", "left_out")

_measure = Column("measure", "Name of the measure, made from the name that the user gave it.", shape=OWN)

core_own_measure: Final = Table(
    name="core_own_measure",
    key=("measure",),
    grain="one measure of need that a user added",
    columns=(
        _measure,
        Column("label", "Name as the user gave it."),
        Column("unit", "Unit of the values as the user gave it, or as the file shows it; 'not stated' if neither."),
        Column(
            "form",
            "share: from 0 to 1, shown as a percentage; rate: count over base, times 'per'; score: anything else.",
            allowed=FORMS,
        ),
        Column("per", "Base that a rate is for, such as 1,000; 1 for shares and scores.", "float64", low=0),
        Column("higher_means", "What a higher published value means.", allowed=DIRECTIONS),
        Column("source", "Where the user has it from; 'not stated' if unknown."),
        Column("period", "What time it is of; 'not stated' if unknown."),
        Column("licence", "Under which it may be used; 'not stated' if unknown."),
        Column("area_type", "Kind of area of its codes.", allowed=AREA_TYPES),
        Column("given_count", "Areas with a value.", "int64", "areas", low=1),
        Column("missing_count", "Areas that stand there without a value.", "int64", "areas", low=0),
        Column("suppressed_count", "Areas whose value is withheld.", "int64", "areas", low=0),
        Column("left_out_count", "Rows whose value cannot be read or cannot be true.", "int64", "rows", low=0),
        Column(
            "england_count",
            "Areas of that kind in England; missing where their number is no constant.",
            "Int64",
            "areas",
            nullable=True,
            low=1,
        ),
    ),
    caveats=("The user's own: nobody but the user has checked it.",),
)

core_own_measure_value: Final = Table(
    name="core_own_measure_value",
    key=("measure", "area_code", "file_row"),
    grain="one row of an own measure of need, which is one area unless it was left out",
    columns=(
        _measure,
        Column("area_code", "Practice or PCN (ODS code), or area (ONS code); as found where it was left out."),
        Column(
            "state",
            "given; missing: blank; suppressed: withheld by whoever made it; left_out: cannot be read or be true.",
            allowed=STATES,
        ),
        Column("value", "Value as it counts: a share from 0 to 1, a rate, or a score.", "float64", nullable=True),
        Column("numerator", "Count, where counts are given with their bases.", "float64", nullable=True, low=0),
        Column("denominator", "Base of the count.", "float64", nullable=True, low=0),
        Column("file_row", "Row of the file, where it was left out.", "Int64", nullable=True, low=1),
        Column("found", "What stood there, where it was left out.", nullable=True),
        Column("reason", "Why it was left out.", nullable=True),
    ),
    caveats=("A blank is missing and never 0.",),
)

OWN_MEASURE_TABLES: Final = (core_own_measure, core_own_measure_value)
