"""The type that holds estimates refuses what cannot be."""

from __future__ import annotations

import math

import pytest

from sp_geo.statistics.estimates import ESTIMATE_COLUMNS, Estimate, ImpossibleEstimate, NotEstimable


def test_the_published_pair_stands_on_one_scale() -> None:
    """An estimate per ten points beside an interval per unit (BJGP 2024) is refused; on one scale all scale together."""
    with pytest.raises(ImpossibleEstimate, match="outside its own interval"):
        Estimate(-0.035, 0.0145, -0.634, -0.066, 0.016)
    per_unit = Estimate(-0.350, 0.145, -0.634, -0.066, 0.016)
    per_ten = per_unit.per(0.10)
    numbers = (per_ten.estimate, per_ten.std_error, per_ten.ci_low, per_ten.ci_high, per_ten.p_value)
    assert numbers == pytest.approx((-0.035, 0.0145, -0.0634, -0.0066, 0.016))


@pytest.mark.parametrize(
    ("numbers", "complaint"),
    [
        ((0.1, 0.1, 0.2, 0.0, 0.5), "wrong way round"),
        ((0.1, -0.1, 0.0, 0.2, 0.5), "negative"),
        ((math.nan, 0.1, 0.0, 0.2, 0.5), "finite"),
        ((0.1, math.nan, 0.0, 0.2, 0.5), "finite"),
        ((0.1, 0.1, -math.inf, 0.2, 0.5), "finite"),
        ((math.nan, math.nan, math.nan, math.nan, math.nan), "finite"),
        ((0.1, 0.1, 0.0, 0.2, 1.5), "not a probability"),
        ((0.3, 0.1, 0.0, 0.2, 0.5), "outside"),
    ],
)
def test_impossible_numbers_are_refused(numbers: tuple[float, ...], complaint: str) -> None:
    """Only a finite estimate within its interval, with a valid error and p value, is an estimate."""
    with pytest.raises(ImpossibleEstimate, match=complaint):
        Estimate(*numbers)


@pytest.mark.parametrize("step", [0.0, -1.0, math.nan, math.inf])
def test_a_step_has_to_be_positive(step: float) -> None:
    """A step that is not a positive number is refused."""
    with pytest.raises(ImpossibleEstimate):
        Estimate(0.1, 0.1, 0.0, 0.2, 0.5).per(step)


def test_not_estimable_is_never_a_number() -> None:
    """What cannot be estimated has a reason and no number, and an estimate without a test all columns."""
    record = NotEstimable("the need is the same in every PCN").per(10).as_record()
    assert set(record) == {*ESTIMATE_COLUMNS, "df"}
    assert record.pop("reason") == "not estimable because the need is the same in every PCN"
    assert all(math.isnan(float(number)) for number in record.values())
    record = Estimate(0.3, 0.02, 0.25, 0.35, None).as_record()
    assert set(record) == {*ESTIMATE_COLUMNS, "df"}
    assert math.isnan(float(record["p_value"]))
    assert record["reason"] == ""
