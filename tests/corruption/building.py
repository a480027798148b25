"""Seeds put together: from the miniature England where it makes a file, else from rows written here."""

from __future__ import annotations

import csv
import io
import json
import math
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from sp_geo.synthetic import write
from tests.corruption.conserved import Conserved, Layout
from tests.corruption.model import Content, Form, Grid, Seed
from tests.corruption.reading import Field, Row, fit, letters, rows_of

ENDINGS = {"csv": "csv", "tsv": "txt", "workbook": "xlsx", "json": "json", "package": "zip", "geopackage": "gpkg"}


@cache
def _files() -> Mapping[str, bytes]:
    """The miniature's files by path."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "files"
        write(root, "miniature", seed=1)
        return {
            path.relative_to(root).as_posix(): path.read_bytes()
            for path in sorted(root.rglob("*"))
            if path.suffix in {".zip", ".xlsx"}
        }


def miniature(pattern: str, rows: int = 1_000_000, sheet: str = "") -> Grid:
    """The header and the first rows of the one file of the miniature whose path fits."""
    data = next(data for path, data in _files().items() if Path(path).match(pattern))
    if sheet:
        import openpyxl

        book = openpyxl.load_workbook(io.BytesIO(data))
        return [["" if cell is None else str(cell) for cell in row] for row in book[sheet].iter_rows(values_only=True)]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        member = next(name for name in archive.namelist() if name.endswith(".csv"))
        return table(archive.read(member).decode("utf-8-sig"))[: rows + 1]


def table(text: str) -> Grid:
    """A grid written as CSV."""
    return [row for row in csv.reader(io.StringIO(text.strip(), newline="")) if row]


def seed_of(
    kind: str,
    grids: Grid | Mapping[str, Grid],
    layout: Layout | Mapping[str, tuple[Field, ...]],
    *conserved: Conserved,
    form: Form = "csv",
    name: str = "",
    file: str = "",
    **more: Any,
) -> Seed:
    """A seed of a table, or of several.

    Args:
        kind: the publication's key.
        grids: what it says, by sheet or member if there are several.
        layout: how it is looked at; of several, the columns of each.
        conserved: of several, what the tables must say of them.
        form: how it is laid out.
        name: of the seed, if it is not the kind with the form, where that is not CSV.
        file: its name, if it is not that of the seed.
        more: other attributes of the seed.
    """
    sheet = "data" if form == "workbook" else ""
    content: Content = dict(grids) if isinstance(grids, Mapping) else {sheet: grids}
    parts: Mapping[str, tuple[Field, ...]] = {sheet: layout.fields} if isinstance(layout, Layout) else layout
    headed = more.get("has_header", True)
    first = next(iter(content.values()))[0]
    columns = first if headed else [str(at) for at in range(1, len(first) + 1)]

    def read(found: Content) -> list[Row]:
        rows = []
        for part, fields in parts.items():
            # A sheet may have another name; a file of a package may not.
            fitting = [name for name in found if letters(name) == letters(part)] if form == "package" else [*found]
            for name in sorted(fitting, key=lambda name: -max(fit(found[name], fields)))[:1]:
                shown = "" if len(parts) == 1 else f"'{name.strip()}'" if form == "workbook" else part
                # Where no row can be a header, columns are known by their place.
                is_headed = len(parts) > 1 or (headed and max(fit(found[name], fields)))
                header = None if is_headed else columns
                rows += rows_of(found[name], fields, shown, padded=form == "workbook", header=header)
        return rows

    roles = {part: {field.header: field.held for field in fields} for part, fields in parts.items()}
    if not isinstance(layout, Layout):
        layout = Layout(tuple(field for fields in parts.values() for field in fields), conserved)
    name = name or (kind if form in {"csv", "package"} or len(parts) > 1 else f"{kind}-{form}")
    return Seed(name, kind, form, file or f"{name}.{ENDINGS[form]}", content, read, layout, roles, **more)


def json_seed(name: str, value: Any, read: Callable[[Content], list[Row]], layout: Layout) -> Seed:
    """A seed of records in JSON, of the publication that its name begins with."""
    kind = name.partition("-")[0]
    return Seed(name, kind, "json", f"{name}.json", {"": value}, read, layout, by_record=True)


def records_of(value: Any, texts: Callable[[dict[str, Any]], dict[str, Any]]) -> list[Row]:
    """The records of a JSON list, or of an object of records, with what each says under our headers."""
    items: list[tuple[int | str, Any]] = list(value.items() if isinstance(value, dict) else enumerate(value, start=1))
    return [
        Row(at, texts(item if isinstance(item, dict) else {"": item}), json.dumps(item, sort_keys=True))
        for at, item in items
    ]


def scalar(value: Any) -> str:
    """One value as a cell would show it; what is no single value as a formula, which fits nowhere."""
    if isinstance(value, (dict, list)) or any("\ud800" <= sign <= "\udfff" for sign in str(value)):
        return "=no value"
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def more(sheet: str, header: str, by: int) -> Callable[[Content, Any], Content]:
    """A contradiction: one number of a column raised by so much."""

    def change(content: Content, random: Any) -> Content:
        grid: Grid = [list(row) for row in content[sheet]]
        at = [letters(cell) for cell in grid[0]].index(letters(header))
        row = random.randrange(1, len(grid))
        grid[row][at] = str(int(float(grid[row][at])) + by + random.randrange(50))
        return content | {sheet: grid}

    return change
