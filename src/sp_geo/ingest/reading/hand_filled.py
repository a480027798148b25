"""Tables that people fill in or export by hand, row by row: a careless row must not cost the others."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from sp_geo.errors import InvalidContent
from sp_geo.ingest.reading.parsing import HEADER_SEARCH_ROWS, parse_sheets
from sp_geo.sources.document import Document, normal_header
from sp_geo.sources.text import decode


@dataclass(frozen=True)
class Filled:
    """A table as text.

    Attributes:
        label: how messages name the file and sheet.
        headers: normalised headers, in order.
        rows: row number as a spreadsheet counts, and text by normalised header; blank rows are left out.
        others: other sheets of the workbook as text, by name in small letters.
    """

    label: str
    headers: tuple[str, ...]
    rows: tuple[tuple[int, Mapping[str, str]], ...]
    others: Mapping[str, list[list[str]]]


def read_filled(document: Document, known: Collection[str], delimiter: str = ",") -> Filled:
    """The table of a CSV file, or of the sheet of a workbook that has most of the known headers.

    A value beyond the last header is kept under the header ``beyond the header``, so that the row can be refused.

    Args:
        document: CSV or workbook.
        known: normalised headers, any of which tells the header row.
        delimiter: between the values of a CSV file.

    Raises:
        InvalidContent: no row holds a known header; the file is separated by something else.
        DamagedFile: the workbook cannot be opened.
    """
    if document.kind == "workbook":
        sheets = parse_sheets(document)
        best = max(sheets, key=lambda name: _best(sheets[name], known)[0], default=None)
        grid = sheets.get(best, []) if best is not None else []
        others = {name.lower(): rows for name, rows in sheets.items() if name != best}
        return _filled(f"{document.label}, sheet {best}", grid, known, others)
    lines = decode(document.data).splitlines(keepends=True)
    csv.field_size_limit(10_000_000)
    grid = [list(row) for row in csv.reader(io.StringIO("".join(lines), newline=""), delimiter=delimiter)]
    return _filled(document.label, grid, known, {})


def _best(grid: list[list[str]], known: Collection[str]) -> tuple[int, int]:
    """How many known headers the best row holds, and where it is."""
    counts = [
        (len({normal_header(cell) for cell in row} & set(known)), -at)
        for at, row in enumerate(grid[:HEADER_SEARCH_ROWS])
    ]
    count, at = max(counts, default=(0, 0))
    return count, -at


def _filled(label: str, grid: list[list[str]], known: Collection[str], others: Mapping[str, list[list[str]]]) -> Filled:
    count, at = _best(grid, known)
    if count == 0:
        first = next((row for row in grid if any(row)), [""])
        is_other = len(first) == 1 and any(sign in first[0] for sign in ";\t|")
        raise InvalidContent(
            "the values are not separated by commas" if is_other else "no row holds the headers",
            file=label,
            row=1,
            found=f"'{first[0][:60]}'",
            expected=", ".join(sorted(known)[:6]) + " ...",
            advice="Save it as CSV (comma delimited) or .xlsx" if is_other else None,
        )
    headers = [normal_header(cell) for cell in grid[at]]
    twice = sorted({name for name in headers if name and headers.count(name) > 1})
    if twice:
        raise InvalidContent(
            "a header stands twice", file=label, row=at + 1, found=f"'{twice[0]}'", expected="each once"
        )
    return Filled(label, tuple(name for name in headers if name), tuple(_rows(grid, at, headers)), others)


def _rows(grid: list[list[str]], at: int, headers: list[str]) -> Iterator[tuple[int, Mapping[str, str]]]:
    for number, row in enumerate(grid[at + 1 :], start=at + 2):
        if not any(cell.strip() for cell in row):
            continue
        values = {name: cell for name, cell in zip(headers, row, strict=False) if name}
        beyond = [cell for cell in row[len(headers) :] if cell.strip()]
        if beyond:
            values["beyond the header"] = beyond[0]
        yield number, values
