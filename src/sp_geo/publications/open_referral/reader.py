"""Open Referral UK 3.0 as JSON: a list of services, one service, a page of an API, or a file ``fetch-directory`` wrote.

Read item by item: the file's size costs time, not memory. A damaged file is refused as a whole, for nothing after the
damage can be trusted; a faulty service is refused by itself.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from sp_geo.publications.reading.json_stream import parts
from sp_geo.publications.reading.records import cleaned
from sp_geo.publications.reading.referral_directory import Directory
from sp_geo.workspace.document import Document


def read(document: Document, period: str) -> dict[str, pd.DataFrame]:
    """Services of one file as core tables.

    Raises:
        DamagedFile: it is not JSON, or ends too early.
        InvalidContent: nothing in it is a service.
    """
    directory = Directory()
    single: dict[str, Any] = {}
    for place, value in parts(document, frozenset({"contents", "services", "faults"})):
        if isinstance(place, str):
            single[place] = value
        elif isinstance(value, dict) and value.keys() == {"where", "cause", "detail"}:
            # A page or service that could not be fetched: no record, but a gap that must not be forgotten.
            directory.warn(cleaned(value["where"]), cleaned(value["cause"]), cleaned(value["detail"]))
        else:
            directory.take(value, f"item {place:,}")
    if "id" in single or "status" in single:
        directory.take(single, "item 1")
    return directory.frames(period, document.label)
