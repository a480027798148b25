"""Small areas of 2011 against those of 2021 (Office for National Statistics)."""

from __future__ import annotations

import pandas as pd

from sp_geo.core import codes as shapes
from sp_geo.publications.reading import Frames, Parsed, codes, one_of, refuse_repeats, table_reader


@table_reader("lsoa_lookup", ("lsoa11_code", "lsoa21_code", "change"))
def read(parsed: Parsed, _period: str) -> Frames:
    """The lookup as core_lsoa_lookup.

    Raises:
        InvalidContent: too many codes or changes are malformed, or a pair stands twice.
    """
    columns = ["lsoa11_code", "lsoa21_code"]
    rows = pd.DataFrame(
        {column: codes(parsed, column, shapes.LSOA, "a small area such as E01000001") for column in columns}
    )
    rows["change"] = one_of(parsed, "change", {letter.lower(): letter for letter in "USMX"})
    refuse_repeats(parsed, rows[columns], "pair of small areas")
    return {"core_lsoa_lookup": rows.reset_index(drop=True)}
