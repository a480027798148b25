"""The start of a file as text, by which it is recognised."""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
import zlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import Final

from sp_geo.core.errors import DamagedFile
from sp_geo.workspace.document import Document, normal_headers
from sp_geo.workspace.text import decode

SAMPLE_BYTES: Final = 200_000
SAMPLE_ROWS: Final = 50


@dataclass(frozen=True)
class Preview:
    """The start of a file: possible header rows, then rows, as text."""

    rows: tuple[tuple[str, ...], ...]

    @cached_property
    def headers(self) -> list[set[str]]:
        """Normal headers of each row; any row may be the header."""
        return [set(normal_headers(row)) - {""} for row in self.rows]


def preview(document: Document) -> list[Preview]:
    """The start of a file, one preview a sheet or layer.

    Raises:
        DamagedFile: a workbook or GeoPackage cannot be opened.
    """
    if document.kind == "workbook":
        import python_calamine

        try:
            workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(document.data))
            return [
                Preview(
                    tuple(
                        tuple(str(cell) for cell in row)
                        for row in workbook.get_sheet_by_name(name).to_python(nrows=SAMPLE_ROWS)
                    )
                )
                for name in workbook.sheet_names
            ]
        except (python_calamine.CalamineError, ValueError, OSError) as fault:
            raise DamagedFile(
                "the workbook cannot be opened", file=document.label, advice="Download it again"
            ) from fault
    if document.kind in {"geopackage", "shapefile"}:
        return _layers(document)
    if document.kind == "package":
        # The names of a package's files and the header of each, as one row.
        cells: list[str] = []
        try:
            with zipfile.ZipFile(io.BytesIO(document.data)) as archive:
                for info in archive.infolist():
                    with archive.open(info) as file:
                        header = decode(file.read(SAMPLE_BYTES)).partition("\n")[0]
                    cells += [PurePosixPath(info.filename).name, *next(csv.reader([header]), [])]
        except (zipfile.BadZipFile, zlib.error, OSError, csv.Error) as fault:
            raise DamagedFile(
                "the package cannot be opened", file=document.label, advice="Download it again"
            ) from fault
        return [Preview((tuple(dict.fromkeys(cells)),))]
    sample = document.data[:SAMPLE_BYTES]
    if document.kind == "json":
        if b'"FeatureCollection"' in sample:
            # What is known of an area may stand before its outline or after it, and an outline may be long.
            sample += b"\n" + document.data[max(SAMPLE_BYTES, len(document.data) - SAMPLE_BYTES) :]
        # Every name in the sample counts as a header: the first record may be longer than the sample.
        return [Preview((tuple(dict.fromkeys(re.findall(r'"([^"\\]{1,60})"\s*:', decode(sample)))),))]
    whole_lines = sample.rpartition(b"\n")[0] if len(document.data) > SAMPLE_BYTES else sample
    text = decode(whole_lines or sample)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text))
    try:
        return [Preview(tuple(tuple(row) for row, _ in zip(rows, range(SAMPLE_ROWS), strict=False)))]
    except csv.Error as fault:
        raise DamagedFile("the file is not text in columns", file=document.label, found=str(fault)) from fault


def delimiter_of(text: str) -> str:
    """What parts the values of a table, by its first line: a comma, unless there are more tabs or semicolons."""
    first = re.sub(r'"[^"]*"', "", text.lstrip().partition("\n")[0])
    return max(",\t;", key=first.count)


def _layers(document: Document) -> list[Preview]:
    import pyogrio

    try:
        with warnings.catch_warnings():
            # GDAL misses a file extension on data that never were a file, and remarks on what the reader will refuse.
            warnings.simplefilter("ignore", RuntimeWarning)
            names = [str(name) for name, _ in pyogrio.list_layers(document.data)]
            fields = [pyogrio.read_info(document.data, layer=name)["fields"] for name in names]
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as fault:
        what = "GeoPackage" if document.kind == "geopackage" else "shapefile"
        raise DamagedFile(f"the {what} cannot be opened", file=document.label, advice="Download it again") from fault
    if document.kind == "shapefile" and not fields:
        raise DamagedFile("the shapefile cannot be opened", file=document.label, advice="Download it again")
    return [Preview((tuple(str(field) for field in found),)) for found in fields]
