"""What is odd in a published file: kept where its totals depend on it, left out by record where it cannot be used.

A published file is as it is, and whoever adds it cannot mend it. One odd row costs at most itself; only a file with
more odd rows than :func:`most_odd_rows` allows is refused, because it is then damaged or another thing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import TypeVar

import pandas as pd

from sp_geo.core.errors import InvalidContent
from sp_geo.publications.reading.columns import table
from sp_geo.publications.reading.ods_report import parse_report
from sp_geo.publications.reading.parsing import OddRows, Parsed
from sp_geo.tables.anomalies import LEFT_OUT, MOST_ODD_SHARE, core_anomaly, most_odd_rows
from sp_geo.workspace.document import Document, ReadingNotes

T = TypeVar("T")
Frames = dict[str, pd.DataFrame]
"""Rows by core table, with exactly the table's columns."""
Reader = Callable[[Document, str], Frames]
"""Takes an opened file, and what it must be told that the file may not say."""


def table_reader(
    publication: str, needed: Sequence[str], amount: str = "", unit: str = "", without_headers: Sequence[str] = ()
) -> Callable[[Callable[[Parsed, str], Frames]], Reader]:
    """A decorator: makes a publication's reader of what turns its table into core tables; see :func:`leaving_out`.

    Args:
        publication: whose column map is used.
        needed: columns that must be there.
        amount: column of the number that a row which is left out takes with it; none if empty.
        unit: of that number.
        without_headers: names of all columns, for a report that may come without headers.
    """

    def decorate(read: Callable[[Parsed, str], Frames]) -> Reader:
        @wraps(read)
        def reader(document: Document, period: str) -> Frames:
            if without_headers:
                parsed = parse_report(document, publication, without_headers, needed)
            else:
                parsed = table(document, publication, needed)
            return leaving_out(parsed, lambda kept: read(kept, period), amount, unit)

        return reader

    return decorate


def leaving_out(parsed: Parsed, read: Callable[[Parsed], T], amount: str = "", unit: str = "") -> T:
    """What ``read`` makes of the rows that can be used; rows that it calls odd are left out and listed.

    ``read`` is called again without the rows that it could not use, so it needs no thought for them.

    Args:
        parsed: the table.
        read: makes values of it; raises :class:`OddRows` for rows that cannot be used.
        amount: column of the number that a row which is left out takes with it; none if empty.
        unit: of that number.

    Raises:
        InvalidContent: no row is left, or more are odd than :func:`most_odd_rows` allows; or
            whatever ``read`` raises.
    """
    kept, noted, odd = parsed, len(parsed.notes.anomalies), []
    while True:
        try:
            found = read(kept)
            break
        except OddRows as fault:
            del parsed.notes.anomalies[noted:]
            odd.append(fault)
            kept = kept.where(pd.Series(~kept.frame.index.isin(list(fault.texts)), index=kept.frame.index))
            count = sum(len(left.texts) for left in odd)
            if kept.frame.empty or count > most_odd_rows(len(parsed.frame)):
                first = odd[0]
                more = f", and {count - 1:,} more of {len(parsed.frame):,} rows cannot be used" if count > 1 else ""
                raise InvalidContent(
                    first.problem,
                    file=first.file,
                    row=first.row,
                    column=first.column,
                    found=f"{first.found}{more}" if first.found else more.removeprefix(", and ") or None,
                    expected=first.expected,
                    advice=first.advice
                    or ("A few odd rows would be left out and listed; these are too many" if more else None),
                ) from fault
    for left in odd:
        rows = list(left.texts)
        numbers = pd.to_numeric(parsed.frame.loc[rows, amount], errors="coerce") if parsed.has(amount) else None
        sizes = None if numbers is None else numbers.to_dict()
        parsed.notes.add(left.problem, LEFT_OUT, left.texts, left.column, sizes, unit, file=parsed.file)
    return found


def keep_misses(parsed: Parsed, names: Sequence[str], whole: pd.Series, added: pd.Series, where: str) -> None:
    """List totals that their parts miss; refuse the file where they miss them by much, or many of them do.

    Args:
        parsed: the table.
        names: what to say of each total.
        whole: the totals, in the order of the names.
        added: their parts, added up.
        where: where the parts stand, for the line.

    Raises:
        InvalidContent: they miss them by over one per cent, or so many do.
    """
    misses = (added - whole).to_numpy()
    if not misses.any():
        return
    most = int(abs(misses).argmax())
    if abs(misses).sum() > MOST_ODD_SHARE * whole.sum() or (misses != 0).sum() > most_odd_rows(len(misses)):
        raise parsed.refusal(names[most], found=f"{added.iloc[most]:,} {where}", expected=f"{whole.iloc[most]:,}")
    for name, miss, parts, total in zip(names, misses, added, whole, strict=True):
        if miss:
            parsed.keep_whole(name, f"{parts:,} {where}, {total:,} in all", effect=float(miss), unit="patients")


def keep_missed(parsed: Parsed, added: pd.Series, whole: pd.Series) -> None:
    """List areas whose ages miss their residents; both are kept as published.

    Args:
        parsed: the table, with a column residents_count.
        added: residents of all ages, by row.
        whole: residents as published.

    Raises:
        InvalidContent: so many miss that columns are shifted or missing.
    """
    off = added != whole
    if off.any():
        problem = "the ages do not add up to the residents"
        parsed.keep(problem, off, "residents_count", (added - whole).astype("float64"), "residents")


def anomaly_frame(notes: ReadingNotes, publication: str, period: str) -> pd.DataFrame:
    """The anomalies of one file as rows of core_anomaly, in the order of its rows."""
    frame = pd.DataFrame(notes.anomalies, columns=core_anomaly.column_names)
    frame = frame.sort_values(["file", "row", "column"], kind="stable", ignore_index=True)
    frame = frame.assign(publication=publication, period=period, number=range(1, len(frame) + 1))
    return frame.astype({column.name: column.kind for column in core_anomaly.columns})
