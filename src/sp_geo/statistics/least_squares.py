"""Weighted least squares with sandwich errors, in the few lines of linear algebra that it is.

The definitions are those of statsmodels (``WLS.fit(cov_type=...)`` with HC1, HC3 and cluster), which the
tests hold this module to. It is written out because hundreds of small fits are wanted within seconds of a
command's start.

Symbols: W the diagonal of weights, X the design, r the residuals, n rows, k columns, G clusters, h the
leverages of the weighted design.

    HC1      n / (n - k) x (X'WX)^-1 X'W diag(r^2) W X (X'WX)^-1
    HC3      (X'WX)^-1 X'W diag(r^2 / (1 - h)^2) W X (X'WX)^-1
    cluster  G / (G - 1) x (n - 1) / (n - k) x (X'WX)^-1 (sum over g of s_g s_g') (X'WX)^-1
             with s_g = X_g' W_g r_g

References: Journal of Econometrics 1985, 29: 305 (HC1, HC3); Biometrika 1986, 73: 13 (clusters).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import scipy
from numpy.typing import NDArray

from sp_geo.statistics.estimates import Estimate, NotEstimable

FloatArray = NDArray[np.float64]
SeType = Literal["HC1", "HC3", "cluster"]

SE_TYPES: Final[tuple[SeType, ...]] = ("HC1", "HC3", "cluster")
UPPER_TAIL: Final = 0.975
_FEWEST_CLUSTERS: Final = 2
_RANK_TOLERANCE: Final = 1e-9
_LEVERAGE_OF_ONE: Final = 1 - 1e-9


@dataclass(frozen=True)
class Fit:
    """A fitted linear model.

    Attributes:
        coefficients: shape (k,), in the units of outcome per unit of the column.
        covariance: shape (k, k), of the coefficients.
        residuals: shape (n,), outcome minus fitted value, unweighted.
        degrees: degrees of freedom of Student's t for intervals; None means the normal distribution.
    """

    coefficients: FloatArray
    covariance: FloatArray
    residuals: FloatArray
    degrees: int | None

    def estimate(self, column: int) -> Estimate:
        """One coefficient with its interval."""
        contrast = np.zeros(len(self.coefficients))
        contrast[column] = 1.0
        return self.combination(contrast)

    def combination(self, contrast: FloatArray) -> Estimate:
        """A weighted sum of coefficients, ``contrast`` of shape (k,), with its interval."""
        variance = float(contrast @ self.covariance @ contrast)
        return with_interval(float(contrast @ self.coefficients), float(np.sqrt(max(variance, 0.0))), self.degrees)


def with_interval(estimate: float, std_error: float, degrees: float | None = None) -> Estimate:
    """A 95 % interval and two-sided p-value, normal or (with ``degrees``) Student's t."""
    half = std_error * float(
        scipy.special.ndtri(UPPER_TAIL) if degrees is None else scipy.special.stdtrit(degrees, UPPER_TAIL)
    )
    if std_error == 0:
        p_value = 1.0 if estimate == 0 else 0.0
    else:
        distance = -abs(estimate) / std_error
        p_value = 2 * float(scipy.special.ndtr(distance) if degrees is None else scipy.special.stdtr(degrees, distance))
    return Estimate(estimate, std_error, estimate - half, estimate + half, min(p_value, 1.0))


def fit(
    design: FloatArray,
    outcome: FloatArray,
    weights: FloatArray | None = None,
    clusters: NDArray[np.intp] | None = None,
    se_type: SeType = "HC1",
) -> Fit | NotEstimable:
    """Fit a linear model by (weighted) least squares.

    Args:
        design: shape (n, k), with its column of ones.
        outcome: shape (n,).
        weights: shape (n,), above zero; None for equal weights.
        clusters: shape (n,), a whole number per cluster from 0; needed for ``se_type="cluster"`` only.
        se_type: how the covariance is estimated.

    Returns:
        The fit, or the reason why there is none: no more rows than parameters, collinear columns, a row of
        leverage one under HC3, or no more clusters than parameters.
    """
    rows, columns = design.shape
    if rows <= columns:
        return NotEstimable(f"{columns} parameters need more than {columns} PCN rows and there are {rows}")
    root = np.ones(rows) if weights is None else np.sqrt(weights)
    weighted = design * root[:, None]
    q, r = np.linalg.qr(weighted)
    if not has_full_rank(r):  # R has the column lengths and singular values of the design and is small
        return NotEstimable("the need and the covariates are collinear")
    coefficients = np.linalg.solve(r, q.T @ (outcome * root))
    residuals = outcome - design @ coefficients
    meat = _meat(q, root * residuals, clusters, se_type, columns)
    if isinstance(meat, NotEstimable):
        return meat
    middle, degrees = meat
    half_bread = np.linalg.inv(r)
    covariance = half_bread @ middle @ half_bread.T
    return Fit(coefficients, covariance, residuals, degrees)


def has_full_rank(matrix: FloatArray) -> bool:
    """Whether no column is (to nine digits) a combination of the others, whatever units they are in."""
    lengths = np.sqrt((matrix**2).sum(axis=0))
    if (lengths == 0).any():
        return False
    singular = np.linalg.svd(matrix / lengths, compute_uv=False)
    return bool(singular[-1] > _RANK_TOLERANCE * singular[0])


def _meat(
    q: FloatArray, residuals: FloatArray, clusters: NDArray[np.intp] | None, se_type: SeType, columns: int
) -> tuple[FloatArray, int | None] | NotEstimable:
    """The middle of the sandwich in the coordinates of Q, where bread is R^-1, and the degrees of freedom."""
    rows = len(residuals)
    if se_type == "HC1":
        scores = q * residuals[:, None]
        return scores.T @ scores * (rows / (rows - columns)), None
    if se_type == "HC3":
        leverage = (q**2).sum(axis=1)
        if leverage.max() > _LEVERAGE_OF_ONE:
            return NotEstimable("one PCN alone settles a parameter, which leaves HC3 undefined")
        scores = q * (residuals / (1 - leverage))[:, None]
        return scores.T @ scores, None
    if clusters is None:
        raise ValueError("clustered errors need clusters")
    count = int(clusters.max()) + 1
    if count < max(_FEWEST_CLUSTERS, columns + 1):
        return NotEstimable(f"{columns} parameters need more than {columns} clusters and there are {count}")
    sums = np.zeros((count, columns))
    np.add.at(sums, clusters, q * residuals[:, None])
    correction = count / (count - 1) * (rows - 1) / (rows - columns)
    return sums.T @ sums * correction, count - 1
