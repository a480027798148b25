"""epraccur (NHS Organisation Data Service): every general practice ever registered, in 27 columns."""

from __future__ import annotations

import re
from typing import Final

import pandas as pd

from sp_geo.core import codes as shapes
from sp_geo.publications.reading import Parsed, codes, days, leaving_out, one_of, parse_report, refuse_repeats, words
from sp_geo.workspace.document import Document

COLUMNS: Final = (
    "org_code",
    "name",
    "region_code",
    "health_geography",
    *(f"address_{number}" for number in range(1, 6)),
    "postcode",
    "opened",
    "closed",
    "status",
    "sub_type",
    "commissioner",
    "joined",
    "left",
    "telephone",
    *(f"null_{number}" for number in range(19, 22)),
    "amended",
    "null_23",
    "commissioner_current",
    "null_25",
    "setting",
    "null_27",
)
"""Names of the 27 columns, by their place in the publisher's description of the file."""

NEEDED: Final = ("org_code", "opened", "closed", "status", "setting")

GP_SETTINGS: Final = frozenset({"4", "RO76"})
"""Prescribing setting of a general practice, as a number and as the role that has replaced it; the others are clinics,
out-of-hours services, prisons and so on."""

INACTIVE: Final = "I"
STATUS: Final = {
    "a": "A",
    "active": "A",
    "c": "C",
    "closed": "C",
    "d": "D",
    "dormant": "D",
    "p": "P",
    "proposed": "P",
    "i": INACTIVE,
    "inactive": INACTIVE,
}


def read(document: Document, period: str) -> dict[str, pd.DataFrame]:
    """General practices as core_organisation.

    Rows of other prescribing settings, and codes that are not of English or Welsh practices, are passed over. The one
    word INACTIVE stands for two letters of the older form: with a close date a practice is closed, without one dormant.

    Args:
        document: the CSV file, with headers or without; without them its first row is row 1.
        period: edition such as ``2022-12``; if it is not a month, that of the latest day in the file is used.

    Raises:
        InvalidContent: there are not 27 columns, no row is a general practice, too many rows cannot be used, or a
            practice stands twice with different words.
        DamagedFile: the file cannot be read to its end.
    """
    return leaving_out(parse_report(document, "epraccur", COLUMNS, NEEDED), lambda parsed: _frames(parsed, period))


def _frames(parsed: Parsed, period: str) -> dict[str, pd.DataFrame]:
    # Rows that are passed over are looked at too: a damaged code or setting would take a practice out without a trace.
    org = codes(parsed, "org_code", r"[A-Z0-9]{3,9}", "an ODS code such as A81001")
    setting = codes(
        parsed, "setting", r"\d{1,2}|RO\d{1,3}", "a prescribing setting, 0 to 99, or a role such as RO76", nullable=True
    )
    parsed = parsed.where(org.str.fullmatch(shapes.PRACTICE) & setting.isin(GP_SETTINGS))
    if parsed.frame.empty:
        raise parsed.refusal("no row is a general practice", expected="rows of prescribing setting 4 or role RO76")
    opened, closed, joined = (
        days(parsed, column, nullable=True, is_secondary=True)
        if parsed.has(column)
        else pd.Series(None, index=parsed.frame.index, dtype="str")
        for column in ("opened", "closed", "joined")
    )
    latest = max(str(found.fillna("").max()) for found in (opened, closed, joined))
    code = codes(parsed, "org_code", shapes.PRACTICE, "a letter and five digits, such as A81001")
    refuse_repeats(parsed, code.to_frame(), "practice")
    status = one_of(parsed, "status", STATUS, is_secondary=True)
    # Whatever has happened by then is past: the file gives no day of its own.
    known = max(pd.concat([opened, joined, closed[status == "C"]]).dropna(), default="")
    is_over = (status == "A") & closed.notna() & (closed.fillna("") <= known)
    if is_over.any():
        parsed.keep("active, with a close date in the past", is_over, "closed")
    is_backwards = opened.notna() & closed.notna() & (closed.fillna("") < opened.fillna(""))
    if is_backwards.any():
        parsed.keep("closed before it opened", is_backwards, "closed")
    rows = pd.DataFrame(
        {
            "org_code": code,
            "org_type": "practice",
            "edition": period if re.fullmatch(r"\d{4}-\d{2}", period) else latest[:7],
            "name": words(parsed, "name"),
            "parent_code": _parent(parsed),
            "ons_code": pd.Series(None, index=code.index, dtype="str"),
            "opened": opened,
            "closed": closed,
            "status": status.where(status != INACTIVE, closed.notna().map({True: "C", False: "D"})),
            "postcode": words(parsed, "postcode"),
        }
    )
    return {"core_organisation": rows.reset_index(drop=True)}


def _parent(parsed: Parsed) -> pd.Series:
    if not parsed.has("commissioner"):
        return pd.Series(None, index=parsed.frame.index, dtype="str")
    return codes(parsed, "commissioner", r"[A-Z0-9]{3,5}", "such as 16C", nullable=True, is_secondary=True)
