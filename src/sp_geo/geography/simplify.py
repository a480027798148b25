"""Shapes light enough for a browser, with edges still shared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sp_geo.geography.crs import MEASURE, SHOW

if TYPE_CHECKING:
    import geopandas as gpd

GRIDS_DEGREES: Final = (1e-4, 5e-5, 1e-5, 1e-6)
"""Grids that coordinates are rounded to, coarsest first: about 10 m, 5 m, 1 m and 10 cm in England."""


def for_display(shapes: gpd.GeoDataFrame, tolerance_m: float) -> gpd.GeoDataFrame:
    """The shapes in longitude and latitude, simplified together so that neighbours still meet.

    Args:
        shapes: a coverage in EPSG:27700; missing shapes stay missing. Shapes that overlap, such as footprints of
            different days, are simplified too, but only those that shared an edge exactly still do.
        tolerance_m: detail that may be lost, in metres.

    Returns:
        The same rows, EPSG:4326, coordinates rounded to the coarsest of :data:`GRIDS_DEGREES` that leaves every shape
        valid and every shared edge shared.

    Raises:
        ValueError: the shapes are not in EPSG:27700, so that a tolerance in metres would mean nothing.
    """
    import geopandas as gpd
    import shapely

    if shapes.crs is None or shapes.crs != MEASURE:
        message = f"shapes must be in {MEASURE}"
        raise ValueError(message)
    geometry = shapes.geometry.to_numpy().copy()
    held = ~shapely.is_missing(geometry)
    geometry[held] = shapely.coverage_simplify(geometry[held], tolerance_m)
    shown = shapes.set_geometry(gpd.GeoSeries(geometry, index=shapes.index, crs=MEASURE)).to_crs(SHOW)
    degrees = shown.geometry.to_numpy().copy()
    # Rounding can fold a narrow neck over itself; a finer grid costs a few bytes and does not.
    is_coverage = bool(shapely.coverage_is_valid(degrees[held]))
    for grid in GRIDS_DEGREES:
        rounded = np.asarray(shapely.set_precision(degrees[held], grid, mode="pointwise"))
        if shapely.is_valid(rounded).all() and (not is_coverage or shapely.coverage_is_valid(rounded)):
            degrees[held] = rounded
            break
    return shown.set_geometry(gpd.GeoSeries(degrees, index=shapes.index, crs=SHOW))
