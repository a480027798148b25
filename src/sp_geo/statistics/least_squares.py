"""Weighted least squares with sandwich errors, in the few lines of linear algebra that it is.

The definitions are those of statsmodels (``WLS.fit(cov_type=...)`` with HC1, HC3 and cluster) and, for CR2, those of
Bell and McCaffrey with Satterthwaite degrees of freedom; the tests hold this module to both. It is written out because
hundreds of small fits are wanted within seconds of a command's start, and no library here has CR2.

Symbols: W the diagonal of weights, X the design, r the residuals, n rows, k columns, G clusters, h the leverages and H
the hat matrix of the weighted design.

    HC1      n / (n - k) x (X'WX)^-1 X'W diag(r^2) W X (X'WX)^-1
    HC3      (X'WX)^-1 X'W diag(r^2 / (1 - h)^2) W X (X'WX)^-1
    cluster  G / (G - 1) x (n - 1) / (n - k) x (X'WX)^-1 (sum over g of s_g s_g') (X'WX)^-1
             with s_g = X_g' W_g r_g
    CR2      (X'WX)^-1 (sum over g of s_g s_g') (X'WX)^-1 with s_g = X_g' W^1/2 (I - H_gg)^-1/2 W^1/2 r_g

CR2 and its degrees of freedom take as working model that the variance of a row is one over its weight. In the
coordinates of Q, where Q R is the weighted design, (I - H_gg)^p Q_g is Q_g (I - S_g)^p with S_g = Q_g' Q_g of k x k, so
no matrix of the size of a cluster is ever made.

References: Journal of Econometrics 1985, 29: 305 (HC1, HC3); Biometrika 1986, 73: 13 (clusters); Survey Methodology
2002, 28: 169 (CR2); Journal of Business and Economic Statistics 2018, 36: 672 (its degrees of freedom).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
import scipy
from numpy.typing import NDArray

from sp_geo.statistics.estimates import Estimate, NotEstimable

FloatArray = NDArray[np.float64]
SeType = Literal["HC1", "HC3", "cluster", "CR2"]

UPPER_TAIL: Final = 0.975
_FEWEST_CLUSTERS: Final = 3
_RANK_TOLERANCE: Final = 1e-9
_LEVERAGE_OF_ONE: Final = 1 - 1e-9


@dataclass(frozen=True)
class Adjustment:
    """What small-sample errors add to the scores of each cluster, in the coordinates of Q.

    Attributes:
        inner: shape (G, k, k), S_g.
        factors: shape (G, k, k), (I - S_g)^p.
        half_bread: shape (k, k), the inverse of R.
    """

    inner: FloatArray
    factors: FloatArray
    half_bread: FloatArray

    def degrees(self, contrast: FloatArray) -> float:
        """Satterthwaite's degrees of freedom of a weighted sum of coefficients, ``contrast`` of shape (k,)."""
        lean = self.factors @ (self.half_bread.T @ contrast)
        own = np.einsum("gi,gij,gj->g", lean, self.inner, lean)
        shared = np.einsum("gij,gj->gi", self.inner, lean)
        # The quadratic form diag(own) - shared shared': squared trace over trace of its square.
        lengths = (shared**2).sum(axis=1)
        trace = own.sum() - lengths.sum()
        of_square = (own**2).sum() - 2 * (own * lengths).sum() + ((shared.T @ shared) ** 2).sum()
        return float(trace**2 / of_square)


@dataclass(frozen=True)
class Fit:
    """A fitted linear model.

    Attributes:
        coefficients: shape (k,), in the units of outcome per unit of the column.
        covariance: shape (k, k), of the coefficients.
        residuals: shape (n,), outcome minus fitted value, unweighted.
        leverage: shape (n,), diagonal of the hat matrix of the weighted design.
        degrees: degrees of freedom of Student's t for intervals; None means the normal distribution, or (CR2)
            Satterthwaite's, which differ from coefficient to coefficient.
        errors: kind of the covariance.
        adjustment: of HC3 and CR2.
    """

    coefficients: FloatArray
    covariance: FloatArray
    residuals: FloatArray
    leverage: FloatArray
    degrees: float | None
    errors: SeType
    adjustment: Adjustment | None = None

    def estimate(self, column: int) -> Estimate:
        """One coefficient with its interval."""
        return self.combination(np.eye(len(self.coefficients))[column])

    def effective_degrees(self, column: int) -> float:
        """Satterthwaite's degrees of freedom of one coefficient, by the design alone; of HC3 and CR2.

        Raises:
            ValueError: the errors are of another kind.
        """
        if self.adjustment is None:
            raise ValueError("only HC3 and CR2 have effective degrees of freedom")
        return self.adjustment.degrees(np.eye(len(self.coefficients))[column])

    def combination(self, contrast: FloatArray) -> Estimate:
        """A weighted sum of coefficients, ``contrast`` of shape (k,), with its interval."""
        variance = float(contrast @ self.covariance @ contrast)
        degrees = self.degrees
        if self.errors == "CR2" and self.adjustment is not None:
            degrees = self.adjustment.degrees(contrast)
        found = with_interval(float(contrast @ self.coefficients), float(np.sqrt(max(variance, 0.0))), degrees)
        return replace(found, errors=self.errors)


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
    return Estimate(estimate, std_error, estimate - half, estimate + half, min(p_value, 1.0), degrees)


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
        clusters: shape (n,), a whole number per cluster from 0; needed for ``cluster`` and ``CR2`` only.
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
    half_bread = np.linalg.inv(r)
    if se_type in {"HC3", "CR2"}:
        found = _adjusted(q, root * residuals, clusters, se_type, half_bread)
    else:
        found = _plain(q, root * residuals, clusters, se_type)
    if isinstance(found, NotEstimable):
        return found
    middle, degrees, adjustment = found
    covariance = half_bread @ middle @ half_bread.T
    return Fit(coefficients, covariance, residuals, (q**2).sum(axis=1), degrees, se_type, adjustment)


def has_full_rank(matrix: FloatArray) -> bool:
    """Whether no column is (to nine digits) a combination of the others, whatever units they are in."""
    lengths = np.sqrt((matrix**2).sum(axis=0))
    if (lengths == 0).any():
        return False
    singular = np.linalg.svd(matrix / lengths, compute_uv=False)
    return bool(singular[-1] > _RANK_TOLERANCE * singular[0])


Middle = tuple[FloatArray, int | None, Adjustment | None]
"""Middle of the sandwich in the coordinates of Q, where bread is R^-1; degrees of freedom; what was adjusted."""


def _plain(
    q: FloatArray, residuals: FloatArray, clusters: NDArray[np.intp] | None, se_type: SeType
) -> Middle | NotEstimable:
    """HC1, or clustered errors with their factor for few clusters."""
    rows, columns = q.shape
    if se_type == "HC1":
        scores = q * residuals[:, None]
        return scores.T @ scores * (rows / (rows - columns)), None, None
    numbers = _needed(clusters)
    count = int(numbers.max()) + 1
    if count <= columns:
        return NotEstimable(f"{columns} parameters need more than {columns} clusters and there are {count}")
    sums = np.zeros((count, columns))
    np.add.at(sums, numbers, q * residuals[:, None])
    correction = count / (count - 1) * (rows - 1) / (rows - columns)
    return sums.T @ sums * correction, count - 1, None


def _adjusted(
    q: FloatArray, residuals: FloatArray, clusters: NDArray[np.intp] | None, se_type: SeType, half_bread: FloatArray
) -> Middle | NotEstimable:
    """HC3, which is a cluster a row with p = -1, or CR2, with p = -1/2."""
    rows, columns = q.shape
    if se_type == "HC3":
        if (q**2).sum(axis=1).max() > _LEVERAGE_OF_ONE:
            return NotEstimable("one PCN alone settles a parameter, which leaves HC3 undefined")
        inner, scores = q[:, :, None] * q[:, None, :], q * residuals[:, None]
    else:
        numbers = _needed(clusters)
        count = int(numbers.max()) + 1
        if count < _FEWEST_CLUSTERS:
            return NotEstimable(f"clustered errors need {_FEWEST_CLUSTERS} clusters and there are {count}")
        inner, scores = np.zeros((count, columns, columns)), np.zeros((count, columns))
        np.add.at(inner, numbers, q[:, :, None] * q[:, None, :])
        np.add.at(scores, numbers, q * residuals[:, None])
    values, vectors = np.linalg.eigh(inner)
    left = 1 - values
    # A direction that one cluster settles alone has no residual: it adds nothing, as under a pseudo-inverse.
    power = np.where(left > 1 - _LEVERAGE_OF_ONE, np.maximum(left, 1 - _LEVERAGE_OF_ONE), np.inf)
    power = power ** (-1.0 if se_type == "HC3" else -0.5)
    factors = (vectors * power[:, None, :]) @ vectors.transpose(0, 2, 1)
    adjusted = np.einsum("gij,gj->gi", factors, scores)
    return adjusted.T @ adjusted, rows - columns if se_type == "HC3" else None, Adjustment(inner, factors, half_bread)


def _needed(clusters: NDArray[np.intp] | None) -> NDArray[np.intp]:
    """The clusters, which clustered errors cannot do without."""
    if clusters is None:
        raise ValueError("clustered errors need clusters")
    return clusters
