"""Fifths (and other equal parts) of PCNs by an indicator."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from sp_geo.statistics.least_squares import FloatArray

FIFTHS: Final = 5
_SHARES: Final = (0.2, 0.4, 0.6, 0.8)
FIFTH_ENDS: Final[Mapping[int, str]] = MappingProxyType({1: "greatest need", FIFTHS: "least need"})
"""What the first and the last fifth by need are called wherever a fifth is named."""


def fifth_words(number: int) -> str:
    """A fifth by need as it is said, such as ``1, greatest need``."""
    return f"{number}, {FIFTH_ENDS[number]}" if number in FIFTH_ENDS else str(number)


def equal_parts(
    values: FloatArray, parts: int = FIFTHS, ties: Literal["middle", "highest"] = "middle"
) -> NDArray[np.intp]:
    """Number of the part each value is in, 1 holding the highest values: the one cut into fifths.

    Each value counts alike, whatever it is a value of and however many people live there. Equal values are never put
    into different parts, so that the answer does not depend on the order of rows.

    Args:
        values: shape (n,), no NaN.
        parts: how many; 5 for fifths.
        ties: where equal values go. ``middle``: to the part of the mean of their ranks, so that parts hold as near as
            can be the same number (PCNs by need). ``highest``: to the part of the first of them, and a value that
            stands on a border goes to the higher part too, so that nobody in need falls out by a tie (small areas of
            the top fifths).

    Returns:
        Shape (n,), whole numbers 1 to ``parts``.
    """
    if len(values) == 0:
        return np.empty(0, dtype=np.intp)
    if ties == "middle":
        rank = scipy.stats.rankdata(-values, method="average")
        found = np.ceil(rank * parts / len(values))
    else:
        # Whole numbers alone: a border that a rounding moved would take areas in or out.
        above = scipy.stats.rankdata(-values, method="min").astype(np.intp) - 1
        found = -(-above * parts // max(len(values) - 1, 1))
    return np.asarray(np.clip(found, 1, parts), dtype=np.intp)


def fifth_limits(values: pd.Series) -> tuple[float, ...]:
    """The four values between the fifths of a row of values, the lowest first, for classes of a map.

    A limit between two values lies between them by linear interpolation, and can be one that no row has.

    Args:
        values: NaN is left out.

    Returns:
        Four limits, of which some are the same where many values are; none where there is no value.
    """
    known = values.dropna()
    return tuple(float(limit) for limit in known.quantile(list(_SHARES))) if len(known) else ()
