"""Fifths (and other equal parts) of PCNs by an indicator."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
import scipy
from numpy.typing import NDArray

from sp_geo.statistics.least_squares import FloatArray

FIFTHS: Final = 5
FIFTH_ENDS: Final[Mapping[int, str]] = MappingProxyType({1: "greatest need", FIFTHS: "least need"})
"""What the first and the last fifth by need are called wherever a fifth is named."""


def fifth_words(number: int) -> str:
    """A fifth by need as it is said, such as ``1, greatest need``."""
    return f"{number}, {FIFTH_ENDS[number]}" if number in FIFTH_ENDS else str(number)


def equal_parts(values: FloatArray, parts: int = FIFTHS) -> NDArray[np.intp]:
    """Number of the part each value is in, 1 holding the highest values.

    Parts hold as near as can be the same number of PCNs. Equal values are never put into different parts, so
    that the answer does not depend on the order of rows.

    Args:
        values: shape (n,), no NaN.
        parts: how many; 5 for fifths.

    Returns:
        Shape (n,), whole numbers 1 to ``parts``.
    """
    if len(values) == 0:
        return np.empty(0, dtype=np.intp)
    rank = scipy.stats.rankdata(-values, method="average")
    return np.asarray(np.clip(np.ceil(rank * parts / len(values)), 1, parts), dtype=np.intp)
