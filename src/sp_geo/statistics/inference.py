"""Which errors fit the design, when a slope is not estimable under them, and what many slopes do to a p-value.

auto      PCNs of several ICBs: CR2 by ICB; PCNs of one ICB: permuted, with a guard
CR2       clustered by ICB, Bell and McCaffrey, t with Satterthwaite degrees of freedom
permuted  HC3, t judged by permuting within the ICB
wild      clustered by ICB, judged by the wild bootstrap
cluster   clustered by ICB, t on (ICBs - 1) degrees of freedom
HC3       t on (PCNs - parameters) degrees of freedom
HC1       normal; of published work, and too short where PCNs of one ICB resemble each other

See docs/methods/regression.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sp_geo.statistics.estimates import Estimate, NotEstimable, Result
from sp_geo.statistics.least_squares import Fit, FloatArray, SeType, fit
from sp_geo.statistics.permutation import permuted
from sp_geo.statistics.wild_bootstrap import WildBootstrap, wild_bootstrap

Errors = Literal["auto", "CR2", "permuted", "wild", "cluster", "HC3", "HC1"]
ERRORS: Final[tuple[Errors, ...]] = ("auto", "CR2", "permuted", "wild", "cluster", "HC3", "HC1")

MOST_LEVERAGE: Final = 0.5
FEWEST_VALUES: Final = 8
FEWEST_DEGREES: Final = 4.0
_CLOSED: Final[dict[str, SeType]] = {
    "CR2": "CR2", "permuted": "HC3", "wild": "cluster", "cluster": "cluster", "HC3": "HC3", "HC1": "HC1"
}  # fmt: skip
"""The covariance that each kind starts from."""


def chosen_errors(errors: Errors, icbs: pd.Series) -> Errors:
    """The kind that ``auto`` stands for, by the ICBs of the PCNs in the model; any other kind is itself."""
    if errors != "auto":
        return errors
    return "CR2" if len(icbs.unique()) > 1 else "permuted"


def cluster_numbers(labels: pd.Series) -> NDArray[np.intp]:
    """Whole numbers from 0, one per different label; missing labels are one cluster together."""
    return np.asarray(pd.factorize(labels, use_na_sentinel=False)[0], dtype=np.intp)


def fit_under(
    design: FloatArray, outcome: FloatArray, weights: FloatArray | None, icbs: pd.Series, errors: Errors
) -> Fit | NotEstimable:
    """The model with the covariance of a kind of errors.

    Args:
        design: shape (n, k), with its column of ones.
        outcome: shape (n,).
        weights: shape (n,), above zero; None for equal weights.
        icbs: shape (n,), the ICB of each row.
        errors: kind; ``auto`` goes by the ICBs.
    """
    se_type = _CLOSED[chosen_errors(errors, icbs)]
    clusters = cluster_numbers(icbs) if se_type in {"CR2", "cluster"} else None
    return fit(design, outcome, weights, clusters, se_type)


def estimate_under(
    design: FloatArray,
    outcome: FloatArray,
    weights: FloatArray | None,
    icbs: pd.Series,
    errors: Errors,
    column: int,
) -> Result:
    """One coefficient with interval and p-value under a kind of errors, or why there is none.

    Under ``auto`` within one ICB the guard holds: no number where one PCN's leverage is above 0.5, where the need
    has fewer than 8 different values, or where it rests on fewer than 4 effective degrees of freedom.

    Args:
        design: shape (n, k), with its column of ones.
        outcome: shape (n,).
        weights: shape (n,), above zero; None for equal weights.
        icbs: shape (n,), the ICB of each row.
        errors: kind; ``auto`` goes by the ICBs.
        column: whose coefficient is asked for.
    """
    fitted = fit_under(design, outcome, weights, icbs, errors)
    if isinstance(fitted, NotEstimable):
        return fitted
    kind = chosen_errors(errors, icbs)
    if kind == "permuted":
        reason = _guard(design[:, column], fitted, fitted.effective_degrees(column)) if errors == "auto" else None
        return reason or permuted(design, outcome, weights, column, fitted)
    if kind == "wild":
        return _wild(wild_bootstrap(design, outcome, weights, cluster_numbers(icbs), column), fitted.estimate(column))
    return fitted.estimate(column)


def _guard(need: FloatArray, fitted: Fit, degrees: float) -> NotEstimable | None:
    """Why the design of one ICB carries no slope; None if it does."""
    values = len(np.unique(need))
    if values < FEWEST_VALUES:
        return NotEstimable(f"the need has only {values} different values in these PCNs, fewer than {FEWEST_VALUES}")
    if fitted.leverage.max() > MOST_LEVERAGE:
        return NotEstimable(
            f"one PCN alone has a leverage of {fitted.leverage.max():.2f} on the line, more than {MOST_LEVERAGE:g}"
        )
    if degrees < FEWEST_DEGREES:
        return NotEstimable(
            f"the need of a few PCNs settles the slope: {degrees:.1f} effective degrees of freedom, fewer than "
            f"{FEWEST_DEGREES:g}"
        )
    return None


def _wild(found: WildBootstrap, plain: Estimate) -> Estimate:
    low, high = found.interval()
    return Estimate(
        plain.estimate,
        plain.std_error,
        min(low, plain.estimate),
        max(high, plain.estimate),
        found.p_value(),
        None,
        "wild",
    )


def with_q_values(slopes: pd.DataFrame, families: Sequence[str] = ("non_response",)) -> pd.DataFrame:
    """A table of slopes with Benjamini and Hochberg's q-value of each row.

    The family of a row is all rows of its handling of non-response: every quarter and need of the table.

    Args:
        slopes: with ``p_value``, NaN where there is no estimate.
        families: columns whose values tell families apart.

    Returns:
        The same rows with ``q_value``, at least ``p_value``; NaN where that is.
    """
    from scipy.stats import false_discovery_control

    found = pd.Series(np.nan, index=slopes.index)
    for _, rows in slopes.dropna(subset=["p_value"]).groupby(list(families)):
        found[rows.index] = false_discovery_control(rows["p_value"].to_numpy(dtype=np.float64))
    return slopes.assign(q_value=found)
