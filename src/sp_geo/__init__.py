"""sp_geo: a geospatial planning tool for England's social prescribing."""

from __future__ import annotations

__version__ = "0.1.0"
