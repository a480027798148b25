"""Slopes by quarter: treatments, degenerate input, counts and choices."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sp_geo.statistics.measures import ALL_ROLES, PLAIN_ROLE, Need
from sp_geo.statistics.non_response import sample
from sp_geo.statistics.regression import SLOPE_COLUMNS, quarter_slopes
from sp_geo.statistics.reporting_model import EVERYONE_REPORTED, REGION_DROPPED
from tests.synthetic_panel import make_panel

IMD = Need("imd_score", is_share=False, label="Deprivation")
MINORITY = Need("minority_ethnic", is_share=True, label="Minority ethnic residents")


def hand_panel() -> pd.DataFrame:
    """Four PCNs of 10,000 patients, needs 1 to 4, rates 1, 2, 4, 5 (slope 1.4); one that did not report."""
    rates = [1.0, 2.0, 4.0, 5.0, math.nan]
    return pd.DataFrame(
        {
            "pcn_code": ["U00001", "U00002", "U00003", "U00004", "U00005"],
            "quarter": "2022Q2",
            "icb_code": "QAA",
            "region_code": "Y56",
            "reporting_status": ["reported"] * 4 + ["not_reported"],
            "splw_fte": rates,
            "splw_plain_fte": rates,
            "list_size": 10_000.0,
            "imd_score": [1.0, 2.0, 3.0, 4.0, 5.0],
        }
    )


def only(slopes: pd.DataFrame) -> dict[str, Any]:
    """The single row of a table."""
    assert len(slopes) == 1
    return dict(slopes.iloc[0])


def test_slopes_by_hand() -> None:
    """Slope, HC1 error, interval and counts are those worked out on paper; absent as zero counts 0 FTE."""
    row = only(quarter_slopes(hand_panel(), IMD, ["reporters"], per=10, se_type="HC1"))
    # Residuals 0.1, -0.3, 0.3, -0.1 and centred needs -1.5, -0.5, 0.5, 1.5; n / (n - k) = 2.
    variance = 2 * sum((x * e) ** 2 for x, e in zip((-1.5, -0.5, 0.5, 1.5), (0.1, -0.3, 0.3, -0.1), strict=True)) / 5**2
    assert row["estimate"] == pytest.approx(14.0)
    assert row["std_error"] == pytest.approx(10 * math.sqrt(variance))
    assert row["ci_high"] == pytest.approx(14.0 + 1.959963984540054 * 10 * math.sqrt(variance))
    assert (row["n_pcns"], row["n_active_pcns"], row["coverage_pct"]) == (4, 5, 80.0)
    assert (row["mean_fte_per_10k"], row["splw_fte"]) == (3.0, 12.0)
    assert tuple(row) == SLOPE_COLUMNS
    assert row["relative_pct"] == pytest.approx(100 * 14.0 / 3.0)
    row = only(quarter_slopes(hand_panel(), IMD, ["absent_as_zero"], per=1, se_type="HC1"))
    assert row["estimate"] == pytest.approx(np.polyfit([1, 2, 3, 4, 5], [1, 2, 4, 5, 0], 1)[0])
    assert (row["n_pcns"], row["mean_fte_per_10k"], row["coverage_pct"]) == (5, pytest.approx(2.4), 80.0)


def test_balanced_keeps_only_those_that_reported_in_every_quarter_shown() -> None:
    """The balanced panel holds the PCNs that reported in each quarter shown."""
    panel = make_panel()
    reported = panel.loc[panel["reporting_status"] != "not_reported"].groupby("pcn_code").size()
    expected = int((reported == 3).sum())
    slopes = quarter_slopes(panel, IMD, ["balanced"])
    assert 0 < expected < 80
    assert slopes["n_pcns"].tolist() == [expected] * 3


def test_reweighted_equals_reporters_when_everyone_reported() -> None:
    """Where everyone reported, reweighting changes nothing and says so."""
    slopes = quarter_slopes(make_panel(reporting=1.0), IMD, ["reporters", "reweighted"])
    by_non_response = slopes.set_index(["quarter", "non_response"])[["estimate", "std_error", "p_value"]]
    reporters, reweighted = by_non_response.xs("reporters", level=1), by_non_response.xs("reweighted", level=1)
    pd.testing.assert_frame_equal(reporters, reweighted)
    assert set(slopes.loc[slopes["non_response"] == "reweighted", "note"]) == {EVERYONE_REPORTED}


def test_reweighted_moves_reporters_towards_all_active() -> None:
    """Weights restore most of what selective reporting took away."""
    panel = make_panel(pcns=1500, quarters=("2021Q1",), reporting=0.5, seed=4)
    truth = panel["imd_score"].mean()
    reported = panel.loc[panel["reporting_status"] != "not_reported"]
    chosen = sample(panel, IMD, "reweighted", provision=ALL_ROLES, weights="none", covariates=(), balanced=frozenset())
    weighted = np.average(chosen.rows["imd_score"], weights=chosen.weights)
    assert abs(weighted - truth) < 0.2 * abs(reported["imd_score"].mean() - truth)


def test_a_region_in_which_all_reported_is_left_out_of_the_weights_with_a_note() -> None:
    """A region in which all reported drops out of the weights' model; where need settles who reports there are none."""
    panel = make_panel()
    panel = panel.loc[~((panel["region_code"] == "Y56") & (panel["reporting_status"] == "not_reported"))]
    slopes = quarter_slopes(panel, IMD, ["reweighted"])
    assert set(slopes["note"]) == {REGION_DROPPED}
    assert slopes["estimate"].notna().all()
    panel = make_panel(quarters=("2021Q1",), reporting=1.0)
    panel["reporting_status"] = np.where(panel["imd_score"] > 20, "not_reported", "reported")
    row = only(quarter_slopes(panel, IMD, ["reweighted"]))
    assert math.isnan(row["estimate"])
    assert "settled by need and list size" in row["reason"]


SPOILT: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "constant need": lambda panel: panel.assign(imd_score=17.3),
    "no need": lambda panel: panel.assign(imd_score=np.nan),
    "nobody reported": lambda panel: panel.assign(reporting_status="not_reported", splw_fte=np.nan),
    "one PCN": lambda panel: panel[panel["pcn_code"] == "U00001"].assign(reporting_status="reported", splw_fte=1.0),
    "two PCNs": lambda panel: panel[panel["pcn_code"].isin(["U00001", "U00002"])].assign(
        reporting_status="reported", splw_fte=1.0
    ),
    "no provision": lambda panel: panel.assign(reporting_status="true_zero", splw_fte=0.0),
}


@pytest.mark.parametrize(
    ("weights", "se_type"), [("none", "auto"), ("none", "HC1"), ("patients", "HC3"), ("none", "wild")]
)
@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_degenerate_input_gives_reasons_and_no_number(spoil: Any, weights: Any, se_type: Any) -> None:
    """Data that support no slope give a reason in every row."""
    panel = spoil(make_panel())
    slopes = quarter_slopes(panel, IMD, weights=weights, se_type=se_type)
    assert len(slopes) == 12
    assert slopes["reason"].str.startswith("not estimable because ").all()
    assert slopes[["estimate", "ci_low", "ci_high", "std_error", "p_value"]].isna().all(axis=None)


@pytest.mark.parametrize(
    ("covariates", "part"),
    [(("twice_imd",), "collinear"), (("icb_code", "region_code"), "collinear"), (("pcn_code",), "parameters need")],
)
def test_covariates_that_cannot_be_told_apart_give_a_reason(covariates: tuple[str, ...], part: str) -> None:
    """Collinear or too many covariates give a reason and no number."""
    panel = make_panel().assign(twice_imd=lambda frame: 2 * frame["imd_score"] + 5)
    slopes = quarter_slopes(panel, IMD, ["reporters"], covariates=covariates)
    assert slopes["reason"].str.contains(part).all()
    assert slopes["estimate"].isna().all()


def test_per_counts_percentage_points_for_shares_and_points_for_scores() -> None:
    """A step of 10 is ten percentage points or ten points of a score; the series decides which FTE and patients."""
    panel = make_panel(quarters=("2021Q1",))
    as_share = only(quarter_slopes(panel, MINORITY, ["reporters"], per=10))
    as_score = only(quarter_slopes(panel, Need("minority_ethnic", is_share=False, label=""), ["reporters"], per=0.1))
    for name in ("estimate", "ci_low", "ci_high", "std_error", "p_value"):
        assert as_share[name] == pytest.approx(as_score[name], rel=1e-12)
    panel = make_panel(quarters=("2021Q1",))
    all_roles = only(quarter_slopes(panel, IMD, ["reporters"]))
    plain = only(quarter_slopes(panel, IMD, ["reporters"], provision=PLAIN_ROLE))
    weighted = only(quarter_slopes(panel, IMD, ["reporters"], provision=ALL_ROLES.per_weighted))
    assert plain["estimate"] == pytest.approx(0.9 * all_roles["estimate"])
    assert plain["splw_fte"] == pytest.approx(0.9 * all_roles["splw_fte"])
    expected = panel["splw_fte_per_10k_weighted"].mean()
    assert weighted["mean_fte_per_10k"] == pytest.approx(expected)
