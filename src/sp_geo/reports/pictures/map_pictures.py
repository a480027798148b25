"""Pictures of maps: areas in classes that differ by more than colour, a scale, and what must be said of them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from sp_geo.core.errors import UsageError
from sp_geo.geography.crs import MEASURE
from sp_geo.reports.pictures.colours import INK, SOFT
from sp_geo.reports.pictures.map_classes import Shown
from sp_geo.reports.pictures.pictures import Caption, burn_in, layout, plain
from sp_geo.reports.sheet import Sheet

if TYPE_CHECKING:
    import geopandas as gpd

_WIDTH, _MAP_SHARE, _AROUND = 10.0, 0.66, 1.7
"""Inches: across the picture, part of it that the map takes, and height of title and caption."""
_LOWEST, _HIGHEST = 4.8, 11.0
_MAP_DOTS: Final = 900
"""Dots across a map; detail finer than half of one is not drawn."""
_MOST_CORNERS: Final = 60_000
"""Above this, the areas of an SVG are drawn as dots, so that the file stays small."""
_FINE_EDGES: Final = 4_000
"""Above this many areas, edges would hide the fills."""
_MARGIN, _STRIP = 0.02, 4
_STEPS: Final = (1, 2, 5, 10, 20, 50, 100, 200)


def map_picture(sheet: Sheet, classes: Sequence[Shown], outline: gpd.GeoSeries | None, caption: Caption) -> Any:
    """A map of the sheet's shapes in classes, with a legend that counts them.

    Args:
        sheet: with shapes in EPSG:27700, one a row; the column in ``colour`` names the legend.
        classes: in the order of the legend; a row in none is not drawn.
        outline: shapes whose edges are drawn above the areas, EPSG:27700; None for none.
        caption: burnt in.

    Returns:
        A matplotlib figure.

    Raises:
        UsageError: the sheet has no shape that could be drawn.
        ValueError: shapes are not in EPSG:27700, so that a scale in kilometres would be wrong.
    """
    import shapely
    from matplotlib.figure import Figure

    if sheet.shapes is None or bool((sheet.shapes.isna() | sheet.shapes.is_empty).all()):
        raise UsageError("the table has no shape, so there is no map to draw", found=sheet.name)
    _check(sheet.shapes)
    shapes: npt.NDArray[np.object_] = sheet.shapes.to_numpy().copy()
    shapes[shapely.is_empty(shapes)] = None
    west, south, east, north = shapely.total_bounds(shapes)
    margin = max(east - west, north - south, 1_000.0) * _MARGIN
    # Below the shapes lies a strip for the scale and the mark.
    west, south, east, north = west - margin, south - margin * (1 + _STRIP), east + margin, north + margin
    tolerance = max(east - west, north - south) / _MAP_DOTS / 2
    tall = _WIDTH * _MAP_SHARE * (north - south) / (east - west) + _AROUND
    figure = Figure(figsize=(_WIDTH, min(max(tall, _LOWEST), _HIGHEST)), layout=layout(), facecolor="#ffffff")
    axes = figure.add_subplot()
    keys = [_draw(axes, shown, shapes, tolerance, number) for number, shown in enumerate(classes)]
    lost = int(sum(shapely.is_missing(shapes[shown.positions]).sum() for shown in classes))
    if lost:
        keys.append(_key(f"Of these not drawn, no boundary ({lost:,})", linestyle=""))
    if outline is not None:
        _check(outline)
        _draw_outline(axes, outline, tolerance)
        known = outline.name not in {None, "geometry"}
        keys.append(_key(str(outline.name) if known else "Boundary", color=INK, linewidth=0.9))
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    axes.set_aspect("equal", anchor="NW")
    axes.set_axis_off()
    # The scale is a bar of a round number of kilometres, at most a quarter of the map, in the strip below it.
    reach = max(step for step in _STEPS if step == _STEPS[0] or step * 1_000 <= (east - west) * 0.25)
    x, y, tick = west + (east - west) * 0.02, south + (north - south) * 0.015, (north - south) * 0.008
    axes.plot(
        [x, x, x + reach * 1_000, x + reach * 1_000], [y + tick, y, y, y + tick], color=INK, linewidth=1.1, zorder=5
    )
    axes.text(
        x + reach * 500, y + tick * 1.2, f"{reach} km", ha="center", va="bottom", fontsize=8, color=SOFT, zorder=5
    )
    named = [column.heading for column in sheet.columns if column.name == sheet.colour]
    legend = figure.legend(
        handles=keys,
        title=plain("\n".join(named)) or None,
        loc="outside right upper",
        frameon=False,
        fontsize=9,
        title_fontsize=9.5,
        alignment="left",
        handlelength=2.6,
        handleheight=1.5,
        labelspacing=0.7,
        labelcolor=INK,
    )
    legend.get_title().set(fontweight="bold", color=INK)
    burn_in(figure, axes, caption, _MAP_SHARE)
    return figure


def _check(shapes: gpd.GeoSeries) -> None:
    if shapes.crs is None or shapes.crs != MEASURE:
        message = f"shapes must be in {MEASURE}"
        raise ValueError(message)


def _draw(axes: Any, shown: Shown, shapes: npt.NDArray[np.object_], tolerance: float, order: int) -> Any:
    """Draw one class and return its key for the legend."""
    import shapely
    from matplotlib.collections import PathCollection
    from matplotlib.patches import Patch

    held = shapes[shown.positions]
    held = held[~shapely.is_missing(held)]
    kinds = shapely.get_type_id(held)
    areas = held[np.isin(kinds, (3, 6))]
    if len(areas):
        is_fine = len(shapes) > _FINE_EDGES
        style = {
            "rasterized": int(shapely.get_num_coordinates(shapes).sum()) > _MOST_CORNERS,
            "zorder": 1 + order / 100,
        }
        # Edges have the colour of the fill where there are too many areas to see each one.
        edge, width = (shown.fill, 0.12) if is_fine else (shown.edge, 0.3)
        light = _lighter(areas, tolerance)
        drawn = PathCollection(_paths(light), facecolor=shown.fill, edgecolor=edge, linewidth=width, **style)
        axes.add_collection(drawn, autolim=False)
        if shown.hatch:
            over = _lighter(_together(areas), tolerance) if is_fine else light
            hatched = PathCollection(_paths(over), facecolor="none", edgecolor=shown.edge, linewidth=0.3, **style)
            hatched.set_hatch(shown.hatch)
            hatched.set_hatch_linewidth(0.7)
            axes.add_collection(hatched, autolim=False)
    points = held[~np.isin(kinds, (3, 6))]
    if len(points):
        centres = shapely.centroid(points)
        x, y = shapely.get_x(centres), shapely.get_y(centres)
        axes.scatter(x, y, s=14, marker="X" if shown.hatch else "o", color=shown.fill, edgecolor=shown.edge, zorder=3)
    label = plain(f"{shown.label} ({len(shown.positions):,})")
    return Patch(facecolor=shown.fill, edgecolor=shown.edge, hatch=shown.hatch or None, label=label, linewidth=0.8)


def _lighter(areas: npt.NDArray[np.object_], tolerance: float) -> npt.NDArray[np.object_]:
    """Without detail that cannot be seen; an area that would vanish stays as it is."""
    import shapely

    light = shapely.simplify(areas, tolerance, preserve_topology=False)
    return np.where(shapely.is_empty(light), areas, light)


def _together(areas: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """Neighbours as one, because each hatched shape takes its own time; apart where they do not fit each other."""
    import shapely

    try:
        return np.array([shapely.coverage_union_all(areas)])
    except shapely.GEOSException:
        return areas


def _paths(shapes: npt.NDArray[np.object_]) -> list[Any]:
    """One path for each shape, its holes and parts included."""
    import shapely
    from matplotlib.path import Path

    parts, shape_of = shapely.get_parts(shapes, return_index=True)
    # Holes must run against their shells to stay empty.
    rings, part_of = shapely.get_rings(shapely.orient_polygons(parts), return_index=True)
    corners, ring_of = shapely.get_coordinates(rings, return_index=True)
    codes = np.full(len(corners), Path.LINETO, dtype=Path.code_type)
    codes[np.flatnonzero(np.diff(ring_of, prepend=-1))] = Path.MOVETO
    codes[np.flatnonzero(np.diff(ring_of, append=ring_of.max() + 1))] = Path.CLOSEPOLY
    ends = np.searchsorted(shape_of[part_of[ring_of]], np.arange(len(shapes) + 1))
    return [Path(corners[start:end], codes[start:end]) for start, end in pairwise(ends) if end > start]


def _draw_outline(axes: Any, outline: gpd.GeoSeries, tolerance: float) -> None:
    import shapely
    from matplotlib.collections import LineCollection

    shapes = outline.to_numpy()
    light = shapely.simplify(shapes[~shapely.is_missing(shapes)], tolerance)
    rings = shapely.get_rings(shapely.get_parts(light))
    # Islands smaller than a few dots are in the areas below already.
    lines = [shapely.get_coordinates(ring) for ring in rings if shapely.length(ring) > tolerance * 20]
    axes.add_collection(LineCollection(lines, colors=INK, linewidths=0.55, zorder=2), autolim=False)


def _key(label: str, **style: Any) -> Any:
    from matplotlib.lines import Line2D

    return Line2D([], [], label=plain(label), **style)
