"""What is true of the synthetic voluntary sector, written beside its files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from scipy.spatial import cKDTree

from sp_geo.core.quarters import Quarter
from sp_geo.synthetic import voluntary_calibration as facts
from sp_geo.synthetic.truth import Truth
from sp_geo.synthetic.voluntary import Voluntary
from sp_geo.synthetic.world import World

Floats = NDArray[np.float64]
REACH_M = 10_000.0 / 1.3
"""Straight metres of the default catchment."""
STEPS = ((1 / 3, 1.0), (2 / 3, 0.68), (1.0, 0.22))


def write_voluntary_truth(world: World, truth: Truth, voluntary: Voluntary, folder: Path) -> None:
    """Write true_deserts.csv, true_services.csv, true_unmet_demand.parquet into a folder that exists.

    Every service counts with what it can truly take, whether a directory says so or not; a demand is that of the link
    workers there truly are, reported or not.
    """
    voluntary.deserts.to_csv(folder / "true_deserts.csv", index=False, lineterminator="\n")
    columns = ["service_id", "icb_code", "category", "serves", "easting_m", "northing_m", "status", "fault"]
    services = voluntary.services[columns].assign(effective_places=voluntary.effective)
    services.to_csv(folder / "true_services.csv", index=False, lineterminator="\n")
    demand = true_demand(world, truth, voluntary)
    demand.to_parquet(folder / "true_unmet_demand.parquet", index=False, compression="zstd")


def true_demand(world: World, truth: Truth, voluntary: Voluntary) -> pd.DataFrame:
    """lsoa11_code, category, score (places per 1,000), expected_demand, reachable_places, unmet_demand (people).

    Worked out place by place with a sparse matrix of weights, apart from the program's own kernel.
    """
    areas = voluntary.areas
    people = areas["people"].to_numpy(dtype=np.float64)
    # Link worker FTE by small area: a PCN's true posts go where its patients live.
    quarter = world.releases.quarters[-1]
    posts = truth.pcns[truth.pcns["quarter"] == quarter].set_index("pcn_code")["fte"]
    members = world.membership_on(Quarter.parse(quarter).end.isoformat())
    rows = world.by_area.assign(pcn_code=world.by_area["practice_code"].map(members)).dropna(subset=["pcn_code"])
    rows = rows[rows["area_code"].isin(areas["lsoa11_code"])]
    everyone = rows.groupby("pcn_code")["patients"].transform("sum")
    share = rows["patients"] / everyone * rows["pcn_code"].map(posts)
    fte = share.groupby(rows["area_code"]).sum().reindex(areas["lsoa11_code"]).fillna(0.0).to_numpy(dtype=np.float64)
    clients = fte * facts.CLIENTS_PER_FTE * facts.ONWARD_PER_CLIENT
    parts = []
    for category in facts.CATEGORY_SHARES:
        score = true_score(voluntary, category)
        demand = clients / len(facts.CATEGORY_SHARES)
        parts.append(
            pd.DataFrame(
                {
                    "lsoa11_code": areas["lsoa11_code"],
                    "category": category,
                    "score": 1_000 * score,
                    "expected_demand": demand,
                    "reachable_places": score * people,
                    "unmet_demand": np.maximum(demand - score * people, 0.0),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def true_score(voluntary: Voluntary, category: str) -> Floats:
    """True places per person at every small area."""
    areas = voluntary.areas
    people = areas["people"].to_numpy(dtype=np.float64)
    chosen = (voluntary.services["category"] == category).to_numpy() & (
        voluntary.services["status"] == "active"
    ).to_numpy()
    at_place = chosen & (voluntary.services["serves"] == "place").to_numpy()
    places = voluntary.effective
    points = areas[["easting_m", "northing_m"]].to_numpy(dtype=np.float64)
    sites = voluntary.services.loc[at_place, ["easting_m", "northing_m"]].to_numpy(dtype=np.float64)
    score = np.zeros(len(areas))
    if len(sites):
        near = cKDTree(points).sparse_distance_matrix(cKDTree(sites), REACH_M, output_type="ndarray")
        weight = np.zeros(len(near))
        for end, value in reversed(STEPS):
            weight[near["v"] <= end * REACH_M] = value
        matrix = sparse.csr_array((weight, (near["i"], near["j"])), shape=(len(points), len(sites)))
        crowd = matrix.T @ people
        score += matrix @ np.divide(places[at_place], crowd, out=np.zeros(len(sites)), where=crowd > 0)
    visiting = chosen & (voluntary.services["serves"] == "areas").to_numpy()
    by_icb = pd.Series(places[visiting]).groupby(voluntary.services.loc[visiting, "icb_code"].to_numpy()).sum()
    crowd_of_icb = areas.groupby("icb_code")["people"].transform("sum").to_numpy(dtype=np.float64)
    own: Floats = score + areas["icb_code"].map(by_icb).fillna(0.0).to_numpy(dtype=np.float64) / crowd_of_icb
    return own
