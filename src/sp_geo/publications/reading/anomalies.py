"""What is odd in a published file: kept where its totals depend on it, left out by record where it cannot be used.

A published file is as it is, and whoever adds it cannot mend it. One odd row costs at most itself; only a file with
more odd rows than :func:`most_odd_rows` allows is refused, because it is then damaged or another thing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import pandas as pd

from sp_geo.core.errors import InvalidContent
from sp_geo.publications.reading.parsing import OddRows, Parsed
from sp_geo.tables.anomalies import LEFT_OUT, MOST_ODD_SHARE, core_anomaly, most_odd_rows
from sp_geo.workspace.document import ReadingNotes

T = TypeVar("T")


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
            _refuse_too_many(odd, len(parsed.frame), len(kept.frame))
    for left in odd:
        rows = list(left.texts)
        numbers = pd.to_numeric(parsed.frame.loc[rows, amount], errors="coerce") if parsed.has(amount) else None
        sizes = None if numbers is None else numbers.to_dict()
        parsed.notes.add(left.problem, LEFT_OUT, left.texts, left.column, sizes, unit, file=parsed.file)
    return found


def _refuse_too_many(odd: list[OddRows], rows: int, left: int) -> None:
    count = sum(len(fault.texts) for fault in odd)
    if left and count <= most_odd_rows(rows):
        return
    first = odd[0]
    more = f", and {count - 1:,} more of {rows:,} rows cannot be used" if count > 1 else ""
    raise InvalidContent(
        first.problem,
        file=first.file,
        row=first.row,
        column=first.column,
        found=f"{first.found}{more}" if first.found else more.removeprefix(", and ") or None,
        expected=first.expected,
        advice=first.advice or ("A few odd rows would be left out and listed; these are too many" if more else None),
    )


def keep_misses(parsed: Parsed, names: pd.Series, whole: pd.Series, added: pd.Series, where: str) -> None:
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
        raise parsed.refusal(names.iloc[most], found=f"{added.iloc[most]:,} {where}", expected=f"{whole.iloc[most]:,}")
    for at in misses.nonzero()[0]:
        found = f"{added.iloc[at]:,} {where}, {whole.iloc[at]:,} in all"
        parsed.keep_whole(str(names.iloc[at]), found, effect=float(misses[at]), unit="patients")


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
