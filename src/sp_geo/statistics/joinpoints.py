"""Where a trend bends: segmented log-linear lines through a series of rates.

    log(rate_t) = b0 + b1 t + sum over j of d_j max(t - tau_j, 0) + e_t

Joinpoints tau lie on observed quarters; every placement is tried (grid search, Applied Statistics 1980, 29: 77).
How many there are is the number m that minimises

    BICc = ln(SSE / n) + p ln(n) / (n - p - 1),  p = 2 m + 3

(intercept, m + 1 slopes, m places and the variance; the small-sample form of BIC, Statistics and Probability Letters
1999, 44: 79). In 1,000 straight series of 8 to 28 quarters it put a joinpoint into at most 3 %. See
docs/methods/referral_trends.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Final

import numpy as np

from sp_geo.statistics.estimates import Estimate, NotEstimable
from sp_geo.statistics.least_squares import FloatArray, with_interval

MOST_JOINPOINTS: Final = 3
QUARTERS_TO_THE_END: Final = 2
"""Observations between a joinpoint and either end, the joinpoint not counted."""
QUARTERS_BETWEEN: Final = 2
"""Observations between two joinpoints, neither counted."""

CRITERION: Final = "BICc"
_FEWEST: Final = 5
_EXACT: Final = 1e-9
"""Residuals of log rates below this are rounding, not noise."""


@dataclass(frozen=True)
class Segment:
    """One straight piece.

    Attributes:
        start: time of its first quarter, in quarters.
        end: time of its last quarter.
        change: percent change per quarter with its interval.
    """

    start: float
    end: float
    change: Estimate


@dataclass(frozen=True)
class Joinpoints:
    """A segmented trend.

    Attributes:
        at: times of the joinpoints, in quarters, empty if the trend is straight.
        segments: one more than there are joinpoints.
        average: average quarterly percent change over the whole series; segments weigh by their length.
        fitted: shape (n,), fitted rates.
        criterion: shape (tried,), BICc with 0, 1, ... joinpoints.
    """

    at: tuple[float, ...]
    segments: tuple[Segment, ...]
    average: Estimate
    fitted: FloatArray
    criterion: tuple[float, ...]


def find_joinpoints(
    time: FloatArray, rate: FloatArray, weights: FloatArray | None = None, most: int = MOST_JOINPOINTS
) -> Joinpoints | NotEstimable:
    """Fit the segmented trend with the best number and places of joinpoints.

    Args:
        time: shape (n,), quarters since any start, rising; gaps are allowed.
        rate: shape (n,), above zero.
        weights: shape (n,), such as the events behind each rate; None for equal weights.
        most: the largest number of joinpoints that is tried.

    Returns:
        The trend; intervals are Student's t on n - 2 (m + 1) degrees of freedom and take the joinpoints as
        known. A reason where there are too few quarters or a rate is zero or missing.
    """
    count = len(time)
    if count < _FEWEST:
        return NotEstimable(f"a trend needs {_FEWEST} quarters and there are {count}")
    if not np.isfinite(rate).all():
        return NotEstimable("a rate is missing")
    if (rate <= 0).any():
        return NotEstimable("a quarter has a rate of zero, which has no logarithm")
    if weights is not None and not (np.isfinite(weights).all() and (weights > 0).all()):
        return NotEstimable("a weight is not above zero")
    share = np.ones(count) if weights is None else weights / weights.mean()
    elapsed = time - time[0]
    values = np.log(rate)
    best = [
        found
        for number in range(most + 1)
        if (found := _best_places(elapsed, values, np.sqrt(share), number)) is not None
    ]
    criterion = tuple(_bicc(error, count, number) for number, (error, _) in enumerate(best))
    places = best[int(np.argmin(criterion))][1]
    return _trend(time, elapsed, values, share, places, criterion)


def _designs(elapsed: FloatArray, places: FloatArray) -> FloatArray:
    """Shape (placements, n, 2 + joinpoints) from placements of shape (placements, joinpoints)."""
    bends = np.maximum(elapsed[None, :, None] - places[:, None, :], 0.0)
    ones = np.ones((len(places), len(elapsed), 1))
    return np.concatenate([ones, np.broadcast_to(elapsed[None, :, None], ones.shape), bends], axis=2)


def _best_places(
    elapsed: FloatArray, values: FloatArray, root: FloatArray, number: int
) -> tuple[float, FloatArray] | None:
    """The smallest weighted sum of squares with so many joinpoints, and where they are; None if no room."""
    count = len(elapsed)
    if count - (2 * number + 3) - 1 <= 0:
        return None
    inner = range(QUARTERS_TO_THE_END, count - QUARTERS_TO_THE_END)
    spots = [
        spot
        for spot in combinations(inner, number)
        if all(later - earlier > QUARTERS_BETWEEN for earlier, later in pairwise(spot))
    ]
    if not spots:
        return None
    places = elapsed[np.asarray(spots, dtype=np.intp).reshape(len(spots), number)]
    q = np.linalg.qr(_designs(elapsed, places) * root[None, :, None])[0]
    target = values * root
    residuals = target - np.einsum("gnp,gp->gn", q, np.einsum("gnp,n->gp", q, target))
    errors = (residuals**2).sum(axis=1)
    chosen = int(np.argmin(errors))
    return float(errors[chosen]), places[chosen]


def _bicc(error: float, count: int, number: int) -> float:
    parameters = 2 * number + 3
    floor = count * _EXACT**2
    return float(np.log(max(error, floor) / count) + parameters * np.log(count) / (count - parameters - 1))


def _trend(
    time: FloatArray,
    elapsed: FloatArray,
    values: FloatArray,
    share: FloatArray,
    places: FloatArray,
    criterion: tuple[float, ...],
) -> Joinpoints:
    design = _designs(elapsed, places[None, :])[0]
    bread = np.linalg.inv((design * share[:, None]).T @ design)
    coefficients = bread @ (design.T @ (share * values))
    residuals = values - design @ coefficients
    degrees = len(values) - 2 * (len(places) + 1)
    covariance = bread * float((share * residuals**2).sum()) / degrees
    ends = np.concatenate([[0.0], places, [elapsed[-1]]])
    # Slope of a segment: the first slope plus every change up to it. Shape (segments, coefficients).
    slopes = np.column_stack([np.zeros(len(ends) - 1), np.ones(len(ends) - 1), np.tri(len(ends) - 1, len(places), -1)])
    average = np.diff(ends) @ slopes / elapsed[-1]
    segments = tuple(
        Segment(float(time[0] + start), float(time[0] + end), _percent(row, coefficients, covariance, degrees))
        for start, end, row in zip(ends[:-1], ends[1:], slopes, strict=True)
    )
    return Joinpoints(
        at=tuple(float(time[0] + place) for place in places),
        segments=segments,
        average=_percent(average, coefficients, covariance, degrees),
        fitted=np.exp(design @ coefficients),
        criterion=criterion,
    )


def _percent(contrast: FloatArray, coefficients: FloatArray, covariance: FloatArray, degrees: int) -> Estimate:
    """Percent change per quarter from a slope of log rates; its interval is not symmetric."""
    log = with_interval(
        float(contrast @ coefficients),
        float(np.sqrt(np.maximum(contrast @ covariance @ contrast, 0.0))),
        degrees,
    )
    spread = 100 * float(np.exp(log.estimate)) * log.std_error
    low, high = 100 * float(np.expm1(log.ci_low)), 100 * float(np.expm1(log.ci_high))
    return Estimate(100 * float(np.expm1(log.estimate)), spread, low, high, log.p_value)
