"""Indicators by general practice and by PCN from Fingertips (OHID): the native export, or the re-laid score."""

from __future__ import annotations

import re
from typing import Final

import pandas as pd

from sp_geo.core import codes as shapes
from sp_geo.publications.reading import Frames, Parsed, codes, counts, numbers, refuse_repeats, table_reader, words

GP_AREA_TYPES: Final = frozenset({"gps", "gp", "gp practice", "gp practices", "practice", "practices"})
_VERSION: Final = re.compile(r"(\d\d)/(\d\d)/(?:20)?(\d\d)")
"""The day of the membership that values of PCNs rest on, as in ``PCNs (v. 27/10/23)``."""


@table_reader("fingertips_practice", ())
def read(parsed: Parsed, _period: str) -> Frames:
    """Values of practices as core_practice_indicator, of PCNs as core_pcn_indicator; other areas are passed over.

    The native export repeats a practice under every parent it was asked for; like rows are taken once. Where an
    indicator is split by sex, the rows for persons are taken; rows of a category are passed over.

    Raises:
        InvalidContent: a column is missing, a code or number is malformed, or a practice or PCN has two values for one
            indicator and period.
    """
    if not parsed.has("indicator_id"):
        return _relaid(parsed)
    needed = {"area_code": "Area Code", "area_type": "Area Type", "period": "Time period", "value": "Value"}
    for column, header in needed.items():
        if not parsed.has(column):
            raise parsed.refusal(f"column {header} is missing", row=1, expected="an export of Fingertips")
    kind = codes(parsed, "area_type", r"[A-Z][A-Z0-9 &(),.'/+-]*", "a type of area such as GPs").str.lower()
    code = codes(parsed, "area_code", r"[A-Z_.-]*[0-9][A-Z0-9_.-]{0,20}", "the code of an area, such as A81001")
    of_practices, of_pcns = kind.isin(GP_AREA_TYPES), kind.str.fullmatch(r"(?:pcns?|primary care networks?)\b.*")
    is_pcn = code.str.fullmatch(shapes.PCN)
    stray = code.str.fullmatch(shapes.PRACTICE) & ~is_pcn & ~of_practices
    for what, expected, here in (("a PCN", "PCNs", is_pcn & ~of_pcns), ("a practice", "GPs", stray)):
        if here.any():
            raise parsed.odd(f"{what} stands under another type of area", here, "area_type", expected=expected)
    if parsed.has("category"):
        everybody = parsed.frame["category"].str.strip() == ""
        of_practices, of_pcns = of_practices & everybody, of_pcns & everybody
    found: Frames = {}
    if of_practices.any():
        rows = _values(parsed.where(of_practices), "practice_code", shapes.PRACTICE)
        found["core_practice_indicator"] = rows.drop(columns="version").reset_index(drop=True)
    if of_pcns.any():
        found["core_pcn_indicator"] = _values(parsed.where(of_pcns), "pcn_code", shapes.PCN).reset_index(drop=True)
    if not found:
        raise parsed.refusal(
            "no row is of a general practice or PCN", column="area_type", expected="rows of area type GPs or PCNs"
        )
    return found


def _relaid(parsed: Parsed) -> Frames:
    """Indicator 94240, deprivation score (IMD 2025) of a practice's patients, laid out by row."""
    for column in ("practice_code", "imd_year", "imd_score"):
        if not parsed.has(column):
            raise parsed.refusal(
                f"column {column.upper()} is missing", row=1, expected="PRACTICE_CODE, IMD_YEAR, IMD_SCORE"
            )
    rows = pd.DataFrame(
        {
            "indicator_id": "94240",
            "period": counts(parsed, "imd_year", high=2025, low=2025).astype("str"),
            "practice_code": codes(parsed, "practice_code", shapes.PRACTICE, "a practice such as A81001"),
            "value": numbers(parsed, "imd_score", 0, 100, nullable=True),
        }
    )
    refuse_repeats(parsed, rows[["period", "practice_code"]], "practice")
    return {"core_practice_indicator": rows.reset_index(drop=True)}


def _values(parsed: Parsed, column: str, shape: str) -> pd.DataFrame:
    """Rows of one kind of organisation, each once; the version of a PCN's membership tells rows of it apart."""
    version = parsed.frame["area_type"].str.extract(_VERSION)
    rows = pd.DataFrame(
        {
            "indicator_id": codes(parsed, "indicator_id", r"\d+", "a number such as 94240"),
            "period": words(parsed, "period", default=""),
            "version": ("20" + version[2] + "-" + version[1] + "-" + version[0]).fillna(""),
            column: codes(parsed, "area_code", shape, "an ODS code such as A81001 or U89141"),
            "value": numbers(parsed, "value", -1e9, 1e9, nullable=True),
        }
    )
    key = ["indicator_id", "period", "version", column]
    rows = rows.drop_duplicates()
    if parsed.has("sex") and rows.duplicated(key).any():
        rows = rows[parsed.frame["sex"].reindex(rows.index).str.strip().str.lower() == "persons"]
    refuse_repeats(parsed, rows[key], f"{column.removesuffix('_code')} with this indicator and period")
    return rows
