"""ePCN workbooks (NHS Organisation Data Service): every spell of every practice in a primary care network."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

import pandas as pd

from sp_geo import codes as shapes
from sp_geo.errors import InvalidContent
from sp_geo.ingest.reading import (
    Parsed,
    codes,
    column_map,
    columns_in,
    days,
    first_row,
    mapped,
    parse_sheet,
    parse_sheets,
    refuse_repeats,
    words,
)
from sp_geo.sources.document import Document, normal_header
from sp_geo.sources.workbook_parts import saved_on

PCN_SHEET: Final = "PCN Details"
PARTNER_SHEET: Final = "PCN Core Partner Details"
PCN_NEEDED: Final = ("pcn_code", "pcn_name", "opened", "closed")
PARTNER_NEEDED: Final = ("practice_code", "pcn_code", "valid_from", "valid_to")

_PCN_WORDS: Final = "U and five digits, such as U89141"
_PRACTICE_WORDS: Final = "a letter and five digits, such as A81001"
_SUB_ICB_WORDS: Final = "such as 36L"


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


def edition_of(period: str, known: str) -> str:
    """The edition that is asked for, if it is a month; else the month up to which the file knows."""
    return period if re.fullmatch(r"\d{4}-\d{2}", period) else known[:7]


def memberships(partners: Parsed, begins: pd.Series, ends: pd.Series, edition: str, known: str) -> pd.DataFrame:
    """Rows of core_practice_membership from a table of partners.

    Args:
        partners: practice_code and pcn_code, with or without sub_icb_code.
        begins: days on which the spells begin, ISO text.
        ends: days on which they end as published, ISO text or missing.
        edition: month of the edition.
        known: day up to which the edition knows.

    Raises:
        InvalidContent: a code is malformed, or a spell stands twice.
    """
    membership = pd.DataFrame(
        {
            "practice_code": codes(partners, "practice_code", shapes.PRACTICE, _PRACTICE_WORDS),
            "pcn_code": codes(partners, "pcn_code", shapes.PCN, _PCN_WORDS),
            "valid_from": begins,
            "valid_to": ends,
            "edition": edition,
            "edition_date": known,
            "kind": "dated",
            "sub_icb_code": _sub_icb(partners),
            "icb_code": pd.Series(None, index=begins.index, dtype="str"),
            "region_code": pd.Series(None, index=begins.index, dtype="str"),
        }
    )
    refuse_repeats(partners, membership[["practice_code", "pcn_code", "valid_from"]], "spell of a practice in a PCN")
    return membership.reset_index(drop=True)


def edition_date(starts: pd.Series, ends: pd.Series, saved: date | None) -> str:
    """The day up to which a workbook with these dates knows; see :func:`read`.

    Args:
        starts: days on which something begins, ISO text.
        ends: days on which something ends, ISO text or missing.
        saved: day the workbook was last saved.
    """
    if saved is None:
        return str(starts.max())
    dates = pd.concat([starts, ends]).dropna()
    past = dates[dates <= saved.isoformat()]
    return str(past.max()) if len(past) else str(starts.max())


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


def span(parsed: Parsed, first: str, last: str) -> tuple[pd.Series, pd.Series]:
    """First and last days, ISO text, of the columns ``first`` and ``last``; a missing last day is an open end.

    Raises:
        InvalidContent: a day is malformed, or an end lies before its start.
    """
    begins, ends = days(parsed, first), days(parsed, last, nullable=True)
    early = ends.notna() & (ends < begins)
    if early.any():
        row = first_row(early)
        raise parsed.refusal(
            "the end lies before the start", row=row, column=last, found=ends[row], expected=f"{begins[row]} or later"
        )
    return begins, ends


def _sub_icb(parsed: Parsed) -> pd.Series:
    if not parsed.has("sub_icb_code"):
        return pd.Series(None, index=parsed.frame.index, dtype="str")
    return codes(parsed, "sub_icb_code", shapes.SUB_ICB, _SUB_ICB_WORDS, nullable=True)


def organisations(pcns: Parsed, opened: pd.Series, closed: pd.Series, edition: str) -> pd.DataFrame:
    """Rows of core_organisation from a table of PCNs.

    Args:
        pcns: pcn_code, pcn_name and postcode, with or without sub_icb_code.
        opened: days on which they opened, ISO text.
        closed: days on which they closed, ISO text or missing.
        edition: month of the edition.

    Raises:
        InvalidContent: a code is malformed, or a PCN stands twice.
    """
    code = codes(pcns, "pcn_code", shapes.PCN, _PCN_WORDS)
    refuse_repeats(pcns, code.to_frame(), "PCN")
    return pd.DataFrame(
        {
            "org_code": code,
            "org_type": "pcn",
            "edition": edition,
            "name": words(pcns, "pcn_name"),
            "parent_code": _sub_icb(pcns),
            "ons_code": pd.Series(None, index=code.index, dtype="str"),
            "opened": opened,
            "closed": closed,
            "status": pd.Series(None, index=code.index, dtype="str"),
            "postcode": words(pcns, "postcode"),
        }
    ).reset_index(drop=True)
