"""Where the silence of directories means something: the small areas that each claims to cover."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import pandas as pd

from sp_geo.geography.icbs import Icbs
from sp_geo.tables.referrals import REFERRAL_CATEGORIES
from sp_geo.tables.services import ALL_CATEGORIES

ENGLAND: Final = "E92000001"


@dataclass(frozen=True)
class AreaCodes:
    """Codes by which a small area can be claimed.

    Attributes:
        areas: lsoa11_code, sub_icb_ons_code, icb_ons_code, one row a small area of England.
        icbs: out_icb.
        sub_icbs: out_icb_location.
        parents: core_lsoa11_parent; empty if no lookup has been added.
        located: sub-ICB location of each small area by day: lsoa11_code, valid_from, sub_icb_code.
    """

    areas: pd.DataFrame
    icbs: pd.DataFrame
    sub_icbs: pd.DataFrame
    parents: pd.DataFrame
    located: pd.DataFrame

    @cached_property
    def _icbs(self) -> Icbs:
        return Icbs(self.icbs, self.sub_icbs, self.located)

    def members(self, code: str, day: str = "") -> list[str]:
        """Small areas in an area of any code, in order; none if the code cannot be told from what has been added.

        Args:
            code: ODS or ONS code.
            day: on which an ICB is meant; if empty as it is now or, if it ended, as it was.
        """
        areas = self.areas
        if code == ENGLAND:
            return list(areas["lsoa11_code"])
        hit = areas["lsoa11_code"].eq(code) | areas["sub_icb_ons_code"].eq(code)
        listed = self.parents[self.parents["parent_ons_code"].eq(code) | self.parents["parent_code"].eq(code)]
        own = {*areas.loc[hit, "lsoa11_code"], *listed["lsoa11_code"]}
        return sorted({*own, *self._of_icb(code, day), *([] if hit.any() else self._of_location(code, day))})

    def _of_icb(self, code: str, day: str) -> list[str]:
        """Small areas of an ICB or region."""
        names = ("icb_code", "icb_ons_code", "icb_ons_code_last", "region_code")
        named = self.icbs[self.icbs[[*names]].isin([code]).any(axis="columns")]
        if named.empty:
            return []
        present = named["valid_to"].isna().any()
        last = self._icbs.sets[-1].valid_from if present else str(named["valid_from"].max())
        icb = self._icbs.by_area(day or last)
        return list(icb.index[icb.isin(named["icb_code"])])

    def _of_location(self, code: str, day: str) -> list[str]:
        """Small areas of a sub-ICB location, as at the latest day on which it had any."""
        named = self.sub_icbs[self.sub_icbs["sub_icb_code"].eq(code) | self.sub_icbs["sub_icb_ons_code"].eq(code)]
        days = [day] if day else sorted(named["valid_from"], reverse=True)
        for one in days:
            location = self._icbs.location_by_area(one)
            found = list(location.index[location.isin(named["sub_icb_code"])])
            if found:
                return found
        return []


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
