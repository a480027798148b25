"""Tables as a workbook that anybody can read, also with a screen reader.

After the Government Analysis Function's guidance on spreadsheets: a cover, a list of contents with links, notes, one
table a sheet from column A with its title in A1, no merged cells, and a shorthand in every cell without a number.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, Final

import numpy as np
import pandas as pd

from sp_geo.core.archives import NO_DAY, parts_of, zip_bytes
from sp_geo.core.errors import UsageError
from sp_geo.questions import record_forms
from sp_geo.questions.run_record import RunRecord, lines_of
from sp_geo.reports.files.workbook_cells import Formats, Grid, put_table, texts_of
from sp_geo.reports.sheet import SHORTHANDS, Cover, Sheet, marks

MIMETYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LANGUAGE: Final = "en-GB"
COVER, CONTENTS, NOTES, COLUMNS = "Cover", "Contents", "Notes", "Columns"
RECORD: Final = record_forms.SHEET
_LONGEST_NAME: Final = 31
_LONGEST_ADDRESS: Final = 2_000
_WIDE: Final = 100


@dataclass(frozen=True)
class _Page:
    """A table with the names under which it stands in the workbook."""

    name: str
    table: str
    sheet: Sheet


def workbook(sheets: Sequence[Sheet], cover: Cover) -> bytes:
    """An accessible workbook; the same sheets and cover give the same bytes.

    Args:
        sheets: in their order, at least one.
        cover: said on the first sheet, in the properties and on every sheet.

    Raises:
        UsageError: there is no sheet.
    """
    import xlsxwriter

    if not sheets:
        raise UsageError("there is no table to put into a workbook")
    # A spreadsheet takes names that are short, unlike each other whatever their case, without forbidden signs.
    taken = {name.lower() for name in (COVER, CONTENTS, NOTES, COLUMNS, RECORD, "history")}
    pages = []
    for sheet in sheets:
        clean = re.sub(r"[^\w \-]", "_", sheet.name).strip() or "table"
        name, copy = clean[:_LONGEST_NAME], 2
        while name.lower() in taken:
            tail = f"_{copy}"
            name, copy = clean[: _LONGEST_NAME - len(tail)] + tail, copy + 1
        taken.add(name.lower())
        pages.append(_Page(name, "table_" + re.sub(r"\W", "_", name), sheet))
    buffer = BytesIO()
    fixed = {"default_format_properties": {"font_name": "Arial", "font_size": 12}, "in_memory": True}
    book = xlsxwriter.Workbook(buffer, {**fixed, "strings_to_formulas": False, "strings_to_urls": False})
    formats = Formats(book)
    _cover(book.add_worksheet(COVER), formats, cover)
    _contents(book.add_worksheet(CONTENTS), formats, pages, cover)
    _notes(book.add_worksheet(NOTES), formats, pages, cover)
    _columns(book.add_worksheet(COLUMNS), formats, pages, cover)
    for page in pages:
        _table(book.add_worksheet(page.name), formats, page, cover)
    if cover.record:
        _record(book.add_worksheet(RECORD), formats, cover)
    book.set_properties(
        {
            "title": f"{cover.mark}: {cover.title}" if cover.mark else cover.title,
            "subject": cover.subject,
            "author": f"sp_geo {cover.version}",
            "keywords": cover.mark,
            "comments": f"Data {cover.digest}. Licence: {'; '.join(cover.licences)}",
            "created": datetime(cover.made.year, cover.made.month, cover.made.day, tzinfo=UTC).replace(tzinfo=None),
        }
    )
    book.close()
    # The writer cannot set the language among the properties of the document.
    parts, end = parts_of(buffer.getvalue()), b"</cp:coreProperties>"
    language = f"<dc:language>{LANGUAGE}</dc:language>".encode()
    parts["docProps/core.xml"] = parts["docProps/core.xml"].replace(end, language + end)
    return zip_bytes(parts, NO_DAY)


def _begin(sheet: Any, formats: Formats, title: str, lines: Sequence[str], cover: Cover) -> int:
    """Title and lines of a sheet, the mark among them; returns the next free row."""
    said = [f"{cover.mark}: invented data, not for decisions. {lines[0]}", *lines[1:]] if cover.mark else list(lines)
    sheet.write_string(0, 0, title, formats.title)
    sheet.set_row(0, 24)
    for number, line in enumerate(said, start=1):
        sheet.write_string(number, 0, line, formats.mark if cover.mark and number == 1 else formats.text)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L" + f"{cover.mark} {cover.digest}".strip() + "&C&A&RPage &P of &N")
    return 1 + len(said)


def _cover(sheet: Any, formats: Formats, cover: Cover) -> None:
    """One column of text with headings."""
    sections = {
        "What this is": [cover.subject or "All that is loaded."],
        "How to read it": [
            "Contents links to every table. Notes says what the marks in cells mean and what must be known to read a "
            "table. Columns says what every column means. There is one table on a sheet, with filters on its headings, "
            "and the headings and the first column stay in view.",
            "Numbers are stored in full and shown rounded.",
        ],
        "Sources": list(cover.sources) or ["None named."],
        "Licence": list(cover.licences) or ["None named."],
        "Made": [f"{_day(cover)} with sp_geo {cover.version}, data {cover.digest}".rstrip(" ,")],
    }
    sheet.set_column(0, 0, _WIDE)
    row = _begin(sheet, formats, cover.title, ["Tables from sp_geo, a planning tool for social prescribing."], cover)
    for heading, lines in sections.items():
        sheet.write_string(row, 0, heading, formats.heading)
        sheet.set_row(row, 28)
        for number, line in enumerate(lines, start=1):
            sheet.write_string(row + number, 0, line, formats.wrapped)
        row += 1 + len(lines)
    if cover.address.startswith(("http://", "https://")) and len(cover.address) < _LONGEST_ADDRESS:
        sheet.write_string(row, 0, "The same view", formats.heading)
        sheet.set_row(row, 28)
        sheet.write_url(row + 1, 0, cover.address, formats.link, cover.address)


def _contents(sheet: Any, formats: Formats, pages: Sequence[_Page], cover: Cover) -> None:
    rows: list[tuple[str, str, int | str]] = [
        (COVER, "What this is, sources and licence", ""),
        (NOTES, "Marks and notes", ""),
    ]
    rows += [(COLUMNS, "What every column means", "")]
    rows += [(page.name, page.sheet.title, len(page.sheet.rows)) for page in pages]
    rows += [(RECORD, "What all this was made of", "")] if cover.record else []
    first = _begin(sheet, formats, "Contents", ["This sheet has one table, with links to the other sheets."], cover)
    frame = pd.DataFrame(rows, columns=["Sheet", "What it holds", "Rows"])
    grid = Grid.of_texts(frame, "table_of_contents").narrowed((34, 80, 10))
    put_table(sheet, formats, grid, first)
    for number, (name, _, _) in enumerate(rows, start=first + 1):
        sheet.write_url(number, 0, f"internal:'{name}'!A1", formats.link, name)
    for number, (_, _, count) in enumerate(rows, start=first + 1):
        if isinstance(count, int):
            sheet.write_number(number, 2, count, formats.number(0))
        else:
            sheet.write_string(number, 2, "[z]", formats.right)


def _notes(sheet: Any, formats: Formats, pages: Sequence[_Page], cover: Cover) -> None:
    rows = [(mark, "every table", meaning) for mark, meaning in {**SHORTHANDS, "0": "zero: known to be none"}.items()]
    numbered = ((page.name, note) for page in pages for note in page.sheet.notes)
    rows += [(f"Note {number}", name, note) for number, (name, note) in enumerate(numbered, start=1)]
    first = _begin(
        sheet, formats, "Notes", ["This sheet has one table: the marks that stand in cells, then notes."], cover
    )
    frame = pd.DataFrame(rows, columns=["Mark or note", "Where", "What it means"])
    put_table(sheet, formats, Grid.of_texts(frame, "table_of_notes").narrowed((16, 32, _WIDE)), first)


def _columns(sheet: Any, formats: Formats, pages: Sequence[_Page], cover: Cover) -> None:
    rows = []
    for page in pages:
        for column in page.sheet.columns:
            times = "" if column.scale == 1 else f", {column.scale:g} times the raw value"
            shown = "text" if column.digits is None else f"number, {column.digits} digits after the point{times}"
            rows.append((page.name, column.label, column.unit or "[z]", column.name, shown))
    first = _begin(sheet, formats, "Columns", ["This sheet has one table: what the columns of the others mean."], cover)
    frame = pd.DataFrame(rows, columns=["Sheet", "Column", "Unit", "Name in CSV and GeoPackage", "How it is shown"])
    put_table(sheet, formats, Grid.of_texts(frame, "table_of_columns").narrowed((30, 40, 36, 34, 50)), first)


def _table(sheet: Any, formats: Formats, page: _Page, cover: Cover) -> None:
    count = len(page.sheet.notes)
    told = f"its {count} notes are" if count > 1 else "its note is" if count else "the meaning of marks is"
    lines = [
        f"This sheet has one table of {len(page.sheet.rows):,} rows; {told} on the sheet {NOTES}.",
        ". ".join(part.rstrip(".") for part in (cover.subject, f"Made {_day(cover)}") if part) + ".",
    ]
    first = _begin(sheet, formats, page.sheet.title, lines, cover)
    sheet.write_url(first, 0, f"internal:'{CONTENTS}'!A1", formats.link, "Back to contents")
    put_table(sheet, formats, _grid(page), first + 1)


def _record(sheet: Any, formats: Formats, cover: Cover) -> None:
    """What it was made of: lines for people, then the record's own text, cut into cells, for programs."""
    told = lines_of(RunRecord.from_json(cover.record))
    pieces = record_forms.pieces_of(cover.record)
    rows = [
        *told,
        *((record_forms.TEXT_ROW, f"{at} of {len(pieces)}", text) for at, text in enumerate(pieces, start=1)),
    ]
    lines = [
        "This sheet has one table: what everything here was made of.",
        f"'sp-geo reproduce' makes it again; it reads the rows that begin with {record_forms.TEXT_ROW}.",
    ]
    first = _begin(sheet, formats, "Run record", lines, cover)
    frame = pd.DataFrame(rows, columns=["Part", "What", "Value"])
    put_table(sheet, formats, Grid.of_texts(frame, "table_of_run_record").narrowed((14, 44, _WIDE)), first)
    for number in range(len(told), len(rows)):
        # Otherwise a cell of thirty thousand letters would fill the screen.
        sheet.set_row(first + 1 + number, 16)


def _grid(page: _Page) -> Grid:
    """Values as they are shown: in full, times their scale, marks where there are none."""
    rows, columns = page.sheet.rows, page.sheet.columns
    if rows.empty:
        texts = [np.array(["[z]"], dtype=object) for _ in columns]
        return Grid(page.table, [column.heading for column in columns], texts, [None] * len(columns))
    values = []
    for column in columns:
        why = marks(column, rows).to_numpy(dtype=object)
        if column.is_number:
            held = rows[column.name].to_numpy(dtype=float, na_value=np.nan) * column.scale
            found = np.where(why == "", held.astype(object), why)
        else:
            found = np.where(why == "", texts_of(rows[column.name]), why)
        values.append(found)
    return Grid(page.table, [column.heading for column in columns], values, [column.digits for column in columns])


def _day(cover: Cover) -> str:
    return f"{cover.made.day} {cover.made:%B %Y}"
