"""What has to hold for slopes whatever the numbers are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from sp_geo.statistics.measures import Need
from sp_geo.statistics.regression import quarter_slopes
from tests.synthetic_panel import make_panel

IMD = Need("imd_score", is_share=False, label="Deprivation")
NUMBERS = ["estimate", "ci_low", "ci_high", "std_error", "p_value"]
CHOICES = st.fixed_dictionaries(
    {
        "weights": st.sampled_from(["none", "patients"]),
        "se_type": st.sampled_from(["HC1", "HC3", "cluster"]),
        "covariates": st.sampled_from([(), ("rural",), ("region_code",)]),
    }
)
SEEDS = st.integers(0, 1000)
FEW = settings(max_examples=8)


def slopes(panel: pd.DataFrame, choices: dict[str, Any]) -> pd.DataFrame:
    """All treatments over a panel."""
    return quarter_slopes(panel, IMD, per=10, **choices)


@FEW
@given(SEEDS, CHOICES, st.floats(0.01, 1000), st.floats(-100, 100))
def test_what_must_not_matter_does_not_and_a_scale_divides(
    seed: int, choices: dict[str, Any], factor: float, shift: float
) -> None:
    """The order of rows and a constant change no slope, data given twice neither, and a factor of need divides it."""
    panel = make_panel(pcns=60, seed=seed)
    before = slopes(panel, choices)
    turned = slopes(panel.sample(frac=1, random_state=seed), choices)
    np.testing.assert_allclose(turned[NUMBERS], before[NUMBERS], rtol=1e-8, atol=1e-12)
    pd.testing.assert_frame_equal(turned[["quarter", "n_pcns", "reason"]], before[["quarter", "n_pcns", "reason"]])
    shifted = slopes(panel.assign(imd_score=panel["imd_score"] + shift), choices)
    np.testing.assert_allclose(shifted[NUMBERS], before[NUMBERS], rtol=1e-6, atol=1e-9)
    scaled = slopes(panel.assign(imd_score=panel["imd_score"] * factor), choices)
    scaled = scaled[NUMBERS].mul([factor, factor, factor, factor, 1.0])
    np.testing.assert_allclose(scaled, before[NUMBERS], rtol=1e-6, atol=1e-9)
    twice = slopes(pd.concat([panel, panel]), choices)
    # Under HC3 a lone PCN of its region has leverage one and its double has not: a row may appear.
    known = before["estimate"].notna()
    np.testing.assert_allclose(twice["estimate"][known], before["estimate"][known], rtol=1e-8, atol=1e-12)
    np.testing.assert_array_equal(twice["n_pcns"], 2 * before["n_pcns"])


@FEW
@given(SEEDS, CHOICES, st.floats(0.1, 50))
def test_a_step_moves_estimate_and_interval_together(seed: int, choices: dict[str, Any], per: float) -> None:
    """A step moves estimate, error and interval by one factor."""
    panel = make_panel(pcns=60, seed=seed)
    one = quarter_slopes(panel, IMD, per=1, **choices)
    many = quarter_slopes(panel, IMD, per=per, **choices)
    np.testing.assert_allclose(many[NUMBERS], one[NUMBERS].mul([per, per, per, per, 1.0]), rtol=1e-9)
    # A quarter that allows no estimate has no interval either: under HC3 a lone PCN of its region has leverage one.
    estimated = many.dropna(subset="estimate")
    assert len(estimated)
    assert (estimated["ci_low"] <= estimated["estimate"]).all()
    assert (estimated["estimate"] <= estimated["ci_high"]).all()
