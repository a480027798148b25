"""Places in classes as a script for Leaflet, written by folium: shapes, patterns, an outline, a scale."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from sp_geo.geography import simplify
from sp_geo.geography.crs import SHOW
from sp_geo.reports.pictures.colours import INK
from sp_geo.reports.pictures.map_classes import Shown

MAP: Final = "map_of_places"
"""Name of the map in the script, and of its element in the page."""
OUTLINE: Final = "outline"
"""Name of the outline in the script."""
_FINEST_M, _COARSEST_M, _DOTS = 25.0, 150.0, 4_000
"""Detail in metres that may be lost: a four-thousandth of the extent, between these two."""
_GRID: Final = 1e-5
"""Degrees that points are rounded to: a metre."""
_AREAS: Final = (3, 6)
"""What the library calls polygons, of one part or several."""
_ENGLAND: Final = (-5.8, 49.9, 1.8, 55.9)


def light_shapes(shapes: gpd.GeoSeries) -> npt.NDArray[np.object_]:
    """Shapes for a browser, in degrees, with edges still shared.

    Args:
        shapes: EPSG:27700; missing or empty for a place without one.

    Returns:
        The same places in EPSG:4326; None where there is no shape.

    Raises:
        ValueError: the shapes are not in EPSG:27700.
    """
    held = shapes.where(~shapes.is_empty)
    is_area = np.isin(shapely.get_type_id(held.to_numpy()), _AREAS)
    west, south, east, north = held.total_bounds if held.notna().any() else (0.0, 0.0, 0.0, 0.0)
    tolerance = float(np.clip(max(east - west, north - south) / _DOTS, _FINEST_M, _COARSEST_M))
    areas = simplify.for_display(gpd.GeoDataFrame(geometry=held.where(is_area)), tolerance).geometry.to_numpy()
    others = shapely.set_precision(held.to_crs(SHOW).to_numpy(), _GRID, mode="pointwise")
    found: npt.NDArray[np.object_] = np.where(is_area, areas, others)
    return found


def map_script(shapes: npt.NDArray[np.object_], classes: Sequence[Shown], outline: gpd.GeoSeries | None = None) -> str:
    """The script that draws the map.

    A place is known by its position; what is said of it stands in the table of the page and nowhere else.

    Args:
        shapes: of all places in degrees, None for a place without one.
        classes: of the places, drawn in their order.
        outline: shapes whose edges are drawn above the places, EPSG:27700; None for none.

    Returns:
        Script that needs Leaflet, an element :data:`MAP` and a function ``spGeo.place``; the same places give the
        same script.
    """
    import folium

    drawn: Any = folium.Map(
        location=None, tiles=None, zoom_control=True, control_scale=True, attribution_control=False, zoom_snap=0.25,
        zoom_animation=False, fade_animation=False, max_zoom=15, min_zoom=4,
    )  # fmt: skip
    styles = {int(place): _style(number, shown) for number, shown in enumerate(classes) for place in shown.positions}
    has_points = bool((~shapely.is_missing(shapes) & ~np.isin(shapely.get_type_id(shapes), _AREAS)).any())
    places = folium.GeoJson(
        _collection(shapes, list(styles)),
        style_function=lambda feature: styles[feature["id"]],
        on_each_feature=folium.JsCode("spGeo.place"),
        marker=folium.CircleMarker(radius=7) if has_points else None,
        smooth_factor=0.5,
    ).add_to(drawn)
    names = {drawn.get_name(): MAP, places.get_name(): "places"}
    held = shapes[~shapely.is_missing(shapes)]
    bounds = tuple(shapely.total_bounds(held)) if len(held) else _ENGLAND
    if outline is not None and len(outline):
        light = simplify.for_display(gpd.GeoDataFrame(geometry=outline.reset_index(drop=True)), 500.0)
        collection = _collection(light.geometry.to_numpy(), range(len(light)))
        style = {"color": INK, "weight": 1.1, "fill": False, "className": "edge-outline"}
        edges = folium.GeoJson(collection, style_function=lambda _: style, smooth_factor=0.5, interactive=False)
        names[edges.add_to(drawn).get_name()] = OUTLINE
    west, south, east, north = (float(end) for end in bounds)
    folium.FitBounds([[south, west], [north, east]], padding=(8, 8)).add_to(drawn)
    figure = drawn.get_root()
    drawn.render()
    script = str(figure.script.render())
    # Folium draws its names by chance.
    for name, ours in names.items():
        script = script.replace(name, ours)
    return "\n".join(line.rstrip() for line in script.splitlines() if line.strip())


def pattern_id(number: int) -> str:
    """Name of a class's pattern in the page."""
    return f"pattern-{number}"


def is_thick(shown: Shown) -> bool:
    """Whether a class has a thick edge: a white place on a pale ground would not be seen otherwise."""
    return shown.fill == "#ffffff"


def _style(number: int, shown: Shown) -> dict[str, Any]:
    """Of a place; the page's own style sheet makes edges thinner where many places are small, by these names."""
    fill = f"url(#{pattern_id(number)})" if shown.hatch else shown.fill
    style: dict[str, Any] = {"fillColor": fill, "fillOpacity": 1, "color": shown.edge}
    if is_thick(shown):
        return style | {"weight": 2.5, "className": "edge-thick"}
    if shown.hatch:
        return style | {"weight": 1.2, "dashArray": "4 3", "className": "edge-dashed"}
    return style | {"weight": 0.7, "className": "edge-plain"}


def _collection(shapes: npt.NDArray[np.object_], order: Sequence[int]) -> dict[str, Any]:
    """Features in the order in which they are drawn."""
    features = [
        {"type": "Feature", "id": place, "properties": {}, "geometry": json.loads(shapely.to_geojson(shapes[place]))}
        for place in order
        if shapes[place] is not None
    ]
    return {"type": "FeatureCollection", "features": features}
