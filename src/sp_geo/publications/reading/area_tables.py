"""Any table that has a column of area codes: which sheet, where its header is, which column has the codes.

Nothing is known of such a table beforehand but what whoever adds it says; what is not clear is refused with the
candidates.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import pandas as pd

from sp_geo.core import codes as shapes
from sp_geo.core.errors import DamagedFile, InvalidContent
from sp_geo.publications.reading.csv_lines import csv_lines
from sp_geo.publications.reading.parsing import HEADER_SEARCH_ROWS, parse_sheets
from sp_geo.workspace.document import Document, normal_header
from sp_geo.workspace.text import decode

KINDS: Final[Mapping[str, str]] = {
    "lsoa": shapes.LSOA,
    "msoa": r"[EW]02\d{6}",
    "ward": r"[EW]05\d{6}",
    "district": r"E0[6-9]\d{6}|W06\d{6}",
    "pcn": shapes.PCN,
    "practice": rf"(?!U){shapes.PRACTICE}",
}
"""Shape of the codes by kind of area."""

_FINEST_FIRST: Final = ("lsoa", "msoa", "ward", "district", "practice", "pcn")
_ORGANISATIONS: Final = frozenset({"practice", "pcn"})
ANY_AREA: Final = r"[EWKNS]\d{8}"
_ANY: Final = rf"(?:{'|'.join(KINDS.values())}|{ANY_AREA})"
"""Codes of these kinds, and of the wider areas whose totals stand among them."""
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_NUMBER: Final = re.compile(r"[-+]?[\d.,]*\d[\d.,]*%?")
_SAMPLE: Final = 200
_MOST_NAMED: Final = 8
_SHORT: Final = "the row ends too early"
_LONG: Final = "the row has more values than there are headers"


@dataclass(frozen=True)
class AreaTable:
    """A table with one column of area codes.

    Attributes:
        file: how messages name the file (and the sheet).
        headers: header by position of the column.
        frame: text of the rows below the header by position; indexed by row number as a spreadsheet counts.
        code: position of the codes' column.
        kind: kind of its areas, of :data:`KINDS`.
        uneven: why a row of a CSV file cannot be read, by row number: it has more values than headers, or fewer.
    """

    file: str
    headers: Mapping[int, str]
    frame: pd.DataFrame
    code: int
    kind: str
    uneven: Mapping[int, str] = field(default_factory=dict)

    @property
    def codes(self) -> pd.Series:
        """The codes' column in capitals; text that is no code stays as it is."""
        return _as_codes(self.frame[self.code])

    def has_header(self, place: int) -> bool:
        """Whether the file itself heads a column; the others are called after their place."""
        return self.headers[place] != _by_place(place)

    def named(self, header: str) -> int | None:
        """Position of a column by its header, whatever its case; None if there is none or more than one."""
        found = [place for place, text in self.headers.items() if normal_header(text) == normal_header(header)]
        return found[0] if len(found) == 1 else None

    def refusal(self, problem: str, *, row: int | None = None, place: int | None = None, **more: str) -> InvalidContent:
        """An error that names this file and a column as it is headed."""
        column = None if place is None else self.headers[place]
        return InvalidContent(problem, file=self.file, row=row, column=column, **more)


def fits(codes: pd.Series | pd.Index, shape: str) -> Any:
    """Which codes have a shape; a digit of another script only looks like one."""
    return codes.str.fullmatch(shape, flags=re.ASCII)


def _as_codes(cells: pd.Series) -> pd.Series:
    """Text in capitals without spaces around; letters of other scripts stay, since some become plain capitals."""
    text = cells.str.strip()
    return text.where(~text.map(str.isascii), text.str.upper())


def area_table(document: Document, told: Mapping[str, str], columns: Iterable[str]) -> AreaTable:
    """The one table of a file that has codes of areas.

    Args:
        document: CSV or workbook.
        told: ``sheet`` and ``code_column``, where whoever adds the file named them.
        columns: headers that the table must have.

    Raises:
        InvalidContent: there is no such table, or it is not clear which one, or which of its columns has the codes.
        DamagedFile: the file cannot be read to its end.
    """
    sheets = _sheets(document, told.get("sheet", ""))
    found = [item for label, rows in sheets.items() for item in _candidates(label, rows)]
    if not found:
        raise InvalidContent(
            "no column holds codes of areas",
            file=document.label,
            expected="codes of small areas (E01000001), MSOAs, wards, districts, practices (A81001) or PCNs (U12345) "
            "under a header",
        )
    wanted = [header for header in (told.get("code_column", ""), *columns) if header]
    for header in wanted:
        fitting = [item for item in found if item.named(header) is not None]
        if not fitting:
            known = listed(found[0].headers.values())
            raise found[0].refusal("there is no such column", found=f"'{header}'", expected=known)
        found = fitting
    if told.get("code_column"):
        found = [item for item in found if item.code == item.named(told["code_column"])]
        if not found:
            raise InvalidContent(
                "the column named for the codes holds none", file=document.label, found=f"'{told['code_column']}'"
            )
    return _clear(found)


def _sheets(document: Document, wanted: str) -> dict[str, list[list[str]]]:
    """Rows of every sheet, or of the wanted one, by label."""
    if document.kind == "workbook":
        sheets = parse_sheets(document)
        names = [name for name in sheets if not wanted or normal_header(name) == normal_header(wanted)]
        if wanted and not names:
            raise InvalidContent(
                "the workbook has no such sheet", file=document.label, found=f"'{wanted}'", expected=listed(sheets)
            )
        return {f"{document.label} > sheet '{name.strip()}'": sheets[name] for name in names}
    text = decode(document.data)
    if "\x00" in text:
        raise DamagedFile("the file is not text", file=document.label, expected="a CSV file, saved as UTF-8")
    top = text[:20_000].splitlines()[:HEADER_SEARCH_ROWS]
    separator = max(",;\t", key=lambda sign: sum(line.count(sign) for line in top))
    return {document.label: [cells for _, cells, _ in csv_lines(text, document.label, separator)]}


def _candidates(label: str, rows: list[list[str]]) -> list[AreaTable]:
    """The table of a sheet, once for each of its columns that holds codes."""
    width = max((len(row) for row in rows), default=0)
    body = pd.DataFrame([row + [""] * (width - len(row)) for row in rows], dtype=str, columns=range(width))
    body.index = pd.RangeIndex(1, len(body) + 1)
    found = []
    for place in body.columns:
        head = _as_codes(body[place].iloc[: HEADER_SEARCH_ROWS + _SAMPLE])
        is_code = fits(head, _ANY)
        if not is_code.any():
            continue
        first = int(head.index[is_code][0])
        # Totals may stand between the codes and the row that heads them: the nearest row above that has no number but
        # years is taken, else the nearest; 0 if there is none.
        above = [
            (number, [cell.strip() for cell in rows[number - 1] if cell.strip()])
            for number in range(first - 1, max(0, first - HEADER_SEARCH_ROWS), -1)
        ]
        above = [(number, cells) for number, cells in above if len(cells) > 1]
        words = [
            number
            for number, cells in above
            if not any(_NUMBER.fullmatch(cell) and not _YEAR.fullmatch(cell) for cell in cells)
        ]
        top = next(iter([*words, *(number for number, _ in above)]), 0)
        below = body.loc[top + 1 :]
        below = below[(below != "").any(axis=1)]
        held = _as_codes(below[place])
        # The same few thousand codes may stand in hundreds of thousands of rows.
        counts = held[held != ""].value_counts()
        by_kind = {kind: int(counts[fits(counts.index, shape)].sum()) for kind, shape in KINDS.items()}
        kind = max(by_kind, key=lambda kind: by_kind[kind])
        # Under half of what stands there are codes of any area: it is another column.
        if not top or not by_kind[kind] or 2 * counts[fits(counts.index, _ANY)].sum() < counts.sum():
            continue
        names = {at: " ".join(cell.split()) or _by_place(at) for at, cell in enumerate(body.loc[top])}
        under = len(rows[top - 1])
        uneven = {
            number: _LONG for number, row in enumerate(rows, start=1) if any(cell.strip() for cell in row[under:])
        }
        uneven |= {number: _SHORT for number, row in enumerate(rows, start=1) if 0 < len(row) < under}
        last = int(below.index[-1])
        if uneven.get(last) == _SHORT and fits(_as_codes(body.loc[[last], place]), _ANY).any():
            raise DamagedFile(
                _SHORT, file=label, row=last, found=f"{len(rows[last - 1])} values",
                expected=f"{under}, as many as there are headers",
                advice="The file may have been cut short: get it again",
            )  # fmt: skip
        found.append(AreaTable(label, names, below, int(place), kind, uneven))
    return found


def _by_place(place: int) -> str:
    return f"column {place + 1}"


def _clear(found: list[AreaTable]) -> AreaTable:
    """The one table that is meant: that of the smallest areas."""
    families = {item.kind in _ORGANISATIONS for item in found}
    if len(families) > 1:
        one = next(item for item in found if item.kind in _ORGANISATIONS)
        other = next(item for item in found if item.kind not in _ORGANISATIONS)
        raise one.refusal(
            "codes of organisations and of areas stand side by side",
            found=f"'{one.headers[one.code]}' and '{other.headers[other.code]}'",
            advice="Say which one the number belongs to with --code-column",
        )
    finest = min((item.kind for item in found), key=_FINEST_FIRST.index)
    best = [item for item in found if item.kind == finest]
    if len(best) > 1:
        by_sheet = len({item.file for item in best}) > 1
        shown = [
            item.file.partition(" > sheet ")[2].strip("'") if by_sheet else item.headers[item.code] for item in best
        ]
        raise best[0].refusal(
            "two sheets could be meant" if by_sheet else "two columns could hold the codes",
            found=listed(shown),
            advice=f"Say which one with {'--sheet' if by_sheet else '--code-column'}",
        )
    return best[0]


def listed(names: Iterable[str]) -> str:
    """A few names in quotation marks, the others counted."""
    shown = [f"'{name}'" for name in names]
    more = len(shown) - _MOST_NAMED
    return ", ".join(shown[:_MOST_NAMED]) + (f" and {more:,} more" if more > 0 else "")
