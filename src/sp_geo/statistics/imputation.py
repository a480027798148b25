"""What PCNs that did not report may have: draws from a model with ICB effects, and what returners tell of silence.

    y_i = x_i'b + u_icb(i) + e_i,   u ~ N(0, l s2),  e ~ N(0, s2)     among reporters

A draw takes l from its posterior on a grid (flat in the square root of l), then s2, b and u from theirs, all in closed
form; a silent PCN then has the provision of one of the five reporters whose fitted provision is nearest to its own
(predictive mean matching), so that nothing is negative and zeros stay frequent. Where silence depends on provision
itself that is too much: PCNs that were silent in one quarter and reported in the next ("returners") say how much.

    ratio = sum of what returners have / sum of what the model of steady reporters expects of them

A silent PCN has ``ratio`` times what was drawn for it, with the ratio of the PCNs that were silent in the same quarter,
or near it: silence meant less when most were silent than when few were. Sources: Rubin 1987; Little
1988 (J Bus Econ Stat 6: 287); van Buuren 2018, sections 3.4, 3.8 and 7.3. See docs/methods/silence.md.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sp_geo.core.quarters import Quarter, span
from sp_geo.statistics.estimates import NotEstimable
from sp_geo.statistics.inference import cluster_numbers
from sp_geo.statistics.least_squares import FloatArray, has_full_rank
from sp_geo.statistics.measures import ALL_ROLES, Need, Provision
from sp_geo.statistics.non_response import NOT_REPORTED, sample
from sp_geo.statistics.regression import design

DONORS: Final = 5
FEWEST_RETURNERS: Final = 20
_LONGEST_SILENCE: Final = 4
"""Quarters between two of the panel; a PCN that comes back after more says little of what it had."""
_GRID: Final = np.linspace(0.0, 2.0, 41) ** 2
"""Variance between ICBs over that within: from none to four times as much."""


@dataclass(frozen=True)
class Ratio:
    """What returners have over what steady reporters like them have.

    Attributes:
        value: 1 where silence says nothing of provision; 1 where there are too few returners to tell.
        std_error: clustered by ICB; 0 where there are too few.
        returners: PCNs behind it; one that comes back twice counts twice.
        quarters: in which they were silent, such as ``2021Q4`` or ``2021Q3 to 2022Q1``; empty if there are none.
    """

    value: float
    std_error: float
    returners: int
    quarters: str = ""

    @property
    def is_known(self) -> bool:
        """Whether there are enough returners to tell."""
        return self.returners >= FEWEST_RETURNERS


@dataclass(frozen=True)
class Returners:
    """PCNs that were silent in a quarter and report in the next one of the panel.

    Attributes:
        silent_in: the quarter.
        had: shape (PCNs,), FTE per 10,000 patients in the next quarter.
        expected: shape (PCNs,), what steady reporters with the same ICB, need and list have there.
        icbs: shape (PCNs,), codes.
    """

    silent_in: Quarter
    had: FloatArray
    expected: FloatArray
    icbs: NDArray[np.object_]


@dataclass(frozen=True)
class _Posterior:
    """The model of reporters, by each ratio of variances on the grid.

    Attributes:
        chance: shape (grid,), posterior probability.
        coefficients: shape (grid, k).
        bread: shape (grid, k, k), covariance of the coefficients over s2.
        squares: shape (grid,), residual sum of squares.
        sums: shape (ICBs, k), columns of the design summed within ICBs.
        outcome_sums: shape (ICBs,).
        counts: shape (ICBs,), reporters.
    """

    chance: FloatArray
    coefficients: FloatArray
    bread: FloatArray
    squares: FloatArray
    sums: FloatArray
    outcome_sums: FloatArray
    counts: FloatArray

    def effects(self, coefficients: FloatArray, spread: FloatArray) -> FloatArray:
        """Expected effects of ICBs given coefficients of shape (n, k) and ratios of shape (n,): shape (n, ICBs)."""
        left = self.outcome_sums - coefficients @ self.sums.T
        return np.asarray(spread[:, None] / (1 + self.counts * spread[:, None]) * left)


def model_of(columns: FloatArray, outcome: FloatArray, icbs: NDArray[np.intp], count: int) -> _Posterior | NotEstimable:
    """The posterior of the model.

    Args:
        columns: shape (reporters, k), with its column of ones.
        outcome: shape (reporters,), FTE per 10,000 patients.
        icbs: shape (reporters,), whole numbers from 0.
        count: ICBs, also those without a reporter.
    """
    rows, k = columns.shape
    if rows <= k + 1 or not has_full_rank(columns):
        return NotEstimable("too few PCNs reported to say what the others may have")
    members = np.bincount(icbs, minlength=count).astype(np.float64)
    sums = np.zeros((count, k))
    np.add.at(sums, icbs, columns)
    outcome_sums = np.bincount(icbs, outcome, minlength=count).astype(np.float64)
    shrink = _GRID[:, None] / (1 + members * _GRID[:, None])
    cross = columns.T @ columns - np.einsum("lg,gi,gj->lij", shrink, sums, sums)
    right = columns.T @ outcome - np.einsum("lg,gi,g->li", shrink, sums, outcome_sums)
    bread = np.linalg.inv(cross)
    coefficients = np.einsum("lij,lj->li", bread, right)
    total = float(outcome @ outcome) - shrink @ outcome_sums**2
    squares = np.maximum(total - np.einsum("li,li->l", coefficients, right), 1e-12)
    log_chance = -0.5 * (
        np.log1p(members * _GRID[:, None]).sum(axis=1) + np.linalg.slogdet(cross)[1] + (rows - k) * np.log(squares)
    )
    chance = np.exp(log_chance - log_chance.max())
    return _Posterior(chance / chance.sum(), coefficients, bread, squares, sums, outcome_sums, members)


def drawn_provision(
    rows: pd.DataFrame,
    need: Need,
    covariates: tuple[str, ...],
    draws: int,
    rng: np.random.Generator,
) -> FloatArray | NotEstimable:
    """Draws of what silent PCNs have if they are like reporters with the same ICB, need and list.

    Args:
        rows: PCNs of one quarter: provision (of those that reported), reporting_status, icb_code, list_size, the need
            and the covariates.
        need: the indicator.
        covariates: further columns.
        draws: how many.
        rng: source of chance.

    Returns:
        Shape (draws, silent PCNs), FTE per 10,000 patients, in the order of the rows.
    """
    silent = (rows["reporting_status"] == NOT_REPORTED).to_numpy(dtype=bool)
    if silent.all():
        return NotEstimable("no PCN reported")
    columns, icbs = _columns(rows, need, covariates), cluster_numbers(rows["icb_code"])
    outcome = rows["provision"].to_numpy(dtype=np.float64)[~silent]
    found = model_of(columns[~silent], outcome, icbs[~silent], int(icbs.max()) + 1)
    if isinstance(found, NotEstimable):
        return found
    at = rng.choice(len(_GRID), size=draws, p=found.chance)
    spread = _GRID[at]
    variance = found.squares[at] / rng.chisquare(len(outcome) - columns.shape[1], draws)
    roots = np.linalg.cholesky(found.bread)[at]
    noise = np.einsum("dij,dj->di", roots, rng.standard_normal((draws, columns.shape[1])))
    coefficients = found.coefficients[at] + np.sqrt(variance)[:, None] * noise
    scale = np.sqrt(variance[:, None] * spread[:, None] / (1 + found.counts * spread[:, None]))
    effects = found.effects(coefficients, spread) + scale * rng.standard_normal(scale.shape)
    best = int(found.chance.argmax())
    fitted = columns[~silent] @ found.coefficients[best]
    fitted += found.effects(found.coefficients[best][None], _GRID[best : best + 1])[0, icbs[~silent]]
    wanted = coefficients @ columns[silent].T + effects[:, icbs[silent]]
    order = np.argsort(fitted, kind="stable")
    donors = min(DONORS, len(order))
    first = np.searchsorted(fitted[order], wanted) - donors // 2
    place = np.clip(first, 0, len(order) - donors) + rng.integers(0, donors, wanted.shape)
    return np.asarray(outcome[order][place], dtype=np.float64)


def returners(panel: pd.DataFrame, need: Need, provision: Provision = ALL_ROLES) -> list[Returners]:
    """PCNs that came back, quarter by quarter, beside steady reporters.

    Args:
        panel: ``out_pcn_quarter``; two quarters in a row count unless more than a year lies between them.
        need: the indicator, which the comparison holds constant with ICB and list size.
        provision: which series and denominator.
    """
    by_quarter = [(Quarter.parse(str(name)), rows) for name, rows in panel.groupby("quarter", sort=True)]
    found = []
    for (quarter, before), (following, rows) in pairwise(by_quarter):
        if len(span(quarter, following)) - 1 > _LONGEST_SILENCE:
            continue
        was = rows["pcn_code"].map(before.set_index("pcn_code")["reporting_status"])
        chosen = sample(
            rows.assign(was_silent=was == NOT_REPORTED).loc[was.notna()],
            need,
            "reporters",
            provision=provision,
            weights="none",
            covariates=(),
            balanced=frozenset(),
        )
        if isinstance(chosen, NotEstimable) or not chosen.rows["was_silent"].any():
            continue
        now, numbers = chosen.rows, cluster_numbers(chosen.rows["icb_code"])
        back = now["was_silent"].to_numpy(dtype=bool)
        columns, outcome = _columns(now, need, ()), now["provision"].to_numpy(dtype=np.float64)
        model = model_of(columns[~back], outcome[~back], numbers[~back], int(numbers.max()) + 1)
        if isinstance(model, NotEstimable):
            continue
        effects = model.chance @ model.effects(model.coefficients, _GRID)
        fitted = columns[back] @ (model.chance @ model.coefficients) + effects[numbers[back]]
        codes = now["icb_code"].to_numpy(dtype=object)[back]
        found.append(Returners(quarter, outcome[back], np.maximum(fitted, 0.0), codes))
    return found


def ratio_near(found: Sequence[Returners], quarter: Quarter) -> Ratio:
    """The ratio of PCNs that were silent in a quarter, or as near to it as gives enough of them.

    Args:
        found: of :func:`returners`.
        quarter: in which PCNs are silent.
    """
    place = quarter.year * 4 + quarter.number
    nearest = sorted(found, key=lambda each: abs(each.silent_in.year * 4 + each.silent_in.number - place))
    enough = list(accumulate(len(each.had) for each in nearest))
    used = nearest[: bisect_left(enough, FEWEST_RETURNERS) + 1]
    count = sum(len(each.had) for each in used)
    if count < FEWEST_RETURNERS:
        return Ratio(1.0, 0.0, count)
    have, should = (np.concatenate([getattr(each, name) for each in used]) for name in ("had", "expected"))
    if not should.any():
        return Ratio(1.0, 0.0, 0)
    value = float(have.sum() / should.sum())
    left = pd.Series(have - value * should)
    by_icb = left.groupby(cluster_numbers(pd.Series(np.concatenate([each.icbs for each in used])))).sum()
    sums = by_icb if len(by_icb) > 1 else left  # within one ICB each PCN stands for itself
    error = np.sqrt(len(sums) / (len(sums) - 1) * float((sums**2).sum())) / should.sum()
    first, last = (pick(each.silent_in for each in used) for pick in (min, max))
    return Ratio(value, float(error), count, str(first) if first == last else f"{first} to {last}")


def shortest_interval(draws: FloatArray, share: float = 0.9) -> tuple[FloatArray, FloatArray]:
    """Ends of the shortest interval that holds a share of the draws of each PCN; with many zeros it begins at 0.

    Args:
        draws: shape (draws, PCNs).
        share: above 0, under 1.
    """
    ordered = np.sort(draws, axis=0)
    inside = int(np.ceil(share * len(ordered)))
    widths = ordered[inside - 1 :] - ordered[: len(ordered) - inside + 1]
    start = widths.argmin(axis=0)
    pcns = np.arange(ordered.shape[1])
    return ordered[start, pcns], ordered[start + inside - 1, pcns]


def _columns(rows: pd.DataFrame, need: Need, covariates: tuple[str, ...]) -> FloatArray:
    """The design of the regression, and the list size, which a model of what is missing must not lack."""
    size = np.log(rows["list_size"].to_numpy(dtype=np.float64))
    columns = design(rows, need, covariates)
    return np.column_stack([columns, size - size.mean()]) if np.ptp(size) > 0 else columns
