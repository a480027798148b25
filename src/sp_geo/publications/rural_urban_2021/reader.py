"""Rural-urban classification of 2021 (Defra, Office for National Statistics) by small area of 2021."""

from __future__ import annotations

from typing import Final

import pandas as pd

from sp_geo.core import codes as shapes
from sp_geo.publications.reading import Parsed, codes, leaving_out, refuse_repeats, table
from sp_geo.workspace.document import Document

CLASSES: Final = r"U[NF]1|R[LS][NF]1"
"""U urban; RL larger rural, RS smaller rural; N nearer to and F further from a major town or city."""


def read(document: Document, _period: str) -> dict[str, pd.DataFrame]:
    """The classification as core_lsoa21_rurality.

    Args:
        document: the CSV file.
        _period: not needed.

    Raises:
        InvalidContent: a column is missing, a code or class is malformed, a class contradicts its words,
            or an area stands twice.
        DamagedFile: the file cannot be read to its end.
    """
    return leaving_out(table(document, "rural_urban_2021", ("lsoa21_code", "class_code")), _frames)


def _frames(parsed: Parsed) -> dict[str, pd.DataFrame]:
    kind = codes(parsed, "class_code", CLASSES, "a class of 2021 such as UN1 or RSF1")
    is_rural = kind.str.startswith("R").astype("bool")
    if parsed.has("class_name"):
        said = parsed.frame["class_name"].str.lower().str.contains("rural")
        if (said != is_rural).any():
            raise parsed.odd("the class contradicts its name", said != is_rural, "class_name")
    rows = pd.DataFrame(
        {
            "lsoa21_code": codes(parsed, "lsoa21_code", shapes.LSOA, "a small area such as E01000001"),
            "class_code": kind,
            "is_rural": is_rural,
        }
    )
    refuse_repeats(parsed, rows[["lsoa21_code"]], "small area")
    return {"core_lsoa21_rurality": rows.reset_index(drop=True)}
