"""What silence could change, and predicted need, on the real published files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sp_geo.build.view import Build
from sp_geo.questions.panel import in_quarters
from sp_geo.statistics.estimates import NotEstimable
from sp_geo.statistics.inference import cluster_numbers
from sp_geo.statistics.measures import Need
from sp_geo.statistics.predicted_need import evaluation
from sp_geo.statistics.small_area_need import predictors_of
from tests.conftest import Ask
from tests.simulation.silence import hidden_coverage

pytestmark = [pytest.mark.realdata, pytest.mark.slow]


def test_june_2026_has_the_bounds_of_the_audit(latest: Path, ask: Ask) -> None:
    """Whatever the 27 silent PCNs have, the slope on deprivation lies between 0.036 and 0.052."""
    row = ask(latest, "silence", "--need", "imd_score", "--quarter", "2026Q2").iloc[0]
    assert (row["n_silent_pcns"], row["n_pcns"]) == (27, 1298)
    assert (row["bound_low"], row["bound_high"]) == pytest.approx((0.036, 0.052), abs=0.0005)
    assert row["bound_low"] < row["estimate"] < row["bound_high"]
    told = ask(latest, "regress", "--need", "imd_score", "--quarter", "2026Q2")
    assert set(told["non_response"]) == {"reporters", "absent_as_zero", "balanced", "reweighted", "imputed"}
    assert np.ptp(told["bound_low"]) == 0


def test_pcns_that_came_back_had_less(latest: Path, ask: Ask) -> None:
    """PCNs silent in 2021 and 2022 had 0.05 to 0.16 FTE per 10,000 less than comparable ones when they came back."""
    rows = ask(latest, "silence", "--need", "imd_score").set_index("quarter")
    assert rows.loc[["2021Q2", "2022Q1"], "delta_fte_per_10k"].between(-0.16, -0.05).all()
    assert abs(rows.loc["2020Q1", "ratio"] - 1) < 0.1


@pytest.mark.parametrize("quarter", ["2020Q4", "2022Q2", "2026Q2"])
def test_hidden_reporters_lie_in_their_intervals(latest: Path, quarter: str) -> None:
    """Of real reporters that are hidden at random, imputed 90 % intervals hold 87 to 93 %."""
    rows = in_quarters(Build.open(latest).table("out_pcn_quarter"), (quarter,))
    share, count = hidden_coverage(rows, Need("imd_score", is_share=False, label="IMD"), 20)
    assert count > 1000
    assert 87 <= share <= 93


def test_need_of_greater_manchester_is_predicted_better_than_by_its_mean(latest: Path) -> None:
    """With whole sub-ICB locations left out, predictions are nearer than the plain mean of the ICB's other PCNs."""
    build = Build.open(latest)
    panel = in_quarters(build.table("out_pcn_quarter"), ("2026Q2",))
    told = panel[(panel["icb_code"] == "QOP") & panel["lack_of_support"].notna()]
    members = build.table("core_practice_membership")
    members = members[members["edition"] == members["edition"].max()]
    location = members.groupby("pcn_code")["sub_icb_code"].agg(lambda codes: codes.mode().iloc[0])
    value = told["lack_of_support"].to_numpy(dtype=np.float64)
    found = evaluation(value, predictors_of(told), cluster_numbers(told["pcn_code"].map(location)))
    assert not isinstance(found, NotEstimable)
    mean_of_others = (value.sum() - value) / (len(value) - 1)
    error = pd.Series({"predicted": found.predicted, "mean": mean_of_others}).map(
        lambda guess: 100 * np.sqrt(((value - guess) ** 2).mean())
    )
    assert len(value) == 57
    assert error["predicted"] == pytest.approx(5.4, abs=0.2)
    assert error["mean"] == pytest.approx(5.9, abs=0.1)
    assert ((found.low <= value) & (value <= found.high)).mean() >= 0.87
