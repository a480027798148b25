"""Lists that people keep: rows of a CSV file or workbook, or objects of a JSON list, handed over one by one.

Unlike a statistical release such a list may have a title above its header, columns nobody knows and a careless row.
Only what stands under a known header is read; what else the list holds, such as telephone numbers, never comes in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, TypeVar

from sp_geo.core.errors import DamagedFile, InvalidContent
from sp_geo.publications.reading.columns import best_sheet, column_map
from sp_geo.publications.reading.csv_lines import csv_lines
from sp_geo.publications.reading.json_stream import NoJson, Repeated, parts
from sp_geo.publications.reading.parsing import HEADER_SEARCH_ROWS, parse_sheets
from sp_geo.publications.reading.records import RecordFaultError, Taken, cleaned
from sp_geo.workspace.document import Document, normal_header, normal_headers, trimmed
from sp_geo.workspace.text import decode

T = TypeVar("T")
Row = Mapping[str, Any]
MISSING: Final = frozenset({"n/a", "null", "nan"})
"""Words in a cell that mean that nobody knows."""
_ERRORS: Final = re.compile(r"#(?:REF!|N/A|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!)")
_MOST_NAMED: Final = 8


@dataclass(frozen=True)
class _Line:
    """One row of a table as it stands, with its number; or the reason why it cannot be read."""

    number: int
    cells: Sequence[str]
    fault: str = ""


def plain(text: object) -> str:
    """A word of a fixed list as it is compared: small letters and digits, one underscore between words."""
    return re.sub(r"[^a-z0-9]+", "_", trimmed(text).lower()).strip("_")


def records(
    document: Document, publication: str, needed: Sequence[str], taken: Taken, missing: frozenset[str] = MISSING
) -> Iterator[tuple[str, Row]]:
    """Records of a list under our column names.

    Args:
        document: CSV, workbook or JSON list.
        publication: whose column map is used.
        needed: columns without which it is not such a list.
        taken: its refusals grow by rows that cannot be read, and by a warning for columns that nobody knows.
        missing: words in a cell, small letters, that mean that nobody knows.

    Yields:
        Where the record stands, and its values by column, empty text where nothing stands.

    Raises:
        InvalidContent: it has not the needed columns, or no record.
        DamagedFile: it cannot be read to its end.
    """
    known = column_map(publication)
    if document.kind == "json":
        yield from _objects(document, known, taken, missing)
        return
    lines = _sheet_of(document, known) if document.kind == "workbook" else _csv_lines(document)
    yield from _table_records(lines, document, known, needed, taken, missing)


def or_nothing(read: Callable[[], T | None], warnings: list[tuple[str, str]]) -> T | None:
    """What ``read`` gives; None with a warning where it finds a fault that need not cost the record."""
    try:
        return read()
    except RecordFaultError as fault:
        warnings.append((fault.cause, fault.detail))
        return None


def refuse_if_all_failed(taken: Taken, kept: int, label: str) -> None:
    """Refuse a list of which nothing could be taken in: empty, it would say that there is nothing.

    Raises:
        InvalidContent: no record was kept.
    """
    lost = [fault for fault in taken.refused if fault[1] == "refused"]
    if kept or not lost:
        return
    record, _, cause, detail = lost[0]
    fault = InvalidContent(
        f"none of the {len(lost):,} records can be taken in",
        file=label,
        found=f"{record}: {cause}{f' ({detail})' if detail else ''}",
        expected="at least one sound record",
    )
    fault.records = tuple(taken.refused)
    raise fault


def sheet_lines(document: Document) -> dict[str, list[_Line]]:
    """Sheets of a workbook by name; a formula that was never calculated is shown as one."""
    return {
        name: [_Line(number, row) for number, row in enumerate(sheet, start=1)]
        for name, sheet in parse_sheets(document).items()
    }


def _sheet_of(document: Document, known: Mapping[str, str]) -> Iterator[_Line]:
    sheets = sheet_lines(document)

    def fit(rows: list[list[str]]) -> int:
        return max((_fit(_Line(1, row), known) for row in rows[:HEADER_SEARCH_ROWS]), default=0)

    texts = {name: [list(line.cells) for line in lines] for name, lines in sheets.items()}
    return iter(sheets[best_sheet(document.label, texts, fit)])


def _fit(line: _Line, known: Mapping[str, str]) -> int:
    """How many of our columns a row names."""
    return len({known.get(header, "") for header in normal_headers(line.cells)} - {""})


def _csv_lines(document: Document) -> Iterator[_Line]:
    text = decode(document.data)
    if "\x00" in text:
        raise DamagedFile("the file is not text", file=document.label, expected="a CSV file, saved as UTF-8")
    if "\t" in text.lstrip().partition("\n")[0]:
        for number, line in enumerate(text.splitlines(), start=1):
            yield _Line(number, [_unquoted(cell) for cell in line.split("\t")])
        return
    for number, cells, fault in csv_lines(text, document.label):
        yield _Line(number, cells, fault)


def _unquoted(cell: str) -> str:
    found = cell.strip()
    if len(found) > 1 and found.startswith('"') and found.endswith('"'):
        return found[1:-1].replace('""', '"')
    return found


def _table_records(
    lines: Iterator[_Line],
    document: Document,
    known: Mapping[str, str],
    needed: Sequence[str],
    taken: Taken,
    missing: frozenset[str] = MISSING,
) -> Iterator[tuple[str, Row]]:
    """Records of a table; see :func:`records`."""
    top = list(islice(lines, HEADER_SEARCH_ROWS))
    header = max(top, key=lambda line: _fit(line, known), default=None)
    _refuse_without(header, document.label, known, needed)
    assert header is not None  # noqa: S101 - the line before has refused a file without one
    places: dict[str, list[int]] = {}
    unknown = []
    for place, name in enumerate(normal_headers(header.cells)):
        column = known.get(name)
        if column:
            places.setdefault(column, []).append(place)
        elif column is None and name:
            unknown.append(trimmed(header.cells[place])[:40].lower())
    if unknown:
        named = ", ".join(unknown[:_MOST_NAMED]) + (" and more" if len(unknown) > _MOST_NAMED else "")
        taken.refused.append(("header", "warned", "columns that are not known were not read", named))
    count = 0
    for line in [*top[top.index(header) + 1 :], *lines]:
        if not line.fault and not any(cell.strip() for cell in line.cells):
            continue
        count += 1
        record = f"row {line.number:,}"
        found = taken.attempt(record, lambda line=line: _row(line, len(header.cells), places, missing))  # type: ignore[misc]
        if found is not None:
            yield record, found
    if not count:
        raise InvalidContent("there is no row below the header", file=document.label, expected="at least one row")
    document.notes.rows[document.label] = count


def _row(line: _Line, width: int, places: Mapping[str, list[int]], missing: frozenset[str]) -> Row:
    if line.fault:
        raise RecordFaultError(line.fault)
    if len(line.cells) < width:
        raise RecordFaultError("the row ends too early", f"{len(line.cells)} values under {width} headers")
    if any(cell.strip() for cell in line.cells[width:]):
        raise RecordFaultError(
            "the row has more values than headers",
            f"{len(line.cells)} values under {width} headers; a text with a comma needs quotation marks",
        )
    found = {}
    for column, positions in places.items():
        values = {cleaned(line.cells[place]) for place in positions}
        values = {value for value in values if value and value.lower() not in missing}
        if len(values) > 1:
            raise RecordFaultError(f"two columns say different things of {column}", " and ".join(sorted(values))[:80])
        found[column] = _sound(column, next(iter(values), ""))
    return found


def _sound(column: str, value: str) -> str:
    if _ERRORS.fullmatch(value):
        raise RecordFaultError("a cell holds an error of the spreadsheet", f"{column}: {value}")
    if value.startswith("="):
        raise RecordFaultError("a cell holds a formula", f"{column}; write the value itself")
    return value


def _refuse_without(header: _Line | None, label: str, known: Mapping[str, str], needed: Sequence[str]) -> None:
    cells = header.cells if header else ()
    meant = {known.get(header, "") for header in normal_headers(cells)}
    lacking = [column for column in needed if column not in meant]
    if not lacking:
        return
    refuse_semicolons(",".join(cells), label)
    raise InvalidContent(
        f"column '{lacking[0]}' is missing",
        file=label,
        row=header.number if header else None,
        found=", ".join(cells)[:200] or "no header",
        expected=f"a header row with {', '.join(needed)}",
    )


def refuse_semicolons(header: str, label: str) -> None:
    """Refuse a file whose values are separated in the manner of some other countries.

    Raises:
        InvalidContent: its header has semicolons.
    """
    if header.count(";") > header.count(","):
        raise InvalidContent(
            "the values are separated by semicolons",
            file=label,
            row=1,
            expected="commas between the values",
            advice="Save it as 'CSV UTF-8 (comma delimited)', or as .xlsx",
        )


def _objects(
    document: Document, known: Mapping[str, str], taken: Taken, missing: frozenset[str]
) -> Iterator[tuple[str, Row]]:
    count = 0
    for place, value in parts(document, frozenset()):
        count += 1
        record = f"item {place:,}" if isinstance(place, int) else f"item '{place[:40]}'"
        found = taken.attempt(record, lambda value=value: _flat(value, known, missing))  # type: ignore[misc]
        if found is not None:
            yield record, found
    if not count:
        raise InvalidContent("the list is empty", file=document.label, expected="at least one record")
    document.notes.rows[document.label] = count


def _flat(value: object, known: Mapping[str, str], missing: frozenset[str]) -> Row:
    refuse_no_object(value, "a record of named values was expected")
    assert isinstance(value, dict)  # noqa: S101 - the line before has refused anything else
    found = dict.fromkeys((column for column in known.values() if column), "")
    for name, item in value.items():
        column = known.get(normal_header(name))
        if column:
            text = scalar(column, item)
            found[column] = found[column] if text.lower() in {"", *missing} else text
    return found


def refuse_no_object(value: object, expected: str) -> None:
    """Refuse a record of a JSON list that cannot be one.

    Raises:
        RecordFaultError: it is no object, or gives one name two values.
    """
    if isinstance(value, Repeated):
        raise RecordFaultError("a name stands twice in one object", "each name once, with one value")
    if not isinstance(value, dict):
        raise RecordFaultError("the record is no object", expected)


def scalar(column: str, value: object) -> str:
    """One value of a JSON record as text.

    Raises:
        RecordFaultError: it is a list or an object, or half of a pair of characters.
    """
    if isinstance(value, (dict, list)):
        raise RecordFaultError(f"{column} is no single value", "a text or a number was expected")
    if isinstance(value, NoJson):
        raise RecordFaultError(f"{column} is no value of JSON", f"{value}; a text, a number or null was expected")
    text = cleaned(value)
    if text.encode("utf-8", errors="replace").decode("utf-8") != text:
        raise RecordFaultError("the text cannot be read", column)
    return text


def first_lines(document: Document, count: int) -> dict[str, list[list[str]]]:
    """The first rows of a CSV file, or of every sheet of a workbook, by label."""
    if document.kind == "workbook":
        return {f"{document.label} > sheet '{name}'": rows[:count] for name, rows in parse_sheets(document).items()}
    return {document.label: [list(line.cells) for line in islice(_csv_lines(document), count)]}
