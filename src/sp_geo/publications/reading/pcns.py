"""PCNs and the spells of their practices, as workbooks and reports of the Organisation Data Service give them."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

import pandas as pd

from sp_geo.core import codes as shapes
from sp_geo.publications.reading.parsing import Parsed
from sp_geo.publications.reading.values import codes, days, refuse_repeats, words

PCN_NEEDED: Final = ("pcn_code", "pcn_name", "opened", "closed")
PARTNER_NEEDED: Final = ("practice_code", "pcn_code", "valid_from", "valid_to")

_PCN_WORDS: Final = "U and five digits, such as U89141"


def edition_of(period: str, known: str) -> str:
    """The edition that is asked for, if it is a month; else the month up to which the file knows."""
    return period if re.fullmatch(r"\d{4}-\d{2}", period) else known[:7]


def memberships(partners: Parsed) -> pd.DataFrame:
    """Spells of practices in PCNs, from a table of partners.

    Args:
        partners: practice_code, pcn_code, valid_from and valid_to, with or without sub_icb_code.

    Returns:
        Rows of core_practice_membership but for edition and edition_date.

    Raises:
        OddRows: rows cannot be used.
    """
    begins, ends = _span(partners, "valid_from", "valid_to")
    found = pd.DataFrame(
        {
            "practice_code": codes(
                partners, "practice_code", shapes.PRACTICE, "a letter and five digits, such as A81001"
            ),
            "pcn_code": codes(partners, "pcn_code", shapes.PCN, _PCN_WORDS),
            "valid_from": begins,
            "valid_to": ends,
            "kind": "dated",
            "sub_icb_code": _sub_icb(partners),
            "icb_code": pd.Series(None, index=begins.index, dtype="str"),
            "region_code": pd.Series(None, index=begins.index, dtype="str"),
        }
    )
    longest_first = found.assign(until=ends.fillna("9999")).sort_values("until", ascending=False, kind="stable")
    again = longest_first.duplicated(["practice_code", "pcn_code", "valid_from"]).reindex(found.index)
    if again.any():
        raise partners.odd("the spell of a practice in a PCN stands twice: the longer one counts", again)
    return found.reset_index(drop=True)


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


def _span(parsed: Parsed, first: str, last: str) -> tuple[pd.Series, pd.Series]:
    """First and last days, ISO text, of the columns ``first`` and ``last``; a missing last day is an open end."""
    begins, ends = days(parsed, first), days(parsed, last, nullable=True)
    early = ends.notna() & (ends < begins)
    if early.any():
        raise parsed.odd("the end lies before the start", early, last, expected="the start or a later day")
    return begins, ends


def _sub_icb(parsed: Parsed) -> pd.Series:
    return codes(parsed, "sub_icb_code", shapes.SUB_ICB, "such as 36L", nullable=True, is_secondary=True)


def organisations(pcns: Parsed) -> pd.DataFrame:
    """PCNs, from a table of them.

    Args:
        pcns: pcn_code, pcn_name, opened, closed and postcode, with or without sub_icb_code.

    Returns:
        Rows of core_organisation but for the edition.

    Raises:
        OddRows: rows cannot be used.
        InvalidContent: a PCN stands twice with different words.
    """
    opened, closed = _span(pcns, "opened", "closed")
    code = codes(pcns, "pcn_code", shapes.PCN, _PCN_WORDS)
    refuse_repeats(pcns, code.to_frame(), "PCN")
    return pd.DataFrame(
        {
            "org_code": code,
            "org_type": "pcn",
            "name": words(pcns, "pcn_name"),
            "parent_code": _sub_icb(pcns),
            "ons_code": pd.Series(None, index=code.index, dtype="str"),
            "opened": opened,
            "closed": closed,
            "status": pd.Series(None, index=code.index, dtype="str"),
            "postcode": words(pcns, "postcode"),
        }
    ).reset_index(drop=True)
