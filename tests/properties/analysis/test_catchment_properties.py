"""What must hold of every floating catchment."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from sp_geo.services.catchment_access import (
    NOT_OF_CATEGORY,
    floating_catchment,
    nearest_services,
    reach_matrix,
    straight_line_pairs,
)
from sp_geo.services.decay import SHAPES, Decay

METRES = st.integers(0, 12_000).map(float)
POINTS = arrays.arrays(float, st.tuples(st.integers(1, 12), st.just(2)), elements=METRES)
CAPACITY = st.one_of(st.just(NOT_OF_CATEGORY), st.just(float("nan")), st.integers(0, 50).map(float))
REACH = 4_000.0


@st.composite
def cases(draw: st.DrawFn) -> tuple[Any, Any, Any, Any, Any]:
    """Places, sites, population, capacity in two categories, decay."""
    places, sites = draw(POINTS), draw(POINTS)
    people = draw(arrays.arrays(float, len(places), elements=st.integers(0, 3_000).map(float)))
    capacity = draw(arrays.arrays(float, (len(sites), 2), elements=CAPACITY))
    return places, sites, people, capacity, Decay(draw(st.sampled_from(SHAPES)))


def scored(case: tuple[Any, Any, Any, Any, Any], at_once: int = 1_000) -> Any:
    """Access of a case."""
    places, sites, people, capacity, decay = case
    pairs = straight_line_pairs(places, sites, REACH, 1.0, at_once)
    return floating_catchment(pairs, people, capacity, REACH, decay.function())


@given(cases())
def test_totals_are_conserved(case: tuple[Any, Any, Any, Any, Any]) -> None:
    """Places given to people, and those nobody reaches, add up to all there are."""
    _, _, people, capacity, _ = case
    found = scored(case)
    known = np.where(np.isnan(capacity) | (capacity == NOT_OF_CATEGORY), 0.0, capacity).sum(axis=0)
    given_out = people @ np.nan_to_num(found.score)
    assert given_out + found.lost == pytest.approx(known, abs=1e-6)


@given(cases())
def test_what_nobody_reaches_is_zero_and_what_nobody_knows_is_missing(case: tuple[Any, Any, Any, Any, Any]) -> None:
    """No service in reach is 0, and services of unknown capacity alone are missing."""
    found = scored(case)
    nothing = (found.reached + found.full + found.unknown) == 0
    assert (found.score[nothing] == 0).all()
    blind = (found.unknown > 0) & (found.reached + found.full == 0)
    assert np.isnan(found.score[blind]).all()
    assert not np.isnan(found.score[~blind]).any()


@given(cases(), st.integers(1, 7))
def test_blocks_do_not_change_scores(case: tuple[Any, Any, Any, Any, Any], at_once: int) -> None:
    """Scores are the same however many pairs are held at once."""
    whole, parts = scored(case, 10**9), scored(case, at_once)
    assert parts.score == pytest.approx(whole.score, nan_ok=True, rel=1e-12, abs=1e-15)
    assert (parts.reached == whole.reached).all()


@given(cases())
def test_order_does_not_matter(case: tuple[Any, Any, Any, Any, Any]) -> None:
    """Scores are the same in any order of places and services."""
    places, sites, people, capacity, decay = case
    turned = scored((places[::-1], sites[::-1], people[::-1], capacity[::-1], decay))
    assert turned.score[::-1] == pytest.approx(scored(case).score, nan_ok=True, rel=1e-9, abs=1e-15)


@given(cases())
def test_more_capacity_never_lowers_access(case: tuple[Any, Any, Any, Any, Any]) -> None:
    """More places never lower anybody's access."""
    places, sites, people, capacity, decay = case
    more = np.where((capacity == NOT_OF_CATEGORY) | np.isnan(capacity), capacity, capacity + 5)
    before, after = scored(case).score, scored((places, sites, people, more, decay)).score
    assert (np.nan_to_num(after) >= np.nan_to_num(before) - 1e-12).all()


@given(cases())
def test_the_matrix_gives_the_scores(case: tuple[Any, Any, Any, Any, Any]) -> None:
    """The matrix that draws are scored with gives the scores of the method."""
    places, sites, _, capacity, decay = case
    found = scored(case)
    matrix = (
        reach_matrix(
            straight_line_pairs(places, sites, REACH), (len(places), len(sites)), found.demand, REACH, decay.function()
        )
        if found.demand.all()
        else None
    )
    if matrix is not None:
        known = np.where(np.isnan(capacity) | (capacity == NOT_OF_CATEGORY), 0.0, capacity)
        assert matrix @ known == pytest.approx(np.nan_to_num(found.score), rel=1e-9, abs=1e-12)


@given(POINTS, POINTS)
def test_nearest_is_nearest(places: Any, sites: Any) -> None:
    """The nearest service is the nearest of its category, detour included."""
    capacity = np.ones((len(sites), 1))
    capacity[0, 0] = NOT_OF_CATEGORY
    found = nearest_services(places, sites, capacity, detour=1.5)
    distance = np.linalg.norm(places[:, None] - sites[None], axis=2)[:, 1:]
    if distance.shape[1] == 0:
        assert np.isnan(found.cost).all()
        assert (found.service == -1).all()
    else:
        assert found.cost[:, 0] == pytest.approx(1.5 * distance.min(axis=1))
