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
    frame_of,
    number,
    postcode,
    refused_frame,
    text,
)
from sp_geo.publications.reading.rows import Row, or_nothing, records, refuse_if_all_failed
from sp_geo.workspace.document import Document

_MOST_POUNDS: Final = 1e12
_MOST_LINKED: Final = 100_000
_LONGEST: Final = 20_000


def read(document: Document, period: str) -> dict[str, pd.DataFrame]:
    """Registered charities as core_charity; those removed from the register are refused and listed.

    Args:
        document: JSON, text with tabs, CSV or a workbook.
        period: identifier of the register or list.

    Returns:
        core_charity and core_service_refused.

    Raises:
        InvalidContent: a needed column is missing, or nothing can be taken in.
        DamagedFile: it cannot be read to its end.
    """
    taken = Taken()
    kept: dict[tuple[str, int], dict[str, Any]] = {}
    for place, row in records(document, "charity_register", ("charity_number", "name"), taken, NOT_GIVEN):
        record = f"{place}, {cleaned(row.get('charity_number'))[:20] or 'no number'}"
        charity = taken.attempt(record, lambda row=row, record=record: _charity(row, record, taken))  # type: ignore[misc]
        if charity is None:
            continue
        key = (charity["charity_number"], charity["linked_number"])
        if key in kept:
            taken.refused.append((record, "refused", "the charity stands twice", ""))
        else:
            kept[key] = {"directory_id": period, **charity}
    refuse_if_all_failed(taken, len(kept), document.label)
    return {
        "core_charity": frame_of("core_charity", list(kept.values())),
        "core_service_refused": refused_frame(period, taken.refused),
    }


def _charity(row: Row, record: str, taken: Taken) -> dict[str, Any]:
    if cleaned(row.get("status")).lower() not in {"", "registered"} or cleaned(row.get("removed")):
        raise RecordFaultError("removed from the register", cleaned(row.get("removed"))[:10])
    warnings: list[tuple[str, str]] = []
    linked = number(row, "linked_number", 0, _MOST_LINKED) or 0.0
    activities = or_nothing(lambda: text(row, "activities", longest=_LONGEST), warnings)
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
    taken.refused += [(record, "warned", cause, detail) for cause, detail in warnings]
    return charity
