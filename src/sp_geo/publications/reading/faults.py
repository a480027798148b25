"""All faults of a table that is taken as a whole or not at all, so that a person can mend them in one go."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from sp_geo.core.errors import InvalidContent
from sp_geo.publications.reading.parsing import Parsed

Check = Callable[[Parsed], pd.Series]
"""Turns the text of one column into values, or refuses the first row that does not fit."""


def every_fault(
    parsed: Parsed, columns: Mapping[str, Check], whole: Callable[[Parsed], object], most: int
) -> list[InvalidContent]:
    """The faults of every column, then those of the rows between whose columns something is wrong.

    A row with a fault is left out and the check made again until nothing is left to find.

    Args:
        parsed: the table.
        columns: check by column.
        whole: everything else, over rows that are sound column by column.
        most: faults after which the search ends.

    Returns:
        In the order of rows, and of columns within a row; at most ``most``.
    """
    found: list[InvalidContent] = []
    for check in columns.values():
        found += _one_by_one(parsed, check, most - len(found))
    faulty = {fault.row for fault in found}
    sound = parsed.where(pd.Series(~parsed.frame.index.isin(list(faulty)), index=parsed.frame.index))
    if not sound.frame.empty:
        found += _one_by_one(sound, whole, most - len(found))
    return sorted(found, key=lambda fault: fault.row or 0)


def _one_by_one(parsed: Parsed, check: Callable[[Parsed], object], most: int) -> list[InvalidContent]:
    found: list[InvalidContent] = []
    while len(found) < most and not parsed.frame.empty:
        try:
            check(parsed)
        except InvalidContent as fault:
            found.append(fault)
            if fault.row is None:
                return found
            parsed = parsed.where(pd.Series(parsed.frame.index != fault.row, index=parsed.frame.index))
        else:
            return found
    return found
