"""Neighbours, spatial tests and fits, local indicators: planted truths, islands, degenerate input."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box

from sp_geo.core.errors import UsageError
from sp_geo.statistics.estimates import NotEstimable
from sp_geo.statistics.local_indicators import LOCAL_COLUMNS, local_table
from sp_geo.statistics.measures import Need
from sp_geo.statistics.neighbours import Nearest, TouchingFootprints
from sp_geo.statistics.spatial import FITS, SPATIAL_COLUMNS, TESTS, spatial_table
from tests.synthetic_panel import make_panel

IMD = Need("imd_score", is_share=False, label="Deprivation")
SIDE = 20
CELL_M = 1000


def grid(codes: list[str], crs: int = 27700, side: int = SIDE) -> gpd.GeoDataFrame:
    """Square footprints, side by side, row by row."""
    cells = [
        box(CELL_M * (i % side), CELL_M * (i // side), CELL_M * (i % side + 1), CELL_M * (i // side + 1))
        for i in range(len(codes))
    ]
    return gpd.GeoDataFrame({"pcn_code": codes}, geometry=cells, crs=crs)


def points(footprints: gpd.GeoDataFrame) -> pd.DataFrame:
    """Their middles."""
    middle = footprints.geometry.centroid
    return pd.DataFrame({"pcn_code": footprints["pcn_code"], "x_m": middle.x, "y_m": middle.y})


def neighbourly(strength: float, kind: str, seed: int = 2, side: int = SIDE) -> tuple[pd.DataFrame, gpd.GeoDataFrame]:
    """A panel of one quarter with a planted spatial error or lag of that strength and a slope of 0.02."""
    panel = make_panel(pcns=side**2, quarters=("2022Q2",), reporting=1.0, seed=seed)
    footprints = grid(panel["pcn_code"].tolist(), side=side)
    found = TouchingFootprints(footprints).among(panel["pcn_code"].tolist())
    spread = np.linalg.inv(np.eye(side**2) - strength * found.weights.sparse.toarray())
    noise = np.random.default_rng(seed).normal(0, 0.1, side**2)
    mean = 2.0 + 0.02 * panel["imd_score"].to_numpy()
    rate = mean + spread @ noise if kind == "error" else spread @ (mean + noise)
    return panel.assign(splw_fte=rate * panel["list_size"] / 10_000), footprints


def by_quantity(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of one quarter, treatment and rule by their quantity."""
    return table.set_index("quantity")


def test_touching_squares_have_eight_five_or_three_neighbours() -> None:
    """Squares that share an edge or a corner are neighbours."""
    codes = [f"U{i:05d}" for i in range(SIDE**2)]
    found = TouchingFootprints(grid(codes)).among(codes)
    counts = list(found.weights.cardinalities.values())
    assert (counts.count(3), counts.count(5), counts.count(8)) == (4, 4 * (SIDE - 2), (SIDE - 2) ** 2)
    assert (found.islands, found.unplaced) == ((), ())


def test_islands_and_unplaced_pcns_are_named() -> None:
    """PCNs without a neighbour and without a place are named apart, and footprints are on the National Grid."""
    footprints = grid(["U00001", "U00002", "U00003"])
    far = gpd.GeoDataFrame({"pcn_code": ["U00009"]}, geometry=[box(9e5, 9e5, 9.1e5, 9.1e5)], crs=27700)
    found = TouchingFootprints(pd.concat([footprints, far])).among(["U00001", "U00002", "U00003", "U00009", "U00010"])
    assert found.codes == ("U00001", "U00002", "U00003")
    assert found.islands == ("U00009",)
    assert found.unplaced == ("U00010",)
    with pytest.raises(UsageError, match="National Grid"):
        TouchingFootprints(grid(["U00001", "U00002"], crs=4326)).among(["U00001", "U00002"])


def test_nearest_handles_pcns_at_one_point() -> None:
    """PCNs at one point have others as neighbours, and too few PCNs give a reason."""
    places = pd.DataFrame({"pcn_code": list("abcdef"), "x_m": [0.0] * 4 + [1.0, 2.0], "y_m": 0.0})
    found = Nearest(places, 2).among(list("abcdef"))
    assert all(code not in near and len(near) == 2 for code, near in found.weights.neighbors.items())
    assert isinstance(Nearest(places, 6).among(list("abcdef")), NotEstimable)


def test_a_planted_spatial_error_is_found() -> None:
    """A planted spatial error is found, and its interval covers it."""
    panel, footprints = neighbourly(0.6, "error")
    rows = by_quantity(spatial_table(panel, IMD, [TouchingFootprints(footprints)], per=1))
    assert rows.loc["Moran's I of residuals", "p_value"] < 1e-6
    assert rows.loc["robust LM test of error", "p_value"] < 0.001
    lam, slope = rows.loc["lambda, spatial error model"], rows.loc["slope, spatial error model"]
    assert lam["ci_low"] < 0.6 < lam["ci_high"]
    assert slope["ci_low"] < 0.02 < slope["ci_high"]


def test_a_planted_spatial_lag_is_found() -> None:
    """A planted spatial lag and its total effect are found; a step scales slopes and leaves rho."""
    panel, footprints = neighbourly(0.5, "lag")
    rows = by_quantity(spatial_table(panel, IMD, [TouchingFootprints(footprints)], per=1))
    rho, total = rows.loc["rho, spatial lag model"], rows.loc["total effect, spatial lag model"]
    assert rho["ci_low"] < 0.5 < rho["ci_high"]
    assert total["ci_low"] < 0.04 < total["ci_high"]
    assert rows.loc["robust LM test of lag", "p_value"] < 0.001
    one = rows["estimate"]
    ten = by_quantity(spatial_table(panel, IMD, [TouchingFootprints(footprints)], per=10))["estimate"]
    assert ten["slope, spatial lag model"] == pytest.approx(10 * one["slope, spatial lag model"])
    assert ten["rho, spatial lag model"] == one["rho, spatial lag model"]


def test_without_dependence_nothing_is_found() -> None:
    """Without dependence the test rejects as seldom as its level says."""
    rejected = 0
    for seed in range(8):
        panel, footprints = neighbourly(0.0, "error", seed, side=10)
        rows = by_quantity(spatial_table(panel, IMD, [Nearest(points(footprints), 6)]))
        rejected += rows.loc["Moran's I of residuals", "p_value"] < 0.05
    assert rejected <= 2


SPOILT: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "constant need": lambda panel: panel.assign(imd_score=4.0),
    "all missing": lambda panel: panel.assign(imd_score=np.nan),
    "one PCN": lambda panel: panel.iloc[:1],
    "exact line": lambda panel: panel.assign(splw_fte=panel["list_size"] / 10_000 * panel["imd_score"]),
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_degenerate_input_gives_reasons(spoil: Any) -> None:
    """Data that allow no spatial figure give a reason in every row."""
    panel, footprints = neighbourly(0.0, "error")
    rules = [TouchingFootprints(footprints), Nearest(points(footprints), 4)]
    table = spatial_table(spoil(panel), IMD, rules)
    assert tuple(table.columns) == SPATIAL_COLUMNS
    assert len(table) == 2 * (len(TESTS) + len(FITS))
    assert table["reason"].str.startswith("not estimable because ").all()
    assert table[["estimate", "statistic", "p_value"]].isna().all(axis=None)


def test_only_islands_gives_reasons_and_reweighting_is_refused() -> None:
    """Islands give a reason, and so does a treatment that needs weights."""
    panel, footprints = neighbourly(0.0, "error")
    apart = footprints.assign(geometry=footprints.geometry.scale(0.5, 0.5))
    islands = spatial_table(panel, IMD, [TouchingFootprints(apart)])
    assert islands["reason"].str.contains("no PCN has a neighbour").all()
    weighted = spatial_table(panel, IMD, [TouchingFootprints(footprints)], ("reweighted",))
    assert weighted["reason"].str.contains("take no weights").all()


def test_a_planted_cluster_is_flagged_and_repeats_with_its_seed() -> None:
    """A planted block of high residuals is flagged, the same with one seed; in noise few are, and no q is below its p."""
    panel, footprints = neighbourly(0.0, "error")
    block = [SIDE * row + column for row in range(5, 9) for column in range(5, 9)]
    fte = panel["splw_fte"].to_numpy().copy()
    fte[block] += 0.5 * panel["list_size"].to_numpy()[block] / 10_000
    planted = panel.assign(splw_fte=fte)
    rule = TouchingFootprints(footprints)
    table = local_table(planted, IMD, rule, seed=1)
    assert tuple(table.columns) == LOCAL_COLUMNS
    flagged = set(table.loc[table["flagged"], "pcn_code"])
    inner = {panel["pcn_code"].iloc[SIDE * row + column] for row in (6, 7) for column in (6, 7)}
    assert inner <= flagged
    assert set(table.loc[table["pcn_code"].isin(inner), "pattern"]) == {"high among high"}
    assert len(flagged) < 60
    pd.testing.assert_frame_equal(table, local_table(planted, IMD, rule, seed=1))
    panel, footprints = neighbourly(0.0, "error")
    table = local_table(panel, IMD, TouchingFootprints(footprints), seed=1)
    assert table["flagged"].sum() <= 4
    assert (table["q_value"] >= table["p_value"]).all()


@pytest.mark.parametrize("subject", ["residual", "provision", "need"])
def test_degenerate_local_input_gives_one_reason(subject: Any) -> None:
    """Data without variation give one row with a reason and no flag."""
    panel, footprints = neighbourly(0.0, "error")
    same = panel.assign(imd_score=4.0, splw_fte=panel["list_size"])
    table = local_table(same, IMD, TouchingFootprints(footprints), seed=1, subject=subject)
    assert len(table) == 1
    assert table["reason"].item().startswith("not estimable because ")
    assert table["local_i"].isna().all()
    assert not table["flagged"].any()
