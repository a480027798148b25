"""Counts of people that are too small to be shown.

A count from 1 to one below the threshold is withheld, and with it everything computed from it. Where it is the only one
withheld in its group, a total would give it away: the next smallest count goes with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

THRESHOLD: Final = 5
"""Smallest count that may be shown; 0 may be, unless it would give another away."""
SUPPRESSED: Final = "[c]"
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.intp]


def withheld(counts: pd.Series, groups: pd.Series) -> pd.Series:
    """Which counts may not be shown.

    Args:
        counts: people; missing counts are nobody's secret.
        groups: of each count, the group whose total may be known.

    Returns:
        True where a count, or the one that would give it away, is withheld.
    """
    small = (counts > 0) & (counts < THRESHOLD)
    alone = small.groupby(groups).transform("sum") == 1
    others = counts.where(~small & (counts > 0) & alone)
    ranks = others.groupby(groups).rank(method="first")
    return small | (ranks == 1)


@dataclass(frozen=True)
class _Table:
    """One table that can be made of the cells: a row a group.

    Attributes:
        row_of: row of each cell.
        first: a cell of each row.
        sums: people of each row.
        hidden: whether each row is withheld; filled in step by step.
    """

    row_of: Whole
    first: Whole
    sums: npt.NDArray[np.float64]
    hidden: Flags


def withheld_in_tables(cells: pd.DataFrame, by: Sequence[str], count: str) -> Mapping[frozenset[str], pd.DataFrame]:
    """Which sums may not be shown in any of the tables that can be made of the same cells.

    Each table groups the cells by some of the dimensions. A small sum is withheld. It could still be had from another
    table: as a total less the other parts, or as the total of parts that are all shown. So further sums are withheld,
    the smallest above 0 first, until of the parts of every shown total none or at least two are withheld, and of the
    parts of every withheld total at least one.

    Args:
        cells: the finest counts, one column a dimension and one of people; missing counts are nobody's secret.
        by: dimensions.
        count: column of people.

    Returns:
        By the dimensions of a table: those dimensions, the sum, and whether it is ``withheld``. The same for any order
        of the rows.
    """
    codes = {name: pd.factorize(cells[name], sort=True)[0] for name in by}
    people = cells[count].fillna(0).to_numpy(dtype=np.float64)
    tables = {}
    for chosen in (frozenset(names) for size in range(len(by) + 1) for names in combinations(by, size)):
        key = np.zeros(len(people), dtype=np.intp)
        for name in sorted(chosen):
            # Made dense after every dimension, so that no product of sizes can grow beyond a whole number.
            key = np.unique(key * (codes[name].max(initial=0) + 1) + codes[name], return_inverse=True)[1]
        _, first, row_of = np.unique(key, return_index=True, return_inverse=True)
        sums = np.bincount(row_of, weights=people, minlength=len(first)).astype(np.float64)
        tables[chosen] = _Table(row_of, first, sums, (sums > 0) & (sums < THRESHOLD))
    links = [(chosen, chosen - {name}) for chosen in tables for name in sorted(chosen)]
    changed = any(table.hidden.any() for table in tables.values())
    while changed:
        changed = False
        for fine, coarse in links:
            parts, totals = tables[fine], tables[coarse]
            total_of = totals.row_of[parts.first]
            hidden = np.bincount(total_of, weights=parts.hidden, minlength=len(totals.sums))
            wanting = np.where(totals.hidden, hidden == 0, hidden == 1)
            if not wanting.any():
                continue
            # Of each total that would give a part away, one more part is withheld: the smallest above 0 first, then
            # zeros, then by place, which does not hang on the order of the cells.
            order = np.lexsort((parts.sums, parts.sums == 0))
            order = order[(wanting[total_of] & ~parts.hidden)[order]]
            found, place = np.unique(total_of[order], return_index=True)
            parts.hidden[order[place]] = True
            # A total of one part is that part.
            wanting[found] = False
            totals.hidden[wanting] = True
            changed = True
    return {
        chosen: cells.iloc[table.first][sorted(chosen)].assign(**{count: table.sums, "withheld": table.hidden})
        for chosen, table in tables.items()
    }
