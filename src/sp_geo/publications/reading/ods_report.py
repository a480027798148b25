"""Reports of the NHS Organisation Data Service: CSV files that are offered with a row of headers and without one."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace

from sp_geo.publications.reading.columns import column_map, column_of, headers_of, refuse_differing
from sp_geo.publications.reading.parsing import Parsed, parse_csv
from sp_geo.workspace.document import Document, normal_headers
from sp_geo.workspace.text import decode


def parse_report(document: Document, publication: str, columns: Sequence[str], needed: Sequence[str]) -> Parsed:
    """A report under our column names, whether or not its first row says what the columns are.

    Args:
        document: the CSV file.
        publication: whose column map tells a header; the columns of a report with headers may stand in any order.
        columns: names of all columns, by their place in a report without headers, whose first row is row 1.
        needed: columns that must be there.

    Raises:
        InvalidContent: the file has another number of columns, a needed one is missing, or one stands twice and
            differs.
        DamagedFile: it cannot be read to its end.
    """
    known = column_map(publication)
    first = next(csv.reader(io.StringIO(decode(document.data)[:10_000], newline="")), [])
    meanings = [column_of(header, known) for header in normal_headers(first)]
    if not any(meanings):
        return parse_csv(document, headers=columns)
    # Some headers, such as 'Null', stand several times: what is not needed, or there already, is called by its place.
    names = [
        meaning if meaning and meaning not in meanings[:place] else f"column {place + 1}"
        for place, meaning in enumerate(meanings)
    ]
    parsed = parse_csv(document, headers=names)
    missing = [name for name in needed if name not in names]
    if missing:
        seen = headers_of(publication, missing[0])
        raise parsed.refusal(f"column {seen[0]} is missing", row=1, expected=" or ".join(seen[:4]))
    headers = {name: " ".join(cell.split()) for name, cell in zip(names, first, strict=True)}
    document.notes.rows[document.label] -= 1  # the header was counted
    below = replace(parsed, frame=parsed.frame.iloc[1:], headers=headers)
    if below.frame.empty:
        raise below.refusal("there is no row below the header", expected="at least one row")
    for name, meaning in zip(names, meanings, strict=True):
        if meaning and name != meaning:
            refuse_differing(below, name, meaning)
    return below
