"""Report epcn (NHS Organisation Data Service): every primary care network, as CSV."""

from __future__ import annotations

from typing import Final

from sp_geo.publications.reading import Frames, Parsed, table_reader
from sp_geo.publications.reading.pcns import PCN_NEEDED, edition_date, edition_of, organisations

COLUMNS: Final = (
    "pcn_code",
    "pcn_name",
    "sub_icb_code",
    "sub_icb_name",
    "opened",
    "closed",
    *(f"address_{number}" for number in range(1, 6)),
    "postcode",
)
"""Names of the columns of the report without headers: those of the sheet of PCNs in the ePCN workbook."""


@table_reader("epcn_pcns", PCN_NEEDED, without_headers=COLUMNS)
def read(parsed: Parsed, period: str) -> Frames:
    """The report as core_organisation (PCNs).

    It does not say when it was made: the edition is the month of the latest opening.

    Args:
        parsed: the table, with headers or without; without them its first row is row 1.
        period: edition such as ``2025-10``; used if it is a month.

    Raises:
        InvalidContent: a column is missing, too many rows cannot be used, or a PCN stands twice with different words.
    """
    pcns = organisations(parsed)
    edition = edition_of(period, edition_date(pcns["opened"], pcns["closed"], None))
    return {"core_organisation": pcns.assign(edition=edition)}
