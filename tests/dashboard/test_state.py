"""The view is in the address: what is written there is read again, and what means nothing does no harm."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sp_geo.dashboard.state import ENGLAND, Choices, ViewState, first_view, read_search

CHOICES = Choices(
    quarters=["2022Q1", "2022Q2", "2022Q3"],
    measures=["splw_fte_per_10k", "imd_score"],
    needs=["imd_score", "lack_of_support"],
    areas=["QOP", "QYG"],
)
views = st.builds(
    ViewState,
    st.sampled_from(CHOICES.quarters),
    st.sampled_from(CHOICES.measures),
    st.sampled_from(CHOICES.needs),
    st.sampled_from([ENGLAND, *CHOICES.areas]),
)


@given(views)
def test_written_and_read_again(view: ViewState) -> None:
    """A colleague who opens the link would see something else."""
    assert read_search(view.as_search(), CHOICES) == (view, [])


@given(st.text(max_size=200))
def test_any_address_gives_a_view(search: str) -> None:
    """A forged address would end in a fault."""
    view, _ = read_search(search, CHOICES)
    assert view.quarter in CHOICES.quarters


def test_what_is_not_here_is_named_and_left_at_its_default() -> None:
    """The reader would not learn that the quarter of the link is missing."""
    view, unknown = read_search("?quarter=1999Q1&area=QOP&colour=red&measure=<script>", CHOICES)
    assert view == ViewState("2022Q3", "splw_fte_per_10k", "imd_score", "QOP")
    assert unknown == ["quarter '1999Q1'", "measure '<script>'"]


@pytest.mark.parametrize(
    ("start", "steps", "end"), [("2022Q3", 1, "2022Q1"), ("2022Q1", -1, "2022Q3"), ("2022Q1", 1, "2022Q2")]
)
def test_stepping_goes_round(start: str, steps: int, end: str) -> None:
    """Playing would stop at the last quarter with a fault."""
    view = ViewState(start, "imd_score", "imd_score", ENGLAND)
    assert view.step(CHOICES, steps).quarter == end


def test_the_first_view_is_the_latest_quarter_of_england() -> None:
    """A reader would open the page on the past."""
    assert first_view(CHOICES) == ViewState("2022Q3", "splw_fte_per_10k", "imd_score", ENGLAND)
