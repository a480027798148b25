"""Survey need of PCNs without answers: predicted by scikit-learn, with conformal intervals that hold in other ICBs.

Candidates are fitted with whole ICBs left out in turn, and the one with the smallest error there is taken. The interval
of a new PCN is that of CV+: with m_k the model that was fitted without the ICBs of fold k, r_i = |y_i - m_k(i)(x_i)|,

    low   the quantile a of  m_k(i)(x) - r_i,      high  the quantile 1 - a of  m_k(i)(x) + r_i

over PCNs i with answers, each ICB with the same weight, a = 1 - coverage. It is an interval for what the survey
would have found there. Sources: Barber, Candes, Ramdas and Tibshirani 2021 (Ann Stat 49: 486);
Dunn, Wasserman and Ramdas 2023 (J Am Stat Assoc 118: 2491) for groups. See docs/model_card_need.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sp_geo.statistics.estimates import NotEstimable
from sp_geo.statistics.least_squares import FloatArray
from sp_geo.statistics.small_area_need import FEWEST_PCNS

COVERAGE: Final = 0.9
FEWEST_ICBS: Final = 6
_FOLDS: Final = 5


def _ridge() -> Any:
    from sklearn.linear_model import RidgeCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), RidgeCV(np.logspace(-2, 3, 16)))


def _trees() -> Any:
    from sklearn.ensemble import HistGradientBoostingRegressor

    return HistGradientBoostingRegressor(
        max_iter=60, max_depth=3, learning_rate=0.08, min_samples_leaf=20, random_state=1
    )


def _mean() -> Any:
    from sklearn.dummy import DummyRegressor

    return DummyRegressor()


CANDIDATES: Final[Mapping[str, Callable[[], Any]]] = {
    "mean": _mean,
    "ridge": _ridge,
    "trees": _trees,
}


@dataclass(frozen=True)
class Predicted:
    """Predictions for PCNs without answers.

    Attributes:
        values: shape (n,), in the unit of the need.
        low: shape (n,), lower end of the conformal interval.
        high: shape (n,), upper end.
        model: name of the candidate.
        error: root mean square error in ICBs that were left out, by candidate.
    """

    values: FloatArray
    low: FloatArray
    high: FloatArray
    model: str
    error: Mapping[str, float]


@dataclass(frozen=True)
class Evaluation:
    """How predictions do in ICBs that had no part in them.

    Attributes:
        predicted: shape (n,), each PCN by a model that never saw its ICB.
        low: shape (n,), of its interval.
        high: shape (n,).
        others: shape (n,), mean of the other PCNs of the same ICB, which a PCN without answers might be given; the mean
            of all other PCNs where there is no other in the ICB.
        models: candidate taken, by fold.
    """

    predicted: FloatArray
    low: FloatArray
    high: FloatArray
    others: FloatArray
    models: tuple[str, ...]


def predicted_need(
    value: FloatArray, predictors: FloatArray, icbs: NDArray[np.intp], wanted: FloatArray, coverage: float = COVERAGE
) -> Predicted | NotEstimable:
    """Predictions and conformal intervals.

    Args:
        value: shape (n,), observed need of PCNs with answers.
        predictors: shape (n, k), no NaN.
        icbs: shape (n,), whole numbers; ICBs are left out whole.
        wanted: shape (m, k), predictors of the PCNs to predict.
        coverage: share of intervals that should hold what the survey would have found.
    """
    groups = len(np.unique(icbs))
    if len(value) < FEWEST_PCNS or groups < FEWEST_ICBS:
        return NotEstimable(
            f"{len(value)} PCNs with answers in {groups} ICBs are too few to predict others (least: {FEWEST_PCNS} in "
            f"{FEWEST_ICBS})"
        )
    from sklearn.model_selection import GroupKFold

    folds = list(GroupKFold(min(_FOLDS, groups)).split(predictors, value, icbs))
    outside = {name: np.zeros(len(value)) for name in CANDIDATES}
    fits: dict[str, list[Any]] = {name: [] for name in CANDIDATES}
    for name, make in CANDIDATES.items():
        for inside, left_out in folds:
            model = make().fit(predictors[inside], value[inside])
            outside[name][left_out] = model.predict(predictors[left_out])
            fits[name].append(model)
    error = {name: float(np.sqrt(np.mean((value - found) ** 2))) for name, found in outside.items()}
    best = min(error, key=lambda name: error[name])
    residual = np.abs(value - outside[best])
    members = np.bincount(icbs)[icbs]
    at = np.empty((len(value), len(wanted)))
    for model, (_, left_out) in zip(fits[best], folds, strict=True):
        at[left_out] = model.predict(wanted)
    weight = 1.0 / members
    high = _quantiles(at + residual[:, None], weight, coverage)
    low = -_quantiles(residual[:, None] - at, weight, coverage)
    values = np.asarray(CANDIDATES[best]().fit(predictors, value).predict(wanted), dtype=np.float64)
    return Predicted(values, np.minimum(low, values), np.maximum(high, values), best, error)


def evaluation(
    value: FloatArray, predictors: FloatArray, icbs: NDArray[np.intp], coverage: float = COVERAGE
) -> Evaluation | NotEstimable:
    """Predict every PCN with answers from other ICBs alone: choice of the model, its fit and the interval.

    Args are those of :func:`predicted_need`.
    """
    from sklearn.model_selection import GroupKFold

    groups = len(np.unique(icbs))
    if groups <= FEWEST_ICBS:
        return NotEstimable(f"{groups} ICBs are too few to leave some out (least: {FEWEST_ICBS + 1})")
    found = {name: np.zeros(len(value)) for name in ("values", "low", "high")}
    models = []
    for inside, left_out in GroupKFold(min(_FOLDS, groups)).split(predictors, value, icbs):
        numbers = np.unique(icbs[inside], return_inverse=True)[1].astype(np.intp)
        one = predicted_need(value[inside], predictors[inside], numbers, predictors[left_out], coverage)
        if isinstance(one, NotEstimable):
            return one
        for name, column in found.items():
            column[left_out] = getattr(one, name)
        models.append(one.model)
    sums, members = np.bincount(icbs, value)[icbs], np.bincount(icbs)[icbs]
    elsewhere = (value.sum() - value) / (len(value) - 1)
    others = np.where(members > 1, (sums - value) / np.maximum(members - 1, 1), elsewhere)
    return Evaluation(found["values"], found["low"], found["high"], others, tuple(models))


def _quantiles(values: FloatArray, weight: FloatArray, share: float) -> FloatArray:
    """Smallest value in each column under which, or at which, a share of the weight lies: shape (columns,)."""
    order = values.argsort(axis=0)
    reached = weight[order].cumsum(axis=0) >= share * weight.sum() - 1e-12
    place = order[reached.argmax(axis=0), np.arange(values.shape[1])]
    return np.asarray(values[place, np.arange(values.shape[1])], dtype=np.float64)
