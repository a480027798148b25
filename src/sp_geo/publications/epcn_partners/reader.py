"""Report epcncorepartnerdetails (NHS Organisation Data Service): every spell of every practice in a PCN, as CSV."""

from __future__ import annotations

from typing import Final

from sp_geo.publications.reading import Frames, Parsed, table_reader
from sp_geo.publications.reading.pcns import PARTNER_NEEDED, edition_date, edition_of, memberships

COLUMNS: Final = (
    "practice_code",
    "practice_name",
    "sub_icb_code",
    "sub_icb_name",
    "pcn_code",
    "pcn_name",
    "pcn_sub_icb_code",
    "pcn_sub_icb_name",
    "valid_from",
    "valid_to",
    "same_sub_icb",
)
"""Names of the columns of the report without headers: those of the sheet of partners in the ePCN workbook."""


@table_reader("epcn_partners", PARTNER_NEEDED, without_headers=COLUMNS)
def read(parsed: Parsed, period: str) -> Frames:
    """The report as core_practice_membership (dated spells).

    It does not say when it was made: ``edition_date`` is its latest start date.

    Args:
        parsed: the table, with headers or without; without them its first row is row 1.
        period: edition such as ``2025-10``; if it is not a month, the month of ``edition_date`` is used.

    Raises:
        InvalidContent: a column is missing, or too many rows cannot be used.
    """
    spells = memberships(parsed)
    known = edition_date(spells["valid_from"], spells["valid_to"], None)
    return {"core_practice_membership": spells.assign(edition=edition_of(period, known), edition_date=known)}
