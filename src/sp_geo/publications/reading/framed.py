"""Tables between a title and notes, as a query of a publisher's site gives them."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection
from itertools import islice
from typing import Final

import pandas as pd

from sp_geo.core.errors import DamagedFile, InvalidContent
from sp_geo.publications.reading.parsing import HEADER_SEARCH_ROWS, Parsed, header_row, parse_csv
from sp_geo.workspace.document import Document, normal_headers, trimmed
from sp_geo.workspace.text import decode

_NOT_COUNTS: Final = {"", "pct"}
"""Headers of columns that repeat what the column before them says, as a percentage, or say nothing."""


def parse_framed(document: Document, wanted: Collection[str]) -> Parsed:
    """A CSV file under its header, wherever that stands among its first rows, up to the notes below the table.

    A row in which only the first cell says something is a title or a note. Rows keep their numbers in the file.

    Args:
        document: the file.
        wanted: normal headers; the row that has most of them is the header. Where that is the first row, the file
            is read as a plain table.

    Raises:
        InvalidContent: a row is longer or shorter than the header, a header stands twice, or values stand below notes.
        DamagedFile: the file ends inside a quoted text.
    """
    text = decode(document.data)
    try:
        start = list(islice(csv.reader(io.StringIO(text, newline="")), HEADER_SEARCH_ROWS))
    except csv.Error:
        start = []
    top = header_row(start, wanted)
    if top == 0:
        return parse_csv(document)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as fault:
        raise DamagedFile(
            "the file ends inside a quoted text",
            file=document.label,
            found=str(fault),
            advice="It was probably cut short: download it again",
        ) from fault
    header = rows[top]
    body: dict[int, list[str]] = {}
    has_ended = False
    for number, row in enumerate(rows[top + 1 :], start=top + 2):
        if not any(cell.strip() for cell in row[1:]):
            has_ended = has_ended or bool(body)
            continue
        if has_ended or len(row) != len(header):
            raise InvalidContent(
                "a row of values stands below the notes" if has_ended else "the row has another length than the header",
                file=document.label,
                row=number,
                found=f"{len(row)} values",
                expected="notes only" if has_ended else f"{len(header)}, as many as there are headers",
            )
        body[number] = row
    normal = normal_headers(header)
    kept = [place for place, name in enumerate(normal) if name not in _NOT_COUNTS]
    shown = {normal[place]: trimmed(header[place]) for place in kept}
    if len(shown) < len(kept):
        raise InvalidContent("a header stands twice", file=document.label, row=top + 1, expected="each header once")
    cells = [[row[place] for place in kept] for row in body.values()]
    frame = pd.DataFrame(cells, columns=list(shown), index=pd.Index(list(body), dtype="int64"), dtype=str)
    document.notes.rows[document.label] = len(frame)
    return Parsed(document.label, frame, shown, document.notes)
