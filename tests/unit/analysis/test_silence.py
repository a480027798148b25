"""What silence could change: bounds against every corner, Rubin's rules by hand, the tipping point, returners."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sp_geo.build.view import Build
from sp_geo.core.errors import UsageError
from sp_geo.core.quarters import Quarter
from sp_geo.questions.panel import regress
from sp_geo.questions.requests.statistics import RegressRequest
from sp_geo.statistics.bounds import Bounds, worst_case_bounds
from sp_geo.statistics.estimates import Estimate, NotEstimable
from sp_geo.statistics.imputation import ratio_near, returners, shortest_interval
from sp_geo.statistics.measures import Need
from sp_geo.statistics.power import balanced_words, smallest_detectable
from sp_geo.statistics.regression import SLOPE_COLUMNS, quarter_slopes
from sp_geo.statistics.rubin import combined
from sp_geo.statistics.silence import SILENCE_COLUMNS, Choices, imputed_slopes, silence_table
from tests.synthetic_panel import make_panel

IMD = Need("imd_score", is_share=False, label="IMD")


def four_pcns() -> pd.DataFrame:
    """Need 10, 20, 30, 40; rates 1, 2, 3 FTE per 10,000, and one PCN that is silent."""
    return pd.DataFrame(
        {
            "pcn_code": ["U00001", "U00002", "U00003", "U00004"],
            "quarter": "2022Q1",
            "icb_code": "QAA",
            "region_code": "Y56",
            "reporting_status": ["reported", "reported", "reported", "not_reported"],
            "list_size": 10_000.0,
            "splw_fte": [1.0, 2.0, 3.0, np.nan],
            "imd_score": [10.0, 20.0, 30.0, 40.0],
        }
    )


def test_bounds_by_hand() -> None:
    """The silent PCN of the greatest need has none at the low end, and the cap of 3 at the high end."""
    found = worst_case_bounds(four_pcns(), IMD, percentile=100)
    assert isinstance(found, Bounds)
    assert (found.cap, found.silent, found.pcns) == (pytest.approx(3), 1, 4)
    # Sums of squares 500; weights -15, -5, 5, 15 over 500.
    assert found.low == pytest.approx((-15 - 10 + 15 + 0) / 500)
    assert found.high == pytest.approx((-15 - 10 + 15 + 45) / 500)


@pytest.mark.parametrize("weights", ["none", "patients"])
def test_bounds_are_the_ends_of_every_corner(weights: str) -> None:
    """No way to give silent PCNs nothing or the cap leads outside the bounds, and two of them lead to the ends."""
    rows = make_panel(pcns=40, quarters=("2021Q1",), reporting=0.9)
    silent = rows["splw_fte"].isna()
    assert 3 <= silent.sum() <= 7
    found = worst_case_bounds(rows, IMD, weights=weights, covariates=("rural",))  # type: ignore[arg-type]
    assert isinstance(found, Bounds)
    slopes = []
    for corner in product([0.0, found.cap], repeat=int(silent.sum())):
        full = rows.copy()
        full.loc[silent, "splw_fte"] = np.asarray(corner) * rows.loc[silent, "list_size"] / 10_000
        table = quarter_slopes(
            full.assign(reporting_status="reported"),
            IMD,
            ("reporters",),
            per=1,
            weights=weights,  # type: ignore[arg-type]
            covariates=("rural",),
        )
        slopes.append(table["estimate"].iloc[0])
    assert (found.low, found.high) == pytest.approx((min(slopes), max(slopes)), abs=1e-12)


def test_bounds_are_refused_where_there_is_nothing_to_bound() -> None:
    """Nobody reporting, nobody with a need, one need for all, and a percentile of 0 are refused."""
    rows = four_pcns()
    for spoilt in (
        rows.assign(reporting_status="not_reported"),
        rows.assign(imd_score=np.nan),
        rows.assign(imd_score=20.0),
    ):
        assert isinstance(worst_case_bounds(spoilt, IMD), NotEstimable)
    with pytest.raises(UsageError, match="percentile"):
        worst_case_bounds(rows, IMD, percentile=0)


def test_rubins_rules_by_hand() -> None:
    """Three estimates 1, 2, 3 with error 1: W 1, B 1, T 7/3; degrees by Barnard and Rubin from 10 complete ones."""
    found = combined(np.array([1.0, 2.0, 3.0]), np.ones(3), 10.0)
    assert isinstance(found.result, Estimate)
    assert found.result.estimate == 2
    assert found.result.std_error == pytest.approx(np.sqrt(7 / 3))
    assert found.missing_information == pytest.approx(4 / 7)
    old, observed = 2 / (4 / 7) ** 2, 11 / 13 * 10 * (3 / 7)
    assert found.degrees == pytest.approx(1 / (1 / old + 1 / observed))
    assert combined(np.array([1.0, 2.0, 3.0]), np.ones(3)).degrees == pytest.approx(old)
    same = combined(np.full(3, 2.0), np.ones(3))
    assert (same.degrees, same.missing_information) == (np.inf, 0)


def test_the_tipping_point_takes_the_slope_to_nothing() -> None:
    """If every silent PCN had that much more than was imputed, the slope would be 0."""
    panel = make_panel(pcns=200, reporting=0.8)
    row = silence_table(panel, IMD, per=1, choices=Choices(imputations=5)).iloc[0]
    rows = panel[panel["quarter"] == row["quarter"]]
    silent = rows["splw_fte"].isna().to_numpy()
    x = rows["imd_score"].to_numpy() - rows["imd_score"].mean()
    assert row["estimate"] + row["tipping_fte_per_10k"] * (x[silent].sum() / (x**2).sum()) == pytest.approx(
        0, abs=1e-12
    )
    assert row["bound_low"] < row["estimate"] < row["bound_high"]


def test_returners_tell_how_much_less_the_silent_have() -> None:
    """Where PCNs that come back have half of what others have, silent ones are imputed about half as much."""
    panel = make_panel(pcns=600, quarters=("2021Q1", "2021Q2"), reporting=1.0, noise=0.05)
    first = panel["quarter"] == "2021Q1"
    odd = panel["pcn_code"].str[-1].isin(["1", "2"])
    panel.loc[odd, "splw_fte"] *= 0.5
    panel.loc[odd & first, ["splw_fte", "reporting_status"]] = [np.nan, "not_reported"]
    ratio = ratio_near(returners(panel, IMD), Quarter(2021, 1))
    assert ratio.value == pytest.approx(0.5, abs=0.03)
    assert (ratio.returners, ratio.quarters) == (odd.sum() / 2, "2021Q1")
    row = silence_table(panel, IMD).iloc[0]
    told = panel.loc[first & ~odd, "splw_fte"].sum() / panel.loc[first & ~odd, "list_size"].sum() * 10_000
    assert row["imputed_fte_per_10k"] == pytest.approx(0.5 * told, rel=0.1)
    assert row["delta_fte_per_10k"] == pytest.approx(-row["imputed_fte_per_10k"], rel=0.15)
    alone = ratio_near(returners(panel[first], IMD), Quarter(2021, 1))
    assert (alone.value, alone.returners, alone.is_known) == (1, 0, False)


def test_imputed_rows_stand_beside_the_others() -> None:
    """Rows have the columns of the slopes, one seed gives one answer, and a full quarter has the reporters' slope."""
    panel = make_panel(reporting=(0.7, 1.0, 0.7))
    rows = imputed_slopes(panel, IMD, choices=Choices(se_type="cluster"))
    assert tuple(rows.columns) == SLOPE_COLUMNS
    pd.testing.assert_frame_equal(rows, imputed_slopes(panel, IMD, choices=Choices(se_type="cluster")))
    later = imputed_slopes(panel, IMD, choices=Choices(se_type="cluster"), quarters=("2021Q3",))
    pd.testing.assert_frame_equal(rows[rows["quarter"] == "2021Q3"].reset_index(drop=True), later)
    reporters = quarter_slopes(panel, IMD, ("reporters",), se_type="cluster")
    full = ["estimate", "std_error", "ci_low", "mean_fte_per_10k", "splw_fte", "n_pcns"]
    pd.testing.assert_series_equal(rows.loc[1, full], reporters.loc[1, full])
    table = silence_table(panel, IMD)
    assert tuple(table.columns) == SILENCE_COLUMNS
    assert table.loc[1, "bound_low"] == pytest.approx(table.loc[1, "bound_high"])
    assert table.loc[1, "note"] == "every PCN reported, so nothing is imputed"
    with pytest.raises(UsageError, match="too few imputations"):
        silence_table(panel, IMD, choices=Choices(imputations=1))


def test_the_shortest_interval_begins_at_the_zeros() -> None:
    """Of twenty draws with three zeros, the shortest interval that holds 90 % begins at 0 and leaves out the largest."""
    draws = np.concatenate([np.zeros(3), np.arange(1.0, 18.0)])[:, None]
    low, high = shortest_interval(draws)
    assert (low[0], high[0]) == (0, 15)


def test_the_smallest_slope_that_shows_is_told_of_the_balanced_panel() -> None:
    """Half the interval and 0.84 standard errors; in words with its share of the mean rate, and nothing of others."""
    row = {
        "need": "imd_score",
        "quarter": "2022Q2",
        "n_pcns": 180,
        "ci_low": -0.096,
        "ci_high": 0.296,
        "std_error": 0.1,
    }
    rows = pd.DataFrame([{**row, "non_response": name, "mean_fte_per_10k": 0.5} for name in ("reporters", "balanced")])
    assert smallest_detectable(rows).to_numpy() == pytest.approx(0.196 + 0.08416, abs=1e-5)
    said = balanced_words(rows, "slope per 10")
    assert (
        "its 180 PCNs show a slope per 10 of 0.2802 or more, either way, with a power of 80 %, 56 % of its mean" in said
    )
    assert balanced_words(rows.head(1), "slope per 10") == ""


def test_later_quarters_alone_leave_more_pcns_balanced(region: Path) -> None:
    """From a quarter on, only reports since then decide who is balanced, and the power is told before the difference."""
    build = Build.open(region)
    last = build.choices.quarters[-1]
    everything = regress(build, RegressRequest("imd_score")).rows
    later = regress(build, RegressRequest("imd_score", since=last))
    assert set(later.rows["quarter"]) == {last}
    balanced = {
        len(rows): rows.loc[(rows["non_response"] == "balanced") & (rows["quarter"] == last), "n_pcns"].item()
        for rows in (everything, later.rows)
    }
    assert balanced[len(later.rows)] >= balanced[len(everything)]
    said = [text for text in later.notes if "conclusion about" in text or text.startswith("Balanced panel")]
    assert said[-1].startswith("In ")
    with pytest.raises(UsageError):
        regress(build, RegressRequest("imd_score", since="1999Q1"))
