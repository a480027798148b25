"""Local authority districts in statistical regions (Office for National Statistics)."""

from __future__ import annotations

import pandas as pd

from sp_geo.core import codes as shapes
from sp_geo.publications.reading import Frames, Parsed, codes, refuse_repeats, table_reader, words, year_in


@table_reader(
    "local_authority_region", ("local_authority_code", "local_authority_name", "region_ons_code", "region_name")
)
def read(parsed: Parsed, period: str) -> Frames:
    """The lookup as core_local_authority_region.

    Args:
        parsed: the table.
        period: edition, where no header carries a year.

    Raises:
        InvalidContent: too many codes are malformed, or a district stands twice.
    """
    district = codes(parsed, "local_authority_code", shapes.LOCAL_AUTHORITY, "a district such as E06000001")
    rows = pd.DataFrame(
        {
            "edition": year_in(parsed.headers["local_authority_code"], period),
            "local_authority_code": district,
            "local_authority_name": words(parsed, "local_authority_name", needed=True),
            "region_ons_code": codes(parsed, "region_ons_code", r"[EW]\d{8}", "a region such as E12000001"),
            "region_name": words(parsed, "region_name", needed=True),
        }
    )
    refuse_repeats(parsed, district.to_frame(), "district")
    return {"core_local_authority_region": rows.reset_index(drop=True)}
