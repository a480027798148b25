"""Quarters: reading, order, ends and arithmetic."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sp_geo.core.errors import UsageError
from sp_geo.core.quarters import Quarter, span

quarters = st.builds(Quarter, st.integers(1990, 2090), st.integers(1, 4))


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("2020Q1", date(2020, 3, 31)),
        ("2022Q2", date(2022, 6, 30)),
        ("2023q3", date(2023, 9, 30)),
        ("2024Q4", date(2024, 12, 31)),
    ],
)
def test_a_quarter_ends_on_the_last_day_of_its_third_month(text: str, end: date) -> None:
    """A quarter ends on the last day of its third month."""
    assert Quarter.parse(text).end == end


@pytest.mark.parametrize("text", ["", "2022", "2022Q5", "2022-Q1", "22Q1", "2022Q", "Q12022", "2022Q11"])
def test_what_is_no_quarter_is_refused(text: str) -> None:
    """What is not a year and a quarter is refused."""
    with pytest.raises(UsageError, match="not a quarter"):
        Quarter.parse(text)


@given(quarters)
def test_written_and_read_again(quarter: Quarter) -> None:
    """A quarter that is written is read back the same, and its first and last day belong to it."""
    assert Quarter.parse(str(quarter)) == quarter
    assert Quarter.containing(quarter.start) == quarter == Quarter.containing(quarter.end)


@given(quarters, st.integers(-40, 40))
def test_shift_and_back(quarter: Quarter, steps: int) -> None:
    """Stepping forward and back leads to the same quarter."""
    assert quarter.shift(steps).shift(-steps) == quarter
    assert (quarter.shift(1) > quarter) is True


def test_span_holds_both_ends() -> None:
    """A span holds both of its ends."""
    assert [str(q) for q in span(Quarter(2021, 3), Quarter(2022, 1))] == ["2021Q3", "2021Q4", "2022Q1"]
    assert span(Quarter(2022, 1), Quarter(2021, 4)) == []
