"""Contents turned into files, in each of the layouts."""

from __future__ import annotations

import csv
import io
import json
import tempfile
import warnings
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.corruption.model import Content, Form, Grid

SAVED = datetime(2026, 7, 1)


def rendered(form: Form, content: Content) -> bytes:
    """The file that says this."""
    if form == "csv":
        return as_csv(content[""]).encode()
    if form == "tsv":
        return "".join("\t".join(row) + "\r\n" for row in content[""]).encode()
    if form == "json":
        return json.dumps(content[""], ensure_ascii=False, indent=1).encode()
    if form == "workbook":
        return as_workbook(content)
    if form == "package":
        return as_zip({name: as_csv(grid).encode() for name, grid in content.items()})
    return as_geopackage(content[""])


def as_csv(grid: Grid, *, quote: int = csv.QUOTE_MINIMAL, delimiter: str = ",") -> str:
    """A grid as CSV text."""
    held = io.StringIO()
    csv.writer(held, quoting=quote, delimiter=delimiter, lineterminator="\n").writerows(grid)  # type: ignore[arg-type]
    return held.getvalue()


def as_workbook(content: Content, cells: dict[tuple[str, int, int], Any] | None = None) -> bytes:
    """Sheets as a workbook, all cells text but those given in ``cells`` by sheet, row and column (from 0)."""
    import xlsxwriter

    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"in_memory": True})
    book.set_properties({"created": SAVED})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for name, grid in content.items():
        sheet = book.add_worksheet(name or "data")
        for at, row in enumerate(grid):
            for place, text in enumerate(row):
                value = (cells or {}).get((name, at, place))
                if value is None:
                    if text:
                        sheet.write_string(at, place, text)
                elif isinstance(value, datetime):
                    sheet.write_datetime(at, place, value, day)
                elif isinstance(value, bool):
                    sheet.write_boolean(at, place, value)
                elif isinstance(value, str) and value.startswith("#"):
                    sheet.write_formula(at, place, "=NA()", None, value)
                elif isinstance(value, str):
                    sheet.write_formula(at, place, value, None, "")
                else:
                    sheet.write_number(at, place, value)
    book.close()
    return held.getvalue()


def with_parts(data: bytes, parts: dict[str, bytes | None]) -> bytes:
    """An archive with some members replaced, added, or taken away where the new content is None."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        held: dict[str, bytes | None] = {name: archive.read(name) for name in archive.namelist()}
    held |= parts
    return as_zip({name: content for name, content in held.items() if content is not None})


def parts_of(data: bytes) -> dict[str, bytes]:
    """Members of an archive."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def as_zip(members: dict[str, bytes], day: tuple[int, int, int, int, int, int] = (2026, 7, 1, 0, 0, 0)) -> bytes:
    """An archive, the same bytes each time."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, day)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return held.getvalue()


def as_geopackage(layer: dict[str, Any]) -> bytes:
    """A layer (columns, rows, geometry, crs) as a GeoPackage."""
    import geopandas

    columns, rows = layer["columns"], layer["rows"]
    frame = geopandas.GeoDataFrame(
        {name: [row[at] for row in rows] for at, name in enumerate(columns)},
        geometry=list(layer["geometry"]),
        crs=layer["crs"],
    )
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path = Path(folder) / "layer.gpkg"
        frame.to_file(path, layer=layer.get("name", "areas"), driver="GPKG", engine="pyogrio")
        return path.read_bytes()
