"""Published tables as text: every row as long as the header, nothing guessed.

A code keeps its leading zero and ``NA`` stays two letters. Rows are counted as a person counts them in a spreadsheet:
the header is row 1.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final

import numpy as np
import pandas as pd

from sp_geo.core.errors import DamagedFile, InvalidContent
from sp_geo.publications.reading.csv_lines import UNMATCHED, lengths_of, parser_fault, refuse_other_signs
from sp_geo.publications.reading.formulas import unread
from sp_geo.tables.anomalies import KEPT, LEFT_OUT, MISSING, MOST_ODD_SHARE, most_odd_rows
from sp_geo.workspace.document import Document, ReadingNotes, normal_headers, trimmed
from sp_geo.workspace.text import decode

HEADER_SEARCH_ROWS: Final = 30
"""How far down a table its header is looked for: titles and notes stand above it in some files."""

AGAIN: Final = "\t"
"""Stands between a header that is there again, above other values, and its number."""


class OddRows(InvalidContent):
    """Rows that cannot be used, of a file that need not be refused for them.

    Attributes:
        texts: what was found, by row number; the first is the one that the line names.
    """

    texts: Mapping[int, str]


@dataclass(frozen=True)
class Parsed:
    """A published table as text.

    Attributes:
        file: how messages name the file (and the sheet).
        frame: text in every cell, empty text where nothing stands; indexed by row number, the header being row 1.
        headers: the published header of each column of ``frame``.
        notes: where anomalies are listed.
        above: the sheet's name and what stands above its header, such as a title.
    """

    file: str
    frame: pd.DataFrame
    headers: Mapping[str, str]
    notes: ReadingNotes = field(default_factory=ReadingNotes)
    above: tuple[str, ...] = ()

    def has(self, column: str) -> bool:
        """Whether the publisher gave this column."""
        return column in self.frame.columns

    def where(self, keep: pd.Series) -> Parsed:
        """The rows for which ``keep`` is true, with their row numbers."""
        return replace(self, frame=self.frame[keep])

    def refusal(
        self, problem: str, *, row: int | None = None, column: str | None = None, **more: str | None
    ) -> InvalidContent:
        """An error that names this file, and the column as it is published."""
        header = self.headers.get(column, column) if column is not None else None
        return InvalidContent(problem, file=self.file, row=row, column=header, **more)

    def odd(self, problem: str, rows: pd.Series, column: str | None = None, **more: str | None) -> OddRows:
        """An error for rows that cannot be used: :func:`~sp_geo.publications.reading.leaving_out` leaves them out.

        Args:
            problem: what is odd.
            rows: true for each of them; at least one.
            column: where it stands; None where the whole row is odd.
            **more: other words of the line, such as ``expected``.
        """
        texts = self._texts(rows, column)
        row, text = next(iter(texts.items()))
        header = self.headers.get(column, column) if column is not None else None
        found = {"found": (f"'{text}'" if text else "nothing")} if column is not None else {}
        fault = OddRows(problem, file=self.file, row=row, column=header, **{**found, **more})
        fault.texts = texts
        return fault

    def keep(self, problem: str, rows: pd.Series, column: str, sizes: pd.Series | None = None, unit: str = "") -> None:
        """List rows whose odd value is kept as published, because the publisher's totals hold it.

        Args:
            problem: what is odd.
            rows: true for each of them.
            column: where it stands.
            sizes: effect of each row of the table.
            unit: of the effect.

        Raises:
            InvalidContent: they are so many that the file is damaged or another thing.
        """
        if rows.sum() > most_odd_rows(len(rows)):
            fault = self.odd(problem, rows, column)
            raise self.refusal(
                problem,
                row=fault.row,
                column=column,
                found=f"{fault.found}, and {int(rows.sum()) - 1:,} more of {len(rows):,} rows",
                expected=f"at most {MOST_ODD_SHARE:.0%} of the rows",
            )
        header = self.headers.get(column, column)
        effects = None if sizes is None else sizes[rows].to_dict()
        self.notes.add(problem, KEPT, self._texts(rows, column), header, effects, unit, file=self.file)

    def keep_whole(self, problem: str, found: str, effect: float, unit: str) -> None:
        """List something odd that no single row is to blame for; the file is used as published."""
        self.notes.add(problem, KEPT, {None: found}, sizes={None: effect}, unit=unit, file=self.file)

    def blank(self, problem: str, rows: pd.Series, column: str) -> None:
        """List rows of which one value cannot be used and is missing from here on."""
        self.notes.add(problem, MISSING, self._texts(rows, column), self.headers.get(column, column), file=self.file)

    def _texts(self, rows: pd.Series, column: str | None) -> dict[int, str]:
        chosen = self.frame[rows]
        found = chosen[column].str.strip() if column is not None else chosen.apply(", ".join, axis=1)
        return {int(row): str(text) for row, text in zip(found.index.to_numpy(), found, strict=True)}


def first_row(faulty: pd.Series) -> int:
    """Row number of the first true value; there must be one."""
    positions = np.flatnonzero(faulty.to_numpy())
    return int(faulty.index.to_numpy()[positions[0]])


def parse_csv(
    document: Document, headers: Sequence[str] | None = None, *, wanted: frozenset[str] = frozenset()
) -> Parsed:
    """A CSV file as text, every row as long as the first; a row with a stray quotation mark is left out and listed.

    Args:
        document: the file.
        headers: names of the columns where the file has no header row; then its first row is row 1.
        wanted: normal headers, most of which tell the header row; without any it is the first row.

    Raises:
        DamagedFile: the file is empty, ends inside a quoted text, or its last row ends too early.
        InvalidContent: a row is longer or shorter than the header.
    """
    text = decode(document.data)
    if not text.strip():
        raise DamagedFile("the file is empty", file=document.label)
    if "\x00" in text:
        raise DamagedFile("the file is not text", file=document.label, expected="a CSV file")
    refuse_other_signs(text, document.label)
    above, text, first = _below_titles(text, wanted) if headers is None else ([], text, 1)
    try:
        grid = _grid(text, document.label, first)
    except (DamagedFile, InvalidContent) as fault:
        grid = _without_stray_marks(text, document, first, fault)
    if headers is None:
        return _named(document, document.label, [str(name) for name in grid.iloc[0]], grid.iloc[1:], above)
    if len(headers) != grid.shape[1]:
        raise InvalidContent(
            "the file has the wrong number of columns",
            file=document.label,
            found=str(grid.shape[1]),
            expected=f"{len(headers)} columns and no header row",
        )
    document.notes.rows[document.label] = len(grid)
    kept = [position for position, name in enumerate(headers) if name]
    shown = {name: name for name in headers if name}
    return Parsed(document.label, grid[kept].set_axis(list(shown), axis="columns"), shown, document.notes)


def _below_titles(text: str, wanted: frozenset[str]) -> tuple[list[str], str, int]:
    """What stands above the header, the text from the header on, and the header's row."""
    reader = csv.reader(io.StringIO(text, newline=""))
    rows: list[list[str]] = []
    starts: list[int] = []
    try:
        while len(rows) < HEADER_SEARCH_ROWS:
            starts.append(reader.line_num)
            rows.append(next(reader))
    except (StopIteration, csv.Error):
        del starts[len(rows) :]
    top = header_row(rows, wanted) if wanted else 0
    if not top:
        return [], text, 1
    above = [cell for row in rows[:top] for cell in row if cell.strip()]
    return above, "".join(text.splitlines(keepends=True)[starts[top] :]), top + 1


def _without_stray_marks(
    text: str, document: Document, first: int, fault: InvalidContent | DamagedFile
) -> pd.DataFrame:
    """All rows but a few whose quotation marks do not match; the fault itself where these are not to blame for it."""
    lines = text.rstrip().split("\n")
    stray = [number for number, line in enumerate(lines) if line.count('"') % 2]
    # A file that was cut short ends inside a quoted text, and a header cannot be left out.
    if not stray or stray[0] == 0 or stray[-1] == len(lines) - 1 or len(stray) > most_odd_rows(len(lines)):
        raise fault
    left = [number for number in range(len(lines)) if number not in set(stray)]
    try:
        grid = _grid("\n".join(lines[number] for number in left), document.label, 0)
    except (DamagedFile, InvalidContent):
        raise fault from None
    grid.index = pd.Index([left[position] + first for position in grid.index])
    texts = {number + first: lines[number].strip() for number in stray}
    document.notes.add(UNMATCHED, LEFT_OUT, texts, file=document.label)
    return grid


def _grid(text: str, label: str, first: int) -> pd.DataFrame:
    """All rows as text, the header's included, indexed by row number from that of the first."""
    try:
        grid: pd.DataFrame = pd.read_csv(
            io.StringIO(text), header=None, dtype=str, keep_default_na=False, skip_blank_lines=False
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as fault:
        raise parser_fault(str(fault), label, first) from fault
    grid.index = pd.RangeIndex(first, first + len(grid))
    grid = _without_ragged_rows(grid, text, label)
    for column in grid.columns if '"' in text else ():
        # A stray quotation mark makes one text of its row's end and the rows below it.
        broken = grid[column].str.contains("\n", regex=False)
        swallowed = broken & (grid[column].str.count(",") >= max(2, grid.shape[1] // 2))
        if swallowed.any():
            raise DamagedFile(
                "a text goes on over the end of its row",
                file=label,
                row=first_row(swallowed),
                found=" ".join(str(grid[column][first_row(swallowed)]).split()),
                expected="quotation marks that match",
                advice="Download it again, or take the stray quotation mark out",
            )
    return grid


def _without_ragged_rows(grid: pd.DataFrame, text: str, label: str) -> pd.DataFrame:
    """Blank lines removed; refused if a row is shorter than the header, or a text so long that it cannot be one.

    The fast parser fills a short row up with blanks, so rows are measured again wherever the last column has one.
    """
    if not (grid.iloc[:, -1] == "").any():
        return grid
    try:
        lengths = pd.Series(lengths_of(text), dtype="int64")
    except csv.Error as said:
        raise DamagedFile(
            "a row cannot be measured", file=label, found=str(said), expected="texts of ordinary length"
        ) from said
    lengths = lengths.reindex(range(len(grid)), fill_value=grid.shape[1]).set_axis(grid.index)
    blank = (lengths <= 1) & (grid[0].str.strip() == "")
    short = (lengths < grid.shape[1]) & ~blank
    if short.any():
        row = first_row(short)
        fault = DamagedFile if row == grid.index[~blank][-1] else InvalidContent
        raise fault(
            "the row ends too early",
            file=label,
            row=row,
            found=f"{lengths[row]} values",
            expected=f"{grid.shape[1]}, as many as there are headers",
            advice="The file may have been cut short: download it again" if fault is DamagedFile else None,
        )
    return grid[~blank]


def header_row(rows: Sequence[Sequence[object]], wanted: Iterable[str]) -> int:
    """Position of the row that has the most of the wanted headers; the first of several."""
    looked_for = set(wanted)
    scores = [len(looked_for & _alike(normal_headers(row))) for row in rows]
    return scores.index(max(scores, default=0)) if scores else 0


def _alike(headers: Iterable[str]) -> set[str]:
    """Headers, and each with ``##`` for two digits, as the lists of known headers have years."""
    return {form for header in headers for form in (header, re.sub(r"(?<!\d)\d\d(?!\d)", "##", header))}


def _named(
    document: Document, label: str, names: Sequence[str], body: pd.DataFrame, above: Sequence[str] = ()
) -> Parsed:
    """A body under its headers in their normal form; what has no header is left out.

    Of a header that is there again, the second is left out where it stands above the same values.
    """
    body = body.set_axis(range(len(names)), axis="columns")
    places: dict[str, int] = {}
    for position, name in enumerate(normal_headers(names)):
        if name in places and body[position].str.strip().equals(body[places[name]].str.strip()):
            continue
        if name:
            places[name if name not in places else f"{name}{AGAIN}{position}"] = position
    shown = {key: trimmed(names[position]) for key, position in places.items()}
    frame = body[list(places.values())].set_axis(list(places), axis="columns")
    document.notes.rows[label] = len(body)
    return Parsed(label, frame, shown, document.notes, tuple(trimmed(text) for text in above))


def sheet_names(document: Document) -> list[str]:
    """Names of a workbook's sheets, without reading them.

    Raises:
        DamagedFile: the workbook cannot be opened.
    """
    return list(parse_sheets(document, ()))


def parse_sheets(document: Document, only: Collection[str] | None = None) -> dict[str, list[list[str]]]:
    """Sheets of a workbook as text, by name; whole numbers without a point, days as ``2022-06-30``.

    A formula that was never calculated, and an error such as ``#REF!``, are shown as such and not as a blank.

    Args:
        document: the workbook.
        only: names of the sheets whose rows are read, the others being left empty; all of them if None.

    Raises:
        DamagedFile: the workbook cannot be opened.
    """
    import python_calamine

    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(document.data))
        sheets = {
            name: [
                [_cell(value) for value in row]
                for row in workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
            ]
            if only is None or name in only
            else []
            for name in workbook.sheet_names
        }
    except (python_calamine.CalamineError, ValueError, OSError) as fault:
        raise DamagedFile(
            "the workbook cannot be opened", file=document.label, advice="Download it again or save it as .xlsx"
        ) from fault
    for name, cells in unread(document, only).items():
        for row, column, shown in cells:
            if row <= len(sheets.get(name, ())) and column <= len(sheets[name][row - 1]):
                sheets[name][row - 1][column - 1] = shown
    return sheets


def _cell(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def parse_sheet(document: Document, name: str, rows: list[list[str]], wanted: Iterable[str]) -> Parsed:
    """One sheet under its header: the first row that holds the most of the wanted headers.

    Args:
        document: the workbook, for messages.
        name: the sheet's name.
        rows: the sheet as text.
        wanted: normal headers, any of which tells the header row.
    """
    label = f"{document.label} > sheet '{name.strip()}'"
    wanted = set(wanted)
    top = header_row(rows[:HEADER_SEARCH_ROWS], wanted)
    if not rows or not wanted & _alike(normal_headers(rows[top])):
        raise InvalidContent(
            "the sheet has none of the headers looked for", file=label, expected=", ".join(sorted(wanted)[:6])
        )
    width = max(len(row) for row in rows)
    body = pd.DataFrame([row + [""] * (width - len(row)) for row in rows[top + 1 :]], dtype=str, columns=range(width))
    body.index = pd.RangeIndex(top + 2, top + 2 + len(body))
    body = body[(body != "").any(axis=1)]
    above = [name, *(cell for row in rows[:top] for cell in row if cell.strip())]
    return _named(document, label, rows[top] + [""] * (width - len(rows[top])), body, above)
