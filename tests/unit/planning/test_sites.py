"""Sites to open: known answers and what stays open; what is refused stands in tests/golden."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sp_geo.core.errors import UsageError
from sp_geo.planning.covering import maximal_covering
from sp_geo.planning.medians import p_median
from sp_geo.planning.sites import Pairs

# Places at 0, 1, ... 9 km of a road; sites at 0, 2, 5, 9 km.
ROAD = np.abs(np.arange(10.0)[:, None] - np.array([0.0, 2.0, 5.0, 9.0])) * 1_000
PEOPLE = np.array([10.0, 20, 30, 40, 50, 60, 70, 80, 90, 100])


def pairs_of(costs: np.ndarray, kept: np.ndarray | None = None) -> Pairs:
    """The same costs as pairs, in an order of their own."""
    place, site = np.nonzero(np.isfinite(costs) if kept is None else kept)
    turned = np.arange(len(place))[::-1]
    return Pairs(place[turned], site[turned], costs[place, site][turned], *costs.shape)


def test_covering_says_whom_each_site_newly_covers() -> None:
    """What each site newly covers adds up to what all cover, people apart from people weighted by need."""
    found = maximal_covering(PEOPLE, ROAD, 1_000, existing=[0], opening=2)
    assert found.opened.tolist() == [3, 2]
    assert found.new_weight.tolist() == [190, 180]
    assert (found.covered_before, found.covered_after) == (30, 400)
    assert found.covered_by.tolist() == [-1, -1, -1, -1, 2, 2, 2, -1, 3, 3]
    assert (found.bound, found.gap_pct, found.left) == (400, 0, 0)
    found = maximal_covering(PEOPLE, ROAD, 1_000, opening=1, people=np.ones(10))
    assert found.opened.tolist() == [3]
    assert found.new_people.tolist() == [2]


def test_sites_that_bring_nothing_are_not_opened() -> None:
    """Sites that bring nothing stay closed; a lone candidate opens, and of equal ones that in the smaller row."""
    covering = maximal_covering(PEOPLE, ROAD, 20_000, existing=[1], opening=2)
    assert (covering.opened.tolist(), covering.left, covering.gap_pct) == ([], 2, 0)
    median = p_median(PEOPLE, np.repeat(ROAD[:, :1], 3, axis=1), existing=[1], opening=2)
    assert (median.opened.tolist(), median.left, median.gap_pct) == ([], 2, 0)
    same = np.repeat(ROAD[:, 2:3], 4, axis=1)
    assert maximal_covering(PEOPLE, same, 1_000, opening=1).opened.tolist() == [0]
    found = p_median(PEOPLE, same, opening=1)
    assert found.opened.tolist() == [0]
    assert set(found.nearest.tolist()) == {0}
    found = p_median(PEOPLE, ROAD[:, :1], opening=1)
    assert found.opened.tolist() == [0]
    assert found.gap_pct == 0
    free = p_median(PEOPLE, np.zeros((10, 3)), opening=1)
    assert (free.opened.tolist(), free.cost_after, free.gap_pct) == ([0], 0, 0)


def test_median_says_what_each_site_saves() -> None:
    """Cost before, savings and cost after add up; without a site for somebody today there is no before."""
    found = p_median(PEOPLE, ROAD, existing=[0], opening=2)
    assert found.opened.tolist() == [3, 2]
    assert found.cost_before == pytest.approx(float(PEOPLE @ ROAD[:, 0]))
    assert found.cost_before - found.saved.sum() == pytest.approx(found.cost_after)
    assert found.mean_after == pytest.approx(found.cost_after / PEOPLE.sum())
    assert found.cost_after == pytest.approx(float(PEOPLE @ found.nearest_cost))
    assert found.nearest.tolist() == [0, 0, 0, 2, 2, 2, 2, 2, 3, 3]
    assert found.gap_pct == 0
    found = p_median(PEOPLE, ROAD, opening=2)
    assert np.isnan(found.cost_before)
    assert np.isnan(found.mean_before)
    assert np.isnan(found.saved[0])
    assert found.saved[1] > 0
    costs = ROAD.copy()
    costs[9, 0] = np.inf
    found = p_median(PEOPLE, costs, existing=[0], opening=1)
    assert np.isnan(found.cost_before)
    assert found.nearest[9] in found.opened
    costs = ROAD.copy()
    costs[0] = np.nan
    found = p_median(np.where(np.arange(10) == 0, 0.0, PEOPLE), costs, existing=[1], opening=1)
    assert found.nearest[0] == -1
    assert np.isnan(found.nearest_cost[0])
    assert np.isfinite(found.cost_after)


def test_median_of_a_thousand_places_is_within_one_percent() -> None:
    """A plan of an ICB's size is within 1 % of its bound, and one seed gives one plan."""
    random = np.random.default_rng(6)
    places, sites = random.uniform(0, 50_000, (1_000, 2)), random.uniform(0, 50_000, (300, 2))
    costs = np.hypot(*(places[:, None, :] - sites[None, :, :]).transpose(2, 0, 1))
    found = p_median(random.uniform(100, 2_000, 1_000), costs, existing=range(5), opening=20)
    assert found.gap_pct <= 1
    assert len(found.opened) == 20
    random = np.random.default_rng(4)
    costs = random.uniform(0, 100, (40, 15))
    one, two = (p_median(np.ones(40), costs, existing=[3], opening=4, seed=7) for _ in range(2))
    assert one.opened.tolist() == two.opened.tolist()
    assert (one.cost_after, one.bound, one.swaps, one.rounds) == (two.cost_after, two.bound, two.swaps, two.rounds)


def test_a_gap_is_stated_where_nothing_is_proven() -> None:
    """Where the best is not proven, bound and gap say how far off a plan may be."""
    random = np.random.default_rng(1)
    costs = random.uniform(0, 1, (300, 100))
    covering = maximal_covering(np.ones(300), costs, 0.2, opening=10, seconds=0.2)
    assert covering.status == "time limit"
    assert covering.greedy_covered <= covering.covered_after < covering.bound <= 300
    assert covering.gap_pct == pytest.approx(100 * (covering.bound / covering.covered_after - 1))
    median = p_median(np.ones(300), costs, opening=10, rounds=200)
    assert costs.min(axis=1).sum() <= median.bound < median.cost_after <= median.greedy_cost
    assert median.gap_pct == pytest.approx(100 * (median.cost_after / median.bound - 1))


@pytest.mark.parametrize(
    "solve",
    [lambda *given, **more: maximal_covering(*given[:2], 1_000.0, *given[2:], **more), p_median],
    ids=["covering", "median"],
)
def test_pairs_give_what_the_table_gives(solve: Any) -> None:
    """Pairs of places and sites give the plan of the whole table."""
    table, pairs = solve(PEOPLE, ROAD, [0], 2), solve(PEOPLE, pairs_of(ROAD), [0], 2)
    assert table.opened.tolist() == pairs.opened.tolist()
    assert table.bound == pytest.approx(pairs.bound)


def test_a_cost_beyond_is_taken_only_when_given() -> None:
    """Missing costs are filled only with the cost that is given for them."""
    pairs = pairs_of(ROAD, ROAD <= 2_000)
    found = p_median(PEOPLE, pairs, existing=[0], opening=1, beyond=5_000)
    assert found.cost_before == pytest.approx(float(PEOPLE @ np.where(ROAD[:, 0] <= 2_000, ROAD[:, 0], 5_000)))


def test_no_candidate_in_reach_says_how_far_off() -> None:
    """Where no candidate is in reach, the refusal says how much farther it would take, for pairs as for a table."""
    with pytest.raises(UsageError, match="nearest place with people at 700; expected a reach greater by 200"):
        maximal_covering(PEOPLE, pairs_of(ROAD + 700), 500)
