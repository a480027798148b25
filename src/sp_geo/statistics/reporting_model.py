"""How likely each PCN was to report, and the weights that make reporters stand for all active PCNs.

    P(reported) = 1 / (1 + exp(-(g0 + g1 need + g2 log(list size) + region)))
    weight      = share of PCNs that reported / fitted P(reported), limited to its 1st and 99th percentile

Source: inverse probability weighting, stabilised and trimmed as in 2008 (Am J Epidemiol 168:
656-64). The logistic fit is Newton's method; the tests hold it to statsmodels' ``Logit``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sp_geo.statistics.estimates import NotEstimable
from sp_geo.statistics.least_squares import FloatArray, has_full_rank

LOWEST_PERCENTILE: Final = 1.0
HIGHEST_PERCENTILE: Final = 99.0
_MOST_STEPS: Final = 50
_SETTLED: Final = 1e-10
_SEPARATED: Final = 25.0
"""A linear predictor beyond this (odds of 7e10) means separated data, not a PCN that is so certain."""

REGION_DROPPED: Final = "region left out of the reporting model, as in some region all or no PCNs reported"
EVERYONE_REPORTED: Final = "every PCN reported, so all weights are 1"


@dataclass(frozen=True)
class ReportingWeights:
    """Weights of the PCNs that reported.

    Attributes:
        weights: shape (number of reporters,), mean near 1, in the order of the rows handed in.
        note: what was simplified, empty if nothing.
    """

    weights: FloatArray
    note: str


def reporting_weights(
    reported: NDArray[np.bool_], need: FloatArray, list_size: FloatArray, region: NDArray[np.object_]
) -> ReportingWeights | NotEstimable:
    """Weights by inverse probability of reporting, for one quarter.

    Args:
        reported: shape (n,), all active PCNs that have the need and a list.
        need: shape (n,), any unit, no NaN.
        list_size: shape (n,), patients, above zero.
        region: shape (n,), codes; a PCN without a region counts as a region of its own kind.
    """
    if not reported.any():
        return NotEstimable("no PCN reported")
    if reported.all():
        return ReportingWeights(np.ones(len(reported)), EVERYONE_REPORTED)
    numbers = _standardised(np.column_stack([need, np.log(list_size)]))
    dummies, separated = _regions(region, reported)
    probabilities = None if separated else fitted_probabilities(np.column_stack([numbers, dummies]), reported)
    note = ""
    if probabilities is None:
        note = REGION_DROPPED
        probabilities = fitted_probabilities(numbers, reported)
    if probabilities is None:
        return NotEstimable("reporting is settled by need and list size, so that its chance cannot be modelled")
    raw = reported.mean() / probabilities[reported]
    # An observed weight, not one between two: doubling the data must not move the limits.
    low, high = np.percentile(raw, [LOWEST_PERCENTILE, HIGHEST_PERCENTILE], method="inverted_cdf")
    return ReportingWeights(np.clip(raw, low, high), note)


def fitted_probabilities(design: FloatArray, happened: NDArray[np.bool_]) -> FloatArray | None:
    """Fitted chances of a logistic regression, or None if it has no finite answer.

    Args:
        design: shape (n, k), with its column of ones.
        happened: shape (n,).
    """
    rows, columns = design.shape
    if rows <= columns or not has_full_rank(design):
        return None
    coefficients = np.zeros(columns)
    for _ in range(_MOST_STEPS):
        predictor = design @ coefficients
        if np.abs(predictor).max() > _SEPARATED:
            return None
        chance = 1 / (1 + np.exp(-predictor))
        information = (design * (chance * (1 - chance))[:, None]).T @ design
        change = np.linalg.solve(information, design.T @ (happened - chance))
        coefficients = coefficients + change
        if np.abs(change).max() < _SETTLED:
            return np.asarray(1 / (1 + np.exp(-(design @ coefficients))), dtype=np.float64)
    return None


def _standardised(numbers: FloatArray) -> FloatArray:
    """A column of ones and each column with mean 0 and deviation 1; columns that do not vary are left out."""
    spread = numbers.std(axis=0)
    varies = spread > 1e-12 * np.maximum(np.abs(numbers).max(axis=0), 1e-300)
    kept = (numbers[:, varies] - numbers[:, varies].mean(axis=0)) / spread[varies]
    return np.column_stack([np.ones(len(numbers)), kept])


def _regions(region: NDArray[np.object_], reported: NDArray[np.bool_]) -> tuple[FloatArray, bool]:
    """Dummies of all regions but the first, and whether some region has only one outcome."""
    codes, inverse = np.unique(region.astype(str), return_inverse=True)
    counts = np.bincount(inverse, minlength=len(codes))
    hits = np.bincount(inverse, weights=reported, minlength=len(codes))
    dummies = (inverse[:, None] == np.arange(1, len(codes))[None, :]).astype(np.float64)
    return dummies, bool(((hits == 0) | (hits == counts)).any())
