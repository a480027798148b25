"""Referral activity: rates, ratios, joinpoints and the path to support."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from sp_geo.core.errors import UsageError
from sp_geo.statistics.estimates import NotEstimable
from sp_geo.statistics.joinpoints import find_joinpoints
from sp_geo.statistics.referral_trends import (
    most_to_least_table,
    path_table,
    rate,
    rate_ratio,
    rates_table,
    share,
    trends_table,
)


def series(
    quarters: int, bends: dict[int, float], start: float = 0.04, noise: float = 0.0, seed: int = 0
) -> np.ndarray:
    """A log-linear series of rates whose slope changes by so much at each bend."""
    time = np.arange(float(quarters))
    log = 1 + start * time + sum(change * np.maximum(time - at, 0) for at, change in bends.items())
    return np.exp(log + np.random.default_rng(seed).normal(0, noise, quarters))


def activity(rates: dict[int, np.ndarray], patients: float = 1e6) -> pd.DataFrame:
    """One row per fifth and quarter; 90 % met, 38 % supported."""
    rows = [
        {
            "quarter": f"{2020 + index // 4}Q{index % 4 + 1}",
            "fifth": fifth,
            "referrals": value * patients / 10_000,
            "contacted": 0.9 * value * patients / 10_000,
            "supported": 0.38 * value * patients / 10_000,
            "patients": patients,
        }
        for fifth, values in rates.items()
        for index, value in enumerate(values)
    ]
    return pd.DataFrame(rows)


@pytest.mark.parametrize("bends", [{}, {5: -0.1}, {9: 0.2}, {5: -0.12, 11: 0.15}, {4: 0.2, 8: -0.3, 13: 0.25}])
def test_planted_joinpoints_are_found_without_noise(bends: dict[int, float]) -> None:
    """Each planted bend is found where it is, and a line has none."""
    found = find_joinpoints(np.arange(20.0), series(20, bends))
    assert found.at == tuple(float(at) for at in bends)
    slopes = np.cumsum([0.04, *bends.values()])
    changes = [segment.change.estimate for segment in found.segments]
    assert changes == pytest.approx((100 * np.expm1(slopes)).tolist())
    assert found.average.estimate == pytest.approx(
        100 * math.expm1(np.log(series(20, bends)[-1] / series(20, bends)[0]) / 19)
    )


def test_planted_joinpoints_are_found_in_noise() -> None:
    """In ordinary noise clear bends are found in nearly every series."""
    hits = 0
    for seed in range(50):
        found = find_joinpoints(np.arange(24.0), series(24, {8: -0.15, 16: 0.2}, noise=0.04, seed=seed))
        hits += len(found.at) == 2 and max(abs(np.subtract(found.at, (8, 16)))) <= 1
    assert hits >= 47


@pytest.mark.parametrize("quarters", [6, 8, 12, 16, 24])
def test_a_straight_series_has_one_segment(quarters: int) -> None:
    """Noise about a line is seldom told as a bend."""
    bent = 0
    for seed in range(100):
        found = find_joinpoints(np.arange(float(quarters)), series(quarters, {}, noise=0.05, seed=seed))
        bent += len(found.at) > 0
    assert bent <= 6


def test_the_average_change_covers_the_truth() -> None:
    """The interval of the average change covers the truth 95 % of the time."""
    truth = 100 * math.expm1(0.0326)
    covered = 0
    for seed in range(150):
        found = find_joinpoints(np.arange(12.0), series(12, {}, start=0.0326, noise=0.05, seed=seed))
        covered += found.average.ci_low <= truth <= found.average.ci_high
    assert 0.91 <= covered / 150 <= 0.98


def test_a_straight_fit_is_weighted_least_squares() -> None:
    """A straight trend and its interval are those of weighted least squares."""
    models = pytest.importorskip("statsmodels.api")
    rates, weights = series(10, {}, noise=0.05), np.arange(1.0, 11.0)
    found = find_joinpoints(np.arange(10.0), rates, weights, most=0)
    peer = models.WLS(np.log(rates), models.add_constant(np.arange(10.0)), weights=weights).fit()
    low, high = peer.conf_int()[1]
    assert found.average.estimate == pytest.approx(100 * math.expm1(peer.params[1]), rel=1e-8)
    assert (found.average.ci_low, found.average.ci_high) == pytest.approx(
        (100 * math.expm1(low), 100 * math.expm1(high)), rel=1e-8
    )


@pytest.mark.parametrize(
    ("rates", "part"),
    [
        ([1.0, 2.0, 3.0, 4.0], "needs 5 quarters"),
        ([1.0, 2.0, 0.0, 4.0, 5.0, 6.0], "rate of zero"),
        ([1.0, 2.0, math.nan, 4.0, 5.0, 6.0], "missing"),
    ],
)
def test_series_that_have_no_trend_say_why(rates: list[float], part: str) -> None:
    """A series too short, with a zero or with a gap says why it has no trend."""
    found = find_joinpoints(np.arange(float(len(rates))), np.array(rates))
    assert isinstance(found, NotEstimable)
    assert part in found.reason


def test_trends_by_group_name_their_quarters() -> None:
    """Bends and segments are dated by quarter, group by group; change is per calendar quarter, over missing ones too."""
    frame = activity({1: series(16, {6: -0.2}), 5: series(16, {})})
    table = trends_table(frame, ("fifth",))
    bent = table.loc[(table["fifth"] == 1)]
    assert bent["segment"].tolist() == ["1", "2", "average"]
    assert set(bent["joinpoints"]) == {"2021Q3"}
    assert bent["to"].tolist()[0] == "2021Q3"
    assert table.loc[table["fifth"] == 5, "segment"].tolist() == ["1", "average"]
    assert table["criterion"].eq("BICc").all()
    frame = activity({1: series(12, {})})
    table = trends_table(frame.loc[~frame["quarter"].isin(["2020Q3", "2021Q4"])])
    assert table["estimate"].to_numpy() == pytest.approx(100 * math.expm1(0.04))


def test_rates_leave_out_missing_counts_with_their_patients() -> None:
    """A missing count leaves out its patients and is counted; a table without patients is refused."""
    frame = activity({1: np.array([2.0, 2.0, 2.0])})
    frame.loc[1, "referrals"] = np.nan
    row = rates_table(frame, ("fifth",)).iloc[0]
    assert row["estimate"] == pytest.approx(2.0)
    assert (row["n_rows"], row["n_rows_missing"], row["patients"]) == (2, 1, 2e6)
    nothing = rates_table(frame.assign(referrals=np.nan), ("fifth",)).iloc[0]
    assert nothing["reason"].endswith("every count is missing or suppressed")
    with pytest.raises(UsageError):
        rates_table(activity({1: np.array([1.0])}).drop(columns="patients"), ("fifth",))


def test_the_exact_poisson_interval() -> None:
    """Intervals of rates are Garwood's (10 events: 4.795 to 18.390); the ratio is most over least on the log scale."""
    found = rate(10, 10_000)
    assert (found.ci_low, found.ci_high) == pytest.approx((4.795, 18.390), abs=5e-4)
    none = rate(0, 10_000)
    assert (none.estimate, none.ci_low) == (0.0, 0.0)
    assert none.ci_high == pytest.approx(3.689, abs=5e-4)
    assert isinstance(rate(3, 0), NotEstimable)
    frame = activity({1: np.array([3.6, 3.6]), 5: np.array([1.0, 0.0])})
    table = most_to_least_table(frame, "fifth", 1, 5)
    first = table.iloc[0]
    spread = 1.959963984540054 * math.sqrt(1 / 360 + 1 / 100)
    assert first["estimate"] == pytest.approx(3.6)
    assert (first["ci_low"], first["ci_high"]) == pytest.approx((3.6 * math.exp(-spread), 3.6 * math.exp(spread)))
    assert "no events" in table.iloc[1]["reason"]
    assert isinstance(rate_ratio(1, 0, 1, 1), NotEstimable)


def test_the_path_to_support() -> None:
    """Each step's share has its own base, over rows where both counts are known; an impossible one has none."""
    frame = activity({1: np.array([10.0]), 2: np.array([20.0])})
    frame.loc[1, "supported"] = np.nan
    table = path_table(frame).set_index("step")
    assert table.loc["met of referred", "estimate"] == pytest.approx(0.9)
    assert table.loc["supported of referred", "estimate"] == pytest.approx(0.38)
    assert table.loc["supported of met", "estimate"] == pytest.approx(0.38 / 0.9)
    assert (table["n_rows_missing"] == 1).all()
    assert table.loc["met of referred", "of"] == 1000
    assert isinstance(share(5, 4), NotEstimable)
    assert isinstance(share(0, 0), NotEstimable)


@pytest.mark.parametrize(("count", "of"), [(0, 10), (10, 10), (3, 7), (1, 1), (0, 1), (999_999, 1_000_000)])
def test_wilson_intervals_hold_their_share(count: float, of: float) -> None:
    """A share lies within its interval, shares of 0 and 1 too."""
    found = share(count, of)
    assert 0 <= found.ci_low <= count / of <= found.ci_high <= 1
