"""Reliability and the corrected slope: a hand-worked case, a planted truth, degenerate input."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sp_geo.statistics.attenuation import ATTENUATION_COLUMNS, Reliability, attenuation_table, corrected, reliability
from sp_geo.statistics.estimates import Estimate, NotEstimable
from sp_geo.statistics.measures import Need
from tests.synthetic_panel import make_panel

SUPPORT = Need("lack_of_support", is_share=True, label="Lack of support")


def survey(panel: pd.DataFrame, std_error: float, seed: int = 3) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The panel with need measured with error, and its long twin with the standard errors."""
    rng = np.random.default_rng(seed)
    codes = sorted(panel["pcn_code"].unique())
    noise = dict(zip(codes, rng.normal(0, std_error, len(codes)), strict=True))
    observed = panel.assign(lack_of_support=panel["lack_of_support"] + panel["pcn_code"].map(noise))
    long = observed[["pcn_code", "quarter"]].assign(
        need="lack_of_support", value=observed["lack_of_support"], std_error=std_error
    )
    return observed, long


def planted(pcns: int, seed: int) -> pd.DataFrame:
    """A panel in which provision depends on the true need: minus 2 FTE per 10,000 per unit of share."""
    panel = make_panel(pcns=pcns, quarters=("2022Q2",), seed=seed, reporting=1.0, noise=0.0)
    rng = np.random.default_rng(seed + 1000)
    rate = 1.5 - 2.0 * panel["lack_of_support"] + rng.normal(0, 0.1, len(panel))
    return panel.assign(splw_fte=rate * panel["list_size"] / 10_000, reporting_status="reported")


def test_reliability_by_hand() -> None:
    """Reliability is one minus sampling over observed variance, the correction divides by it, and two PCNs have none."""
    found = reliability(np.array([1.0, 2.0, 3.0, 4.0]), np.full(4, 0.5), np.ones((4, 1)))
    assert found.value == pytest.approx(1 - 0.25 / (5 / 3))
    raw = Estimate(0.6, 0.1, 0.4, 0.8, 0.001)
    fixed = corrected(raw, Reliability(0.8, 0.05))
    assert fixed.estimate == pytest.approx(0.75)
    assert fixed.std_error == pytest.approx(np.hypot(0.1 / 0.8, 0.6 / 0.8**2 * 0.05))
    assert isinstance(reliability(np.ones(5), np.full(5, 0.1), np.ones((5, 1))), NotEstimable)
    assert isinstance(reliability(np.array([1.0, 2.0]), np.full(2, 0.1), np.ones((2, 1))), NotEstimable)


def test_the_truth_is_recovered_and_its_interval_covers() -> None:
    """Over 25 seeds the corrected slope is unbiased, and its intervals cover the truth."""
    covered, raws, fixed = 0, [], []
    for seed in range(25):
        panel, long = survey(planted(400, seed), 0.04, seed)
        table = attenuation_table(panel, long, SUPPORT, per=100).set_index("correction")
        raws.append(table.loc["none", "estimate"])
        fixed.append(table.loc["attenuation", "estimate"])
        covered += table.loc["attenuation", "ci_low"] <= -2 <= table.loc["attenuation", "ci_high"]
    assert np.mean(raws) > -1.6
    assert np.mean(fixed) == pytest.approx(-2.0, abs=0.05)
    assert 22 <= covered <= 25


def test_sampling_error_as_large_as_the_variation_gives_a_reason() -> None:
    """Where sampling error is all the variation there is, or is not known, the slope stays uncorrected, with a reason."""
    panel, long = survey(make_panel(), 0.02)
    table = attenuation_table(panel, long.assign(std_error=1.0), SUPPORT).set_index("correction")
    assert table.loc["attenuation", "reason"].str.contains("as large as all the variation").all()
    assert table.loc["attenuation", "estimate"].isna().all()
    assert table.loc["none", "estimate"].notna().all()
    panel, long = survey(make_panel(), 0.02)
    table = attenuation_table(panel, long.assign(std_error=np.nan), SUPPORT)
    assert table["reason"].str.contains("no sampling error of this need is known").all()
    assert tuple(table.columns) == ATTENUATION_COLUMNS


@pytest.mark.parametrize("non_response", ["absent_as_zero", "balanced", "reweighted"])
def test_all_treatments_and_weights_pass_through(non_response: str) -> None:
    """Every treatment and weighting is corrected by its own reliability."""
    panel, long = survey(make_panel(pcns=120), 0.02)
    table = attenuation_table(
        panel, long, SUPPORT, (non_response,), weights="patients", se_type="HC3", covariates=("imd_score",)
    )  # type: ignore[arg-type]
    pairs = table.pivot_table(index="quarter", columns="correction", values="estimate")
    np.testing.assert_allclose(pairs["attenuation"] * table["reliability"].iloc[::2].to_numpy(), pairs["none"])
