"""Indicators by general practice from Fingertips (OHID): the native export, or the re-laid deprivation score."""

from __future__ import annotations

from typing import Final

import pandas as pd

from sp_geo import codes as shapes
from sp_geo.ingest.reading import Parsed, codes, counts, first_row, numbers, refuse_repeats, table, words
from sp_geo.sources.document import Document

DEPRIVATION_2025: Final = "94240"
"""Fingertips' indicator: deprivation score (IMD 2025) of a practice's patients."""

GP_AREA_TYPES: Final = frozenset({"gps", "gp", "gp practice", "gp practices", "practice", "practices"})
EVERYBODY: Final = "persons"


def read(document: Document, _period: str) -> dict[str, pd.DataFrame]:
    """Practices' values as core_practice_indicator; England, ICBs and other areas are passed over.

    The native export repeats a practice under every parent it was asked for; like rows are taken once. Where an
    indicator is split by sex, the rows for persons are taken; rows of a category are passed over.

    Args:
        document: the CSV file.
        _period: not needed; the file says its periods.

    Raises:
        InvalidContent: a column is missing, a code or number is malformed, or a practice has two values for one
            indicator and period.
        DamagedFile: the file cannot be read to its end.
    """
    parsed = table(document, "fingertips_practice", ("practice_code",))
    rows = _native(parsed) if parsed.has("indicator_id") else _relaid(parsed)
    return {"core_practice_indicator": rows.reset_index(drop=True)}


def _relaid(parsed: Parsed) -> pd.DataFrame:
    for column in ("imd_year", "imd_score"):
        if not parsed.has(column):
            raise parsed.refusal(
                f"column {column.upper()} is missing", row=1, expected="PRACTICE_CODE, IMD_YEAR, IMD_SCORE"
            )
    rows = pd.DataFrame(
        {
            "indicator_id": DEPRIVATION_2025,
            "period": counts(parsed, "imd_year", high=2025, low=2025).astype("str"),
            "practice_code": codes(parsed, "practice_code", shapes.PRACTICE, "a practice such as A81001"),
            "value": numbers(parsed, "imd_score", 0, 100, nullable=True),
        }
    )
    refuse_repeats(parsed, rows[["period", "practice_code"]], "practice")
    return rows


def _native(parsed: Parsed) -> pd.DataFrame:
    for column, header in (("area_type", "Area Type"), ("period", "Time period"), ("value", "Value")):
        if not parsed.has(column):
            raise parsed.refusal(f"column {header} is missing", row=1, expected="an export of Fingertips")
    kind = codes(parsed, "area_type", r"[A-Z][A-Z0-9 &(),.'/+-]*", "a type of area such as GPs").str.lower()
    code = codes(parsed, "practice_code", r"[A-Z_.-]*[0-9][A-Z0-9_.-]{0,20}", "the code of an area, such as A81001")
    keep = kind.isin(GP_AREA_TYPES)
    stray = code.str.fullmatch(shapes.PRACTICE) & ~keep
    if stray.any():
        raise parsed.refusal(
            "a practice stands under another type of area",
            row=first_row(stray),
            column="area_type",
            found=f"'{kind[first_row(stray)]}'",
            expected="GPs",
        )
    if parsed.has("category"):
        keep &= parsed.frame["category"].str.strip() == ""
    if not keep.any():
        raise parsed.refusal("no row is of a general practice", column="area_type", expected="rows of area type GPs")
    practices = parsed.where(keep)
    rows = pd.DataFrame(
        {
            "indicator_id": codes(practices, "indicator_id", r"\d+", "a number such as 94240"),
            "period": words(practices, "period", default=""),
            "practice_code": codes(practices, "practice_code", shapes.PRACTICE, "a practice such as A81001"),
            "value": numbers(practices, "value", -1e9, 1e9, nullable=True),
        }
    )
    key = ["indicator_id", "period", "practice_code"]
    rows = rows.drop_duplicates()
    if practices.has("sex") and rows.duplicated(key).any():
        rows = rows[practices.frame["sex"].reindex(rows.index).str.strip().str.lower() == EVERYBODY]
    refuse_repeats(practices, rows[key], "practice with this indicator and period")
    return rows
