"""p-median: which sites bring people x need nearest to a site, those that are open staying open.

Sites are found by swapping one for another as long as that helps, from a greedy start, a few seeded ones and those that
the bound suggests. The bound is Lagrangian: each place may be served in parts, at a price per place, and the prices are
raised until hardly anything is left between the bound and the sites found. What no better choice could use is then left
out, and if little is left HiGHS settles it. See :mod:`sp_geo.planning.median_search` for the search and its sources.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from sp_geo.core.errors import UsageError
from sp_geo.planning.median_search import Table, greedy_order, savings, search, swapped
from sp_geo.planning.sites import TOLERANCE, Costs, Floats, Ints, Pairs, SitesProblem, sites_problem

RESTARTS: Final = 3
ROUNDS: Final = 1_000


@dataclass(frozen=True)
class Medians:
    """Sites to open, in the order in which a greedy hand would add them.

    Attributes:
        opened: rows of the sites opened, the one that saves most first.
        saved: weighted cost that each of them saves, given those before it; NaN for the first where a
            place has no site today.
        cost_before: people x need x cost with the existing sites; NaN where a place has none.
        cost_after: the same with those opened.
        mean_before: cost_before by people x need, in the unit of the costs.
        mean_after: cost_after by people x need.
        bound: the least that any choice of as many sites could cost, proven.
        gap_pct: cost_after over bound less one, in percent; 0 where the optimum is proven.
        greedy_cost: what the greedy choice costs.
        nearest: by place, row of its nearest open site (of equally near ones the smaller); -1 where none is in reach.
        nearest_cost: by place, the cost of reaching it; NaN where none is in reach.
        left: sites that were not opened, as they would save nothing.
        swaps: how many swaps were made in all.
        rounds: how many rounds the bound took.
    """

    opened: Ints
    saved: Floats
    cost_before: float
    cost_after: float
    mean_before: float
    mean_after: float
    bound: float
    gap_pct: float
    greedy_cost: float
    nearest: Ints
    nearest_cost: Floats
    left: int
    swaps: int
    rounds: int


def p_median(
    weights: npt.ArrayLike,
    costs: Costs,
    existing: Sequence[int] | Ints = (),
    opening: int = 1,
    *,
    beyond: float | None = None,
    seed: int = 0,
    restarts: int = RESTARTS,
    rounds: int = ROUNDS,
) -> Medians:
    """Sites that bring people x need nearest to a site, with a proven bound; the same for the same seed.

    Args:
        weights: people x need of n places.
        costs: n x m in metres or minutes, NaN or infinity where there is no way; or pairs.
        existing: rows of the sites that are open and stay open.
        opening: how many more may be opened.
        beyond: cost of a pair that has none, no less than the greatest that is known; None refuses a request in which a
            place could be left without any site.
        seed: of the random starts.
        restarts: how many random starts.
        rounds: most rounds for the bound.

    Raises:
        UsageError: the request cannot be met; it says what clashes and by how much.
    """
    problem = sites_problem(weights, costs, existing, opening)
    if len(problem.existing) == 0 and opening == 0:
        raise UsageError("no site is open and none is to be opened", found="0 sites", expected="at least one")
    full = _filled(problem, beyond)
    table = _table(problem, full)
    greedy = greedy_order(table, np.arange(len(table.cost), dtype=np.int64), opening)
    first = swapped(table, greedy)
    best, bound, used = search(table, first, seed, restarts, rounds)
    order = greedy_order(table, best.chosen, len(best.chosen))
    rows = problem.candidates[order]
    saved = savings(table, order)
    if not table.served:
        saved[0] = np.nan
    # Summed in the order of places, so that the same sites always cost the same.
    after = table.total(order)
    least = after if bound >= after * (1 - TOLERANCE) else bound
    before = float(table.base.sum()) if table.served else float("nan")
    # Nearest open site of each place, the smaller row of equally near ones, and its cost.
    opened = np.union1d(problem.existing, rows)
    cost = full[:, opened]
    at = cost.argmin(axis=1)
    assigned_least = cost[np.arange(len(full)), at]
    known = np.isfinite(assigned_least)
    nearest, nearest_cost = np.where(known, opened[at], -1).astype(np.int64), np.where(known, assigned_least, np.nan)
    people = float(problem.weights.sum())
    excess = 100.0 * (after / least - 1.0) if least > 0 else float("inf")
    return Medians(
        opened=rows,
        saved=saved,
        cost_before=before,
        cost_after=after,
        mean_before=before / people,
        mean_after=after / people,
        bound=least,
        gap_pct=0.0 if after == least else excess,
        greedy_cost=table.total(greedy),
        nearest=nearest,
        nearest_cost=nearest_cost,
        left=opening - len(rows),
        swaps=best.swaps,
        rounds=used,
    )


def _filled(problem: SitesProblem, beyond: float | None) -> Floats:
    """Costs as a full table, places x sites, infinite where there is no way and ``beyond`` is not given.

    Raises:
        UsageError: a place with people could be left without a site, or ``beyond`` is less than a known cost.
    """
    costs = problem.costs
    if isinstance(costs, Pairs):
        full = np.full((costs.places, costs.sites), np.inf)
        full[costs.place, costs.site] = costs.cost
    else:
        full = np.where(np.isfinite(costs), costs, np.inf)
    missing = np.isinf(full)
    if beyond is not None:
        known = full[~missing].max(initial=0.0)
        if not np.isfinite(beyond) or beyond < known:
            raise UsageError(
                "the cost of a pair without a way cannot be used",
                found=f"{beyond:g}, while the greatest known cost is {known:g}",
                expected=f"{known:g} or more",
            )
        full[missing] = beyond
        return full
    safe = ~missing[:, problem.existing].all(axis=1)
    if problem.opening:
        # A place that every candidate reaches cannot be left out either, if none is open yet.
        safe |= ~missing[:, problem.candidates].any(axis=1)
    stranded = np.flatnonzero(~safe & (problem.weights > 0))
    if len(stranded):
        raise UsageError(
            f"{len(stranded):,} place(s) could be left without any site in reach, which has no cost",
            found=f"place {stranded[0]} has no way to {int(missing[stranded[0]].sum()):,} of {problem.sites:,} sites",
            expected="a cost for pairs without a way, or other places",
        )
    return full


def _table(problem: SitesProblem, full: Floats) -> Table:
    kept = problem.weights > 0
    weights = problem.weights[kept]
    cost = np.ascontiguousarray((full[kept][:, problem.candidates] * weights[:, None]).T)
    today = full[kept][:, problem.existing].min(axis=1, initial=np.inf) * weights
    without = np.isinf(today)
    # A stand-in that is worse than every candidate, so that a place without a site gets one and no choice changes.
    base = np.where(without, 0.0, today)
    base[without] = 2.0 * cost[:, without].max(axis=0, initial=0.0) + weights[without]
    return Table(np.minimum(cost, base), base, served=not without.any())
