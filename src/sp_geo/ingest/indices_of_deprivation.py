"""English indices of deprivation, small areas (MHCLG): 2019 by areas of 2011, 2025 by areas of 2021."""

from __future__ import annotations

from typing import Final

import pandas as pd

from sp_geo import codes as shapes
from sp_geo.ingest.reading import Parsed, codes, counts, numbers, refuse_repeats, table
from sp_geo.sources.document import Document

EDITIONS: Final = {"11": "2019", "21": "2025"}
MOST_RANK: Final = 100_000
TENTHS: Final = 10


def read(document: Document, _period: str) -> dict[str, pd.DataFrame]:
    """The index of multiple deprivation as core_lsoa11_deprivation or core_lsoa21_deprivation.

    The file may hold a part of England and a part of the columns, but always the score.

    Args:
        document: the CSV file or workbook.
        _period: not needed; the header's census year tells the edition.

    Raises:
        InvalidContent: a column is missing, a code or number is out of range, or an area stands twice.
        DamagedFile: the file cannot be read to its end.
    """
    parsed = table(document, "indices_of_deprivation", ("imd_score",), is_wide=True)
    vintage = next((year for year in EDITIONS if parsed.has(f"lsoa{year}_code")), None)
    if vintage is None:
        raise parsed.refusal("column LSOA code is missing", row=1, expected="LSOA code (2011) or LSOA code (2021)")
    area = f"lsoa{vintage}_code"
    small = codes(parsed, area, shapes.LSOA_ENGLAND, "an English small area such as E01000001")
    refuse_repeats(parsed, small.to_frame(), "small area")
    rows = pd.DataFrame(
        {
            "edition": EDITIONS[vintage],
            area: small,
            "imd_score": numbers(parsed, "imd_score", 0, 100),
            "imd_rank": _whole(parsed, "imd_rank", MOST_RANK),
            "imd_decile": _whole(parsed, "imd_decile", TENTHS),
        }
    )
    return {f"core_lsoa{vintage}_deprivation": rows.reset_index(drop=True)}


def _whole(parsed: Parsed, column: str, high: int) -> pd.Series:
    if not parsed.has(column):
        return pd.Series(pd.NA, index=parsed.frame.index, dtype="Int64")
    return counts(parsed, column, high=high, low=1).astype("Int64")
