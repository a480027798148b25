"""The view is in the address: what is written there is read again, and what means nothing does no harm."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sp_geo.web.state import Field, View, read_view

FIELDS = (
    Field("quarter", "Quarter", "2022Q3", {name: name for name in ("2022Q1", "2022Q2", "2022Q3")}),
    Field("budget", "Posts to give", "10", kind="number", low=0, high=500),
    Field("find", "Find", "", kind="text"),
    Field("silent", "Give to silent PCNs", "", kind="flag"),
)
views = st.builds(
    lambda quarter, budget, find, silent: View(
        {"quarter": quarter, "budget": f"{budget:g}", "find": find, "silent": silent}
    ),
    st.sampled_from(["2022Q1", "2022Q2", "2022Q3"]),
    st.integers(0, 500),
    st.text(st.characters(exclude_categories=("C", "Z"), include_characters=" "), max_size=80),
    st.sampled_from(["", "yes"]),
)


@given(views)
def test_written_and_read_again(view: View) -> None:
    """A view written to an address is read back the same."""
    assert read_view(view.as_search(), FIELDS) == (view, [])


@given(st.text(max_size=200))
def test_any_address_gives_a_view(search: str) -> None:
    """Any address gives a view of accepted values."""
    view, _ = read_view(search, FIELDS)
    assert all(item.accepts(view[item.name]) for item in FIELDS)


def test_what_is_not_here_is_named_and_left_at_its_default() -> None:
    """Values that are not there are named, and their fields keep the default."""
    view, unknown = read_view("?quarter=1999Q1&colour=red&budget=nan&silent=<script>", FIELDS)
    assert view.values == {"quarter": "2022Q3", "budget": "10", "find": "", "silent": ""}
    assert unknown == ["quarter '1999Q1'", "posts to give 'nan'", "give to silent PCNs '<script>'"]


@pytest.mark.parametrize("value", ["inf", "-1", "501", "1e999", "", "ten", "1_0x"])
def test_a_number_out_of_its_range_is_not_taken(value: str) -> None:
    """Only numbers within the field's range are accepted."""
    assert not FIELDS[1].accepts(value)


def test_numbers_flags_and_keys() -> None:
    """Numbers and flags are read, and a key changes with its own fields alone."""
    view, _ = read_view("?budget=2.5&silent=yes", FIELDS)
    assert view.number("budget") == 2.5
    assert view.flag("silent")
    assert view.key(["budget"]) == view.but(quarter="2022Q1").key(["budget"])
    assert view.key(["quarter"]) != view.but(quarter="2022Q1").key(["quarter"])
    assert hash(view) == hash(View(dict(reversed(view.values.items()))))
    assert View({"budget": ""}).number("budget") is None


def test_an_address_with_too_many_values_is_the_default() -> None:
    """An address made to be costly gives the default view."""
    view, unknown = read_view("&".join(f"quarter={number}" for number in range(5_000)), FIELDS)
    assert view["quarter"] == "2022Q3"
    assert unknown == []
