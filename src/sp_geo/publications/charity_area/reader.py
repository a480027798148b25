"""Where charities say that they work: a table of the Charity Commission's public extract, which gives no codes."""

from __future__ import annotations

import pandas as pd

from sp_geo.publications.reading.charities import NOT_GIVEN, charity_number, register_of
from sp_geo.publications.reading.records import Taken, refused_frame, text
from sp_geo.publications.reading.rows import Row, records, refuse_if_all_failed
from sp_geo.workspace.document import Document


def read(document: Document, period: str) -> dict[str, pd.DataFrame]:
    """Areas of operation as core_charity_area, each once a charity.

    Args:
        document: JSON, text with tabs, or CSV.
        period: identifier of the register, or of this table of it.

    Returns:
        core_charity_area and core_service_refused.

    Raises:
        InvalidContent: a needed column is missing, or nothing can be taken in.
        DamagedFile: it cannot be read to its end.
    """
    directory_id, taken = register_of(period), Taken()
    kept: dict[tuple[str, str, str, str], None] = {}
    for place, row in records(document, "charity_area", ("charity_number", "area_type", "area_name"), taken, NOT_GIVEN):
        found = taken.attempt(place, lambda row=row: _area(row))  # type: ignore[misc]
        if found is not None:
            kept[(directory_id, *found)] = None
    refuse_if_all_failed(taken, len(kept), document.label)
    columns = ["directory_id", "charity_number", "area_type", "area_name"]
    return {
        "core_charity_area": pd.DataFrame(list(kept), columns=columns, dtype="str"),
        "core_service_refused": refused_frame(directory_id, taken.refused),
    }


def _area(row: Row) -> tuple[str, str, str]:
    kind, name = text(row, "area_type", needed=True), text(row, "area_name", needed=True)
    return charity_number(row), kind or "", name or ""
