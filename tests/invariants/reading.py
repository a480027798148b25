"""What stands in the files that people are given, read as they would read them: nothing of the program."""

from __future__ import annotations

import csv
import io
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import openpyxl
import pyogrio

EMPTY = {"", "[x]", "[c]", "[u]", "[z]", "None"}
"""Marks of a cell without a number."""
Figures = dict[str, tuple[float | None, float | None]]
"""FTE and patients by PCN; None is missing and never 0."""


def number(text: object) -> float | None:
    """A cell as a number; None where it holds none."""
    if text is None or text != text or str(text) in EMPTY:  # noqa: PLR0124 - NaN is not itself
        return None
    return float(str(text).replace(",", ""))


def figures(rows: list[dict[str, Any]], pcn: str, fte: str, patients: str) -> Figures:
    """Rows of a table by PCN, each of which must stand there once."""
    found = {str(row[pcn]): (number(row[fte]), number(row[patients])) for row in rows}
    assert len(found) == len(rows)
    return found


def csv_rows(text: str) -> list[dict[str, str]]:
    """Rows of a CSV file by heading."""
    return list(csv.DictReader(io.StringIO(text)))


def zipped_csv(content: bytes, name: str) -> list[dict[str, str]]:
    """Rows of one CSV file of a ZIP file."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return csv_rows(archive.read(name).decode("utf-8-sig"))


def sheet_rows(content: bytes, name: str, heading: str) -> list[dict[str, Any]]:
    """Rows of a sheet of a workbook below the line in which the heading stands."""
    lines = list(openpyxl.load_workbook(io.BytesIO(content), read_only=True)[name].iter_rows(values_only=True))
    start = next(place for place, line in enumerate(lines) if heading in line)
    names = [str(cell) for cell in lines[start]]
    return [dict(zip(names, line, strict=True)) for line in lines[start + 1 :] if line[0] is not None]


def layer_rows(path: Path, layer: str) -> list[dict[str, Any]]:
    """Rows of a layer of a GeoPackage."""
    frame = pyogrio.read_dataframe(path, layer=layer, read_geometry=False)
    return [{str(name): cell for name, cell in row.items()} for row in frame.to_dict("records")]


class _Tables(HTMLParser):
    """Cells of every table of a page: what is read, or the value behind it."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self.cell: list[str] | None = None
        self.values: list[str] | None = None
        self.value = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in {"td", "th"}:
            self.cell, self.value = [], ""
        elif tag == "data":
            self.value = dict(attrs).get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th"} and self.cell is not None:
            self.tables[-1][-1].append(self.value or "".join(self.cell).strip())
            self.cell = None

    def handle_data(self, data: str) -> None:
        if self.cell is not None:
            self.cell.append(data)


def html_rows(text: str, heading: str) -> list[dict[str, str]]:
    """Rows of the first table of a page that has a column of that heading."""
    parser = _Tables()
    parser.feed(text)
    head, *rows = next(table for table in parser.tables if heading in table[0])
    return [dict(zip(head, row, strict=True)) for row in rows]
