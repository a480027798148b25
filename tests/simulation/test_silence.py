"""A small run of the sweep over silence and survey noise; ``make simulate`` has 300 seeds."""

from __future__ import annotations

from tests.simulation.silence import SCORE, corrected_coverage, hidden_coverage, need_coverage, silence_coverage
from tests.simulation.worlds import SILENT_IN, World, drawn

SEEDS = 15


def test_imputation_finds_the_planted_slope_and_bounds_hold_the_truth() -> None:
    """Where silence depends on provision, imputing is nearly unbiased, zeros are not, and bounds always hold."""
    found = silence_coverage(World(), SEEDS)
    assert abs(found.loc["imputed", "bias"]) < 0.006
    assert found.loc["absent_as_zero", "bias"] < -0.015
    assert found.loc["imputed", "coverage_pct"] > 80
    assert found.loc["worst case", "coverage_pct"] == 100
    other = silence_coverage(World(silence="provision"), 5)
    assert other.loc["worst case", "coverage_pct"] == 100


def test_the_corrected_slope_is_that_of_the_true_share() -> None:
    """Survey noise flattens the slope by a third, and the correction takes that back."""
    found = corrected_coverage(World(), SEEDS)
    assert found.loc["correction: none", "bias"] < -0.008
    assert abs(found.loc["correction: attenuation", "bias"]) < 0.006
    assert found.loc["correction: attenuation", "coverage_pct"] > 80


def test_hidden_reporters_lie_in_their_intervals() -> None:
    """Of reporters that are hidden at random, imputed 90 % intervals hold about nine in ten."""
    panel = drawn(World(), 1)[0]
    share, count = hidden_coverage(panel[panel["quarter"] == SILENT_IN], SCORE, 8)
    assert count > 500
    assert 86 < share < 94


def test_need_is_nearer_to_the_truth_when_shrunk_and_predictions_hold_in_other_icbs() -> None:
    """Shrinking takes away a fifth of the error at least; intervals hold what they promise, in ICBs left out too."""
    found = need_coverage(World(), 1)["mean over seeds"]
    assert found["shrunk_error_pp"] < 0.8 * found["observed_error_pp"]
    assert found["predicted_error_pp"] < found["icb_mean_error_pp"]
    assert 87 < found["shrunk_90_covers_pct"] < 93
    assert 87 < found["predicted_90_covers_pct"] < 93
