"""Sites to open: 1,000 places, 300 sites, 20 to open; seconds and gap, against spopt in the same run.

spopt hands the textbook programme to its default solver (CBC), which is stopped after 60 s; making the programme comes
on top. In "towns" half of the places lie in towns, and sites are near places; "existing" has 30 of these sites open
already; "even" has places spread evenly; in "apart" sites lie anywhere. One county of each is too few to say how wide
gaps are (on those compared the linear relaxation is mostly whole-numbered, so they are easy): first comes the worst of
ten of each, ours alone, then places of England's number as pairs within reach, then the comparison.

CBC leaves the values of the relaxation behind when it is stopped without a solution. They are not its answer and are
not counted as one.
"""

from __future__ import annotations

import time
import warnings
from typing import Any

import numpy as np
from scipy.spatial import cKDTree

from sp_geo.planning.covering import maximal_covering
from sp_geo.planning.medians import p_median
from sp_geo.planning.sites import Pairs

PLACES, SITES, OPENING = 1_000, 300, 20
SIDE_M = 50_000.0
REACH_M = 4_000.0
LIMIT_S = 60
GAP_PCT, SECONDS = 1.0, 10.0
SEEDS = range(10)
ENGLAND = (33_755, 1_250, 100, 10_000.0, 400_000.0)


def points(
    places: int, sites: int, towns: int, side: float, seed: int, *, apart: bool = False
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """People x need, places and sites; half of the places near towns (if any), sites near places unless apart."""
    random = np.random.default_rng(seed)
    at = random.uniform(0, side, (places, 2))
    if towns:
        centres = random.uniform(0, side, (towns, 2))
        at[::2] = centres[random.integers(0, towns, len(at[::2]))] + random.normal(0, side / 20, at[::2].shape)
    to = at[random.choice(places, sites, replace=False)] + random.normal(0, 300, (sites, 2))
    if apart:
        to = random.uniform(0, side, (sites, 2))
    return random.integers(1_000, 2_500, places) * random.uniform(5, 60, places), at, to


def table(at: np.ndarray, to: np.ndarray) -> np.ndarray:
    """Straight-line metres, places x sites."""
    return np.asarray(np.hypot(*(at[:, None, :] - to[None, :, :]).transpose(2, 0, 1)))


def peer(model: str, *given: Any, existing: int) -> tuple[float, list[int], str]:
    """Seconds that spopt takes from the table to the end, its sites (none if it has no solution), and its status."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pulp
        from spopt import locate

        fixed = np.zeros(SITES, dtype=int)
        fixed[:existing] = 1
        started = time.perf_counter()
        made = getattr(locate, model).from_cost_matrix(*given, predefined_facilities_arr=fixed)
        made.problem.solve(pulp.PULP_CBC_CMD(msg=False, timeLimit=LIMIT_S))
        seconds = time.perf_counter() - started
    solved = made.problem.sol_status in {pulp.LpSolutionOptimal, pulp.LpSolutionIntegerFeasible}
    opened = [at for at, chosen in enumerate(made.fac_vars) if solved and (chosen.value() or 0) > 0.5]  # noqa: PLR2004
    return seconds, opened, pulp.LpSolution[made.problem.sol_status].lower()


def county(name: str, towns: int, existing: int, *, apart: bool = False) -> None:
    """Both questions, both sides, on one county."""
    weights, at, to = points(PLACES, SITES, towns, SIDE_M, seed=1, apart=apart)
    costs = table(at, to)
    total = weights.sum()
    started = time.perf_counter()
    median = p_median(weights, costs, range(existing), OPENING)
    took = time.perf_counter() - started
    within = "ok" if took <= SECONDS and median.gap_pct <= GAP_PCT else "TOO MUCH"
    print(f"p-median, {name}: {took:.2f} s, mean {median.mean_after:,.1f} m, gap {median.gap_pct:.4f} % ({within})")
    seconds, opened, ended = peer("PMedian", costs, weights, existing + OPENING, existing=existing)
    if opened:
        theirs = float(weights @ costs[:, opened].min(axis=1))
        over = f", gap to our bound {100 * (theirs / median.bound - 1):.4f} %"
        print(f"  spopt: {seconds:.2f} s, {len(opened)} sites, mean {theirs / total:,.1f} m{over}, {ended}")
    else:
        print(f"  spopt: {seconds:.2f} s, {ended}")
    started = time.perf_counter()
    found = maximal_covering(weights, costs, REACH_M, range(existing), OPENING)
    took = time.perf_counter() - started
    share = 100 * found.covered_after / total
    print(f"covering, {name}: {took:.2f} s, {share:.3f} % covered, gap {found.gap_pct:.4f} %, {found.status}")
    seconds, opened, ended = peer("MCLP", costs, weights, REACH_M, existing + OPENING, existing=existing)
    theirs = 100 * float(weights[(costs[:, opened] <= REACH_M).any(axis=1)].sum()) / total
    print(f"  spopt: {seconds:.2f} s, " + (f"{len(opened)} sites, {theirs:.3f} % covered, " if opened else "") + ended)


def worst(name: str, towns: int, existing: int, *, apart: bool = False) -> None:
    """Ours alone on ten counties: the longest time, the widest gap, and how many were proven."""
    times, gaps = [], []
    for seed in SEEDS:
        weights, at, to = points(PLACES, SITES, towns, SIDE_M, seed, apart=apart)
        costs = table(at, to)
        started = time.perf_counter()
        gaps.append(p_median(weights, costs, range(existing), OPENING).gap_pct)
        times.append(time.perf_counter() - started)
    within = "ok" if max(times) <= SECONDS and max(gaps) <= GAP_PCT else "TOO MUCH"
    proven = sum(gap == 0 for gap in gaps)
    print(
        f"p-median, {name}, {len(gaps)} counties: at most {max(times):.2f} s and {max(gaps):.4f} %, "
        f"{proven} proven ({within})"
    )


def england() -> None:
    """Covering from pairs, at England's size."""
    places, sites, opening, reach, side = ENGLAND
    weights, at, to = points(places, sites, 40, side, seed=2)
    near = cKDTree(at).sparse_distance_matrix(cKDTree(to), reach, output_type="ndarray")
    pairs = Pairs(near["i"].astype(np.int64), near["j"].astype(np.int64), near["v"], places, sites)
    started = time.perf_counter()
    found = maximal_covering(weights, pairs, reach, range(100), opening)
    took = time.perf_counter() - started
    print(
        f"covering, {places:,} x {sites:,}, {opening} to open, {len(pairs.cost):,} pairs: {took:.2f} s, "
        f"{100 * found.covered_after / weights.sum():.2f} % covered, gap {found.gap_pct:.4f} %, {found.status}"
    )


def main() -> None:
    """Print what was measured."""
    worst("towns", towns=12, existing=0)
    worst("existing", towns=12, existing=30)
    worst("even", towns=0, existing=0)
    worst("apart", towns=0, existing=0, apart=True)
    england()
    county("towns", towns=12, existing=0)
    county("existing", towns=12, existing=30)
    county("even", towns=0, existing=0)
    county("apart", towns=0, existing=0, apart=True)


if __name__ == "__main__":
    main()
