"""How likely each PCN was to report, and the weights that make reporters stand for all active PCNs.

    P(reported) = 1 / (1 + exp(-(g0 + g1 need + g2 log(list size) + region)))
    weight      = share of PCNs that reported / fitted P(reported), limited to its 1st and 99th percentile

Source: inverse probability weighting, stabilised and trimmed as in 2008 (Am J Epidemiol 168:
656-64). The logistic fit is scikit-learn's; the tests hold it to statsmodels' ``Logit``.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sp_geo.statistics.estimates import NotEstimable
from sp_geo.statistics.least_squares import FloatArray, has_full_rank

LOWEST_PERCENTILE: Final = 1.0
HIGHEST_PERCENTILE: Final = 99.0
_SETTLED: Final = 1e-15
"""Mean gradient at which the fit ends: one that ends earlier leaves separated data under the mark that tells them."""
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
    numbers = np.column_stack([need, np.log(list_size)])
    regions = pd.Series(region.astype(str))
    note, chances = "", None
    if pd.Series(reported).groupby(regions).mean().between(0, 1, inclusive="neither").all():
        dummies = pd.get_dummies(regions, drop_first=True, dtype=np.float64)
        chances = fitted_probabilities(np.column_stack([numbers, dummies]), reported)
    if chances is None:
        note, chances = REGION_DROPPED, fitted_probabilities(numbers, reported)
    if chances is None:
        return NotEstimable("reporting is settled by need and list size, so that its chance cannot be modelled")
    raw = reported.mean() / chances[reported]
    # An observed weight, not one between two: doubling the data must not move the limits.
    low, high = np.percentile(raw, [LOWEST_PERCENTILE, HIGHEST_PERCENTILE], method="inverted_cdf")
    return ReportingWeights(np.clip(raw, low, high), note)


def fitted_probabilities(numbers: FloatArray, happened: NDArray[np.bool_]) -> FloatArray | None:
    """Fitted chances of a logistic regression with an intercept, or None if it has no finite answer.

    Args:
        numbers: shape (n, k), in any unit; columns that do not vary are left out.
        happened: shape (n,), both outcomes.
    """
    from scipy.linalg import LinAlgWarning
    from scipy.special import expit
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    scaled = StandardScaler().fit_transform(numbers)
    # The mean square of a standardised column is 1, or 0 if it does not vary.
    design = np.column_stack([np.ones(len(scaled)), scaled[:, scaled.round().any(axis=0)]])
    if len(design) <= design.shape[1] or not has_full_rank(design):
        return None
    model = LogisticRegression(C=np.inf, fit_intercept=False, solver="newton-cholesky", tol=_SETTLED)
    try:
        with warnings.catch_warnings():
            for sign in (ConvergenceWarning, LinAlgWarning):
                warnings.simplefilter("error", sign)
            model.fit(design, happened)
    except (ConvergenceWarning, LinAlgWarning):
        return None
    predictor = model.decision_function(design)
    return None if np.abs(predictor).max() > _SEPARATED else np.asarray(expit(predictor), dtype=np.float64)
