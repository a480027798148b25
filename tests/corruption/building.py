"""Seeds put together: from the miniature England where it makes a file, else from rows written here."""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from tests.corruption.model import Content, Form, Grid, Seed, Truth, text_of
from tests.corruption.naive import Field, convert, normal

ENDINGS = {"csv": "csv", "tsv": "txt", "workbook": "xlsx", "json": "json", "package": "zip", "geopackage": "gpkg"}


@cache
def _files() -> Mapping[str, bytes]:
    """The miniature's files by path."""
    from sp_geo.demonstration import write

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
    kind: str,
    grid: Grid | Mapping[str, Grid],
    fields: Sequence[Field] | Mapping[str, Sequence[Field]],
    build: Callable[[list[dict[str, Any]]], Truth] | None = None,
    *,
    oracle: Callable[[Content], Truth] | None = None,
    form: Form = "csv",
    name: str = "",
    **more: Any,
) -> Seed:
    """A seed of one table, or of a workbook's sheets.

    Args:
        kind: the publication's key.
        grid: what it says, or that by sheet.
        fields: of the layout, or that by sheet.
        build: what the converted rows of the only sheet must give.
        oracle: reads the whole content, where ``build`` will not do.
        form: its layout.
        name: of the seed, if it is not the kind.
        more: other attributes of the seed.
    """
    sheet = "data" if form == "workbook" else ""
    content: Content = dict(grid) if isinstance(grid, Mapping) else {sheet: grid}
    by_sheet = fields if isinstance(fields, Mapping) else {sheet: fields}

    def read(found: Content) -> Truth:
        assert build is not None
        return build(convert(next(iter(found.values())), by_sheet[sheet]).rows)  # type: ignore[index]

    roles = {held: {field.header: field.role for field in part} for held, part in by_sheet.items()}
    file = f"{name or kind}.{ENDINGS[form]}"
    return Seed(name or kind, kind, form, file, content, oracle or read, roles, **more)


def more(sheet: str, header: str, by: int) -> Any:
    """A contradiction: one number of a column raised by so much."""

    def change(content: Content, random: Any) -> Content:
        grid: Grid = [list(row) for row in content[sheet]]
        at = [normal(cell) for cell in grid[0]].index(normal(header))
        row = random.randrange(1, len(grid))
        grid[row][at] = str(int(float(grid[row][at])) + by + random.randrange(50))
        return content | {sheet: grid}

    return change


def trimmed(grid: Grid, rows: int) -> Grid:
    """The header and the first rows."""
    return grid[: rows + 1]


def under(fields: Sequence[Field], rows: Grid) -> Grid:
    """Rows under the headers of fields."""
    return [[field.header for field in fields], *rows]
