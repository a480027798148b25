"""Local authority districts in statistical regions (Office for National Statistics)."""

from __future__ import annotations

import pandas as pd

from sp_geo.core import codes as shapes
from sp_geo.publications.reading import Parsed, codes, leaving_out, refuse_repeats, table, words, year_in
from sp_geo.workspace.document import Document


def read(document: Document, period: str) -> dict[str, pd.DataFrame]:
    """The lookup as core_local_authority_region.

    Args:
        document: the CSV file.
        period: edition, where no header carries a year.

    Raises:
        InvalidContent: a column is missing, a code is malformed, or a district stands twice.
        DamagedFile: the file cannot be read to its end.
    """
    columns = ("local_authority_code", "local_authority_name", "region_ons_code", "region_name")
    return leaving_out(table(document, "local_authority_region", columns), lambda parsed: _frames(parsed, period))


def _frames(parsed: Parsed, period: str) -> dict[str, pd.DataFrame]:
    rows = pd.DataFrame(
        {
            "edition": year_in(parsed.headers["local_authority_code"], period),
            "local_authority_code": codes(
                parsed, "local_authority_code", shapes.LOCAL_AUTHORITY, "a district such as E06000001"
            ),
            "local_authority_name": words(parsed, "local_authority_name", needed=True),
            "region_ons_code": codes(parsed, "region_ons_code", r"[EW]\d{8}", "a region such as E12000001"),
            "region_name": words(parsed, "region_name", needed=True),
        }
    )
    refuse_repeats(parsed, rows[["local_authority_code"]], "district")
    return {"core_local_authority_region": rows.reset_index(drop=True)}
