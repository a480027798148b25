"""Seeds put together: from the miniature England where it makes a file, else from rows written here."""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from tests.corruption.conserved import Conserved, Layout
from tests.corruption.model import Content, Form, Grid, Seed, text_of
from tests.corruption.plain import Field, Row, letters, rows_of

ENDINGS = {"csv": "csv", "tsv": "txt", "workbook": "xlsx", "json": "json", "package": "zip", "geopackage": "gpkg"}


@cache
def _files() -> Mapping[str, bytes]:
    """The miniature's files by path."""
    from sp_geo.synthetic import write

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "files"
        write(root, "miniature", seed=1)
        return {
            path.relative_to(root).as_posix(): path.read_bytes()
            for path in sorted(root.rglob("*"))
            if path.suffix in {".zip", ".xlsx"}
        }


def miniature(pattern: str, sheet: str = "") -> Grid:
    """The one file of the miniature whose path fits, as a grid."""
    data = next(data for path, data in _files().items() if Path(path).match(pattern))
    if sheet:
        import openpyxl

        book = openpyxl.load_workbook(io.BytesIO(data))
        return [["" if cell is None else str(cell) for cell in row] for row in book[sheet].iter_rows(values_only=True)]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        member = next(name for name in archive.namelist() if name.endswith(".csv"))
        return [row for row in csv.reader(io.StringIO(text_of(archive.read(member)), newline="")) if row]


def grid_seed(
    kind: str, grid: Grid, layout: Layout, *, form: Form = "csv", name: str = "", file: str = "", **more: Any
) -> Seed:
    """A seed of one table.

    Args:
        kind: the publication's key.
        grid: what it says.
        layout: how it is looked at.
        form: how it is laid out.
        name: of the seed, if it is not the kind.
        file: its name, if it is not that of the seed.
        more: other attributes of the seed.
    """
    sheet = "data" if form == "workbook" else ""
    headed = more.get("has_header", True)
    names = grid[0] if headed else [field.header for field in layout.fields]

    def read(content: Content) -> list[Row]:
        # A workbook may have other sheets beside the one that is meant, or that under another name.
        grids = sorted(content.values(), key=lambda held: -_fit(held, layout.fields))
        # Where no row can be a header, columns are known by their place.
        header = None if headed and _fit(grids[0], layout.fields) else names
        return rows_of(grids[0], layout.fields, padded=form == "workbook", header=header)

    roles = {sheet: {field.header: field.role for field in layout.fields}}
    file = file or f"{name or kind}.{ENDINGS[form]}"
    return Seed(name or kind, kind, form, file, {sheet: grid}, read, layout, roles, **more)


def _fit(grid: Grid, fields: tuple[Field, ...]) -> int:
    known = {letters(field.header) for field in fields}
    return max((len(known & set(map(letters, row))) for row in grid[:30]), default=0)


def seed_of(
    kind: str,
    form: Form,
    content: Content,
    parts: Mapping[str, tuple[Field, ...]],
    conserved: tuple[Conserved, ...],
    **more: Any,
) -> Seed:
    """A seed of several tables.

    Args:
        kind: the publication's key.
        form: how it is laid out.
        content: what it says, by sheet or member.
        parts: columns of each sheet or member.
        conserved: what the tables must say of it.
        more: other attributes of the seed.
    """

    def read(found: Content) -> list[Row]:
        rows = []
        for part, layout in parts.items():
            # A sheet may have another name; a file of a package may not.
            fitting = [name for name in found if letters(name) == letters(part)] if form == "package" else [*found]
            for name in sorted(fitting, key=lambda name: -_fit(found[name], layout))[:1]:
                shown = f"'{name.strip()}'" if form == "workbook" else part
                rows += rows_of(found[name], layout, shown, padded=form == "workbook")
        return rows

    roles = {part: {field.header: field.role for field in layout} for part, layout in parts.items()}
    together = Layout(tuple(field for layout in parts.values() for field in layout), conserved)
    return Seed(kind, kind, form, f"{kind}.{ENDINGS[form]}", content, read, together, roles, **more)


def more(sheet: str, header: str, by: int) -> Callable[[Content, Any], Content]:
    """A contradiction: one number of a column raised by so much."""

    def change(content: Content, random: Any) -> Content:
        grid: Grid = [list(row) for row in content[sheet]]
        at = [letters(cell) for cell in grid[0]].index(letters(header))
        row = random.randrange(1, len(grid))
        grid[row][at] = str(int(float(grid[row][at])) + by + random.randrange(50))
        return content | {sheet: grid}

    return change


def trimmed(grid: Grid, rows: int) -> Grid:
    """The header and the first rows."""
    return grid[: rows + 1]


def under(fields: tuple[Field, ...], rows: Grid) -> Grid:
    """Rows under the headers of fields."""
    return [[field.header for field in fields], *rows]
