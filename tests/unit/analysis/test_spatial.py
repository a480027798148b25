"""Neighbours, spatial tests and fits, local indicators: planted truths, islands, degenerate input."""

from __future__ import annotations

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
from sp_geo.statistics.neighbours import Nearest, Neighbours, TouchingFootprints
from sp_geo.statistics.spatial import FITS, SPATIAL_COLUMNS, TESTS, spatial_table
from tests.synthetic_panel import make_panel

IMD = Need("imd_score", is_share=False, label="Deprivation")
SIDE = 20
CELL_M = 1000


def grid(codes: list[str], crs: int = 27700) -> gpd.GeoDataFrame:
    """Square footprints, side by side, row by row."""
    cells = [
        box(CELL_M * (i % SIDE), CELL_M * (i // SIDE), CELL_M * (i % SIDE + 1), CELL_M * (i // SIDE + 1))
        for i in range(len(codes))
    ]
    return gpd.GeoDataFrame({"pcn_code": codes}, geometry=cells, crs=crs)


def points(footprints: gpd.GeoDataFrame) -> pd.DataFrame:
    """Their middles."""
    middle = footprints.geometry.centroid
    return pd.DataFrame({"pcn_code": footprints["pcn_code"], "x_m": middle.x, "y_m": middle.y})


def neighbourly(strength: float, kind: str, seed: int = 2) -> tuple[pd.DataFrame, gpd.GeoDataFrame]:
    """A panel of one quarter with a planted spatial error or lag of that strength and a slope of 0.02."""
    panel = make_panel(pcns=SIDE**2, quarters=("2022Q2",), reporting=1.0, seed=seed)
    footprints = grid(panel["pcn_code"].tolist())
    found = TouchingFootprints(footprints).among(panel["pcn_code"].tolist())
    assert isinstance(found, Neighbours)
    spread = np.linalg.inv(np.eye(SIDE**2) - strength * found.weights.sparse.toarray())
    noise = np.random.default_rng(seed).normal(0, 0.1, SIDE**2)
    mean = 2.0 + 0.02 * panel["imd_score"].to_numpy()
    rate = mean + spread @ noise if kind == "error" else spread @ (mean + noise)
    return panel.assign(splw_fte=rate * panel["list_size"] / 10_000), footprints


def by_quantity(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of one quarter, treatment and rule by their quantity."""
    return table.set_index("quantity")


def test_touching_squares_have_eight_five_or_three_neighbours() -> None:
    """If this fails, corners do not count as touching, or a PCN is its own neighbour."""
    codes = [f"U{i:05d}" for i in range(SIDE**2)]
    found = TouchingFootprints(grid(codes)).among(codes)
    assert isinstance(found, Neighbours)
    counts = list(found.weights.cardinalities.values())
    assert (counts.count(3), counts.count(5), counts.count(8)) == (4, 4 * (SIDE - 2), (SIDE - 2) ** 2)
    assert (found.islands, found.unplaced) == ((), ())


def test_islands_and_unplaced_pcns_are_named() -> None:
    """If this fails, a PCN without a neighbour or place is lost in silence."""
    footprints = grid(["U00001", "U00002", "U00003"])
    far = gpd.GeoDataFrame({"pcn_code": ["U00009"]}, geometry=[box(9e5, 9e5, 9.1e5, 9.1e5)], crs=27700)
    found = TouchingFootprints(pd.concat([footprints, far])).among(["U00001", "U00002", "U00003", "U00009", "U00010"])
    assert isinstance(found, Neighbours)
    assert found.codes == ("U00001", "U00002", "U00003")
    assert found.islands == ("U00009",)
    assert found.unplaced == ("U00010",)


def test_nearest_handles_pcns_at_one_point() -> None:
    """If this fails, PCNs in one health centre become their own neighbours."""
    places = pd.DataFrame({"pcn_code": list("abcdef"), "x_m": [0.0] * 4 + [1.0, 2.0], "y_m": 0.0})
    found = Nearest(places, 2).among(list("abcdef"))
    assert isinstance(found, Neighbours)
    assert all(code not in near and len(near) == 2 for code, near in found.weights.neighbors.items())
    assert isinstance(Nearest(places, 6).among(list("abcdef")), NotEstimable)


def test_footprints_on_another_grid_are_refused() -> None:
    """If this fails, degrees are taken for metres."""
    with pytest.raises(UsageError, match="National Grid"):
        TouchingFootprints(grid(["U00001", "U00002"], crs=4326)).among(["U00001", "U00002"])


def test_a_planted_spatial_error_is_found() -> None:
    """If this fails, neighbours that share what is not measured go unseen."""
    panel, footprints = neighbourly(0.6, "error")
    rows = by_quantity(spatial_table(panel, IMD, [TouchingFootprints(footprints)], per=1))
    assert rows.loc["Moran's I of residuals", "p_value"] < 1e-6
    assert rows.loc["robust LM test of error", "p_value"] < 0.001
    lam, slope = rows.loc["lambda, spatial error model"], rows.loc["slope, spatial error model"]
    assert lam["ci_low"] < 0.6 < lam["ci_high"]
    assert slope["ci_low"] < 0.02 < slope["ci_high"]


def test_a_planted_spatial_lag_is_found() -> None:
    """If this fails, provision that spills over is missed, or its total effect is."""
    panel, footprints = neighbourly(0.5, "lag")
    rows = by_quantity(spatial_table(panel, IMD, [TouchingFootprints(footprints)], per=1))
    rho, total = rows.loc["rho, spatial lag model"], rows.loc["total effect, spatial lag model"]
    assert rho["ci_low"] < 0.5 < rho["ci_high"]
    assert total["ci_low"] < 0.04 < total["ci_high"]
    assert rows.loc["robust LM test of lag", "p_value"] < 0.001


def test_without_dependence_nothing_is_found() -> None:
    """If this fails, the tests see neighbours where there are none."""
    rejected = 0
    for seed in range(20):
        panel, footprints = neighbourly(0.0, "error", seed)
        rows = by_quantity(spatial_table(panel, IMD, [Nearest(points(footprints), 6)]))
        rejected += rows.loc["Moran's I of residuals", "p_value"] < 0.05
    assert rejected <= 4


def test_steps_scale_slopes_and_not_dependence() -> None:
    """If this fails, lambda or rho are told per ten points of need."""
    panel, footprints = neighbourly(0.4, "lag")
    rules = [TouchingFootprints(footprints)]
    one = by_quantity(spatial_table(panel, IMD, rules, per=1))["estimate"]
    ten = by_quantity(spatial_table(panel, IMD, rules, per=10))["estimate"]
    assert ten["slope, spatial lag model"] == pytest.approx(10 * one["slope, spatial lag model"])
    assert ten["rho, spatial lag model"] == one["rho, spatial lag model"]


def _constant_need(panel: pd.DataFrame) -> pd.DataFrame:
    return panel.assign(imd_score=4.0)


def _all_missing(panel: pd.DataFrame) -> pd.DataFrame:
    return panel.assign(imd_score=np.nan)


def _one_pcn(panel: pd.DataFrame) -> pd.DataFrame:
    return panel.iloc[:1]


def _exact_line(panel: pd.DataFrame) -> pd.DataFrame:
    return panel.assign(splw_fte=panel["list_size"] / 10_000 * panel["imd_score"])


@pytest.mark.parametrize("spoil", [_constant_need, _all_missing, _one_pcn, _exact_line])
def test_degenerate_input_gives_reasons(spoil: Any) -> None:
    """If this fails, a spatial figure appears for data that allow none."""
    panel, footprints = neighbourly(0.0, "error")
    rules = [TouchingFootprints(footprints), Nearest(points(footprints), 4)]
    table = spatial_table(spoil(panel), IMD, rules)
    assert tuple(table.columns) == SPATIAL_COLUMNS
    assert len(table) == 2 * (len(TESTS) + len(FITS))
    assert table["reason"].str.startswith("not estimable because ").all()
    assert table[["estimate", "statistic", "p_value"]].isna().all(axis=None)


def test_only_islands_gives_reasons_and_reweighting_is_refused() -> None:
    """If this fails, PCNs without neighbours are tested, or weights are ignored in silence."""
    panel, footprints = neighbourly(0.0, "error")
    apart = footprints.assign(geometry=footprints.geometry.scale(0.5, 0.5))
    islands = spatial_table(panel, IMD, [TouchingFootprints(apart)])
    assert islands["reason"].str.contains("no PCN has a neighbour").all()
    weighted = spatial_table(panel, IMD, [TouchingFootprints(footprints)], ("reweighted",))
    assert weighted["reason"].str.contains("take no weights").all()


def test_a_planted_cluster_is_flagged_and_repeats_with_its_seed() -> None:
    """If this fails, local indicators miss a block of high residuals, or a run cannot be repeated."""
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


def test_local_indicators_of_noise_are_rarely_flagged() -> None:
    """If this fails, false discoveries are not controlled."""
    panel, footprints = neighbourly(0.0, "error")
    table = local_table(panel, IMD, TouchingFootprints(footprints), seed=1)
    assert table["flagged"].sum() <= 4
    assert (table["q_value"] >= table["p_value"]).all()


@pytest.mark.parametrize("subject", ["residual", "provision", "need"])
def test_degenerate_local_input_gives_one_reason(subject: Any) -> None:
    """If this fails, a map shows clusters of nothing."""
    panel, footprints = neighbourly(0.0, "error")
    same = panel.assign(imd_score=4.0, splw_fte=panel["list_size"])
    table = local_table(same, IMD, TouchingFootprints(footprints), seed=1, subject=subject)
    assert len(table) == 1
    assert table["reason"].item().startswith("not estimable because ")
    assert table["local_i"].isna().all()
    assert not table["flagged"].any()
