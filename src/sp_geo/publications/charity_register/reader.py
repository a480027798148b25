"""The register of charities: the Charity Commission's public extract, or a list drawn from it.

Presence, not capacity: a contact address is not where a charity helps.
"""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from sp_geo.publications.reading.charities import NOT_GIVEN, charity_number
from sp_geo.publications.reading.contacts import without_contacts
from sp_geo.publications.reading.records import (
    LONGEST_TEXT,
    RecordFaultError,
    Taken,
    cleaned,
    day,
    number,
    postcode,
    text,
)
from sp_geo.publications.reading.rows import Row, kept_once, or_nothing, records
from sp_geo.workspace.document import Document

_MOST_POUNDS: Final = 1e12


def read(document: Document, period: str) -> dict[str, pd.DataFrame]:
    """Registered charities as core_charity; those removed from the register are refused and listed.

    Returns:
        core_charity and core_service_refused.

    Raises:
        InvalidContent: a needed column is missing, or nothing can be taken in.
        DamagedFile: it cannot be read to its end.
    """
    taken = Taken()
    rows = (
        (f"{place}, {cleaned(row.get('charity_number'))[:20] or 'no number'}", row)
        for place, row in records(document, "charity_register", ("charity_number", "name"), taken, NOT_GIVEN)
    )
    return kept_once("core_charity", period, document.label, rows, _charity, taken, again="the charity stands twice")


def _charity(row: Row, _record: str, warnings: list[tuple[str, str]]) -> dict[str, Any]:
    if cleaned(row.get("status")).lower() not in {"", "registered"} or cleaned(row.get("removed")):
        raise RecordFaultError("removed from the register", cleaned(row.get("removed"))[:10])
    linked = number(row, "linked_number", 0, 100_000) or 0.0
    activities = or_nothing(lambda: text(row, "activities", longest=20_000), warnings)
    charity = {
        "charity_number": charity_number(row),
        "linked_number": int(linked),
        "name": without_contacts(text(row, "name", needed=True) or ""),
        "activities": without_contacts(activities or "")[:LONGEST_TEXT] or None,
        "postcode": or_nothing(lambda: postcode(row.get("postcode")), warnings),
        "registered": or_nothing(lambda: day(row, "registered"), warnings),
        "income_gbp": or_nothing(lambda: number(row, "income", -_MOST_POUNDS, _MOST_POUNDS), warnings),
    }
    if not charity["name"]:
        raise RecordFaultError("name is missing", "every record needs one")
    return charity
