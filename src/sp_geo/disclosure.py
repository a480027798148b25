"""Counts of people that are too small to be shown.

A count from 1 to one below the threshold is withheld, and with it everything computed from it. Where it is the only one
withheld in its group, a total would give it away: the next smallest count goes with it.
"""

from __future__ import annotations

from typing import Final

import pandas as pd

THRESHOLD: Final = 5
SUPPRESSED: Final = "[c]"


def withheld(counts: pd.Series, groups: pd.Series, threshold: int = THRESHOLD) -> pd.Series:
    """Which counts may not be shown.

    Args:
        counts: people; missing counts are nobody's secret.
        groups: of each count, the group whose total may be known.
        threshold: smallest count that may be shown; 0 may always be.

    Returns:
        True where a count, or the one that would give it away, is withheld.
    """
    small = (counts > 0) & (counts < threshold)
    alone = small.groupby(groups).transform("sum") == 1
    others = counts.where(~small & (counts > 0) & alone)
    ranks = others.groupby(groups).rank(method="first")
    return small | (ranks == 1)
