"""Shapes for the map, sent once: GeoJSON under an address that is a hash of its content."""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import dataclass
from functools import cache, lru_cache

import geopandas as gpd
import shapely

from sp_geo.dashboard.snapshot import Snapshot
from sp_geo.geography import boundaries, simplify

PCN_TOLERANCE_M = 150.0
BOARD_TOLERANCE_M = 500.0


@dataclass(frozen=True)
class Shapes:
    """GeoJSON with its address.

    Attributes:
        packed: gzipped bytes.
        address: path on our own server; a new build has a new one, so a browser may keep the old for ever.
        bounds: ((south, west), (north, east)) by area code, degrees.
    """

    packed: bytes
    address: str
    bounds: dict[str, tuple[tuple[float, float], tuple[float, float]]]


def _shapes(name: str, features: list[dict[str, object]], bounds: dict[str, shapely.Geometry]) -> Shapes:
    text = json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":"))
    packed = gzip.compress(text.encode(), mtime=0)
    digest = hashlib.sha256(packed).hexdigest()[:16]
    limits = {
        code: ((shape.bounds[1], shape.bounds[0]), (shape.bounds[3], shape.bounds[2])) for code, shape in bounds.items()
    }
    return Shapes(packed, f"/shapes/{name}-{digest}.json", limits)


@lru_cache(maxsize=3)
def pcn_shapes(snapshot: Snapshot) -> Shapes:
    """Footprints of all PCNs; a feature says its place in the row of classes, its code and its name."""
    footprints = snapshot.footprints
    shown = simplify.for_display(gpd.GeoDataFrame(footprints), PCN_TOLERANCE_M)
    names = snapshot.panel.drop_duplicates("pcn_code", keep="last").set_index("pcn_code")["pcn_name"]
    features: list[dict[str, object]] = [
        {
            "type": "Feature",
            "properties": {"i": place, "code": row.pcn_code, "name": str(names.get(row.pcn_code, row.pcn_code))},
            "geometry": None if shape is None else json.loads(shapely.to_geojson(shape)),
        }
        for place, (row, shape) in enumerate(zip(footprints.itertuples(), shown.geometry, strict=True))
    ]
    held = shown.dropna(subset=["geometry"]).set_index("pcn_code").geometry
    boards = snapshot.panel.drop_duplicates("pcn_code", keep="last").set_index("pcn_code")["icb_code"]
    groups = held.groupby(boards.reindex(held.index)).agg(lambda found: shapely.box(*gpd.GeoSeries(found).total_bounds))
    whole = shapely.box(*held.total_bounds) if len(held) else shapely.box(-5.8, 49.9, 1.8, 55.9)
    return _shapes("pcn", features, {**groups.to_dict(), "England": whole})


@cache
def board_shapes() -> Shapes:
    """Outlines of ICBs, as a backdrop."""
    shown = simplify.for_display(boundaries.icb22(), BOARD_TOLERANCE_M)
    features: list[dict[str, object]] = [
        {"type": "Feature", "properties": {}, "geometry": json.loads(shapely.to_geojson(shape))}
        for shape in shown.geometry
    ]
    return _shapes("icb", features, {})
