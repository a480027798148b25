"""A slope within one ICB, judged by permuting: a t with HC3 errors, compared with its own values under permutation.

With a dozen or two PCNs, some with far more need than the rest and many with no link worker, no table of Student's t
says how large |t| gets by chance. So the outcome (less what the covariates explain) is dealt to the PCNs anew, t with
HC3 errors is computed each time, and p is the share of deals whose |t| is as large as that of the data. Without
covariates and weights this is exact where PCNs are exchangeable; and since t is studentised it also holds, as n grows,
where they differ in variance. The interval is the estimate with so many standard errors to each side as 95 % of the
deals stay within.

References: Annals of Statistics 2013, 41: 484 (studentised permutations); Journal of the American Statistical
Association 2017, 112: 1211 (of a slope); Journal of Business and Economic Statistics 1983, 1: 292 (covariates).
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sp_geo.statistics.estimates import Estimate
from sp_geo.statistics.least_squares import Fit, FloatArray

DEALS: Final = 1_999
"""Permutations; with the data they are 2,000, so that p below 0.05 is fewer than 100 of them."""
SEED: Final = 1
_ALPHA: Final = 0.05
_TIE: Final = 1 + 1e-10


def permuted(design: FloatArray, outcome: FloatArray, weights: FloatArray | None, column: int, fitted: Fit) -> Estimate:
    """One coefficient of a fit with HC3 errors, with interval and p-value by permutation.

    Args:
        design: shape (n, k), of full rank, with its column of ones.
        outcome: shape (n,).
        weights: shape (n,), above zero; None for equal weights.
        column: whose coefficient is asked for.
        fitted: the same model with HC3 errors.

    Returns:
        ``degrees`` are the effective ones of the design, which say how few PCNs the slope rests on.
    """
    plain = fitted.estimate(column)
    root = np.ones(len(outcome)) if weights is None else np.sqrt(weights)
    basis = np.linalg.qr(design * root[:, None])[0]
    others = np.linalg.qr(np.delete(design, column, axis=1) * root[:, None])[0]
    need = design[:, column] * root
    need = need - others @ (others.T @ need)
    left = outcome * root - others @ (others.T @ (outcome * root))
    dealt = left[_deals(len(left), DEALS, SEED)]
    residuals = dealt - (dealt @ basis) @ basis.T
    spread = np.sqrt(residuals**2 @ (need / (1 - fitted.leverage)) ** 2)
    drawn = np.abs(dealt @ need) / np.where(spread > 0, spread, np.inf)
    asked = abs(plain.estimate) / plain.std_error if plain.std_error else np.inf
    larger = int((drawn * _TIE >= asked).sum())
    # As many standard errors as leave zero out exactly where p is below 0.05.
    most = float(np.partition(drawn, -(round(_ALPHA * (DEALS + 1)) - 1))[-(round(_ALPHA * (DEALS + 1)) - 1)])
    half = plain.std_error * most
    return replace(
        plain,
        ci_low=plain.estimate - half,
        ci_high=plain.estimate + half,
        p_value=(1 + larger) / (DEALS + 1),
        degrees=fitted.effective_degrees(column),
        errors="permuted",
    )


@lru_cache(maxsize=16)
def _deals(rows: int, deals: int, seed: int) -> NDArray[np.intp]:
    """The order of the rows in each deal, shape (deals, rows)."""
    return np.argsort(np.random.default_rng(seed).random((deals, rows)), axis=1)
