"""Maximal covering: which sites bring most people x need within reach, those that are open staying open.

The optimum is a mixed-integer programme for HiGHS (through ``scipy.optimize.milp``), after places that no choice can
change were left out and places with the same sites in reach were put together. The greedy order explains it.
Source: Church, R. and ReVelle, C. (1974), Papers of the Regional Science Association 32: 101.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import scipy

from sp_geo.core.errors import UsageError
from sp_geo.planning.sites import TOLERANCE, Costs, Floats, Ints, Pairs, SitesProblem, first_of_best, sites_problem

Status = Literal["not needed", "optimal", "time limit", "no answer"]
SECONDS: Final = 20.0
_SCALE: Final = 1e6
_HALF: Final = 0.5
_STATUS: Final[dict[int, Status]] = {0: "optimal", 1: "time limit"}


@dataclass(frozen=True)
class Covering:
    """Sites to open, in the order in which a greedy hand would add them.

    Attributes:
        opened: rows of the sites opened, the one that adds most first.
        new_weight: people x need that each of them newly covers, given those before it.
        new_people: people that each of them newly covers.
        covered_before: people x need within reach of the existing sites.
        covered_after: the same with those opened.
        bound: the most that any choice of as many sites could cover, proven.
        gap_pct: what the bound leaves open, in percent of what is newly covered; 0 where the optimum is proven.
        greedy_covered: what the greedy choice covers.
        status: of the solver; ``not needed`` where the greedy choice is proven without it.
        covered_by: by place, row of the site opened that newly covers it; -1 for every other place.
        left: sites that were not opened, as they would cover nobody new.
    """

    opened: Ints
    new_weight: Floats
    new_people: Floats
    covered_before: float
    covered_after: float
    bound: float
    gap_pct: float
    greedy_covered: float
    status: Status
    covered_by: Ints
    left: int


@dataclass(frozen=True)
class _Choice:
    """What is still open: places that a candidate could newly cover.

    Attributes:
        reach: places x candidates, 1 where the candidate reaches the place.
        weights: of the places.
    """

    reach: scipy.sparse.csr_array
    weights: Floats


@dataclass(frozen=True)
class _Answer:
    """Candidates chosen (positions), the most that any choice could newly cover, and how the solver ended."""

    chosen: Ints
    bound: float
    status: Status


def maximal_covering(
    weights: npt.ArrayLike,
    costs: Costs,
    reach: float,
    existing: Sequence[int] | Ints = (),
    opening: int = 1,
    *,
    people: npt.ArrayLike | None = None,
    seconds: float = SECONDS,
) -> Covering:
    """Sites that newly cover most people x need; the greedy choice where it is as good as the optimum.

    Args:
        weights: people x need of n places.
        costs: n x m in metres or minutes, NaN or infinity where there is no way; or pairs.
        reach: greatest cost at which a place is covered, in the unit of the costs.
        existing: rows of the sites that are open and stay open.
        opening: how many more may be opened.
        people: of the n places, for ``new_people``; None for the weights themselves.
        seconds: after which the solver stops with the gap that it has proven.

    Raises:
        UsageError: the request cannot be met; it says what clashes and by how much.
    """
    if not seconds > 0:
        raise UsageError("the time for the solver cannot be used", found=f"{seconds:g} s", expected="more than 0 s")
    problem = sites_problem(weights, costs, existing, opening)
    heads = problem.weights if people is None else np.asarray(people, dtype=float)
    if heads.shape != problem.weights.shape:
        raise UsageError(
            "people and weights are not about the same places",
            found=f"people of shape {heads.shape}",
            expected=f"{len(problem.weights):,} places",
        )
    table = _within(problem, reach)
    _check_reach(problem, table, reach)
    today = _any(table, problem.existing)
    before = float(problem.weights[today].sum())
    free = table[:, problem.candidates]
    at = np.flatnonzero(~today & (problem.weights > 0) & (np.diff(free.indptr) > 0))
    choice = _Choice(scipy.sparse.csr_array(free[at]), problem.weights[at])
    greedy, bound = _greedy(choice, problem.opening)
    answer = _solve(choice, problem.opening, greedy, bound, seconds)
    opened, by = _explain(choice, answer.chosen)
    covered_by = np.full(len(problem.weights), -1, dtype=np.int64)
    covered_by[at[by >= 0]] = problem.candidates[by[by >= 0]]
    rows = problem.candidates[opened]
    new = _sums(covered_by, problem.weights, problem.sites)[rows]
    gained = _worth(choice, opened)
    most = _settled(answer.bound, gained)
    return Covering(
        opened=rows,
        new_weight=new,
        new_people=_sums(covered_by, heads, problem.sites)[rows],
        covered_before=before,
        covered_after=before + gained,
        bound=before + most,
        gap_pct=100.0 * (most / gained - 1.0) if gained > 0 else 0.0,
        greedy_covered=before + _worth(choice, greedy),
        status=answer.status,
        covered_by=covered_by,
        left=problem.opening - len(rows),
    )


def _within(problem: SitesProblem, reach: float) -> scipy.sparse.csr_array:
    """Places x sites, 1 where the cost is within reach."""
    if not reach > 0 or not np.isfinite(reach):
        raise UsageError("the reach cannot be used", found=f"{reach:g}", expected="metres or minutes above 0")
    costs = problem.costs
    if isinstance(costs, Pairs):
        kept = costs.cost <= reach
        place, site = costs.place[kept], costs.site[kept]
    else:
        place, site = np.nonzero(costs <= reach)
    shape = (len(problem.weights), problem.sites)
    return scipy.sparse.csr_array((np.ones(len(place)), (place, site)), shape=shape)


def _check_reach(problem: SitesProblem, table: scipy.sparse.csr_array, reach: float) -> None:
    """Refuse to open sites none of which reaches anybody, saying how far off the nearest is."""
    if problem.opening == 0 or (problem.weights @ table)[problem.candidates].any():
        return
    costs = problem.costs
    if isinstance(costs, Pairs):
        known = np.isin(costs.site, problem.candidates) & (problem.weights[costs.place] > 0)
        values = costs.cost[known]
    else:
        values = costs[problem.weights > 0][:, problem.candidates]
    values = values[np.isfinite(values)]
    if len(values) == 0:
        raise UsageError(
            "no candidate reaches anybody",
            found="no cost between a candidate and a place with people",
            expected="at least one",
        )
    raise UsageError(
        "no candidate reaches anybody",
        found=f"reach {reach:g}, nearest place with people at {values.min():g}",
        expected=f"a reach greater by {values.min() - reach:g}, or other candidates",
    )


def _any(table: scipy.sparse.csr_array, columns: Ints) -> npt.NDArray[np.bool_]:
    """Rows that have an entry in one of the columns."""
    wanted = np.zeros(table.shape[1])
    wanted[columns] = 1.0
    return np.asarray(table @ wanted > 0)


def _sums(rows: Ints, values: Floats, count: int) -> Floats:
    kept = rows >= 0
    return np.asarray(np.bincount(rows[kept], values[kept], minlength=count), dtype=float)


def _worth(choice: _Choice, chosen: Ints) -> float:
    return float(choice.weights[_any(choice.reach, chosen)].sum())


def _greedy(choice: _Choice, opening: int) -> tuple[Ints, float]:
    """Candidates one after another, each the one that newly covers most; and the most that any choice could cover.

    The bound is that of submodular functions: no choice of p candidates covers more than what is covered so far and
    the p greatest gains at that moment (Nemhauser, Wolsey and Fisher 1978, Mathematical Programming 14: 265).
    """
    columns = choice.reach.T.tocsr()
    uncovered = choice.weights.copy()
    chosen: list[int] = []
    bound, reached = float(choice.weights.sum()), 0.0
    for step in range(opening + 1):
        gain = columns @ uncovered
        bound = min(bound, reached + float(np.sort(gain)[::-1][:opening].sum()))
        if step == opening or not gain.any():
            break
        best = first_of_best(gain)
        chosen.append(best)
        uncovered[columns.indices[columns.indptr[best] : columns.indptr[best + 1]]] = 0.0
        reached = float(choice.weights.sum() - uncovered.sum())
    return np.array(chosen, dtype=np.int64), bound


def _explain(choice: _Choice, chosen: Ints) -> tuple[Ints, Ints]:
    """The chosen in greedy order, without those that cover nobody new; and by place which of them covers it first."""
    among = np.sort(chosen)
    part = _Choice(scipy.sparse.csr_array(choice.reach[:, among]), choice.weights)
    order, _ = _greedy(part, len(among))
    columns = part.reach.tocsc()
    by = np.full(len(choice.weights), -1, dtype=np.int64)
    for position in order[::-1]:
        by[columns.indices[columns.indptr[position] : columns.indptr[position + 1]]] = among[position]
    return among[order], by


def _settled(bound: float, value: float) -> float:
    """The bound, at least the value; the value itself where they differ by rounding only."""
    return value if bound <= value * (1 + TOLERANCE) else bound


def _solve(choice: _Choice, opening: int, greedy: Ints, bound: float, seconds: float) -> _Answer:
    """The better of the greedy choice and that of HiGHS, which is not asked where the bound proves the greedy one."""
    worth = _worth(choice, greedy)
    if _settled(bound, worth) == worth:
        return _Answer(greedy, worth, "not needed")
    # Places that the same candidates reach put together: one row each, with the sum of their weights.
    reach = choice.reach
    reach.sort_indices()
    ends = reach.indptr
    keys: dict[bytes, int] = {}
    group = np.empty(len(choice.weights), dtype=np.int64)
    first: list[int] = []
    for row in range(len(group)):
        key = reach.indices[ends[row] : ends[row + 1]].tobytes()
        if key not in keys:
            keys[key] = len(first)
            first.append(row)
        group[row] = keys[key]
    places, groups = scipy.sparse.csr_array(reach[first]), np.bincount(group, choice.weights).astype(float)
    scale = _SCALE / groups.sum()
    # Maximise covered weight: a place is covered (0..1) only as far as sites that reach it are open (0 or 1).
    count, sites = places.shape
    cover = scipy.sparse.hstack([-places, scipy.sparse.eye_array(count)])
    number = scipy.sparse.hstack([scipy.sparse.csr_array(np.ones((1, sites))), scipy.sparse.csr_array((1, count))])
    limits = np.concatenate([np.zeros(count), [float(opening)]])
    found = scipy.optimize.milp(
        np.concatenate([np.zeros(sites), -(groups * scale)]),
        constraints=scipy.optimize.LinearConstraint(scipy.sparse.vstack([cover, number]).tocsr(), -np.inf, limits),
        integrality=np.concatenate([np.ones(sites), np.zeros(count)]),
        bounds=scipy.optimize.Bounds(0, 1),
        options={"time_limit": seconds, "mip_rel_gap": TOLERANCE},
    )
    status = _STATUS.get(found.status, "no answer")
    theirs = found.mip_dual_bound
    proven = bound if theirs is None or not np.isfinite(theirs) else min(bound, -float(theirs) / scale)
    if found.x is None:
        return _Answer(greedy, proven, status)
    chosen = np.flatnonzero(found.x[: places.shape[1]] > _HALF).astype(np.int64)
    better = _worth(choice, chosen) > worth * (1 + TOLERANCE)
    return _Answer(chosen if better else greedy, proven, status)
