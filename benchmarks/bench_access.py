"""Floating catchment over England against PySAL's access: the same pairs, population and capacity, in the same run.

33 thousand places, 60 thousand services, 8 categories, 10 km, Gaussian. Each side runs in a process of its own, from
the import of its libraries to the scores, so that cold start is counted, and so is its own peak memory. The peer cannot
search pairs of points at this size (its own search makes all 2,000 million), so it is given ours.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

PLACES_FROM = "data/boundaries/lsoa11.parquet"
SERVICES = 60_000
CATEGORIES = 8
REACH_M = 10_000.0
SPREAD = 1 / 3
CURVE = (5_000, 10_000, 20_000, 40_000, 60_000)


def case(services: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Places, services, population and capacity: services lie about real small areas, one category each."""
    import pandas as pd

    random = np.random.default_rng(16)
    points = pd.read_parquet(PLACES_FROM, columns=["easting_m", "northing_m"]).to_numpy(dtype=float)
    sites = points[random.integers(0, len(points), services)] + random.normal(0, 1_500, (services, 2))
    capacity = np.full((services, CATEGORIES), -1.0)
    capacity[np.arange(services), random.integers(0, CATEGORIES, services)] = random.integers(1, 60, services)
    return points, sites, random.integers(1_000, 2_500, len(points)).astype(float), capacity


def ours(services: int) -> tuple[np.ndarray, int]:
    """Scores of all categories in one pass, and the number of pairs."""
    from sp_geo.analysis.catchment_access import floating_catchment, straight_line_pairs
    from sp_geo.analysis.decay import Decay

    points, sites, population, capacity = case(services)
    pairs = 0

    def counted():
        nonlocal pairs
        for block in straight_line_pairs(points, sites, REACH_M):
            pairs += len(block.cost)
            yield block

    found = floating_catchment(counted(), population, capacity, REACH_M, Decay("gaussian", spread=SPREAD).function())
    return found.score, pairs


def peer(services: int) -> tuple[np.ndarray, int]:
    """The same scores by access, one category after another."""
    import pandas as pd
    from access import Access, weights
    from scipy.spatial import cKDTree

    points, sites, population, capacity = case(services)
    near = cKDTree(points).sparse_distance_matrix(cKDTree(sites), REACH_M, output_type="ndarray")
    costs = pd.DataFrame({"origin": near["i"], "dest": near["j"], "cost": near["v"]})
    names = [f"s{number}" for number in range(CATEGORIES)]
    supply = pd.DataFrame(np.where(capacity < 0, 0.0, capacity), columns=names).rename_axis("dest").reset_index()
    demand = pd.DataFrame({"origin": np.arange(len(points)), "people": population})
    model = Access(
        demand_df=demand, demand_index="origin", demand_value="people", supply_df=supply, supply_index="dest",
        supply_value=names, cost_df=costs, cost_origin="origin", cost_dest="dest", cost_name="cost",
    )  # fmt: skip
    scores = model.enhanced_two_stage_fca(max_cost=REACH_M, weight_fn=weights.gaussian(REACH_M * SPREAD))
    whole = scores.reindex(np.arange(len(points))).to_numpy()
    return np.nan_to_num(whole), len(costs)


def measured(side: str, services: int, folder: Path) -> dict[str, float]:
    """One side in a process of its own: seconds from its start, peak megabytes, pairs."""
    started = time.perf_counter()
    out = subprocess.run(
        [sys.executable, __file__, side, str(services), str(folder / f"{side}.npy")],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return {"seconds": time.perf_counter() - started, **json.loads(out.stdout.splitlines()[-1])}


def child(side: str, services: int, path: str) -> None:
    """Compute, save the scores, and say what it took."""
    started = time.perf_counter()
    scores, pairs = (ours if side == "ours" else peer)(services)
    seconds = time.perf_counter() - started
    np.save(path, scores)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"work": seconds, "peak_mb": peak, "pairs": pairs}))


def main() -> None:
    """Print what was measured."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        mine, theirs = measured("ours", SERVICES, folder), measured("peer", SERVICES, folder)
        apart = float(np.abs(np.load(folder / "ours.npy") - np.load(folder / "peer.npy")).max())
        print(f"{mine['pairs']:,.0f} pairs, {CATEGORIES} categories; scores agree to {apart:.1e}")
        for label, side in (("ours", mine), ("access", theirs)):
            print(
                f"  {label}: {side['seconds']:.1f} s with cold start ({side['work']:.1f} s of work), "
                f"{side['peak_mb']:,.0f} MB at its peak"
            )
        print(
            f"  ratio {theirs['seconds'] / mine['seconds']:.0f} with cold start, "
            f"{theirs['work'] / mine['work']:.0f} without (asked: 20)"
        )
        print("cost against pairs (should be level):")
        for services in CURVE:
            side = measured("ours", services, folder)
            print(
                f"  {services:6,} services {side['pairs']:12,.0f} pairs {side['work']:5.2f} s "
                f"{1e9 * side['work'] / side['pairs']:5.0f} ns a pair, {side['peak_mb']:,.0f} MB"
            )


if __name__ == "__main__":
    if len(sys.argv) == 4:  # noqa: PLR2004 - side, services, file
        child(sys.argv[1], int(sys.argv[2]), sys.argv[3])
    else:
        main()
