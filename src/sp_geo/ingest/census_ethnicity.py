"""Census 2021, table TS021 (Office for National Statistics, as Nomis serves it): ethnic group by small area."""

from __future__ import annotations

from typing import Final

import pandas as pd

from sp_geo import codes as shapes
from sp_geo.ingest.reading import area_codes, counts, first_row, refuse_repeats, table
from sp_geo.sources.document import Document

GROUPS: Final = ("white", "asian", "black", "mixed", "other")
COUNTS: Final = tuple(f"{group}_count" for group in ("total", *GROUPS))
MOST_RESIDENTS: Final = 100_000

TOLERANCE: Final = 10
"""Residents by which the groups may miss the total: counts are perturbed, though in TS021 as published none misses."""


def read(document: Document, _period: str) -> dict[str, pd.DataFrame]:
    """The five broad groups as core_lsoa21_ethnicity.

    Args:
        document: the CSV file.
        _period: not needed.

    Raises:
        InvalidContent: a column is missing, a code or count is malformed, an area stands twice, or the
            groups do not add up to the total within 10 residents.
        UnrecognisedFile: it has other areas than small ones.
        DamagedFile: the file cannot be read to its end.
    """
    parsed = table(document, "census_ethnicity", ("lsoa21_code", *COUNTS))
    small = area_codes(parsed, "lsoa21_code", shapes.LSOA, "a small area such as E01000001")
    rows = pd.DataFrame({column: counts(parsed, column, high=MOST_RESIDENTS) for column in COUNTS})
    rows.insert(0, "lsoa21_code", small)
    refuse_repeats(parsed, rows[["lsoa21_code"]], "small area")
    added = rows[[f"{group}_count" for group in GROUPS]].sum(axis=1)
    off = (added - rows["total_count"]).abs() > TOLERANCE
    if off.any():
        row = first_row(off)
        raise parsed.refusal(
            "the ethnic groups do not add up to the total",
            row=row,
            column="total_count",
            found=f"{rows['total_count'][row]:,} against {added[row]:,} in the groups",
            expected=f"a difference of at most {TOLERANCE}",
        )
    return {"core_lsoa21_ethnicity": rows.reset_index(drop=True)}
