"""Where the silence of directories means something: the small areas that each claims to cover."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd

from sp_geo.tables.referrals import REFERRAL_CATEGORIES
from sp_geo.tables.services import ALL_CATEGORIES

ENGLAND: Final = "E92000001"


@dataclass(frozen=True)
class AreaCodes:
    """Codes by which a small area can be claimed.

    Attributes:
        areas: lsoa11_code, sub_icb_ons_code, icb_ons_code, one row a small area of England.
        icbs: icb_code, icb_ons_code, region_code, of every set of boards.
        sub_icbs: spells of sub-ICB locations in boards: sub_icb_code, sub_icb_ons_code, icb_code, valid_to.
        parents: core_lsoa11_parent; empty if no lookup has been added.
    """

    areas: pd.DataFrame
    icbs: pd.DataFrame
    sub_icbs: pd.DataFrame
    parents: pd.DataFrame

    def members(self, code: str) -> list[str]:
        """Small areas in an area of any code, in order; none if the code cannot be told from what has been added.

        A board, of 2022 or of 2026, is the sub-ICB locations that it has, or had when it ended.
        """
        areas = self.areas
        if code == ENGLAND:
            return list(areas["lsoa11_code"])
        boards = self.icbs["icb_code"].eq(code) | self.icbs["icb_ons_code"].eq(code) | self.icbs["region_code"].eq(code)
        locations = self._locations(self.icbs.loc[boards, "icb_code"])
        named = self.sub_icbs.loc[self.sub_icbs["sub_icb_code"].eq(code), "sub_icb_ons_code"]
        hit = (
            areas["lsoa11_code"].eq(code)
            | areas["sub_icb_ons_code"].eq(code)
            | areas["sub_icb_ons_code"].isin([*locations, *named])
        )
        listed = self.parents[self.parents["parent_ons_code"].eq(code) | self.parents["parent_code"].eq(code)]
        return sorted({*areas.loc[hit, "lsoa11_code"], *listed["lsoa11_code"]})

    def _locations(self, boards: pd.Series) -> pd.Series:
        """ONS codes of the sub-ICB locations of boards, as they are now or, for a board that ended, as they were."""
        spells = self.sub_icbs[self.sub_icbs["icb_code"].isin(boards)]
        present = spells[spells["valid_to"].isna()]
        ended = spells[~spells["icb_code"].isin(present["icb_code"])]
        return pd.concat([present, ended])["sub_icb_ons_code"]


def claimed(directories: pd.DataFrame, codes: AreaCodes) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What directories claim, resolved to small areas.

    Args:
        directories: core_directory.
        codes: of small areas.

    Returns:
        First, lsoa11_code and category of every small area and category that at least one directory covers. Second, the
        claims with ``areas_count``: 0 where the code could not be told, or nothing is claimed.
    """
    parts, counts = [], []
    resolved: dict[str, list[str]] = {}
    for area, category_claimed in zip(directories["area_code"], directories["category"], strict=True):
        if area and area not in resolved:
            resolved[area] = codes.members(area)
        members = resolved.get(area, [])
        counts.append(len(members))
        wanted = REFERRAL_CATEGORIES if category_claimed == ALL_CATEGORIES else (category_claimed,)
        parts += [pd.DataFrame({"lsoa11_code": members, "category": category}) for category in wanted if members]
    nothing = pd.DataFrame({"lsoa11_code": [], "category": []}, dtype="str")
    covered = pd.concat([nothing, *parts], ignore_index=True).drop_duplicates()
    return covered.sort_values(["lsoa11_code", "category"], ignore_index=True), directories.assign(areas_count=counts)
