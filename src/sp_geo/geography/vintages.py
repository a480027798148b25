"""Which codes of small areas there can be, in 2011 and in 2021."""

from __future__ import annotations

from functools import cache
from typing import Final

import pandas as pd

from sp_geo.geography import boundaries

_BEGUN_2021: Final = {"E01": (33_769, 35_762), "W01": (1_959, 2_040)}
"""First and last number of the small areas that began in 2021; those of 2011 have lower ones (ONS)."""


@cache
def _of_2011() -> frozenset[str]:
    return frozenset(boundaries.lsoa11()["lsoa11_code"])


def _numbered(codes: pd.Series, first: str) -> pd.Series:
    """Numbers of the codes that begin with E01 or W01; NaN for all others."""
    return pd.to_numeric(codes.str[3:].where(codes.str.fullmatch(rf"{first}[0-9]{{6}}")))


def begun_in_2021(codes: pd.Series) -> pd.Series:
    """Which codes (capitals, without spaces) are of small areas of 2021 that 2011 does not have."""
    found = pd.Series(data=False, index=codes.index)
    for first, (low, high) in _BEGUN_2021.items():
        found |= _numbered(codes, first).between(low, high)
    return found


def of_no_vintage(codes: pd.Series) -> pd.Series:
    """Which codes look like those of small areas and were of none, neither in 2011 nor in 2021.

    In Wales, whose areas are not among the committed boundaries, only numbers that were never given are known.
    """
    of_2011 = pd.Series([code in _of_2011() for code in codes], index=codes.index, dtype=bool)
    england = codes.str.startswith("E01") & ~of_2011 & ~begun_in_2021(codes)
    wales = _numbered(codes, "W01")
    return england | (wales.notna() & ~wales.between(1, _BEGUN_2021["W01"][1]))


def contradiction(codes: pd.Series, lookup: pd.DataFrame) -> str:
    """A code that ended in 2021 among those of 2021, with one that only began then, in words; empty if there is none.

    Args:
        codes: of small areas of 2021.
        lookup: core_lsoa_lookup; without it nobody knows which areas ended.
    """
    ended = codes[codes.isin(set(lookup["lsoa11_code"]) - set(lookup["lsoa21_code"]))]
    if ended.empty:
        return ""
    begun = codes[begun_in_2021(codes)]
    other = "others under a header of 2021" if begun.empty else f"{begun.iloc[0]} (not an area of 2011)"
    return f"{ended.iloc[0]} (ended in 2021) and {other}"
