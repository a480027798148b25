"""Cells of a workbook: a table with its headings, widths and number formats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from textwrap import wrap
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from sp_geo.questions.records import neutral
from sp_geo.reports.pictures.colours import ACCENT, INK, WARNING

LONGEST_TEXT: Final = 32_767
"""Characters that a cell takes."""
_NARROWEST, _WIDEST_NUMBER, _WIDEST_TEXT = 11, 20, 60
_BUTTON: Final = 4
"""Width that the filter's button takes from a heading."""
_PER_CHARACTER: Final = 1.2
"""Widths are counted in letters of 11 points; text has 12."""
_LINE: Final = 16
Texts = npt.NDArray[np.object_]


class Formats:
    """Formats of one workbook, each made once.

    Args:
        book: of xlsxwriter.
    """

    def __init__(self, book: Any) -> None:
        top = {"valign": "top", "font_color": INK}
        self._book, self._top = book, top
        self._numbers: dict[int, Any] = {}
        self.title = book.add_format({"bold": True, "font_size": 16, "font_color": INK})
        self.heading = book.add_format({"bold": True, "font_size": 14, "font_color": INK, "valign": "bottom"})
        self.mark = book.add_format({"bold": True, "font_color": WARNING})
        self.text = book.add_format(top)
        self.wrapped = book.add_format({**top, "text_wrap": True})
        self.right = book.add_format({**top, "align": "right"})
        self.link = book.add_format({"valign": "top", "font_color": ACCENT, "underline": 1})
        head = {"bold": True, "text_wrap": True, "valign": "top", "font_color": INK, "bg_color": "#e8edee", "bottom": 2}
        self.head = book.add_format(head)
        self.number_head = book.add_format({**head, "align": "right"})
        # A text that begins like a formula stays text, also when somebody edits its cell.
        self.quoted = book.add_format({**top, "quote_prefix": True})
        self.wrapped_quoted = book.add_format({**top, "text_wrap": True, "quote_prefix": True})

    def number(self, digits: int) -> Any:
        """Of numbers with so many digits after the point."""
        if digits not in self._numbers:
            shown = "#,##0" + ("." + "0" * digits if digits else "")
            self._numbers[digits] = self._book.add_format({**self._top, "num_format": shown, "align": "right"})
        return self._numbers[digits]


@dataclass(frozen=True)
class Grid:
    """A table as it stands on a sheet.

    Attributes:
        name: of the table in the workbook.
        headings: of its columns.
        values: numbers and texts of each column, none missing.
        digits: of each column; None for text.
        widths: of each column; found from what stands there if empty.
    """

    name: str
    headings: Sequence[str]
    values: Sequence[Texts]
    digits: Sequence[int | None]
    widths: Sequence[int] = field(default=())

    @classmethod
    def of_texts(cls, frame: pd.DataFrame, name: str) -> Grid:
        """A table without numbers."""
        values = [texts_of(frame[column]) for column in frame.columns]
        return cls(name, [str(column) for column in frame.columns], values, [None] * len(values))

    def narrowed(self, widths: Sequence[int]) -> Grid:
        """With these widths."""
        return replace(self, widths=tuple(widths))


def texts_of(values: pd.Series) -> Texts:
    """Every value as text."""
    return np.array([str(value) for value in values], dtype=object)


def put_table(sheet: Any, formats: Formats, grid: Grid, row: int) -> None:
    """Write a table with its headings in ``row``, make it a table of the spreadsheet, and keep headings in view."""
    # A table of a spreadsheet wants headings on one line each, unlike each other whatever their case.
    headings: list[str] = []
    for heading in grid.headings:
        clean = " ".join(heading.split())[:240] or "Column"
        name, copy = clean, 2
        while name.lower() in {other.lower() for other in headings}:
            name, copy = f"{clean} {copy}", copy + 1
        headings.append(name)
    widths = grid.widths or [_width(*each) for each in zip(headings, grid.values, grid.digits, strict=True)]
    last = row + len(grid.values[0])
    columns = [
        {"header": heading, "header_format": formats.head if digits is None else formats.number_head}
        for heading, digits in zip(headings, grid.digits, strict=True)
    ]
    sheet.add_table(
        row,
        0,
        last,
        len(headings) - 1,
        {"name": grid.name, "columns": columns, "style": "Table Style Light 1", "banded_rows": False},
    )
    for column, (values, digits, width) in enumerate(zip(grid.values, grid.digits, widths, strict=True)):
        sheet.set_column(column, column, width)
        shown = formats.number(digits) if digits is not None else None
        for line, value in enumerate(values, start=row + 1):
            if not isinstance(value, str):
                sheet.write_number(line, column, value, shown)
            elif shown is not None:
                sheet.write_string(line, column, value, formats.right)
            else:
                is_long = len(value) * _PER_CHARACTER > width
                kept = value if len(value) <= LONGEST_TEXT else value[: LONGEST_TEXT - 1] + "…"
                if neutral(value) == value:
                    sheet.write_string(line, column, kept, formats.wrapped if is_long else formats.text)
                else:
                    sheet.write_string(line, column, kept, formats.wrapped_quoted if is_long else formats.quoted)
    lines = max(
        len(wrap(heading, max(4, int(width / _PER_CHARACTER) - 2)))
        for heading, width in zip(headings, widths, strict=True)
    )
    sheet.set_row(row, _LINE * lines + 6)
    sheet.freeze_panes(row + 1, 1)
    sheet.repeat_rows(row)


def _width(heading: str, values: Texts, digits: int | None) -> int:
    """Wide enough for what stands there and for the longest word of the heading."""
    if digits is None:
        longest, widest = max(len(value) for value in values), _WIDEST_TEXT
    else:
        longest = max(len(value if isinstance(value, str) else f"{value:,.{digits}f}") for value in values)
        widest = _WIDEST_NUMBER
    word = max((len(part) for part in heading.split()), default=0) + _BUTTON
    return int(max(_NARROWEST, min(longest * _PER_CHARACTER + 2, widest), word * _PER_CHARACTER))
