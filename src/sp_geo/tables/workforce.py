"""Core tables of the workforce releases: link workers and other roles of PCNs, by quarter and by month."""

from __future__ import annotations

from typing import Final

from sp_geo.core import codes
from sp_geo.tables.base import Column, Table

_QUARTER = r"\d{4}Q[1-4]"
_MONTH = r"\d{4}-\d{2}"
_quarter = Column("quarter", "Calendar quarter at whose last day the figure stands.", shape=_QUARTER)
_pcn = Column("pcn_code", "Primary care network (ODS code).", shape=codes.PCN)

core_pcn_workforce: Final = Table(
    name="core_pcn_workforce",
    key=("quarter", "pcn_code", "role", "employment"),
    grain="one role in one PCN at one quarter's end, by how it is employed",
    columns=(
        _quarter,
        _pcn,
        Column("role", "Detailed staff role as a short name; link worker roles begin with splw."),
        Column(
            "employment",
            "staff: on the PCN's own record; contracted: a contracted service.",
            allowed=("staff", "contracted"),
        ),
        Column("fte", "Full-time equivalent; 1.0 is 37.5 hours a week.", "float64", "FTE"),
        Column("headcount", "People; missing for contracted services.", "Int64", "people", nullable=True, low=0),
        Column("rows_count", "Published rows added up.", "int64", "rows", low=1),
    ),
    caveats=(
        "Workforce system alone (NWRS); never to be joined with the series that adds reimbursement claims.",
        "A PCN that is not in a release did not report; it does not have zero.",
        "Contracted services have FTE and no head count.",
    ),
)

core_pcn_release: Final = Table(
    name="core_pcn_release",
    key=("quarter", "pcn_code"),
    grain="one PCN that is in one workforce release",
    columns=(
        _quarter,
        _pcn,
        Column("pcn_name", "Name in the release.", nullable=True),
        Column("sub_icb_code", "Sub-ICB location.", nullable=True, shape=codes.SUB_ICB),
        Column("icb_code", "ICB.", nullable=True, shape=codes.ICB),
        Column("icb_name", "ICB's name.", nullable=True),
        Column("region_code", "NHS England region.", nullable=True, shape=codes.REGION),
        Column("region_name", "Region's name.", nullable=True),
        Column(
            "staff_rows_count",
            "Rows of the PCN's own staff; 0 where it reported contracted services only.",
            "int64",
            low=0,
        ),
    ),
)

core_pcn_month: Final = Table(
    name="core_pcn_month",
    key=("month", "pcn_code"),
    grain="one PCN that is in one workforce release of a month within a quarter",
    columns=(
        Column("month", "Month at whose last day the figure stands.", shape=_MONTH),
        _pcn,
        Column("splw_fte", "Link worker FTE, all roles; 0 where the PCN reported none.", "float64", "FTE"),
        Column("splw_plain_fte", "Of these, in the plain link worker role.", "float64", "FTE"),
    ),
    caveats=("Months that end a quarter are in core_pcn_workforce.",),
)

WORKFORCE_TABLES: Final = (core_pcn_workforce, core_pcn_release, core_pcn_month)
