"""ePCN workbooks (NHS Organisation Data Service): every spell of every practice in a primary care network."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from typing import Final

import pandas as pd

from sp_geo.errors import InvalidContent
from sp_geo.ingest.reading import Parsed, column_map, mapped, parse_sheet, parse_sheets
from sp_geo.ingest.reading.networks import (
    PARTNER_NEEDED,
    PCN_NEEDED,
    edition_date,
    edition_of,
    memberships,
    organisations,
    span,
)
from sp_geo.sources.document import Document, normal_header

PCN_SHEET: Final = "pcndetails"
PARTNER_SHEET: Final = "pcn core partner details"


def read(document: Document, period: str) -> dict[str, pd.DataFrame]:
    """The workbook as core_practice_membership (dated spells) and core_organisation (PCNs).

    ``valid_to`` is the published end date: the last day of the spell, included. ``edition_date`` is the day up to which
    the workbook knows: its latest date that is not after the day it was last saved (dates further on are
    announcements), or its latest start date where the workbook does not say when it was saved. Overlapping spells are
    kept: which holds is decided later.

    Args:
        document: the workbook.
        period: edition such as ``2023-01``; if it is not a month, the month of ``edition_date`` is used.

    Raises:
        InvalidContent: a sheet or column is missing, a code or day is malformed, an end lies before its start, or a
            spell or PCN stands twice.
        DamagedFile: the workbook cannot be opened.
    """
    sheets = parse_sheets(document)
    pcns = _sheet(document, sheets, PCN_SHEET, "epcn_pcns", PCN_NEEDED)
    partners = _sheet(document, sheets, PARTNER_SHEET, "epcn_partners", PARTNER_NEEDED)
    opened, closed = span(pcns, "opened", "closed")
    begins, ends = span(partners, "valid_from", "valid_to")
    known = edition_date(pd.concat([opened, begins]), pd.concat([closed, ends]), saved_on(document))
    edition = edition_of(period, known)
    return {
        "core_practice_membership": memberships(partners, begins, ends, edition, known),
        "core_organisation": organisations(pcns, opened, closed, edition),
    }


def saved_on(document: Document) -> date | None:
    """The day the workbook was last saved, by its own properties; None if it does not say."""
    try:
        with zipfile.ZipFile(io.BytesIO(document.data)) as archive:
            text = archive.read("docProps/core.xml").decode("utf-8", errors="replace")
    except (KeyError, zipfile.BadZipFile):
        return None
    found = re.search(r"<dcterms:modified[^>]*>(\d{4}-\d{2}-\d{2})", text)
    return date.fromisoformat(found[1]) if found else None


def _sheet(
    document: Document, sheets: dict[str, list[list[str]]], wanted: str, publication: str, needed: tuple[str, ...]
) -> Parsed:
    name = next((name for name in sheets if normal_header(name) == wanted), None)
    if name is None:
        raise InvalidContent(
            f"the sheet '{wanted}' is missing",
            file=document.label,
            found=", ".join(sheets),
            expected="an ePCN workbook",
        )
    headers = [header for header, column in column_map(publication).items() if column]
    return mapped(parse_sheet(document, name, sheets[name], headers), publication, needed)
