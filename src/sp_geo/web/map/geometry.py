"""Outlines of ICBs, and shapes for the map, sent once: GeoJSON under an address that is a hash of its content."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sp_geo.build.icb_sets import AS_THEN
from sp_geo.build.view import LARGE, Build, remembered
from sp_geo.core.quarters import Quarter
from sp_geo.geography import simplify
from sp_geo.geography.crs import MEASURE, SHOW
from sp_geo.geography.icb_changes import icbs_of
from sp_geo.geography.icbs import Icbs, IcbSet
from sp_geo.web.state import ENGLAND

if TYPE_CHECKING:
    import geopandas as gpd

PCN_TOLERANCE_M = 150.0
ICB_TOLERANCE_M = 500.0
Bounds = tuple[tuple[float, float], tuple[float, float]]


def _icbs(build: Build) -> Icbs:
    return icbs_of(build.table("out_icb"), build.table("out_icb_location"))


def set_of(build: Build, quarter: str = "") -> IcbSet:
    """The set that is looked at; on the ICBs of the day that of a quarter, or the first where none is named."""
    icbs = build.base.once(_icbs)
    if build.icbs != AS_THEN:
        return icbs.named(build.icbs)
    day = Quarter.parse(quarter).end.isoformat() if quarter else ""
    return next((item for item in icbs.sets if item.holds(day)), icbs.sets[0])


def outlines(build: Build, quarter: str = "") -> gpd.GeoDataFrame:
    """Outlines of :func:`set_of`, EPSG:27700: icb_code, icb_name, geometry."""
    icbs = build.base.once(_icbs)
    return icbs.outlines(set_of(build, quarter))


@dataclass(frozen=True)
class Shapes:
    """GeoJSON with its address.

    Attributes:
        packed: gzipped bytes.
        address: path on our own server; a new build has a new one, so a browser may keep the old for ever.
    """

    packed: bytes
    address: str


def _shapes(name: str, features: list[dict[str, object]]) -> Shapes:
    text = json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":"))
    packed = gzip.compress(text.encode(), mtime=0)
    digest = hashlib.sha256(packed).hexdigest()[:16]
    return Shapes(packed, f"/shapes/{name}-{digest}.json")


def pcn_shapes(build: Build) -> Shapes:
    """Footprints of all PCNs; a feature says its place in the row of classes, its code and its name."""
    return build.base.once(_pcn_shapes, weight=LARGE)


def _pcn_shapes(build: Build) -> Shapes:
    import geopandas as gpd
    import shapely

    footprints = build.footprints
    shown = simplify.for_display(gpd.GeoDataFrame(footprints), PCN_TOLERANCE_M)
    names = build.panel.drop_duplicates("pcn_code", keep="last").set_index("pcn_code")["pcn_name"]
    features: list[dict[str, object]] = [
        {
            "type": "Feature",
            "properties": {"i": place, "code": row.pcn_code, "name": str(names.get(row.pcn_code, row.pcn_code))},
            "geometry": None if shape is None else json.loads(shapely.to_geojson(shape)),
        }
        for place, (row, shape) in enumerate(zip(footprints.itertuples(), shown.geometry, strict=True))
    ]
    return _shapes("pcn", features)


@remembered()
def area_bounds(build: Build) -> Mapping[str, Bounds]:
    """((south, west), (north, east)) of each ICB by its code, and of England, degrees.

    An ICB's are those of all footprints that were in it in any quarter, so that one that ended has its own.
    """
    import geopandas as gpd
    import shapely

    held = gpd.GeoDataFrame(build.footprints).dropna(subset=["geometry"]).set_index("pcn_code")
    if held.empty:
        return {ENGLAND: ((49.9, -5.8), (55.9, 1.8))}
    boxes = gpd.GeoSeries(shapely.box(*held.geometry.bounds.to_numpy().T), held.index, crs=MEASURE).to_crs(SHOW)
    limits = boxes.bounds
    pairs = build.panel[["icb_code", "pcn_code"]].dropna().drop_duplicates()
    ends = {"minx": "min", "miny": "min", "maxx": "max", "maxy": "max"}
    icbs = pairs.join(limits, on="pcn_code", how="inner").groupby("icb_code").agg(ends)
    icbs.loc[ENGLAND] = limits.agg(ends)
    corners = icbs[["miny", "minx", "maxy", "maxx"]].astype(float).itertuples(name=None)
    return {str(code): ((south, west), (north, east)) for code, south, west, north, east in corners}


@remembered()
def icb_shapes(build: Build) -> Shapes:
    """Outlines of the ICBs that are looked at, as a backdrop; a feature says its code."""
    import shapely

    shown = simplify.for_display(outlines(build), ICB_TOLERANCE_M)
    features: list[dict[str, object]] = [
        {"type": "Feature", "properties": {"code": row.icb_code}, "geometry": json.loads(shapely.to_geojson(shape))}
        for row, shape in zip(shown.itertuples(), shown.geometry, strict=True)
    ]
    return _shapes(f"icb-{build.icbs}", features)
