"""A still map of where one PCN's patients live: small areas in classes, its footprint, its neighbours'."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from sp_geo.reports.pictures.colours import CLASS_FILLS
from sp_geo.web.figures.palette import TEXT

if TYPE_CHECKING:
    import geopandas as gpd
    import shapely

WIDTH: Final = 900
MOST_HEIGHT: Final = 760
LIMITS: Final = (0.1, 0.25, 0.5, 0.75)
"""Upper ends of all classes but the last: share of an area's registered patients who are the PCN's."""
CLASS_WORDS: Final = ("under 10 %", "10 to 25 %", "25 to 50 %", "50 to 75 %", "75 % or more")
_STEPS_KM: Final = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50)


@dataclass(frozen=True)
class StillMap:
    """A map as a picture in itself.

    Attributes:
        address: data URI of an SVG.
        width: pixels.
        height: pixels.
        counts: small areas shown by class.
        left_out: small areas outside the picture.
    """

    address: str
    width: int
    height: int
    counts: tuple[int, ...]
    left_out: int


def class_of(shares: pd.Series) -> npt.NDArray[np.intp]:
    """Class of each share, from 0."""
    return np.searchsorted(LIMITS, shares.to_numpy(dtype=float), side="right")


def still_map(areas: gpd.GeoDataFrame, own: shapely.Geometry | None, neighbours: gpd.GeoSeries) -> StillMap:
    """Draw the small areas that hold nine in ten patients, and the footprint, with what else lies there.

    Args:
        areas: of :class:`sp_geo.web.pages.pcn.members.Home`, at least one row, EPSG:27700.
        own: footprint; None if there is none.
        neighbours: footprints of other PCNs, EPSG:27700; those outside the picture are passed over.
    """
    import shapely

    counts = areas["patients_count"]
    core = (counts.cumsum() - counts < 0.9 * counts.sum()) | areas["is_own"]
    west, south, east, north = areas[core].total_bounds
    margin = max(east - west, north - south) * 0.04
    west, south, east, north = west - margin, south - margin, east + margin, north + margin
    scale = min(WIDTH / (east - west), MOST_HEIGHT / (north - south))
    width, height = round((east - west) * scale), round((north - south) * scale)
    frame = shapely.box(west, south, east, north)
    shapes = areas.geometry.to_numpy()
    light = shapely.coverage_simplify(shapes, 1.0 / scale)
    shown = shapely.intersects(shapes, frame)
    classes = class_of(areas["area_share"])

    def path(shape: shapely.Geometry) -> str:
        """An element of SVG; empty if every ring is smaller than a pixel."""
        rings = shapely.get_rings(shapely.get_parts(shape))
        corners, ring_of = shapely.get_coordinates(rings, return_index=True)
        points = np.column_stack([(corners[:, 0] - west) * scale, (north - corners[:, 1]) * scale]).round(1)
        parts = []
        for ring in range(len(rings)):
            here = points[ring_of == ring][:-1]
            if np.ptp(here, axis=0).max(initial=0.0) >= 1:
                parts.append("M" + " ".join(f"{x:g},{y:g}" for x, y in here) + "Z")
        return f'<path d="{"".join(parts)}"/>' if parts else ""

    filled = "".join(
        f'<g fill="{fill}">{"".join(map(path, light[shown & (classes == number)]))}</g>'
        for number, fill in enumerate(CLASS_FILLS)
    )
    near = neighbours[neighbours.intersects(frame)]
    others = "".join(map(path, shapely.simplify(near.to_numpy(), 1.5 / scale)))
    edge = "" if own is None else path(shapely.simplify(own, 1.0 / scale))
    # A bar of a round number of kilometres, at most a quarter of the picture, in its lower left.
    bar_km = max((step for step in _STEPS_KM if step * 1_000 * scale <= width / 4), default=_STEPS_KM[0])
    length, low = bar_km * 1_000 * scale, height - 16
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
        f'<rect width="{width}" height="{height}" fill="#f0f4f5"/>'
        f'<g stroke="#ffffff" stroke-width="0.7" fill-rule="evenodd">{filled}</g>'
        f'<g fill="none" stroke="#5d6b75" stroke-width="1.1" stroke-dasharray="5 4">{others}</g>'
        f'<g fill="none" stroke="#c25700" stroke-width="3" stroke-linejoin="round">{edge}</g>'
        f'<rect x="8" y="{height - 46}" width="{length + 24:.0f}" height="40" fill="#ffffff" fill-opacity="0.85"/>'
        f'<path d="M20,{low - 6}V{low}H{20 + length:.1f}V{low - 6}" fill="none" stroke="{TEXT}" stroke-width="1.6"/>'
        f'<text x="{20 + length / 2:.1f}" y="{low - 9}" font-family="Arial, sans-serif" font-size="15" fill="{TEXT}" '
        f'text-anchor="middle">{bar_km:g} km</text></svg>'
    )
    return StillMap(
        address=f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}",
        width=width,
        height=height,
        counts=tuple(int((classes[shown] == number).sum()) for number in range(len(CLASS_FILLS))),
        left_out=int((~shown).sum()),
    )
