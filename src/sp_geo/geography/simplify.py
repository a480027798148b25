"""Shapes light enough for a browser, with edges still shared."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from sp_geo.geography.crs import MEASURE, SHOW

GRID_DEGREES = 0.0001
"""About seven to eleven metres in England: finer than a screen shows."""


def for_display(shapes: gpd.GeoDataFrame, tolerance_m: float) -> gpd.GeoDataFrame:
    """The shapes in longitude and latitude, simplified together so that neighbours still meet.

    Args:
        shapes: a coverage in EPSG:27700; missing shapes stay missing.
        tolerance_m: detail that may be lost, in metres.

    Returns:
        The same rows, EPSG:4326, coordinates rounded to :data:`GRID_DEGREES`.

    Raises:
        ValueError: the shapes are not in EPSG:27700, so that a tolerance in metres would mean nothing.
    """
    if shapes.crs is None or shapes.crs != MEASURE:
        message = f"shapes must be in {MEASURE}"
        raise ValueError(message)
    geometry = shapes.geometry.to_numpy().copy()
    held = ~shapely.is_missing(geometry)
    geometry[held] = shapely.coverage_simplify(geometry[held], tolerance_m)
    shown = shapes.set_geometry(gpd.GeoSeries(geometry, index=shapes.index, crs=MEASURE)).to_crs(SHOW)
    rounded = np.asarray(shapely.set_precision(shown.geometry.to_numpy(), GRID_DEGREES, mode="pointwise"))
    return shown.set_geometry(gpd.GeoSeries(rounded, index=shapes.index, crs=SHOW))
