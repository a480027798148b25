"""The next posts: a mixed-integer optimum by HiGHS, and the greedy order that explains it.

Every objective is a sum over PCNs of a concave function of the steps each gets, so each further step of a PCN gains no
more than the one before. With a step as the smallest post the greedy order is then optimal, and the integer programme
proves it; with larger posts it need not be, and the optimum is the programme's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import scipy

from sp_geo.planning.problem import PER, PostsProblem

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
SECONDS: Final = 20.0
TOLERANCE: Final = 1e-9
SURVIVES_AT: Final = 0.5
"""A recommendation survives a draw if the PCN gets at least half of what it was recommended."""


@dataclass(frozen=True)
class Steps:
    """Steps that could be given, flattened: every PCN's in order.

    Attributes:
        pcn: row of the PCN, one entry a step.
        number: number of the step within the PCN, from 0.
        gain: what it gains, never more than the step before it.
    """

    pcn: Ints
    number: Ints
    gain: Floats


@dataclass(frozen=True)
class Allocation:
    """Posts given.

    Attributes:
        given: steps by PCN.
        value: what they gain in the unit of the objective.
        bound: the most that anybody could gain, proven.
        gap_pct: bound over value less one, in percent; 0 where the optimum is proven.
        greedy_value: what the greedy order gains.
        order: rows of PCNs in the order in which greedy gives one step after another, promises first.
        left: steps that gain nothing any more and were not given.
    """

    given: Ints
    value: float
    bound: float
    gap_pct: float
    greedy_value: float
    order: Ints
    left: int


def shortage(problem: PostsProblem, need: Floats) -> tuple[Floats, Floats]:
    """FTE that each PCN lacks, and the weight of a lacking FTE.

    ``shortfall``: below the target rate, weighted by need over mean need. ``proportional``: below its share of all
    posts by patients times need. ``worst_first``: below the rate to which the posts could bring the worst off.

    Args:
        problem: of n PCNs.
        need: n, or draws x n.

    Returns:
        Lacking FTE and weights, both of the shape of ``need``.
    """
    people = problem.patients
    if problem.objective == "shortfall":
        mean = (need * people).sum(axis=-1, keepdims=True) / people.sum()
        lack = np.maximum(problem.target * people / PER - problem.fte, 0.0)
        return np.broadcast_to(lack, need.shape), need / mean
    total = problem.fte.sum() + problem.units * problem.step
    if problem.objective == "proportional":
        weighed = need * people
        fair = total * weighed / weighed.sum(axis=-1, keepdims=True)
        return np.maximum(fair - problem.fte, 0.0), 1.0 / np.maximum(fair, TOLERANCE)
    level = water_level(problem)
    lack = np.maximum(level * people / PER - problem.fte, 0.0)
    return np.broadcast_to(lack, need.shape), np.broadcast_to(PER / people, need.shape)


def water_level(problem: PostsProblem) -> float:
    """Rate to which the posts could bring the worst off if they could be cut as finely as one likes."""
    order = np.argsort(problem.rate, kind="stable")
    rate, people = problem.rate[order], problem.patients[order] / PER
    posts = problem.units * problem.step
    needed = rate * np.cumsum(people) - np.cumsum(rate * people)
    last = int(np.flatnonzero(needed <= posts)[-1])
    reached = people[: last + 1].sum()
    return float(((rate * people)[: last + 1].sum() + posts) / reached)


def gain_of(problem: PostsProblem, lack: Floats, weight: Floats, number: Ints) -> Floats:
    """What a step gains, given what was lacking at the outset.

    Linear in the lacking FTE for ``shortfall``; in its square for the others, so that whoever lacks most comes first.

    Args:
        problem: with its step and objective.
        lack: FTE lacking.
        weight: of a lacking FTE.
        number: of the step, from 0.
    """
    before = np.maximum(lack - number * problem.step, 0.0)
    after = np.maximum(before - problem.step, 0.0)
    if problem.objective == "shortfall":
        return np.asarray(weight * (before - after))
    return np.asarray(weight * (before**2 - after**2))


def possible_steps(problem: PostsProblem, need: Floats) -> Steps:
    """All steps beyond what is promised that a PCN may get and that gain something."""
    lack, weight = shortage(problem, need)
    useful = np.ceil(lack / problem.step - 1e-9).astype(np.int64)
    # The smallest post may be more than a PCN lacks.
    useful = np.where(useful > 0, np.maximum(useful, problem.block), 0)
    count = np.maximum(np.minimum(np.minimum(useful, problem.upper), problem.units) - problem.lower, 0)
    count = np.where(problem.lower + count >= problem.block, count, 0)
    pcn = np.repeat(np.arange(len(count)), count)
    first = np.repeat(np.cumsum(count) - count, count)
    number = np.arange(len(pcn)) - first + problem.lower[pcn]
    return Steps(pcn, number, gain_of(problem, lack[pcn], weight[pcn], number))


def promised_gain(problem: PostsProblem, need: Floats) -> float:
    """What the promised posts gain."""
    lack, weight = shortage(problem, need)
    pcn = np.repeat(np.arange(len(problem.lower)), problem.lower)
    number = np.arange(len(pcn)) - np.repeat(np.cumsum(problem.lower) - problem.lower, problem.lower)
    return float(gain_of(problem, lack[pcn], weight[pcn], number).sum())


def greedy(problem: PostsProblem, steps: Steps) -> Ints:
    """Positions of steps in the order in which they are given; ties go to the lower rate, then to the smaller code.

    A PCN's first post is the smallest one; its steps are taken together, at their mean gain.
    """
    gain = steps.gain
    if problem.block > 1:
        first = (steps.number < problem.block) & (problem.lower[steps.pcn] == 0)
        sums = np.bincount(steps.pcn[first], steps.gain[first], minlength=len(problem.lower))
        gain = np.where(first, sums[steps.pcn] / problem.block, steps.gain)
    rank = np.lexsort((steps.number, steps.pcn, problem.rate[steps.pcn], -np.round(gain, 12)))
    if problem.block == 1:
        return rank[: problem.units - int(problem.lower.sum())]
    chosen: list[int] = []
    left = problem.units - int(problem.lower.sum())
    opened = problem.lower > 0
    skipped = np.zeros(len(problem.lower), dtype=bool)
    for position in rank:
        at = steps.pcn[position]
        if skipped[at] or left == 0:
            continue
        first = steps.number[position] < problem.block
        if first and not opened[at]:
            if left < problem.block:
                skipped[at] = True
                continue
            opened[at] = True
            left -= problem.block
            chosen += [position + offset for offset in range(problem.block)]
        elif not first:
            chosen.append(int(position))
            left -= 1
    return np.array(chosen, dtype=np.int64)


def allocate(problem: PostsProblem, seconds: float = SECONDS) -> Allocation:
    """The optimal posts.

    Args:
        problem: checked.
        seconds: after which the programme stops with the gap it has proven.
    """
    steps = possible_steps(problem, problem.need)
    chosen = greedy(problem, steps)
    base = promised_gain(problem, problem.need)
    greedy_value = base + float(steps.gain[chosen].sum())
    best, bound = _optimum(problem, steps, greedy_value - base, seconds)
    value = greedy_value
    if best is not None and base + steps.gain[best].sum() > greedy_value + TOLERANCE * max(1.0, greedy_value):
        chosen, value = best, base + float(steps.gain[best].sum())
    given = problem.lower + np.bincount(steps.pcn[chosen], minlength=len(problem.lower)).astype(np.int64)
    proven = max(base + bound, value)
    promised = np.repeat(np.arange(len(problem.lower)), problem.lower)
    return Allocation(
        given=given,
        value=value,
        bound=proven,
        gap_pct=100.0 * (proven / value - 1.0) if value > 0 else 0.0,
        greedy_value=greedy_value,
        order=np.concatenate([promised, steps.pcn[chosen]]).astype(np.int64),
        left=problem.units - int(given.sum()),
    )


@dataclass(frozen=True)
class _Items:
    """Steps as the programme sees them: a PCN's first post is one item, every further step another.

    Attributes:
        first: position in :class:`Steps` of the item's first step.
        weight: steps in the item.
        gain: what they gain together.
        opens: whether the item is a first post that must come before the PCN's further steps.
        pcn: row of the PCN.
    """

    first: Ints
    weight: Ints
    gain: Floats
    opens: npt.NDArray[np.bool_]
    pcn: Ints

    def positions(self, taken: npt.NDArray[np.bool_]) -> Ints:
        """Positions of the steps of the items taken."""
        first, weight = self.first[taken], self.weight[taken]
        start = np.repeat(first - (np.cumsum(weight) - weight), weight)
        return (start + np.arange(int(weight.sum()))).astype(np.int64)


def _items(problem: PostsProblem, steps: Steps) -> _Items:
    is_first = (steps.number < problem.block) & (problem.lower[steps.pcn] == 0)
    sums = np.bincount(steps.pcn[is_first], steps.gain[is_first], minlength=len(problem.lower))
    head = np.flatnonzero(~is_first | (steps.number == 0))
    opens = is_first[head]
    pcn = steps.pcn[head]
    return _Items(
        first=head.astype(np.int64),
        weight=np.where(opens, problem.block, 1),
        gain=np.where(opens, sums[pcn], steps.gain[head]),
        opens=opens & (problem.block > 1),
        pcn=pcn,
    )


def _optimum(problem: PostsProblem, steps: Steps, reached: float, seconds: float) -> tuple[Ints | None, float]:
    """Positions of the best steps by HiGHS (None if it found none in time), and the bound it proved.

    Items that no optimum can hold, or that every optimum must, are settled first by their reduced gains: with a price p
    of a step, sum(max(0, gain - p x weight)) + p x steps bounds every plan, and an item whose taking or leaving costs
    more than that bound is above a plan already found is settled.
    """
    room = problem.units - int(problem.lower.sum())
    if len(steps.pcn) == 0 or room == 0:
        return np.zeros(0, dtype=np.int64), 0.0
    items = _items(problem, steps)
    # Gain of a step at the margin: what the last step given gains where posts can be cut as one likes.
    each = items.gain / items.weight
    order = np.argsort(-each, kind="stable")
    last = int(np.searchsorted(np.cumsum(items.weight[order]), room))
    price = float(each[order[last]]) if last < len(order) else 0.0
    reduced = items.gain - price * items.weight
    bound = float(np.maximum(reduced, 0.0).sum() + price * room)
    slack = bound - reached + TOLERANCE * max(1.0, bound)
    low = (reduced > slack).astype(float)
    high = (reduced >= -slack).astype(float)
    # Where a first post is ruled out, the steps after it are ruled out with it.
    shut = np.zeros(len(problem.lower), dtype=bool)
    shut[items.pcn[items.opens & (high == 0)]] = True
    high[shut[items.pcn]] = 0.0
    low = np.minimum(low, high)
    free = low < high
    if not free.any():
        return items.positions(low > 0), bound
    kept = np.flatnonzero(free)
    rows = [scipy.sparse.csr_array(items.weight[kept].astype(float)[None, :])]
    limits = [float(room - items.weight[low > 0].sum())]
    links = _links(items, kept, low)
    if links.shape[0]:
        rows.append(links)
        limits += [0.0] * links.shape[0]
    found = scipy.optimize.milp(
        -items.gain[kept],
        constraints=scipy.optimize.LinearConstraint(scipy.sparse.vstack(rows).tocsr(), -np.inf, np.array(limits)),
        integrality=np.ones(len(kept)),
        bounds=scipy.optimize.Bounds(0, 1),
        options={"time_limit": seconds, "mip_rel_gap": 1e-9},
    )
    settled = float(items.gain[low > 0].sum())
    proven = bound if found.mip_dual_bound is None else min(bound, settled - float(found.mip_dual_bound))
    if found.x is None:
        return None, proven
    taken = low > 0
    taken[kept] = found.x > SURVIVES_AT
    return items.positions(taken), proven


def _links(items: _Items, kept: Ints, low: Floats) -> scipy.sparse.csr_array:
    """Rows that hold further steps back until the PCN's first post is given."""
    opener = np.full(int(items.pcn.max()) + 1, -1)
    column = np.full(len(items.pcn), -1)
    column[kept] = np.arange(len(kept))
    opening = np.flatnonzero(items.opens & (low == 0))
    opener[items.pcn[opening]] = opening
    later = kept[~items.opens[kept] & (opener[items.pcn[kept]] >= 0)]
    later, sooner = column[later], column[opener[items.pcn[later]]]
    size = len(later)
    at = np.concatenate([np.arange(size), np.arange(size)])
    values = np.concatenate([np.ones(size), -np.ones(size)])
    return scipy.sparse.csr_array((values, (at, np.concatenate([later, sooner]))), shape=(size, len(kept)))


def survival(problem: PostsProblem, given: Ints, draws: int, seed: int) -> Floats:
    """How often each recommendation survives when need's sampling error is drawn again, in percent.

    Need is drawn from a normal distribution about its value, cut off at 0, and the greedy order is made anew. A PCN
    that was recommended posts survives a draw with at least half of them; one that was recommended none, with none.

    Args:
        problem: whose need_error is 0 where need is not a sample.
        given: steps recommended.
        draws: how many.
        seed: the same seed gives the same draws.
    """
    if not problem.need_error.any() or problem.objective == "worst_first":
        return np.full(len(given), 100.0)
    random = np.random.default_rng(seed)
    kept = np.zeros(len(given))
    for _ in range(draws):
        need = np.maximum(random.normal(problem.need, problem.need_error), TOLERANCE)
        steps = possible_steps(problem, need)
        chosen = greedy(problem, steps)
        again = problem.lower + np.bincount(steps.pcn[chosen], minlength=len(given))
        kept += np.where(given > 0, again >= SURVIVES_AT * given, again == 0)
    return 100.0 * kept / draws
