"""The search behind :mod:`sp_geo.planning.medians`: swaps from many starts, prices that bound it, HiGHS for the rest.

Sources: Teitz, M. and Bart, P. (1968), Operations Research 16: 955 (swaps). Resende, M. and Werneck, R. (2007),
European Journal of Operational Research 182: 54 (their profit). Cornuejols, G., Fisher, M. and Nemhauser, G. (1977),
Management Science 23: 789 (bound).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import scipy

from sp_geo.planning.sites import TOLERANCE, Floats, Ints, first_of_best

_SMOOTHING: Final = 0.7
_PATIENCE: Final = 20
_SMALLEST_STEP: Final = 1e-4
_EVERY: Final = 25
_MOST_PAIRS: Final = 5_000
_MOST_NODES: Final = 500
_SCALE: Final = 1e6
_HALF: Final = 0.5


@dataclass(frozen=True)
class Table:
    """What the search sees.

    Attributes:
        cost: candidates x places with weight: weight x cost, no more than ``base``.
        base: what each place costs today; where it has no site today, more than any candidate would.
        served: whether every place has a site today.
    """

    cost: Floats
    base: Floats
    served: bool

    def total(self, chosen: Ints) -> float:
        """Weighted cost with these candidates open."""
        if len(chosen) == 0:
            return float(self.base.sum())
        return float(np.minimum(self.base, self.cost[chosen].min(axis=0)).sum())


@dataclass(frozen=True)
class Found:
    """Candidates chosen (rows, ascending), their cost, and how many swaps led there."""

    chosen: Ints
    cost: float
    swaps: int

    def or_better(self, other: Found, table: Table) -> Found:
        """The cheaper of the two, this one if they cost the same; with the swaps of both."""
        better = other if other.cost < self.cost - _noise(table) else self
        return Found(better.chosen, better.cost, self.swaps + other.swaps)


@dataclass(frozen=True)
class _Bound:
    """The least any choice could cost, the prices that prove it, the best sites met on the way, and the rounds."""

    value: float
    prices: Floats
    found: Found
    rounds: int


def _noise(table: Table) -> float:
    """Differences in cost up to this are rounding."""
    return TOLERANCE * float(table.base.sum())


def greedy_order(table: Table, among: Ints, opening: int) -> Ints:
    """Candidates one after another, each the one that saves most; fewer where the others would save nothing."""
    cost = table.base
    chosen: list[int] = []
    for _ in range(opening):
        gain = np.maximum(cost - table.cost[among], 0.0).sum(axis=1)
        if not gain.any():
            break
        best = int(among[first_of_best(gain)])
        chosen.append(best)
        cost = np.minimum(cost, table.cost[best])
    return np.array(chosen, dtype=np.int64)


def savings(table: Table, order: Ints) -> Floats:
    """What each candidate saves, given those before it."""
    reached = np.minimum.accumulate(np.vstack([table.base, table.cost[order]]), axis=0)
    return np.asarray((reached[:-1] - reached[1:]).sum(axis=1))


def swapped(table: Table, start: Ints) -> Found:
    """Swap one chosen candidate for another, the most profitable swap first, until none pays.

    With a place's nearest and second nearest open site, the profit of every swap comes from one product of matrices:
    what the new site saves, less what the places of the old one lose by going to their second nearest, plus what of
    that loss the new site spares them.
    """
    chosen, noise, swaps = start.copy(), _noise(table), 0
    if len(chosen) == 0:
        return Found(chosen, table.total(chosen), 0)
    ones, room = np.ones(len(table.base)), np.empty_like(table.cost)
    while True:
        reached = np.vstack([table.base, table.cost[chosen]])
        nearest = reached.argmin(axis=0)
        first, second = np.partition(reached, 1, axis=0)[:2]
        np.subtract(first, table.cost, out=room)
        gain = np.maximum(room, 0.0, out=room).sum(axis=1)
        np.clip(table.cost, first, second, out=room)
        np.subtract(second, room, out=room)
        owner = scipy.sparse.csr_array((ones, (nearest, np.arange(len(ones)))), shape=(len(reached), len(ones)))[1:]
        profit = gain[:, None] - owner @ (second - first) + (owner @ room.T).T
        profit[chosen] = -np.inf
        best = float(profit.max())
        if best <= noise:
            chosen = np.sort(chosen)
            return Found(chosen, table.total(chosen), swaps)
        # Of swaps that differ by rounding only, the one with the smaller row comes first.
        equal = np.flatnonzero((profit >= best - noise) & (profit > noise))
        added, removed = divmod(int(equal[0]), len(chosen))
        chosen[removed] = added
        chosen = np.sort(chosen)
        swaps += 1


def search(table: Table, first: Found, seed: int, restarts: int, rounds: int) -> tuple[Found, float, int]:
    """The best sites found from all starts, the bound, and the rounds that it took."""
    count, opening = len(table.cost), len(first.chosen)
    floor = float(table.cost.min(axis=0).sum()) if count else first.cost
    if opening in {0, count} or first.cost - floor <= _noise(table):
        # Nothing to choose, or everybody goes to the nearest of all sites already, up to rounding.
        return first, first.cost, 0
    random, best = np.random.default_rng(seed), first
    for _ in range(restarts):
        start = np.sort(random.choice(count, opening, replace=False)).astype(np.int64)
        best = best.or_better(swapped(table, start), table)
    bound = _lagrangian(table, best, rounds)
    proven = _settled(table, bound)
    return proven.found, proven.value, proven.rounds


def _lagrangian(table: Table, best: Found, rounds: int) -> _Bound:
    """Raise the prices by subgradient, and swap from the sites that they suggest.

    At prices u a candidate is worth r = sum over places of min(0, cost - u), and no choice of p sites costs less than
    the sum of u and of the p smallest r. A place whose price is what it costs today pays no more.
    """
    opening = len(best.chosen)
    reached = np.partition(np.vstack([table.base, table.cost[best.chosen]]), 1, axis=0)
    prices = np.minimum((reached[0] + reached[1]) / 2, table.base)
    value, kept = float(table.cost.min(axis=0).sum()), table.cost.min(axis=0)
    direction, size, stuck, done = np.zeros_like(prices), 1.0, 0, 0
    seen, reduced = {best.chosen.tobytes()}, np.empty_like(table.cost)
    while done < rounds and size >= _SMALLEST_STEP and best.cost - value > _noise(table):
        np.subtract(table.cost, prices, out=reduced)
        np.minimum(reduced, 0.0, out=reduced)
        chosen = np.sort(np.argsort(reduced.sum(axis=1), kind="stable")[:opening]).astype(np.int64)
        now = float(prices.sum() + reduced[chosen].sum())
        if done % _EVERY == 0 and chosen.tobytes() not in seen:
            seen.add(chosen.tobytes())
            best = best.or_better(swapped(table, chosen), table)
        done += 1
        if now > value:
            stuck = 0 if now > value * (1 + TOLERANCE) else stuck + 1
            value, kept = now, prices
        else:
            stuck += 1
        if stuck >= _PATIENCE:
            prices, direction, size, stuck = kept, np.zeros_like(prices), size / 2, 0
            continue
        lacking = 1.0 - (reduced[chosen] < 0).sum(axis=0)
        lacking[(prices >= table.base) & (lacking > 0)] = 0.0
        direction = lacking + _SMOOTHING * direction
        length = float(direction @ direction)
        if length == 0:
            break
        prices = np.minimum(prices + size * (best.cost - now) / length * direction, table.base)
    return _Bound(min(value, best.cost), kept, best, done)


def _settled(table: Table, bound: _Bound) -> _Bound:
    """Leave out what no better choice could use, and let HiGHS settle the rest if it is little.

    A candidate that is not among the p of the bound is used by no better choice if taking it in raises the bound over
    the cost found; nor does a place go to a site whose cost exceeds the place's price by more than the gap.
    """
    best, opening = bound.found, len(bound.found.chosen)
    reduced = np.minimum(table.cost - bound.prices, 0.0).sum(axis=1)
    order = np.sort(reduced)
    value = float(bound.prices.sum() + order[:opening].sum())
    slack = best.cost - value + _noise(table)
    useful = np.flatnonzero(reduced - order[opening - 1] <= slack).astype(np.int64)
    cost = table.cost[useful]
    site, place = np.nonzero((cost < table.base) & (cost - bound.prices <= slack))
    if len(useful) == opening:
        only = Found(useful, table.total(useful), 0)
        best = best.or_better(only, table)
        return _Bound(best.cost, bound.prices, best, bound.rounds)
    if len(site) > _MOST_PAIRS:
        return bound
    chosen, least = _programme(table, useful, site, place, opening)
    if chosen is not None:
        best = best.or_better(swapped(table, chosen), table)
    return _Bound(min(max(least, bound.value), best.cost), bound.prices, best, bound.rounds)


def _programme(
    table: Table, useful: Ints, site: npt.NDArray[np.intp], place: npt.NDArray[np.intp], opening: int
) -> tuple[Ints | None, float]:
    """Maximise what is saved from ``base``: the sites chosen (None if none was found) and the least cost proven.

    Stopped by a number of nodes and not by the clock, so that the same request always has the same answer.
    """
    pairs, sites = len(site), len(useful)
    saved = table.base[place] - table.cost[useful[site], place]
    scale = _SCALE / max(float(saved.sum()), np.finfo(float).tiny)
    ones, rows = np.ones(pairs), np.arange(pairs)
    once = scipy.sparse.csr_array((ones, (place, sites + rows)), shape=(len(table.base), sites + pairs))
    at = (np.concatenate([rows, rows]), np.concatenate([site, sites + rows]))
    only_open = scipy.sparse.csr_array((np.concatenate([-ones, ones]), at), shape=(pairs, sites + pairs))
    number = scipy.sparse.csr_array(np.concatenate([np.ones(sites), np.zeros(pairs)])[None, :])
    limits = np.concatenate([np.ones(len(table.base)), np.zeros(pairs), [float(opening)]])
    found = scipy.optimize.milp(
        np.concatenate([np.zeros(sites), -saved * scale]),
        constraints=scipy.optimize.LinearConstraint(
            scipy.sparse.vstack([once, only_open, number]).tocsr(), -np.inf, limits
        ),
        integrality=np.concatenate([np.ones(sites), np.zeros(pairs)]),
        bounds=scipy.optimize.Bounds(0, 1),
        options={"node_limit": _MOST_NODES, "mip_rel_gap": TOLERANCE},
    )
    bound = found.mip_dual_bound
    least = -np.inf if bound is None or not np.isfinite(bound) else float(table.base.sum()) + float(bound) / scale
    if found.x is None:
        return None, least
    chosen = useful[np.flatnonzero(found.x[:sites] > _HALF)]
    return chosen, least
