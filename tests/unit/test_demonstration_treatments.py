"""The treatments of PCNs that did not report, held against a known truth over many seeds."""

from __future__ import annotations

import pandas as pd
import pytest

from sp_geo.statistics.measures import Need
from sp_geo.statistics.regression import quarter_slopes
from sp_geo.synthetic import panel

SEEDS = 100
NEED = Need("lack_of_support", True, "Reported lack of local support")  # noqa: FBT003


@pytest.fixture(scope="module")
def estimates() -> pd.DataFrame:
    """One row a seed, quarter and treatment: estimate, interval and true slope, per 10 percentage points."""
    parts = []
    for seed in range(SEEDS):
        table, truth = panel.draw(seed, 300, ("2020Q4", "2023Q3"))
        rows = quarter_slopes(table, NEED, ("absent_as_zero", "reweighted"), per=10.0)
        parts.append(rows.assign(truth=[truth.slope(quarter, NEED.name) / 10 for quarter in rows["quarter"]]))
    found = pd.concat(parts, ignore_index=True)
    return found.assign(
        covers=found["truth"].between(found["ci_low"], found["ci_high"]), error=found["estimate"] - found["truth"]
    )


@pytest.mark.slow
def test_intervals_of_the_reweighted_treatment_cover_the_truth(estimates: pd.DataFrame) -> None:
    """Over many seeds, 95 % intervals of the reweighted treatment cover the truth."""
    rates = estimates.query("non_response == 'reweighted'").groupby("quarter")["covers"].mean()
    assert rates.between(0.92, 0.98).all(), rates.to_dict()


@pytest.mark.slow
def test_counting_the_absent_as_zero_is_biased_and_reweighting_is_not(estimates: pd.DataFrame) -> None:
    """Absent as zero is biased where silence goes with need, and reweighting is not."""
    early = estimates.query("quarter == '2020Q4'").groupby("non_response")["error"].agg(["mean", "std"])
    assert early.loc["absent_as_zero", "mean"] < -0.025
    assert abs(early.loc["reweighted", "mean"]) < 3 * early.loc["reweighted", "std"] / SEEDS**0.5
    assert estimates.query("non_response == 'absent_as_zero' and quarter == '2020Q4'")["covers"].mean() < 0.7
