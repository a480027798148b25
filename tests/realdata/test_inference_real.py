"""Inference on the real file of June 2026: the figures that were found outside the project, and errors under no link."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sp_geo.build.view import Build
from sp_geo.statistics.further_models import models_table
from sp_geo.statistics.inference import estimate_under
from sp_geo.statistics.measures import Need
from sp_geo.statistics.pooled import slope_change
from sp_geo.statistics.regression import quarter_slopes
from sp_geo.workspace.store import Store
from tests.simulation.designs import NEEDS, Design, cluster_errors, permutation_errors, planted

pytestmark = [pytest.mark.realdata, pytest.mark.slow]
IMD = Need("imd_score", is_share=False, label="Deprivation")


@pytest.fixture(scope="module")
def panel(latest: Path) -> pd.DataFrame:
    """All quarters of the real files."""
    return Build(Store(latest)).table("out_pcn_quarter")


@pytest.fixture(scope="module")
def june(panel: pd.DataFrame) -> pd.DataFrame:
    """June 2026."""
    return panel[panel["quarter"] == "2026Q2"]


def test_the_slope_of_june_2026_is_that_of_the_audit(june: pd.DataFrame) -> None:
    """Clustered by ICB the slope is 0.044, -0.004 to 0.092; CR2 takes in zero too, and so q is above 0.05."""
    plain = quarter_slopes(june, IMD, ("reporters",), se_type="cluster").iloc[0]
    assert plain[["estimate", "ci_low", "ci_high"]].tolist() == pytest.approx([0.0441, -0.0041, 0.0924], abs=0.0005)
    row = quarter_slopes(june, IMD, ("reporters",)).iloc[0]
    assert row["se_type"] == "CR2"
    assert row[["ci_low", "ci_high"]].tolist() == pytest.approx([-0.0074, 0.0957], abs=0.0005)
    assert row["df"] == pytest.approx(18.7, abs=0.1)
    assert row[["relative_pct", "relative_low_pct"]].tolist() == pytest.approx([9.96, -1.68], abs=0.05)
    assert row["q_value"] > 0.05
    assert row["wild_p_value"] == pytest.approx(0.07, abs=0.02)


def test_slopes_within_and_between_icbs_are_those_of_the_audit(june: pd.DataFrame) -> None:
    """Within ICBs 0.034, between them 0.066 per 10 points."""
    found = models_table(june, IMD).set_index("model")["estimate"]
    assert found["within ICBs"] == pytest.approx(0.0338, abs=0.0005)
    assert found["between ICBs"] == pytest.approx(0.0662, abs=0.0005)


def test_the_trend_was_growth(panel: pd.DataFrame) -> None:
    """Clustered by PCN the slope seemed to move; relative to provision it did not, under either kind of errors."""
    plain = slope_change(panel, IMD, clusters="pcn")
    assert plain.trend.p_value < 0.05
    assert plain.relative_trend.p_value > 0.5
    default = slope_change(panel, IMD)
    assert default.errors == "CR2 by ICB"
    assert min(default.trend.p_value, default.relative_trend.p_value) > 0.05


@pytest.mark.parametrize("need", NEEDS)
def test_within_every_icb_the_default_errs_as_often_as_it_says(june: pd.DataFrame, need: str) -> None:
    """With provision dealt anew within each ICB, 5 % of slopes are called clear, or the slope is not estimable."""
    designs = [Design.of(rows, need) for _, rows in june.groupby("icb_code")]
    estimable = [design for design in designs if not design.refusal()]
    assert len(estimable) >= (5 if need == "rural" else 20)
    found = [permutation_errors(design, 3_000, number)["default"] for number, design in enumerate(estimable)]
    assert min(found) > 0.035
    assert max(found) < 0.065


@pytest.mark.parametrize("correlation", [0.02, 0.15])
def test_over_england_the_default_errs_as_often_as_it_says(june: pd.DataFrame, correlation: float) -> None:
    """With planted correlation within ICBs, 4 to 6 % of slopes on deprivation are called clear; HC1 errs far more."""
    found = cluster_errors(Design.of(june, "imd_score"), correlation, 6_000, 2)
    assert 0.04 < found["default"] < 0.06
    assert found["HC1"] > 0.06


def test_the_fast_formulas_are_the_software(june: pd.DataFrame) -> None:
    """|t| of the simulation is that of the software, for PCNs of one ICB and for England."""
    rng = np.random.default_rng(3)
    for rows, errors, kind in (
        (june[june["icb_code"] == "QOP"], "HC3", "HC3"),
        (june, "CR2", "auto"),
        (june, "HC1", "HC1"),
    ):
        design = Design.of(rows, "imd_score")
        outcomes = planted(design, 0.1, 4, rng)
        for outcome, distance in zip(outcomes, design.distances(outcomes, errors), strict=True):
            found = estimate_under(design.columns, outcome, None, pd.Series(design.icbs), kind, 1)  # type: ignore[arg-type]
            assert abs(found.estimate) / found.std_error == pytest.approx(distance, rel=1e-8)  # type: ignore[union-attr]
