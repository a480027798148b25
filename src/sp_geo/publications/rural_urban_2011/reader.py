"""Rural-urban classification of 2011 (Defra, Office for National Statistics) by small area of 2011."""

from __future__ import annotations

from typing import Final

import pandas as pd

from sp_geo.core import codes as shapes
from sp_geo.publications.reading import Parsed, codes, leaving_out, refuse_repeats, table
from sp_geo.workspace.document import Document

CLASSES: Final = r"[ABC]1|[BC]2|[DEF][12]"
"""A, B, C are urban; D (town and fringe), E (village) and F (hamlet) are rural; 2 is a sparse setting."""

RURAL: Final = ("D", "E", "F")


def read(document: Document, _period: str) -> dict[str, pd.DataFrame]:
    """The classification as core_lsoa11_rurality.

    Args:
        document: the CSV file.
        _period: not needed.

    Raises:
        InvalidContent: a column is missing, a code or class is malformed, or an area stands twice.
        DamagedFile: the file cannot be read to its end.
    """
    return leaving_out(table(document, "rural_urban_2011", ("lsoa11_code", "class_code")), _frames)


def _frames(parsed: Parsed) -> dict[str, pd.DataFrame]:
    kind = codes(parsed, "class_code", CLASSES, "a class of 2011, A1 to F2")
    rows = pd.DataFrame(
        {
            "lsoa11_code": codes(parsed, "lsoa11_code", shapes.LSOA, "a small area such as E01000001"),
            "class_code": kind,
            "is_rural": kind.str.startswith(RURAL).astype("bool"),
        }
    )
    refuse_repeats(parsed, rows[["lsoa11_code"]], "small area")
    return {"core_lsoa11_rurality": rows.reset_index(drop=True)}
