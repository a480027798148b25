"""Sheets and a cover to take away: every state of a cell, hostile texts, a row without a shape."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import MultiPolygon, Point, box

from sp_geo.reports.sheet import Column, Cover, Sheet

HOSTILE = ("=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "Łódź – café £", "http://example.org")
COVER = Cover(
    title="Need and provision",
    subject="Kent and Medway, 2022Q2, 1,066 of 1,250 active PCNs reported",
    sources=("NHS England: Workforce", "ONS: Census 2021"),
    licences=("Open Government Licence v3.0",),
    made=date(2026, 8, 1),
    mark="SYNTHETIC",
    digest="0a1b2c3d4e5f6071",
    version="0.9.0",
    address="http://127.0.0.1:8050/need?quarter=2022Q2",
)


def pcns(name: str = "pcns") -> Sheet:
    """Seven PCNs: numbers, a zero, not available, confidential; the last has no shape."""
    rows = pd.DataFrame(
        {
            "pcn_name": HOSTILE,
            "pcn_code": [f"U{number:05d}" for number in range(7)],
            "rate": [0.123456789, 0.0, np.nan, np.nan, 0.5, 0.7, 0.9],
            "rate_state": [None, None, "", "[c]", None, None, None],
            "rural": [0.25, 0.5, 0.75, 1.0, 0.0, np.inf, np.nan],
            "hidden": "not shown",
        }
    )
    squares = [box(place * 10_000, 0, place * 10_000 + 9_000, 9_000) for place in range(5)]
    shapes = gpd.GeoSeries([*squares, MultiPolygon([box(0, 20_000, 5_000, 25_000)]), None], crs="EPSG:27700")
    columns = (
        Column("pcn_name", "PCN"),
        Column("pcn_code", "PCN code"),
        Column("rate", "Link workers", "FTE per 10,000 patients", 2, state="rate_state"),
        Column("rural", "Rural", "% of patients", 1, 100.0),
    )
    return Sheet(name, f"PCNs: {name}", rows, columns, ("Silence is not zero.", "No effect."), shapes, "rate")


def quarters() -> Sheet:
    """A table without places."""
    rows = pd.DataFrame({"quarter": ["2022Q1", "2022Q2"], "coverage_pct": [80.0, np.nan]})
    columns = (Column("quarter", "Quarter"), Column("coverage_pct", "Coverage", "% of PCNs", 1))
    return Sheet("quarters", "Coverage by quarter", rows, columns)


def sites() -> Sheet:
    """Two places that are points."""
    rows = pd.DataFrame({"site_id": ["a", "b"], "score": [1.0, np.nan]})
    shapes = gpd.GeoSeries([Point(0, 0), Point(5_000, 5_000)], crs="EPSG:27700")
    columns = (Column("site_id", "Site"), Column("score", "Score", "points", 0))
    return Sheet("sites", "Sites", rows, columns, (), shapes, "score")
