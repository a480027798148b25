"""What charities do, how and for whom: a table of the Charity Commission's public extract."""

from __future__ import annotations

import pandas as pd

from sp_geo.publications.reading.charities import NOT_GIVEN, charity_number, register_of
from sp_geo.publications.reading.records import Taken, refused_frame, text
from sp_geo.publications.reading.rows import Row, records, refuse_if_all_failed
from sp_geo.workspace.document import Document


def read(document: Document, period: str) -> dict[str, pd.DataFrame]:
    """Classifications as core_charity_term, each once a charity.

    Args:
        document: JSON, text with tabs, or CSV.
        period: identifier of the register, or of this table of it.

    Returns:
        core_charity_term and core_service_refused.

    Raises:
        InvalidContent: a needed column is missing, or nothing can be taken in.
        DamagedFile: it cannot be read to its end.
    """
    directory_id, taken = register_of(period), Taken()
    kept: dict[tuple[str, str, str, str], None] = {}
    needed = ("charity_number", "vocabulary", "term")
    for place, row in records(document, "charity_classification", needed, taken, NOT_GIVEN):
        found = taken.attempt(place, lambda row=row: _term(row))  # type: ignore[misc]
        if found is not None:
            kept[(directory_id, *found)] = None
    refuse_if_all_failed(taken, len(kept), document.label)
    columns = ["directory_id", "charity_number", "vocabulary", "term"]
    return {
        "core_charity_term": pd.DataFrame(list(kept), columns=columns, dtype="str"),
        "core_service_refused": refused_frame(directory_id, taken.refused),
    }


def _term(row: Row) -> tuple[str, str, str]:
    kind, term = text(row, "vocabulary", needed=True), text(row, "term", needed=True)
    return charity_number(row), kind or "", term or ""
