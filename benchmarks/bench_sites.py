"""Sites to open and posts to give against spopt and a textbook programme: the same optimum, proven by both.

The peers hand their programmes to CBC. Sizes are those at which CBC still proves its answer in seconds; at 1,000 places
and 300 sites it does not within a minute (see docs/methods/sites.md), and ours is measured there alone, with its gap.
Half of the places lie in towns, and sites are near places.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from measuring import RUNS, Answer, Bench, Limit, alone, copied, median_seconds, timed, yardstick
from telling import main

SIDE_M = 50_000.0
REACH_M = 4_000.0
OPENING = 10
LARGE = (1_000, 300, 20)
SEEDS = range(5)
POSTS_FTE = 500.0
PLACES = (100, 150, 200, 300)


@dataclass(frozen=True)
class Case:
    """People x need of places, and metres from places to sites."""

    weights: np.ndarray
    costs: np.ndarray


def county(places: int, sites: int, seed: int) -> Case:
    """An invented county with twelve towns."""
    random = np.random.default_rng(seed)
    at = random.uniform(0, SIDE_M, (places, 2))
    centres = random.uniform(0, SIDE_M, (12, 2))
    at[::2] = centres[random.integers(0, 12, len(at[::2]))] + random.normal(0, SIDE_M / 20, at[::2].shape)
    to = at[random.choice(places, sites, replace=False)] + random.normal(0, 300, (sites, 2))
    costs = np.hypot(*(at[:, None, :] - to[None, :, :]).transpose(2, 0, 1))
    return Case(random.integers(1_000, 2_500, places) * random.uniform(5, 60, places), np.asarray(costs))


def prepare(places: int, _folder: Path) -> Case:
    """A site for every three places."""
    return county(places, places // 3, seed=1)


def cbc(model: str, *given: Any) -> tuple[float, list[int]]:
    """The peer's optimum and its sites, proven.

    Raises:
        RuntimeError: it stopped without a proof.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pulp
        from spopt import locate

        made = getattr(locate, model).from_cost_matrix(*given)
        made = made.solve(pulp.PULP_CBC_CMD(msg=False, gapRel=0.0))
    if made.problem.sol_status != pulp.LpSolutionOptimal:
        raise RuntimeError(f"the peer proved nothing: {pulp.LpSolution[made.problem.sol_status]}")
    opened = [site for site, chosen in enumerate(made.fac_vars) if (chosen.value() or 0) > 0.5]  # noqa: PLR2004
    return float(pulp.value(made.problem.objective)), opened


def ours_median(case: Case) -> Answer:
    """People x need x metres, with the gap that is proven."""
    from sp_geo.planning.medians import p_median

    found = p_median(case.weights, case.costs, (), OPENING)
    return Answer(np.array([found.cost_after]), {"gap_pct": found.gap_pct})


def peer_median(case: Case) -> Answer:
    """The same by spopt."""
    return Answer(np.array([cbc("PMedian", case.costs, case.weights, OPENING)[0]]), {"gap_pct": 0.0})


def ours_covering(case: Case) -> Answer:
    """People x need within reach, with the gap that is proven."""
    from sp_geo.planning.covering import maximal_covering

    found = maximal_covering(case.weights, case.costs, REACH_M, (), OPENING)
    return Answer(np.array([found.covered_after]), {"gap_pct": found.gap_pct})


def peer_covering(case: Case) -> Answer:
    """The same by spopt."""
    return Answer(np.array([cbc("MCLP", case.costs, case.weights, REACH_M, OPENING)[0]]), {"gap_pct": 0.0})


def limit(case: Case, _answer: Answer) -> Limit:
    """Every cost must be looked at once; what comes on top is the proof, and the gap says how far it went."""
    return Limit("looking at every cost once", median_seconds(lambda: case.costs.min(axis=1)))


def posts(pcns: int, _folder: Path) -> Any:
    """Invented PCNs of England's sizes and spread, and the problem of giving them posts in steps of a tenth."""
    from sp_geo.planning.problem import posts_problem, treat_unreported

    random = np.random.default_rng(16)
    rows = pd.DataFrame(
        {
            "pcn_code": [f"U{number:05d}" for number in range(pcns)],
            "splw_fte": random.gamma(1.4, 1.5, pcns).round(2),
            "list_size": random.normal(48_000, 20_000, pcns).clip(8_000),
            "icb_code": "QAA",
            "region_code": "Y01",
            "reporting_status": "reported",
            "need": random.uniform(0.1, 0.45, pcns),
            "need_std_error": 0.03,
        }
    )
    fte = round(POSTS_FTE * pcns / 1_300, 1)
    return posts_problem(treat_unreported(rows, "ask"), "need", fte, 0.1, "proportional")


def ours_posts(problem: Any) -> Answer:
    """What the best posts gain, with the gap that is proven."""
    from sp_geo.planning.posts import allocate

    found = allocate(problem)
    return Answer(np.array([found.value]), {"gap_pct": found.gap_pct})


def peer_posts(problem: Any) -> Answer:
    """The textbook: a yes or no for every step, as many as there are posts, most gain.

    Raises:
        RuntimeError: it stopped without a proof.
    """
    import pulp

    from sp_geo.planning.posts import possible_steps

    gain = possible_steps(problem, problem.need).gain
    model = pulp.LpProblem("posts", pulp.LpMaximize)
    given = [pulp.LpVariable(f"x{number}", cat="Binary") for number in range(len(gain))]
    model += pulp.lpSum(worth * step for worth, step in zip(gain, given, strict=True))
    model += pulp.lpSum(given) <= problem.units
    model.solve(pulp.PULP_CBC_CMD(msg=False, gapRel=0.0))
    if model.sol_status != pulp.LpSolutionOptimal:
        raise RuntimeError(f"the peer proved nothing: {pulp.LpSolution[model.sol_status]}")
    return Answer(np.array([float(pulp.value(model.objective))]), {"gap_pct": 0.0})


def large(quick: bool, _folder: Path) -> dict[str, dict[str, Any]]:
    """Ours alone where the peer does not end: seconds, and the widest gap of several counties."""
    places, sites, opening = (200, 60, 10) if quick else LARGE
    from sp_geo.planning.medians import p_median

    times, sticks, gaps = [], [], []
    for seed in SEEDS:
        case = county(places, sites, seed)
        sticks.append(yardstick())
        seconds, found = timed(lambda case=case: p_median(case.weights, case.costs, (), opening))
        times.append(seconds)
        gaps.append(found.gap_pct)
    what = f"p-median, {places:,} places, {sites} sites, {opening} to open, {RUNS} counties"
    notes = {"ours": {"widest gap_pct": max(gaps), "proven counties": sum(gap == 0 for gap in gaps)}}
    return {"median_large": alone(what, times, sticks, "yardstick", promise=10.0, notes=notes)}


def limit_posts(problem: Any, _answer: Answer) -> Limit:
    """The PCNs' columns must be touched once."""
    return copied(6 * problem.need.nbytes)


MEDIAN = Bench(
    name="median",
    what="p-median, 300 places, 100 sites, 10 to open",
    unit="places",
    sizes=PLACES,
    quick=(30, 45, 60, 90),
    prepare=prepare,
    ours=ours_median,
    peer=peer_median,
    peer_name="spopt",
    agree=1e-6,
    limit=limit,
)
COVERING = Bench(
    name="covering",
    what="maximal covering, 1,200 places, 400 sites, 10 to open",
    unit="places",
    sizes=(150, 300, 600, 1_200),
    quick=(30, 45, 60, 90),
    prepare=prepare,
    ours=ours_covering,
    peer=peer_covering,
    peer_name="spopt",
    agree=1e-9,
    limit=limit,
)
POSTS = Bench(
    name="posts",
    what="500 FTE in steps of a tenth to 1,300 PCNs",
    unit="PCNs",
    sizes=(325, 650, 975, 1_300),
    quick=(50, 100, 150, 200),
    prepare=posts,
    ours=ours_posts,
    peer=peer_posts,
    peer_name="textbook programme in CBC",
    agree=1e-6,
    limit=limit_posts,
)

if __name__ == "__main__":
    main(__file__, [MEDIAN, COVERING, POSTS], large)
