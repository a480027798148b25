"""Published headers turned into our column names by reviewed tables, one a publication."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files

from sp_geo.core.errors import InvalidContent
from sp_geo.publications.catalogue import publications
from sp_geo.publications.reading.parsing import (
    AGAIN,
    HEADER_SEARCH_ROWS,
    Parsed,
    first_row,
    parse_csv,
    parse_sheet,
    parse_sheets,
)
from sp_geo.workspace.document import Document, is_like, normal_header, normal_headers


@cache
def column_map(publication: str) -> Mapping[str, str]:
    """Column by normal header; empty for a header that is known and not needed.

    ``##`` in a header of the map stands for two digits, for the years in headers of the Office for National Statistics.
    """
    rows = _seen(publication)
    headers = normal_headers([header for header, _ in rows])
    return {header: column for header, (_, column) in zip(headers, rows, strict=True)}


@cache
def _seen(publication: str) -> list[tuple[str, str]]:
    """Headers that the publication has been seen with, as published, and the column that each stands for."""
    text = (files("sp_geo.publications") / publication / "columns.csv").read_text(encoding="utf-8")
    return [(row["header"], row["column"].strip()) for row in csv.DictReader(io.StringIO(text))]


def headers_of(publication: str, column: str) -> list[str]:
    """The headers that a column has been seen under, in capitals, for messages."""
    return list(dict.fromkeys(header.upper() for header, means in _seen(publication) if means == column))


def column_of(header: str, known: Mapping[str, str]) -> str | None:
    """The column a normal header stands for; None if it is not known."""
    plain = header.partition(AGAIN)[0]
    if plain in known:
        return known[plain]
    return known.get(re.sub(r"(?<!\d)\d\d(?!\d)", "##", plain))


def table(document: Document, publication: str, needed: Sequence[str], *, only_known: bool = False) -> Parsed:
    """A CSV file, or the fitting sheet of a workbook, with its columns named by the publication's column map.

    Where several sheets fit as well, that is meant which the publication names: Persons, not Males.

    Args:
        document: the file.
        publication: whose map is used.
        needed: columns that must be there; columns that are not in the map are ignored.
        only_known: whether a column that is not in the map keeps the file out: in a user's own file about people it
            may hold what must not come onto the shelf.

    Raises:
        InvalidContent: a needed column is missing, a column must not be there, or nothing tells which of two sheets
            is meant.
        DamagedFile: the file cannot be read to its end.
    """
    known = column_map(publication)
    wanted = frozenset(header for header, column in known.items() if column)
    if document.kind != "workbook":
        return mapped(parse_csv(document, wanted=wanted), publication, needed, only_known=only_known)
    sheets = parse_sheets(document)
    meant = publications()[publication].sheets if publication in publications() else ()
    name = best_sheet(document.label, sheets, lambda rows: columns_in(rows, publication, needed), meant)
    parsed = parse_sheet(document, name, sheets[name], wanted)
    return mapped(parsed, publication, needed, only_known=only_known)


def columns_in(rows: list[list[str]], publication: str, needed: Sequence[str]) -> int:
    """How many of the needed columns the best row of a sheet names as headers."""
    known = column_map(publication)
    top = rows[:HEADER_SEARCH_ROWS]
    return max(
        (len({column_of(header, known) for header in normal_headers(row)} & set(needed)) for row in top), default=0
    )


def best_sheet(
    label: str,
    sheets: Mapping[str, list[list[str]]],
    fit: Callable[[list[list[str]]], int],
    meant: Sequence[str] = (),
) -> str:
    """The sheet that is meant: the one that fits best; of several, the one that is called so.

    Args:
        label: of the workbook.
        sheets: rows of each sheet as text.
        fit: how many of the columns a sheet has.
        meant: names of the sheet that is meant, ``*`` standing for any letters.

    Raises:
        InvalidContent: two sheets fit, do not say the same, and neither or both are called so.
    """
    fits = {name: fit(rows) for name, rows in sheets.items()}
    rivals = [name for name in sheets if fits[name] == max(fits.values())]
    called = [name for name in rivals if any(is_like(normal_header(name), wanted) for wanted in meant)]
    chosen = called or rivals
    different = next((name for name in chosen if sheets[name] != sheets[chosen[0]]), None)
    if different is not None and fits[different]:
        raise InvalidContent(
            "two sheets could be meant",
            file=label,
            found=f"'{chosen[0].strip()}' and '{different.strip()}' with the same columns",
            expected="one sheet with them",
            advice="Remove the other sheet",
        )
    return chosen[0]


def refuse_differing(parsed: Parsed, header: str, other: str) -> None:
    """Refuse a table of which two columns mean the same and do not say the same.

    Raises:
        InvalidContent: they differ in a row.
    """
    differs = parsed.frame[header].str.strip() != parsed.frame[other].str.strip()
    if differs.any():
        row = first_row(differs)
        raise parsed.refusal(
            "two columns mean the same and differ",
            row=row,
            column=header,
            found=f"'{parsed.frame[header][row]}', but '{parsed.frame[other][row]}' under {parsed.headers[other]}",
            expected="one of them",
        )


def mapped(parsed: Parsed, publication: str, needed: Sequence[str], *, only_known: bool = False) -> Parsed:
    """The table with the columns of the map and no others; see :func:`table`.

    Two headers that mean one column are taken once where they say the same.

    Raises:
        InvalidContent: a needed column is missing, two headers mean one column and differ, or there is no row.
    """
    known = column_map(publication)
    columns = {header: column for header in parsed.frame.columns if (column := column_of(header, known))}
    first: dict[str, str] = {}
    for header, column in columns.items():
        other = first.setdefault(column, header)
        refuse_differing(parsed, header, other)
    unmapped = [parsed.headers[header] for header in parsed.frame.columns if column_of(header, known) is None]
    missing = next((column for column in needed if column not in columns.values()), None)
    if missing is not None:
        seen = headers_of(publication, missing)
        raise parsed.refusal(
            f"column {seen[0]} is missing",
            row=1,
            found=f"unmapped column {', '.join(map(repr, unmapped[:3]))}" if unmapped else "no column like it",
            expected=" or ".join(seen[:4]),
        )
    if unmapped and only_known:
        raise parsed.refusal(
            f"column '{unmapped[0]}' is not known in this publication",
            row=1,
            expected=", ".join(sorted({header for header, column in _seen(publication) if column})),
        )
    if parsed.frame.empty:
        raise parsed.refusal("there is no row below the header", expected="at least one row")
    kept = {header: column for column, header in first.items()}
    frame = parsed.frame[list(kept)].rename(columns=kept)
    return replace(parsed, frame=frame, headers={column: parsed.headers[header] for header, column in kept.items()})
