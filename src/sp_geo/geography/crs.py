"""Reference systems, named by purpose."""

from __future__ import annotations

from typing import Final

MEASURE: Final = "EPSG:27700"
"""British National Grid: metres, for distances, areas and everything on disk."""

SHOW: Final = "EPSG:4326"
"""Longitude and latitude: for maps in a browser and for files that others open."""
