"""Published headers turned into our column names by reviewed tables, one a publication."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.resources import files

from sp_geo.errors import InvalidContent
from sp_geo.ingest.reading.parsing import HEADER_SEARCH_ROWS, Parsed, parse_csv, parse_sheet, parse_sheets
from sp_geo.sources.document import Document, normal_header


@cache
def column_map(publication: str) -> Mapping[str, str]:
    """Column by normalised header; empty for a header that is known and not needed.

    ``##`` in a header of the map stands for two digits, for the years in headers of the Office for National Statistics.
    """
    text = (files("sp_geo.ingest") / "column_maps" / f"{publication}.csv").read_text(encoding="utf-8")
    return {normal_header(row["header"]): row["column"].strip() for row in csv.DictReader(io.StringIO(text))}


def column_of(header: str, known: Mapping[str, str]) -> str | None:
    """The column a normalised header stands for; None if it is not known."""
    if header in known:
        return known[header]
    return known.get(re.sub(r"(?<!\d)\d\d(?!\d)", "##", header))


def table(document: Document, publication: str, needed: Sequence[str], *, is_wide: bool = False) -> Parsed:
    """A CSV file, or the fitting sheet of a workbook, with its columns named by the publication's column map.

    Args:
        document: the file.
        publication: whose map is used.
        needed: columns that must be there.
        is_wide: whether the publication has many columns that nobody listed, which are then passed over.

    Raises:
        InvalidContent: a needed column is missing, or a header is not in the map.
        DamagedFile: the file cannot be read to its end.
    """
    if document.kind == "workbook":
        known = column_map(publication)
        sheets = parse_sheets(document)

        def fit(rows: list[list[str]]) -> int:
            return max(
                (
                    len({column_of(normal_header(cell), known) for cell in row} & set(needed))
                    for row in rows[:HEADER_SEARCH_ROWS]
                ),
                default=0,
            )

        name = max(sheets, key=lambda sheet: fit(sheets[sheet]))
        refuse_rival_sheets(document.label, sheets, name, fit)
        wanted = {
            header
            for row in sheets[name][:HEADER_SEARCH_ROWS]
            for header in map(normal_header, row)
            if column_of(header, known)
        }
        return mapped(parse_sheet(document, name, sheets[name], wanted), publication, needed, is_wide=is_wide)
    return mapped(parse_csv(document), publication, needed, is_wide=is_wide)


def refuse_rival_sheets(
    label: str, sheets: Mapping[str, list[list[str]]], chosen: str, fit: Callable[[list[list[str]]], int]
) -> None:
    """Refuse a workbook of which two sheets could be meant and do not say the same.

    Args:
        label: of the workbook.
        sheets: rows of each sheet as text.
        chosen: the sheet that fits best.
        fit: how many of the columns a sheet has.

    Raises:
        InvalidContent: another sheet fits as well.
    """
    rival = next((name for name in sheets if name != chosen and fit(sheets[name]) == fit(sheets[chosen]) > 0), None)
    if rival is not None and sheets[rival] != sheets[chosen]:
        raise InvalidContent(
            "two sheets could be meant",
            file=label,
            found=f"'{chosen.strip()}' and '{rival.strip()}' with the same columns",
            expected="one sheet with them",
            advice="Remove the other sheet",
        )


def mapped(parsed: Parsed, publication: str, needed: Sequence[str], *, is_wide: bool = False) -> Parsed:
    """The table with the columns of the map and no others; see :func:`table`.

    Raises:
        InvalidContent: a needed column is missing, a header is not in the map, two headers mean one column, or there
            is no row.
    """
    known = column_map(publication)
    meaning = {header: column_of(header, known) for header in parsed.frame.columns}
    unmapped = [parsed.headers[header] for header, column in meaning.items() if column is None]
    columns = {header: column for header, column in meaning.items() if column}
    missing = [column for column in needed if column not in columns.values()]
    if missing:
        _refuse_missing(parsed, missing[0], known, unmapped)
    if unmapped and not is_wide:
        raise parsed.refusal(
            f"column '{unmapped[0]}' is not known in this publication",
            row=1,
            expected=", ".join(sorted({header for header, column in known.items() if column})),
        )
    for column in set(columns.values()):
        same = [parsed.headers[header] for header, means in columns.items() if means == column]
        if len(same) > 1:
            raise parsed.refusal("two columns mean the same", row=1, found=" and ".join(same), expected="one of them")
    if parsed.frame.empty:
        raise parsed.refusal("there is no row below the header", expected="at least one row")
    frame = parsed.frame[list(columns)].rename(columns=columns)
    return Parsed(
        parsed.file, frame, {column: parsed.headers[header] for header, column in columns.items()}, parsed.notes
    )


def _refuse_missing(parsed: Parsed, column: str, known: Mapping[str, str], unmapped: list[str]) -> None:
    published = [header.upper() for header, means in known.items() if means == column]
    raise parsed.refusal(
        f"column {published[0]} is missing",
        row=1,
        found=f"unmapped column {', '.join(repr(name) for name in unmapped[:3])}" if unmapped else "no column like it",
        expected=" or ".join(published[:4]),
    )
