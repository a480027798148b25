"""ePCN workbooks (NHS Organisation Data Service): every spell of every practice in a primary care network."""

from __future__ import annotations

from typing import Final

import pandas as pd

from sp_geo.core.errors import InvalidContent
from sp_geo.publications.reading import Parsed, column_map, columns_in, leaving_out, mapped, parse_sheet, parse_sheets
from sp_geo.publications.reading.pcns import (
    PARTNER_NEEDED,
    PCN_NEEDED,
    edition_date,
    edition_of,
    memberships,
    organisations,
)
from sp_geo.workspace.document import Document, normal_header
from sp_geo.workspace.workbook_parts import saved_on

PCN_SHEET: Final = "PCN Details"
PARTNER_SHEET: Final = "PCN Core Partner Details"


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
        InvalidContent: a sheet or column is missing, too many rows cannot be used (a code or day is malformed, an end
            lies before its start), or a PCN stands twice with different words.
        DamagedFile: the workbook cannot be opened.
    """
    sheets = parse_sheets(document)
    sheet = _sheet(document, sheets, PCN_SHEET, "epcn_pcns", PCN_NEEDED)
    partners = _sheet(document, sheets, PARTNER_SHEET, "epcn_partners", PARTNER_NEEDED)
    pcns, spells = leaving_out(sheet, organisations), leaving_out(partners, memberships)
    starts = pd.concat([pcns["opened"], spells["valid_from"]])
    ends = pd.concat([pcns["closed"], spells["valid_to"]])
    known = edition_date(starts, ends, saved_on(document))
    edition = edition_of(period, known)
    return {
        "core_practice_membership": spells.assign(edition=edition, edition_date=known),
        "core_organisation": pcns.assign(edition=edition),
    }


def _sheet(
    document: Document, sheets: dict[str, list[list[str]]], wanted: str, publication: str, needed: tuple[str, ...]
) -> Parsed:
    """The sheet that is called so, or the one that has all its columns under another name."""
    complete = [name for name, rows in sheets.items() if columns_in(rows, publication, needed) == len(needed)]
    called = [name for name in sheets if normal_header(name) == normal_header(wanted)]
    if not called and len(complete) != 1:
        raise InvalidContent(
            f"the sheet '{wanted}' is missing",
            file=document.label,
            found=", ".join(sheets),
            expected="an ePCN workbook",
        )
    name = (called or complete)[0]
    headers = [header for header, column in column_map(publication).items() if column]
    return mapped(parse_sheet(document, name, sheets[name], headers), publication, needed)
