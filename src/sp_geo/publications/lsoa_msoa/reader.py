"""Small areas in middle layer super output areas (Office for National Statistics), of 2011 or of 2021."""

from __future__ import annotations

import pandas as pd

from sp_geo.core import codes as shapes
from sp_geo.publications.reading import Frames, Parsed, codes, refuse_repeats, table_reader, words


@table_reader("lsoa_msoa", ("msoa_ons_code",))
def read(parsed: Parsed, _period: str) -> Frames:
    """The lookup as core_lsoa11_parent or core_lsoa21_parent.

    One row of the file may be a small area or one of the output areas in it: like rows are taken once.

    Raises:
        InvalidContent: too many codes have the wrong shape, or a small area lies in two MSOAs.
    """
    held = [vintage for vintage in ("11", "21") if parsed.has(f"lsoa{vintage}_code")]
    if len(held) != 1:
        raise parsed.refusal(
            "the column of small areas is missing, or there are two", row=1, expected="LSOA11CD or LSOA21CD"
        )
    area = f"lsoa{held[0]}_code"
    rows = pd.DataFrame(
        {
            area: codes(parsed, area, shapes.LSOA, "a small area such as E01000001"),
            "parent_type": "msoa",
            "edition": f"20{held[0]}",
            "parent_ons_code": codes(parsed, "msoa_ons_code", r"[EW]02\d{6}", "an MSOA such as E02000001"),
            "parent_code": pd.Series(None, index=parsed.frame.index, dtype="str"),
            "parent_name": words(parsed, "msoa_name", default="not given"),
        }
    ).drop_duplicates([area, "parent_ons_code"])
    refuse_repeats(parsed, rows[[area]], "small area")
    return {f"core_lsoa{held[0]}_parent": rows.reset_index(drop=True)}
