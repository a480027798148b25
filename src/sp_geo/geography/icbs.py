"""Sets of ICBs: which ICB a sub-ICB location or a small area belongs to, on any day.

A set is all ICBs that hold from one day on; its days come from the table of ICBs and from nowhere else, so that a
merger is a row and not code. What a place of one set is in another is told by the ground: the small areas of 2011, each
of which lies in one location on any day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from sp_geo.core.errors import UsageError
from sp_geo.geography import boundaries
from sp_geo.geography.crs import MEASURE

if TYPE_CHECKING:
    import geopandas as gpd

AS_THEN: Final = "as_then"
"""In place of a set: each quarter's own ICBs."""
ICB: Final = "icb_code"
LOCATION: Final = "sub_icb_code"
SMALL_AREA: Final = "lsoa11_code"


@dataclass(frozen=True)
class IcbSet:
    """The ICBs that hold from one day on.

    Attributes:
        name: year of the day; year and month where two sets begin in one year.
        valid_from: first day.
        valid_to: first day on which they no longer hold; empty while they do.
        icbs_count: how many.
        is_declared: whether a user's own file begins the set, and not a publication.
    """

    name: str
    valid_from: str
    valid_to: str
    icbs_count: int
    is_declared: bool

    @property
    def words(self) -> str:
        """Such as ``ICBs of April 2026``."""
        return f"ICBs of {date.fromisoformat(self.valid_from):%B %Y}"

    def holds(self, day: str) -> bool:
        """Whether the set is in force on a day."""
        return self.valid_from <= day and not (self.valid_to and self.valid_to <= day)


@dataclass(frozen=True, eq=False)
class Icbs:
    """ICBs, their sub-ICB locations and the small areas in these, by day.

    Attributes:
        icbs: out_icb.
        sub_icbs: out_icb_location.
        areas: lsoa11_code, valid_from, sub_icb_code.
    """

    icbs: pd.DataFrame
    sub_icbs: pd.DataFrame
    areas: pd.DataFrame

    @cached_property
    def sets(self) -> tuple[IcbSet, ...]:
        """Every set, the earliest first."""
        days = sorted({*self.icbs["valid_from"], *self.sub_icbs["valid_from"]})
        years = [day[:4] for day in days]
        found: list[IcbSet] = []
        for place, day in enumerate(days):
            until = days[place + 1] if place + 1 < len(days) else ""
            name = day[:4] if years.count(day[:4]) == 1 else day[:7]
            begun = [rows.loc[rows["valid_from"] == day, "is_declared"] for rows in (self.icbs, self.sub_icbs)]
            found.append(IcbSet(name, day, until, len(self.in_force(day)), bool(pd.concat(begun).any())))
        return tuple(found)

    def named(self, name: str) -> IcbSet:
        """A set by its name.

        Raises:
            UsageError: there is none.
        """
        for found in self.sets:
            if found.name == name:
                return found
        known = ", ".join([*(found.name for found in self.sets), AS_THEN])
        raise UsageError("there is no such set of ICBs", found=f"'{name}'", expected=known)

    def in_force(self, day: str) -> pd.DataFrame:
        """ICBs on a day, by icb_code; before there were any, the first set."""
        return _on(self.icbs, day).set_index(ICB)

    def by_location(self, day: str) -> pd.Series:
        """icb_code by sub_icb_code on a day."""
        return _on(self.sub_icbs, day).set_index(LOCATION)[ICB]

    def by_area(self, day: str) -> pd.Series:
        """icb_code by lsoa11_code on a day."""
        found: pd.Series = self.location_by_area(day).map(self.by_location(day)).rename(ICB)
        return found

    def location_by_area(self, day: str) -> pd.Series:
        """sub_icb_code by lsoa11_code on a day: as at the latest day that is known of."""
        days = self.areas["valid_from"].unique()
        latest = max((known for known in days if known <= day), default=min(days))
        rows: pd.Series = self.areas[self.areas["valid_from"] == latest].set_index(SMALL_AREA)[LOCATION]
        return rows

    def whole(self, places: pd.Series, day: str) -> pd.Series:
        """The ICB of a day that has all the ground of a place; places whose ground is in several are absent.

        Args:
            places: code of a place by lsoa11_code.
            day: of the ICB.

        Returns:
            icb_code by code of the place.
        """
        pairs = pd.DataFrame({"place": places, ICB: self.by_area(day)}).drop_duplicates()
        alone = pairs[~pairs["place"].duplicated(keep=False)].dropna()
        found: pd.Series = alone.set_index("place")[ICB].sort_index()
        return found

    def outlines(self, wanted: IcbSet) -> gpd.GeoDataFrame:
        """Outlines of a set, EPSG:27700: icb_code, icb_name, geometry.

        From the committed file of the set's year if it has exactly these ICBs; else the union of their small areas.
        """
        import geopandas as gpd
        import shapely

        held = boundaries.outlines(wanted.valid_from[:4])
        icbs = self.in_force(wanted.valid_from)
        if held is not None and set(held[ICB]) == set(icbs.index):
            return held[[ICB, "icb_name", "geometry"]]
        areas = boundaries.lsoa11()
        groups = areas.geometry.groupby(areas[SMALL_AREA].map(self.by_area(wanted.valid_from)))
        shapes = np.array([shapely.coverage_union_all(rows.to_numpy()) for _, rows in groups])
        codes = list(groups.groups)
        frame = pd.DataFrame({ICB: codes, "icb_name": icbs["icb_name"].reindex(codes).to_numpy()})
        return gpd.GeoDataFrame(frame, geometry=shapes, crs=MEASURE)


def _on(spells: pd.DataFrame, day: str) -> pd.DataFrame:
    day = max(day, str(spells["valid_from"].min()))
    begun, ended = spells["valid_from"] <= day, spells["valid_to"] <= day
    rows: pd.DataFrame = spells[begun & ~(ended & spells["valid_to"].notna())]
    return rows
