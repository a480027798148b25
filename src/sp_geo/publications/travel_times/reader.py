"""Travel times between small areas, from a user's own file: right or wrong as a whole."""

from __future__ import annotations

from typing import Final

import pandas as pd

from sp_geo.core import codes as shapes
from sp_geo.publications.reading import codes, numbers, refuse_repeats, table
from sp_geo.publications.reading.rows import refuse_semicolons
from sp_geo.workspace.document import Document
from sp_geo.workspace.text import decode

NEEDED: Final = ("lsoa11_code", "to_lsoa11_code", "minutes")
_AREA: Final = "a small area of 2011 such as E01000001"


def read(document: Document, _period: str) -> dict[str, pd.DataFrame]:
    """The file as core_travel_time.

    Raises:
        InvalidContent: a column is missing, a value is malformed or over a day, or a journey stands twice.
        DamagedFile: it cannot be read to its end.
    """
    if document.kind == "csv":
        refuse_semicolons(decode(document.data[:2_000]).lstrip().partition("\n")[0], document.label)
    parsed = table(document, "travel_times", NEEDED)
    frame = pd.DataFrame(
        {
            "lsoa11_code": codes(parsed, "lsoa11_code", shapes.LSOA, _AREA),
            "to_lsoa11_code": codes(parsed, "to_lsoa11_code", shapes.LSOA, _AREA),
            "minutes": numbers(parsed, "minutes", 0, 24 * 60, expected="minutes from 0 to 1,440"),
        }
    )
    refuse_repeats(parsed, frame[["lsoa11_code", "to_lsoa11_code"]], "journey")
    return {"core_travel_time": frame.reset_index(drop=True)}
