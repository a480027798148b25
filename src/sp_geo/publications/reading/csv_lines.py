"""Rows of a CSV file one by one: a quotation mark that has no fellow costs its own row and no other."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Final

from sp_geo.core.errors import DamagedFile, InvalidContent
from sp_geo.publications.preview import delimiter_of

UNMATCHED: Final = "the quotation marks of the row do not match"
_MOST: Final = 100
"""After so many such rows the file is no table; each may cost a look at all that follows."""


def csv_lines(text: str, label: str, delimiter: str = ",") -> Iterator[tuple[int, list[str], str]]:
    """Each row's number, its cells, and why they cannot be read: empty if they can.

    A row whose quotation marks do not match is what stands on its first line, cut at every delimiter; the lines that
    it would swallow are rows of their own.

    Args:
        text: of the file.
        label: how messages name it.
        delimiter: between two cells.

    Raises:
        DamagedFile: the file ends inside a quoted text, or has over a hundred such rows.
    """
    lines = list(io.StringIO(text, newline=""))
    base = number = faults = width = 0
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        start, number = base + reader.line_num, number + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as fault:
            faults += 1
            last = next(csv.reader([lines[-1]], delimiter=delimiter), [])
            is_cut = "end of data" in str(fault) and (start == len(lines) - 1 or len(last) < width)
            if is_cut or faults > _MOST:
                raise DamagedFile(
                    "the file ends inside a quoted text" if is_cut else UNMATCHED,
                    file=label,
                    row=number,
                    advice="It was probably cut short: save or download it again",
                ) from fault
            base = start + 1
            reader = csv.reader(map(lines.__getitem__, range(base, len(lines))), delimiter=delimiter, strict=True)
            yield number, lines[start].rstrip("\r\n").split(delimiter), UNMATCHED
            continue
        width = len(cells)
        yield number, cells, ""


def refuse_other_signs(text: str, label: str) -> None:
    """Refuse a table whose values are parted by something else than commas.

    Raises:
        InvalidContent: they are.
    """
    sign = {",": "", ";": "semicolons"}.get(delimiter_of(text), "tabs")
    if sign:
        raise InvalidContent(
            f"the values are separated by {sign}",
            file=label,
            row=1,
            expected="commas between the values",
            advice="Save it as 'CSV UTF-8 (comma delimited)'",
        )


def parser_fault(said: str, label: str, first: int) -> InvalidContent | DamagedFile:
    """The fault that the fast parser told, in our words."""
    longer = re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", said)
    if longer:
        return InvalidContent(
            "the row has too many values",
            file=label,
            row=int(longer[2]) + first - 1,
            found=f"{longer[3]} values",
            expected=f"{longer[1]}, as many as there are headers",
        )
    return DamagedFile(
        "the file ends inside a quoted text", file=label, advice="It was probably cut short: download it again"
    )


def lengths_of(text: str) -> list[int]:
    """Values in each row; where every line is one row, commas are counted but in lines with quotation marks."""
    lines = text.split("\n")
    is_long = max(map(len, lines)) > csv.field_size_limit()
    if is_long or text.count("\r") != text.count("\r\n") or any(line.count('"') % 2 for line in lines):
        return [len(row) for row in csv.reader(io.StringIO(text, newline=""))]
    return [len(next(csv.reader([line]))) if '"' in line else line.count(",") + 1 for line in lines]
