"""Forms of an output: a module of its own, so that help and completion need not load tables."""

from __future__ import annotations

from enum import StrEnum


class Format(StrEnum):
    """Form of an output."""

    table = "table"
    csv = "csv"
    json = "json"


class MapFormat(StrEnum):
    """Form of an output that may have shapes."""

    table = "table"
    csv = "csv"
    json = "json"
    geojson = "geojson"
