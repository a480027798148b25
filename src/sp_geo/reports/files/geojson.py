"""Rows with shapes as GeoJSON (RFC 7946: WGS 84, degrees)."""

from __future__ import annotations

import json

import geopandas as gpd
import pandas as pd
import shapely

from sp_geo.geography.crs import SHOW

PRECISION = 1e-5
"""Degrees; about a metre."""


def as_geojson(rows: pd.DataFrame, shapes: gpd.GeoSeries, title: str, notes: tuple[str, ...], provenance: str) -> str:
    """A FeatureCollection, one feature a row; missing values are null, and so is a missing shape.

    Args:
        rows: properties.
        shapes: as many, in any CRS.
        title: what it is, a member of the collection.
        notes: what must be known with it.
        provenance: SYNTHETIC or published.
    """
    shown = shapely.set_precision(shapes.to_crs(SHOW).to_numpy(), PRECISION, mode="pointwise")
    geometry = shapely.to_geojson(shown)
    records = rows.astype(object).where(rows.notna(), None).to_dict(orient="records")
    features = [
        {"type": "Feature", "geometry": json.loads(text) if text else None, "properties": record}
        for text, record in zip(geometry, records, strict=True)
    ]

    def plain(value: object) -> object:
        item = getattr(value, "item", None)
        return item() if callable(item) else str(value)

    collection = {
        "type": "FeatureCollection",
        "title": title,
        "notes": list(notes),
        "provenance": provenance,
        "features": features,
    }
    return json.dumps(collection, ensure_ascii=False, allow_nan=False, default=plain) + "\n"
