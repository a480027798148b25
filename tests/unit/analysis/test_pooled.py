"""Slopes over time: planted changes, gaps between quarters and degenerate input."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sp_geo.statistics.estimates import Estimate, NotEstimable
from sp_geo.statistics.measures import Need
from sp_geo.statistics.pooled import CHANGE_COLUMNS, change_table, clusters_of, slope_change
from sp_geo.statistics.regression import quarter_slopes
from tests.synthetic_panel import make_panel

IMD = Need("imd_score", is_share=False, label="Deprivation")
QUARTERS = tuple(f"{year}Q{number}" for year in (2021, 2022) for number in (1, 2, 3, 4))


def test_slopes_are_those_of_each_quarter_alone() -> None:
    """Each quarter has the slope of its own regression; an empty one has a reason, and the others are tested without it."""
    panel = make_panel(quarters=QUARTERS)
    alone = quarter_slopes(panel, IMD, ["reporters"])["estimate"]
    pooled = slope_change(panel, IMD)
    assert [result.estimate for result in pooled.slopes.values()] == pytest.approx(alone.tolist(), rel=1e-9)
    panel = make_panel(quarters=QUARTERS[:3], reporting=(0.8, 0.0, 0.8))
    found = slope_change(panel, IMD)
    assert isinstance(found.slopes["2021Q2"], NotEstimable)
    assert isinstance(found.slopes["2021Q3"], Estimate)
    assert found.no_change.df_numerator == 1


def test_a_planted_trend_is_found() -> None:
    """A slope that rises by 0.001 a quarter is found and covered; a trend is per calendar quarter, over gaps too."""
    panel = make_panel(pcns=400, quarters=QUARTERS, slope_change=0.001, reporting=0.9)
    found = slope_change(panel, IMD, per=10)
    assert found.trend.ci_low < 0.01 < found.trend.ci_high
    assert found.trend.p_value is not None
    assert found.trend.p_value < 1e-6
    assert found.no_change.p_value < 0.001
    assert (found.no_change.df_numerator, found.no_change.df_denominator) == (7, 5)
    assert found.errors == "CR2 by ICB"
    plain = slope_change(panel, IMD, per=10, clusters="pcn")
    assert plain.no_change.p_value < 1e-6
    assert (plain.no_change.df_denominator, plain.errors) == (plain.n_pcns - 1, "cluster by PCN")
    whole = make_panel(pcns=300, quarters=("2021Q1", "2021Q2", "2021Q3"), slope_change=0.002, noise=0.0, reporting=1.0)
    ends = whole.loc[whole["quarter"] != "2021Q2"]
    found = slope_change(ends, IMD, per=1)
    assert found.trend.estimate == pytest.approx(0.002, rel=1e-6)


def test_without_a_change_the_joint_test_is_uniform() -> None:
    """Without a change the joint test rejects as often as its level says."""
    p_values = []
    for seed in range(15):
        found = slope_change(make_panel(pcns=80, quarters=QUARTERS[:4], seed=seed, reporting=0.9), IMD)
        p_values.append(found.no_change.p_value)
    assert 0 < np.mean(np.array(p_values) < 0.2) < 0.4


def test_growth_alone_is_no_relative_trend() -> None:
    """Provision that grows everywhere by the same factor has a trend of its slope, and no relative one."""
    first = make_panel(pcns=300, quarters=("2021Q1",), noise=0.0, reporting=1.0)
    grown = [
        first.assign(quarter=quarter, splw_fte=first["splw_fte"] * (1 + number))
        for number, quarter in enumerate(QUARTERS[:4])
    ]
    found = slope_change(pd.concat(grown), IMD, per=10)
    assert found.trend.estimate == pytest.approx(found.slopes["2021Q1"].estimate)
    assert found.trend.ci_low > 0
    assert found.relative_trend.estimate == pytest.approx(0.0, abs=1e-9)


def test_pcns_of_an_icb_that_merged_are_one_cluster() -> None:
    """A PCN counts to the ICB of its last quarter throughout; within one ICB, PCNs are the clusters."""
    panel = make_panel(pcns=40, reporting=1.0)
    merged = panel.assign(icb_code=panel["icb_code"].mask(panel["quarter"] == "2021Q3", "QZZ"))
    assert clusters_of(merged)[1] == "PCN"
    assert slope_change(merged, IMD).errors == "CR2 by PCN"
    numbers, of = clusters_of(panel)
    assert of == "ICB"
    assert numbers.max() + 1 == panel["icb_code"].nunique()


def test_too_little_gives_reasons() -> None:
    """A single quarter has neither change nor trend, and fewer PCNs than parameters have no test."""
    table = change_table(make_panel(quarters=("2021Q1",)), IMD, ("reporters", "balanced"))
    over_all = table.loc[table["quarter"] == "all"]
    assert over_all["reason"].str.contains("two quarters").all()
    assert over_all[["estimate", "statistic", "p_value"]].isna().all(axis=None)
    assert tuple(table.columns) == CHANGE_COLUMNS
    panel = make_panel(pcns=4, quarters=QUARTERS, reporting=1.0)
    table = change_table(panel, IMD, ("reporters",))
    joint = table.loc[table["quantity"] == "no change"].iloc[0]
    assert "too few clusters" in joint["reason"]
    assert pd.isna(joint["p_value"])


@pytest.mark.parametrize("value", [float("nan"), 3.0])
def test_missing_or_constant_need_gives_reasons(value: float) -> None:
    """A need that is missing or constant gives reasons and no number."""
    table = change_table(make_panel(pcns=40).assign(imd_score=value), IMD, ("reporters", "reweighted"))
    assert table["reason"].str.startswith("not estimable because ").all()
    assert table[["estimate", "statistic", "p_value"]].isna().all(axis=None)
