"""Expected changes from published odds ratios."""

from __future__ import annotations

import pytest

from sp_geo.statistics.estimates import ImpossibleEstimate
from sp_geo.statistics.outcome_note import NOTE_COLUMNS, PublishedOddsRatio, outcome_note


def test_one_fte_for_fifty_thousand_patients_by_hand() -> None:
    """An odds ratio applies to odds, per FTE for 50,000 patients; a cut has an interval of losses, no posts no change."""
    row = outcome_note(1, 50_000, {"enough_local_support": 0.5}).set_index("outcome").loc["enough_local_support"]
    assert row["odds_ratio"] == pytest.approx(1.005)
    assert row["estimate"] == pytest.approx(100 * (1.005 / 2.005 - 0.5))
    assert row["ci_low"] == pytest.approx(100 * (1.001 / 2.001 - 0.5))
    assert row["ci_high"] == pytest.approx(100 * (1.008 / 2.008 - 0.5))
    assert "association" in row["reading"]
    row = outcome_note(-2, 50_000, {"good_experience": 0.8}).set_index("outcome").loc["good_experience"]
    assert row["ci_low"] < row["estimate"] < row["ci_high"] < 0
    row = outcome_note(0, 50_000, {"good_experience": 0.8}).set_index("outcome").loc["good_experience"]
    assert (row["estimate"], row["ci_low"], row["ci_high"], row["std_error"]) == (0, 0, 0, 0)


@pytest.mark.parametrize("baseline", [0.0, 1.0])
def test_a_share_cannot_leave_its_bounds(baseline: float) -> None:
    """Shares of 0 and 100 % stay as they are."""
    row = outcome_note(3, 50_000, {"good_experience": baseline}).set_index("outcome").loc["good_experience"]
    assert row["estimate"] == pytest.approx(0)


def test_without_a_baseline_there_is_no_change_to_tell() -> None:
    """Without a baseline the change is missing with its reason; a published odds ratio lies within its interval."""
    table = outcome_note(1, 50_000, {})
    assert tuple(table.columns) == NOTE_COLUMNS
    assert table["estimate"].isna().all()
    assert table["odds_ratio"].notna().all()
    assert table["reason"].str.contains("was not given").all()
    with pytest.raises(ImpossibleEstimate):
        PublishedOddsRatio("x", "x", 1.1, 1.001, 1.01)
