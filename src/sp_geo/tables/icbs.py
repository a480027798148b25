"""Tables of ICBs: which hold on which day, what users declare of later ones, and each PCN's ICB in each set."""

from __future__ import annotations

from typing import Final

from sp_geo.core import codes
from sp_geo.tables.base import Column, Table

MATCHED_BY: Final = ("icb_of_the_day", "own_practices", "sub_icb_location", "small_areas", "whole_icb", "not_known")
"""Evidence for the ICB of a PCN in a set, the best first."""

_DAY: Final = r"\d{4}-\d{2}-\d{2}"
_QUARTER: Final = r"\d{4}Q[1-4]"
_SET: Final = r"\d{4}(?:-\d{2})?"
_from = Column("valid_from", "First day on which it holds.", shape=_DAY)
_to = Column("valid_to", "First day on which it no longer holds; missing while it does.", nullable=True, shape=_DAY)
_declared = Column("is_declared", "Whether a user's own file says so, and no publication.", "bool")
_set = Column("icb_set", "Set of ICBs, by the year from which it holds (year and month if two do).", shape=_SET)

core_icb_change: Final = Table(
    name="core_icb_change",
    key=("valid_from", "icb_code", "row"),
    grain="one ICB that ends, or one location that goes to another ICB, as a user's own file declares it",
    columns=(
        Column("valid_from", "First day on which the successor has it.", shape=_DAY),
        Column("icb_code", "ICB that has it until then (ODS code).", shape=codes.ICB),
        Column(
            "sub_icb_code",
            "Location that goes; missing where the whole ICB does.",
            nullable=True,
            shape=codes.SUB_ICB,
        ),
        Column("successor_icb_code", "ICB that has it from then on (ODS code).", shape=codes.ICB),
        Column("successor_icb_name", "Its name, if it is new.", nullable=True),
        Column("region_code", "Its region, if it is new and not that of the ICB.", nullable=True, shape=codes.REGION),
        Column("row", "Row of the file.", "int64", low=1),
    ),
    caveats=("Declared by a user, not published: a plan or a trial until it is.",),
)

out_icb: Final = Table(
    name="out_icb",
    key=("icb_code",),
    grain="one integrated care board, of any day",
    columns=(
        Column("icb_code", "ICB (ODS code).", shape=codes.ICB),
        Column("icb_ons_code", "Its ONS code when it began.", nullable=True, shape=codes.ICB_ONS),
        Column("icb_ons_code_last", "Its ONS code when it ended, or now.", nullable=True, shape=codes.ICB_ONS),
        Column("icb_name", "Its name."),
        Column("region_code", "NHS England region (ODS code).", shape=codes.REGION),
        Column("region_name", "Region's name."),
        _from,
        _to,
        Column("successor_icb_code", "ICB that has most of it afterwards.", nullable=True, shape=codes.ICB),
        Column(
            "successor_share_pct",
            "Share of the ended ICB's patients that the successor has; under 100 where it was split; missing where a "
            "declared change splits it by location.",
            "float64",
            "%",
            nullable=True,
            low=0,
            high=100,
        ),
        _declared,
    ),
)

out_icb_location: Final = Table(
    name="out_icb_location",
    key=("sub_icb_code", "valid_from"),
    grain="one spell of a sub-ICB location in an ICB",
    columns=(
        Column("sub_icb_code", "Sub-ICB location (ODS code).", shape=codes.SUB_ICB),
        Column("sub_icb_ons_code", "Its ONS code.", nullable=True, shape=codes.SUB_ICB_ONS),
        Column("sub_icb_name", "Its name.", nullable=True),
        Column("icb_code", "ICB that has it (ODS code).", shape=codes.ICB),
        _from,
        _to,
        _declared,
    ),
    caveats=("A location that ended points at the ICB with most of its patients, for files that still name it.",),
)

out_icb_set: Final = Table(
    name="out_icb_set",
    key=("icb_set",),
    grain="one set of ICBs: all that hold from one day on",
    columns=(
        _set,
        Column("words", "What the set is called."),
        _from,
        _to,
        Column("icbs_count", "ICBs in it.", "int64", "icbs", low=1),
        Column("is_declared", "Whether a user's own file begins it, and no publication.", "bool"),
    ),
)

out_pcn_icb: Final = Table(
    name="out_pcn_icb",
    key=("icb_set", "quarter", "pcn_code"),
    grain="one active PCN of a quarter in one set of ICBs",
    columns=(
        _set,
        Column("quarter", "Calendar quarter at whose last day the PCN is as it is.", shape=_QUARTER),
        Column("pcn_code", "Primary care network (ODS code).", shape=codes.PCN),
        Column("icb_code", "ICB of the set that has most of its patients; missing if not known.", nullable=True,
               shape=codes.ICB),
        Column("icb_name", "Its name.", nullable=True),
        Column("region_code", "Region of that ICB (ODS code).", nullable=True, shape=codes.REGION),
        Column("region_name", "Region's name.", nullable=True),
        Column("matched_by", "Evidence that places most of these patients.", allowed=MATCHED_BY),
        Column("share_pct", "Share of the PCN's patients placed in that ICB; under 100 where it straddles a border "
               "or some are not placed.", "float64", "%", nullable=True, low=0, high=100),
    ),
    caveats=(
        "Evidence in order: the ICB of the day, the same practices while the set holds, the sub-ICB location, small "
        "areas where patients live, the ICB if it went over whole.",
    ),
)  # fmt: skip

ICB_TABLES: Final = (core_icb_change, out_icb, out_icb_location, out_icb_set, out_pcn_icb)
