"""PCNs and the spells of their practices, as workbooks and reports of the Organisation Data Service give them."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

import pandas as pd

from sp_geo import codes as shapes
from sp_geo.ingest.reading.parsing import Parsed, first_row
from sp_geo.ingest.reading.values import codes, days, refuse_repeats, words

PCN_NEEDED: Final = ("pcn_code", "pcn_name", "opened", "closed")
PARTNER_NEEDED: Final = ("practice_code", "pcn_code", "valid_from", "valid_to")

_PCN_WORDS: Final = "U and five digits, such as U89141"
_PRACTICE_WORDS: Final = "a letter and five digits, such as A81001"
_SUB_ICB_WORDS: Final = "such as 36L"


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
    """The day up to which a file with these dates knows: its latest date that is not after the day it was saved.

    Dates further on are announcements. Where nothing says when it was saved, its latest start date.

    Args:
        starts: days on which something begins, ISO text.
        ends: days on which something ends, ISO text or missing.
        saved: day the file was last saved.
    """
    if saved is None:
        return str(starts.max())
    dates = pd.concat([starts, ends]).dropna()
    past = dates[dates <= saved.isoformat()]
    return str(past.max()) if len(past) else str(starts.max())


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
