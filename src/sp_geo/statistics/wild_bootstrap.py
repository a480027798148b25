"""Wild cluster bootstrap of one coefficient: a p-value with the null imposed, and the interval that it inverts to.

The model is fitted with the coefficient held at its null; the residuals of each cluster get one random sign (or one of
Webb's six weights, where there are fewer than twelve clusters); t with clustered errors is computed for each draw, and
p is the share of draws whose |t| is as large as that of the data. All draws come from sums over clusters, so that none
fits a model: the score of cluster g is s_g v_g less what the fitted coefficients take from it, which is linear in v.

References: Review of Economics and Statistics 2008, 90: 414 (null imposed); Queen's University working paper 1315, 2023
(six weights); Stata Journal 2019, 19: 4 (sums over clusters). The factor for few clusters is the same in every draw and
in the data, so it is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sp_geo.statistics.least_squares import FloatArray

DRAWS: Final = 1_999
"""Random draws; with the data they are 2,000, so that a p-value has steps of 0.0005."""
SEED: Final = 1
_FEW_CLUSTERS: Final = 12
_WEBB: Final = np.sqrt(np.array([0.5, 1.0, 1.5]))
_TIE: Final = 1 + 1e-10
_HALVINGS: Final = 24


@dataclass(frozen=True)
class WildBootstrap:
    """One coefficient with its draws, ready to be tested against any null.

    Attributes:
        estimate: the coefficient.
        std_error: clustered, without the factor for few clusters.
        of_outcome: shape (G,), score of each cluster from the outcome, the coefficient held at 0.
        of_need: shape (G,), score of each cluster that the column itself has.
        lean_outcome: shape (G, G), what the score of cluster g loses for each unit of the weight of cluster h.
        lean_need: the same of the column.
    """

    estimate: float
    std_error: float
    of_outcome: FloatArray
    of_need: FloatArray
    lean_outcome: FloatArray
    lean_need: FloatArray

    def p_value(self, null: float = 0.0, draws: int = DRAWS, seed: int = SEED) -> float:
        """Two-sided, of the hypothesis that the coefficient is ``null``: from 1 / (draws + 1) to 1."""
        score = self.of_outcome - null * self.of_need
        lean = self.lean_outcome - null * self.lean_need
        weights = _weights(len(score), draws, seed)
        # A score of a draw is s_g v_g - sum over h of lean_gh v_h; its numerator, the sum of s_g v_g.
        spread = weights @ (np.diag(score) - lean).T
        drawn = np.abs(weights @ score) * _TIE / np.sqrt((spread**2).sum(axis=1))
        return float((1 + (drawn >= abs(self.estimate - null) / self.std_error).sum()) / (draws + 1))

    def interval(self, alpha: float = 0.05) -> tuple[float, float]:
        """Ends of the values that the test does not reject at ``alpha``, found by halving."""
        return self._end(-1.0, alpha), self._end(1.0, alpha)

    def _end(self, sign: float, alpha: float) -> float:
        inside, outside = 0.0, 2.0
        while self.p_value(self.estimate + sign * outside * self.std_error) >= alpha and outside < 1 / alpha**4:
            inside, outside = outside, 2 * outside
        for _ in range(_HALVINGS):
            middle = (inside + outside) / 2
            if self.p_value(self.estimate + sign * middle * self.std_error) >= alpha:
                inside = middle
            else:
                outside = middle
        return self.estimate + sign * outside * self.std_error


def wild_bootstrap(
    design: FloatArray, outcome: FloatArray, weights: FloatArray | None, clusters: NDArray[np.intp], column: int
) -> WildBootstrap:
    """The sums over clusters that all draws of one coefficient come from.

    Args:
        design: shape (n, k), of full rank, with its column of ones.
        outcome: shape (n,).
        weights: shape (n,), above zero; None for equal weights.
        clusters: shape (n,), a whole number per cluster from 0.
        column: whose coefficient is tested.
    """
    root = np.ones(len(outcome)) if weights is None else np.sqrt(weights)
    others = np.delete(design, column, axis=1) * root[:, None]
    basis = np.linalg.qr(others)[0]
    need, response = design[:, column] * root, outcome * root
    need, response = need - basis @ (basis.T @ need), response - basis @ (basis.T @ response)
    count = int(clusters.max()) + 1

    def by_cluster(values: FloatArray) -> FloatArray:
        sums = np.zeros((count, *values.shape[1:]))
        np.add.at(sums, clusters, values)
        return sums

    of_need = by_cluster(need**2)
    total = float(of_need.sum())
    estimate = float(need @ response) / total
    shared = by_cluster(need[:, None] * basis)

    def lean(values: FloatArray, scores: FloatArray) -> FloatArray:
        """Through the other coefficients, and through the coefficient itself."""
        return shared @ by_cluster(values[:, None] * basis).T + np.outer(of_need / total, scores)

    of_outcome = by_cluster(need * response)
    own = by_cluster(need * (response - estimate * need))
    std_error = float(np.sqrt((own**2).sum())) / total
    return WildBootstrap(estimate, std_error, of_outcome, of_need, lean(response, of_outcome), lean(need, of_need))


@lru_cache(maxsize=16)
def _weights(count: int, draws: int, seed: int) -> FloatArray:
    """One weight a draw and cluster, shape (draws, count); the same for all coefficients over as many clusters."""
    chance = np.random.default_rng(seed)
    signs = chance.choice(np.array([-1.0, 1.0]), size=(draws, count))
    return signs * chance.choice(_WEBB, size=(draws, count)) if count < _FEW_CLUSTERS else signs
