"""Which way posts lean, where that is clear."""

from __future__ import annotations

from typing import Final

CLEAR_LEAN: Final = 0.01
"""Concentration index nearer to 0 than this is no lean that a planner could act on."""


def lean(index: float, slope_low: float, slope_high: float) -> str:
    """Which way posts lean: ``need``, ``lower need``, or ``neither way`` where that is not clear.

    A lean is clear where the concentration index is beyond :data:`CLEAR_LEAN` and the 95 % interval of the slope on
    need leaves out 0 on the same side; two measures that contradict each other show none.

    Args:
        index: concentration index; below 0 where provision is concentrated among higher need.
        slope_low: lower end of the interval of the slope on need.
        slope_high: upper end.
    """
    if index <= -CLEAR_LEAN and slope_low > 0:
        return "need"
    if index >= CLEAR_LEAN and slope_high < 0:
        return "lower need"
    return "neither way"
