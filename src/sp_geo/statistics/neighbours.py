"""Who is whose neighbour: PCN footprints that touch, or the k nearest PCNs.

Everything is in metres on the National Grid (EPSG:27700). Weights are row-standardised: the neighbours of a
PCN share a weight of one. An island is a PCN without any neighbour in the sample; it is left out and counted,
as a weight of nothing would count as agreement with a neighbour at the mean.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import geopandas as gpd
import numpy as np
import pandas as pd
import scipy
from libpysal.weights import W
from shapely import STRtree

from sp_geo.core.errors import UsageError
from sp_geo.statistics.estimates import NotEstimable

NATIONAL_GRID: Final = 27700
TOUCHING_M: Final = 1.0
"""Footprints this close touch: simplified outlines may leave slivers narrower than this."""


@dataclass(frozen=True)
class Neighbours:
    """Neighbours within one sample of PCNs.

    Attributes:
        codes: PCNs that have neighbours, in the order of the rows of ``weights``.
        weights: libpysal weights over those codes, row-standardised.
        islands: PCNs of the sample without a neighbour.
        unplaced: PCNs of the sample whose place is not known.
    """

    codes: tuple[str, ...]
    weights: Any
    islands: tuple[str, ...]
    unplaced: tuple[str, ...]


class NeighbourRule(Protocol):
    """A way of finding neighbours."""

    @property
    def label(self) -> str:
        """What the rule is called in tables."""

    def among(self, codes: Sequence[str]) -> Neighbours | NotEstimable:
        """The neighbours within a sample."""


@dataclass(frozen=True)
class TouchingFootprints:
    """Neighbours are PCNs whose footprints touch or overlap (within :data:`TOUCHING_M`).

    Attributes:
        footprints: columns pcn_code and geometry (polygons, EPSG:27700).
    """

    footprints: gpd.GeoDataFrame

    @property
    def label(self) -> str:
        """What the rule is called in tables."""
        return "touching footprints"

    def among(self, codes: Sequence[str]) -> Neighbours | NotEstimable:
        """The neighbours within a sample.

        Raises:
            UsageError: the footprints are not in EPSG:27700.
        """
        crs = self.footprints.crs
        if crs is None or crs.to_epsg() != NATIONAL_GRID:
            raise UsageError("footprints are not on the National Grid", found=str(crs), expected="EPSG:27700")
        there = self.footprints.loc[~(self.footprints.is_empty | self.footprints.geometry.isna())]
        there = there.loc[there["pcn_code"].isin(set(codes))].sort_values("pcn_code")
        shapes = there.geometry.to_numpy()
        first, second = STRtree(shapes).query(shapes, predicate="dwithin", distance=TOUCHING_M)
        return _neighbours(there["pcn_code"].tolist(), codes, zip(first, second, strict=True))


@dataclass(frozen=True)
class Nearest:
    """Neighbours are the ``count`` nearest PCNs of the sample.

    Attributes:
        points: columns pcn_code, x_m, y_m: one point per PCN, metres on the National Grid.
        count: how many neighbours each has.
    """

    points: pd.DataFrame
    count: int

    @property
    def label(self) -> str:
        """What the rule is called in tables."""
        return f"{self.count} nearest"

    def among(self, codes: Sequence[str]) -> Neighbours | NotEstimable:
        """The neighbours within a sample; nobody is an island."""
        there = self.points.dropna(subset=["x_m", "y_m"])
        there = there.loc[there["pcn_code"].isin(set(codes))].sort_values("pcn_code")
        if len(there) <= self.count:
            return NotEstimable(f"{self.count} neighbours need more than {self.count} PCNs and there are {len(there)}")
        places = there[["x_m", "y_m"]].to_numpy(dtype=np.float64)
        found = scipy.spatial.cKDTree(places).query(places, k=self.count + 1)[1]
        # PCNs at one point may list each other before themselves, so that "the first" is not always itself.
        pairs = (
            (row, other)
            for row, near in enumerate(found)
            for other in [int(other) for other in near if other != row][: self.count]
        )
        return _neighbours(there["pcn_code"].tolist(), codes, pairs)


def _neighbours(placed: list[str], codes: Sequence[str], pairs: Iterable[tuple[int, int]]) -> Neighbours | NotEstimable:
    lists: dict[str, list[str]] = {code: [] for code in placed}
    for first, second in pairs:
        if first != second:
            lists[placed[first]].append(placed[second])
    islands = tuple(code for code in placed if not lists[code])
    joined = {code: sorted(near) for code, near in lists.items() if near}
    unplaced = tuple(sorted(set(codes) - set(placed)))
    if not joined:
        return NotEstimable("no PCN has a neighbour in the sample")
    weights = W(joined, id_order=list(joined), silence_warnings=True)
    weights.transform = "r"
    return Neighbours(tuple(joined), weights, islands, unplaced)
