"""Floating catchment over England against PySAL's access: the same pairs' reach, population and capacity.

8 categories, 10 km, Gaussian; small areas about the middle of the North West, outward to all of England (33 thousand,
with 60 thousand services). The peer takes a minute for England, so it is met with an eighth of that; ours goes on
alone. The peer's own search makes all pairs there are, which is too many, so its side is given a tree's search, and the
search is in the time of both sides.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from measuring import ROOT, Answer, Bench, Limit, median_seconds
from telling import main

PLACES_FROM = ROOT / "data" / "boundaries" / "lsoa11.parquet"
CATEGORIES = 8
REACH_M = 10_000.0
SPREAD = 1 / 3
COMPARED = (1_875, 3_750, 7_500)
ALONE = (15_000, 30_000, 60_000)
PLACES_A_SERVICE = 33_755 / 60_000
CENTRE = (380_000, 400_000)


@dataclass(frozen=True)
class Case:
    """Places and services (metres), people, and capacity by category; -1 where the service is of another."""

    points: np.ndarray
    sites: np.ndarray
    population: np.ndarray
    capacity: np.ndarray


def prepare(services: int, _folder: Path) -> Case:
    """Services lie about real small areas, one category each."""
    import pandas as pd

    random = np.random.default_rng(16)
    england = pd.read_parquet(PLACES_FROM, columns=["easting_m", "northing_m"]).to_numpy(dtype=float)
    outward = np.argsort(np.hypot(*(england - CENTRE).T), kind="stable")
    points = england[outward[: max(round(services * PLACES_A_SERVICE), 1)]]
    sites = points[random.integers(0, len(points), services)] + random.normal(0, 1_500, (services, 2))
    capacity = np.full((services, CATEGORIES), -1.0)
    capacity[np.arange(services), random.integers(0, CATEGORIES, services)] = random.integers(1, 60, services)
    return Case(points, sites, random.integers(1_000, 2_500, len(points)).astype(float), capacity)


def ours(case: Case) -> Answer:
    """Scores of all categories in one pass, and the number of pairs."""
    from sp_geo.services.catchment_access import floating_catchment, straight_line_pairs
    from sp_geo.services.decay import Decay

    pairs = 0

    def counted():
        nonlocal pairs
        for block in straight_line_pairs(case.points, case.sites, REACH_M):
            pairs += len(block.cost)
            yield block

    decay = Decay("gaussian", spread=SPREAD).function()
    found = floating_catchment(counted(), case.population, case.capacity, REACH_M, decay)
    return Answer(found.score, {"pairs": pairs})


def peer(case: Case) -> Answer:
    """The same scores by access, one category after another."""
    import pandas as pd
    from access import Access, weights
    from scipy.spatial import cKDTree

    near = cKDTree(case.points).sparse_distance_matrix(cKDTree(case.sites), REACH_M, output_type="ndarray")
    costs = pd.DataFrame({"origin": near["i"], "dest": near["j"], "cost": near["v"]})
    names = [f"s{number}" for number in range(CATEGORIES)]
    held = np.where(case.capacity < 0, 0.0, case.capacity)
    supply = pd.DataFrame(held, columns=names).rename_axis("dest").reset_index()
    demand = pd.DataFrame({"origin": np.arange(len(case.points)), "people": case.population})
    model = Access(
        demand_df=demand, demand_index="origin", demand_value="people", supply_df=supply, supply_index="dest",
        supply_value=names, cost_df=costs, cost_origin="origin", cost_dest="dest", cost_name="cost",
    )  # fmt: skip
    scores = model.enhanced_two_stage_fca(max_cost=REACH_M, weight_fn=weights.gaussian(REACH_M * SPREAD))
    whole = scores.reindex(np.arange(len(case.points))).to_numpy()
    return Answer(np.nan_to_num(whole), {"pairs": len(costs)})


def limit(_case: Case, answer: Answer) -> Limit:
    """Each pair's weight is one exponential."""
    cost = np.random.default_rng(1).uniform(-4.5, 0, int(answer.notes["pairs"]))
    out = np.empty_like(cost)
    return Limit("one exponential for each pair, on one core", median_seconds(lambda: np.exp(cost, out=out)))


ACCESS = Bench(
    name="access",
    what="floating catchment, 4,219 places, 7,500 services, 8 categories within 10 km; growth to all of England",
    unit="services",
    sizes=COMPARED,
    beyond=ALONE,
    quick=(500, 1_000, 2_000),
    prepare=prepare,
    ours=ours,
    peer=peer,
    peer_name="PySAL access",
    agree=1e-9,
    limit=limit,
    promise=20.0,
)

if __name__ == "__main__":
    main(__file__, [ACCESS])
