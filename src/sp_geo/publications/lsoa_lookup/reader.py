"""Small areas of 2011 against those of 2021 (Office for National Statistics)."""

from __future__ import annotations

from typing import Final

import pandas as pd

from sp_geo.core import codes as shapes
from sp_geo.publications.reading import Parsed, codes, leaving_out, one_of, refuse_repeats, table
from sp_geo.workspace.document import Document

CHANGES: Final = {letter.lower(): letter for letter in "USMX"}


def read(document: Document, _period: str) -> dict[str, pd.DataFrame]:
    """The lookup as core_lsoa_lookup.

    Args:
        document: the CSV file.
        _period: not needed.

    Raises:
        InvalidContent: a column is missing, a code or change is malformed, or a pair stands twice.
        DamagedFile: the file cannot be read to its end.
    """
    return leaving_out(table(document, "lsoa_lookup", ("lsoa11_code", "lsoa21_code", "change")), _frames)


def _frames(parsed: Parsed) -> dict[str, pd.DataFrame]:
    rows = pd.DataFrame(
        {
            **{
                column: codes(parsed, column, shapes.LSOA, "a small area such as E01000001")
                for column in ("lsoa11_code", "lsoa21_code")
            },
            "change": one_of(parsed, "change", CHANGES),
        }
    )
    refuse_repeats(parsed, rows[["lsoa11_code", "lsoa21_code"]], "pair of small areas")
    return {"core_lsoa_lookup": rows.reset_index(drop=True)}
