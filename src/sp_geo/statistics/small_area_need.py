"""Survey need of PCNs with its error: shrunk to what deprivation, age, ethnicity and rurality lead one to expect.

    y_i = x_i'b + v_i + e_i,   v ~ N(0, s2),  e ~ N(0, psi_i) with psi_i known
    shrunk_i = x_i'b + g_i (y_i - x_i'b),   g_i = s2 / (s2 + psi_i)

s2 by restricted maximum likelihood; the mean squared error has a part for e, one for b and one for s2 (g1 + g2 + 2 g3).
psi_i is the sampling variance that a PCN of this base has at the average share, since its own share is in doubt.
Sources: Fay and Herriot 1979 (J Am Stat Assoc 74: 269); Prasad and Rao 1990 (J Am Stat Assoc 85: 163); Rao and Molina
2015, chapter 6. See docs/model_card_need.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from sp_geo.statistics.estimates import NotEstimable
from sp_geo.statistics.least_squares import FloatArray, has_full_rank

PREDICTORS: Final = ("imd_score", "aged_65_plus", "minority_ethnic", "rural")
"""Measures that need is expected from, those of them that the panel has."""
FEWEST_PCNS: Final = 40


@dataclass(frozen=True)
class Shrunk:
    """Survey need drawn towards its expectation.

    Attributes:
        values: shape (n,), in the unit of the need.
        std_errors: shape (n,), root of the mean squared error.
        weights: shape (n,), share of each PCN's own answers in its value, 0 to 1.
        variance: of true need around its expectation.
    """

    values: FloatArray
    std_errors: FloatArray
    weights: FloatArray
    variance: float


def shrunk_need(value: FloatArray, sampling_variance: FloatArray, predictors: FloatArray) -> Shrunk | NotEstimable:
    """Empirical best linear unbiased predictions under the model of Fay and Herriot.

    Args:
        value: shape (n,), observed need.
        sampling_variance: shape (n,), above 0, counts as known.
        predictors: shape (n, k), without a column of ones, in any unit.
    """
    from scipy.optimize import minimize_scalar

    rows, k = len(value), predictors.shape[1] + 1
    if rows < max(FEWEST_PCNS, k + 2):
        return NotEstimable(f"{rows} PCNs with answers are fewer than {FEWEST_PCNS}")
    spread = predictors.std(axis=0)
    columns = np.column_stack([np.ones(rows), (predictors - predictors.mean(axis=0)) / np.where(spread > 0, spread, 1)])
    if not has_full_rank(columns):
        return NotEstimable("the measures that need is expected from are collinear")

    def fitted(variance: float) -> tuple[FloatArray, FloatArray, FloatArray]:
        precision = 1 / (variance + sampling_variance)
        bread = np.linalg.inv(columns.T @ (columns * precision[:, None])).astype(np.float64)
        return precision, bread, bread @ (columns.T @ (precision * value))

    def minus_log_likelihood(variance: float) -> float:
        precision, bread, coefficients = fitted(variance)
        left = value - columns @ coefficients
        return float(-np.log(precision).sum() - np.linalg.slogdet(bread)[1] + (precision * left**2).sum())

    most = float(value.var()) * 4
    best = minimize_scalar(minus_log_likelihood, bounds=(0.0, most), method="bounded", options={"xatol": most * 1e-9})
    variance = 0.0 if minus_log_likelihood(0.0) <= best.fun else float(best.x)
    precision, bread, coefficients = fitted(variance)
    expected = columns @ coefficients
    weights = variance * precision
    about_coefficients = np.einsum("ij,jk,ik->i", columns, bread, columns)
    error = weights * sampling_variance + (1 - weights) ** 2 * about_coefficients
    error += 2 * sampling_variance**2 * precision**3 * (2 / (precision**2).sum())
    return Shrunk(expected + weights * (value - expected), np.sqrt(error), weights, variance)


def smoothed_variance(std_error: FloatArray, base: FloatArray) -> FloatArray:
    """Sampling variance of each PCN's base at the average of p (1 - p), the design effect as in ``std_error``.

    Args:
        std_error: shape (n,).
        base: shape (n,), answers, above 0.
    """
    return np.asarray((std_error**2 * base).mean() / base, dtype=np.float64)


def predictors_of(panel: pd.DataFrame) -> FloatArray:
    """The predictors that the panel has for every PCN: shape (rows, k); a PCN without one has the others' median."""
    held = [name for name in PREDICTORS if name in panel and panel[name].notna().any()]
    columns = panel[held].astype(np.float64)
    return np.asarray(columns.fillna(columns.median()), dtype=np.float64)
