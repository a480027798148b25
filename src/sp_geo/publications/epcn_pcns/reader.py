"""Report epcn (NHS Organisation Data Service): every primary care network, as CSV."""

from __future__ import annotations

from typing import Final

import pandas as pd

from sp_geo.publications.reading import parse_report
from sp_geo.publications.reading.networks import PCN_NEEDED, edition_date, edition_of, organisations
from sp_geo.workspace.document import Document

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
        InvalidContent: a column is missing, too many rows cannot be used, or a PCN stands twice with different words.
        DamagedFile: the file cannot be read to its end.
    """
    networks = organisations(parse_report(document, "epcn_pcns", COLUMNS, PCN_NEEDED))
    edition = edition_of(period, edition_date(networks["opened"], networks["closed"], None))
    return {"core_organisation": networks.assign(edition=edition)}
