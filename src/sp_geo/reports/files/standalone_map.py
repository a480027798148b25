"""A map as one file that opens from a memory stick: scripts, styles, shapes and the same rows as a table inside.

Nothing in it asks anything of a network, and its own policy forbids it: nothing runs but the scripts whose hashes stand
in its head.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from jinja2 import Environment

from sp_geo.core.errors import UsageError
from sp_geo.reports.files.leaflet import leaflet
from sp_geo.reports.files.place_layers import MAP, OUTLINE, is_thick, light_shapes, map_script, pattern_id
from sp_geo.reports.pictures.map_classes import Shown, column_of
from sp_geo.reports.sheet import SHORTHANDS, Column, Cover, Sheet, marks

MIMETYPE: Final = "text/html"
_PARTS: Final = files("sp_geo.reports.files") / "standalone"
_LINES: Final = {
    "/": "M-2 2l4-4M0 8l8-8M6 10l4-4",
    "\\": "M-2 6l4 4M0 0l8 8M6-2l4 4",
    "x": "M0 8l8-8M0 0l8 8",
    "-": "M0 4h8",
    "o": "M2 4a2 2 0 1 0 4 0a2 2 0 1 0-4 0",
    ".": "M3.4 4h1.2M4 3.4v1.2",
}
"""Hatches by the letter that matplotlib has for them, as lines in a square of eight."""


@dataclass(frozen=True)
class _Key:
    """A class as the legend and the patterns need it."""

    label: str
    count: str
    fill: str
    edge: str
    hatch: str
    pattern: str
    thick: bool

    @property
    def paint(self) -> str:
        """What a shape of the class is filled with: its pattern, or its colour where it has none."""
        return f"url(#{self.pattern})" if self.hatch else self.fill


@dataclass(frozen=True)
class _Cell:
    """A cell: its text, the whole number behind it (empty for text), and whether its column has numbers."""

    text: str
    raw: str
    is_number: bool


def standalone_map(sheet: Sheet, classes: Sequence[Shown], cover: Cover, outline: gpd.GeoSeries | None = None) -> bytes:
    """A map and its table as one HTML file; the same places give the same bytes.

    Args:
        sheet: with shapes in EPSG:27700, one a row, areas or points; the column in ``colour`` is what is shown.
        classes: in the order of the legend; every row is in exactly one, states without a number among them. A class
            without rows is named with its count of 0.
        cover: said in the file.
        outline: shapes whose edges are drawn above, EPSG:27700, named by the series; None for none.

    Raises:
        UsageError: the sheet has no shapes, or no number to colour by.
        ValueError: a row is in no class or in two, or shapes are not in EPSG:27700.
    """
    if sheet.shapes is None:
        raise UsageError("the table has no shapes, so there is no map of it", found=sheet.name)
    column = column_of(sheet)
    times, class_of = np.zeros(len(sheet.rows), dtype=int), np.zeros(len(sheet.rows), dtype=int)
    keys = []
    for number, shown in enumerate(classes):
        times[shown.positions] += 1
        class_of[shown.positions] = number
        lines = _LINES.get(shown.hatch[:1], _LINES["/"]) if shown.hatch else ""
        count = f"{len(shown.positions):,}"
        keys.append(_Key(shown.label, count, shown.fill, shown.edge, lines, pattern_id(number), is_thick(shown)))
    if not np.all(times == 1):
        message = "every row must be in exactly one class"
        raise ValueError(message)
    shapes = light_shapes(sheet.shapes.reset_index(drop=True))
    library = leaflet()
    start = f"spGeo.start({MAP}, {OUTLINE if _name_of(outline) else 'null'});"
    scripts = (library.script, _part("page.js"), f"{map_script(shapes, classes, outline)}\n{start}")
    style = f"{library.style}\n{_part('page.css')}"
    without = int(shapely.is_missing(shapes).sum())
    title = f"{column.heading}: {sheet.title}"
    page = Environment(autoescape=True, trim_blocks=True).from_string(_part("page.html"))
    # What a row is, then what the map shows, then the rest.
    first = sheet.columns[0]
    columns = [first, column, *(each for each in sheet.columns[1:] if not each.is_aside and each.name != column.name)]
    used = {mark for each in columns for mark in marks(each, sheet.rows).unique()}
    cells = zip(*(_cells(each, sheet.rows) for each in columns), strict=True)
    # The page may run these scripts, use this style, and reach nothing.
    hashes = " ".join(_hash(script) for script in scripts)
    text = page.render(
        title=title if not cover.mark or title.startswith(cover.mark) else f"{cover.mark}: {title}",
        measure=column.heading,
        policy=f"default-src 'none'; script-src {hashes}; style-src {_hash(style)}; img-src data:; "
        "base-uri 'none'; form-action 'none'",
        cover=cover,
        style=_inside(style),
        scripts=[_inside(script) for script in scripts],
        keys=keys,
        caption=sheet.title,
        columns=columns,
        coloured=column.name,
        rows=[
            {"class": int(number), "is_drawn": bool(is_drawn), "cells": row}
            for number, is_drawn, row in zip(class_of, ~shapely.is_missing(shapes), cells, strict=True)
        ],
        count=f"{len(sheet.rows):,}",
        without=f"{without:,}" if without else "",
        outline=_name_of(outline),
        shorthands=[(mark, words) for mark, words in SHORTHANDS.items() if mark in used],
        notes=sheet.notes,
        made=f"Made {cover.made.isoformat()} with sp_geo {cover.version}, data {cover.digest}.",
        record=_inside(cover.record.replace("<", "\\u003c")),
        leaflet=library.version,
    )
    return text.encode()


def _part(name: str) -> str:
    return (_PARTS / name).read_text(encoding="utf-8").replace("\r\n", "\n").strip()


def _inside(text: str) -> str:
    """Script, style or JSON of our own as it is, between its tags.

    Raises:
        ValueError: it would end its element early.
    """
    if any(end in text.lower() for end in ("</script", "</style", "<!--")):
        message = "a script or style that ends its own element cannot stand in a page"
        raise ValueError(message)
    return text


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _cells(column: Column, rows: pd.DataFrame) -> list[_Cell]:
    """A column's cells as they are shown, with their numbers in full in the unit shown."""
    found = []
    for why, value in zip(marks(column, rows), rows[column.name], strict=True):
        if why:
            found.append(_Cell(str(why), "", column.is_number))
        elif column.digits is None:
            found.append(_Cell(str(value), "", is_number=False))
        else:
            shown = float(value) * column.scale
            found.append(_Cell(f"{shown:,.{column.digits}f}", f"{shown:.15g}", is_number=True))
    return found


def _name_of(outline: gpd.GeoSeries | None) -> str:
    if outline is None or not len(outline):
        return ""
    return str(outline.name) if outline.name not in {None, "geometry"} else "Boundary"
