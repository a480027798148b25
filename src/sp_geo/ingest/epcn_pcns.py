"""Report epcn (NHS Organisation Data Service): every primary care network, as CSV."""

from __future__ import annotations

from typing import Final

import pandas as pd

from sp_geo.ingest import epcn
from sp_geo.ingest.reading import parse_report
from sp_geo.sources.document import Document

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


def read(document: Document, period: str) -> dict[str, pd.DataFrame]:
    """The report as core_organisation (PCNs).

    It does not say when it was made: the edition is the month of the latest opening.

    Args:
        document: the CSV file, with headers or without; without them its first row is row 1.
        period: edition such as ``2025-10``; used if it is a month.

    Raises:
        InvalidContent: a column is missing, a code or day is malformed, a PCN closes before it opens or stands twice.
        DamagedFile: the file cannot be read to its end.
    """
    pcns = parse_report(document, "epcn_pcns", COLUMNS, epcn.PCN_NEEDED)
    opened, closed = epcn.span(pcns, "opened", "closed")
    edition = epcn.edition_of(period, epcn.edition_date(opened, closed, None))
    return {"core_organisation": epcn.organisations(pcns, opened, closed, edition)}
