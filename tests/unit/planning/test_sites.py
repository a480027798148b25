"""Sites to open: known answers, what stays open, what is refused and how."""

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
BOTH = pytest.mark.parametrize(
    "solve",
    [lambda *given, **more: maximal_covering(*given[:2], 1_000.0, *given[2:], **more), p_median],
    ids=["covering", "median"],
)


def pairs_of(costs: np.ndarray, kept: np.ndarray | None = None) -> Pairs:
    """The same costs as pairs, in an order of their own."""
    place, site = np.nonzero(np.isfinite(costs) if kept is None else kept)
    turned = np.arange(len(place))[::-1]
    return Pairs(place[turned], site[turned], costs[place, site][turned], *costs.shape)


def test_covering_says_whom_each_site_newly_covers() -> None:
    """What each site newly covers adds up to what all cover."""
    found = maximal_covering(PEOPLE, ROAD, 1_000, existing=[0], opening=2)
    assert found.opened.tolist() == [3, 2]
    assert found.new_weight.tolist() == [190, 180]
    assert (found.covered_before, found.covered_after) == (30, 400)
    assert found.covered_by.tolist() == [-1, -1, -1, -1, 2, 2, 2, -1, 3, 3]
    assert (found.bound, found.gap_pct, found.left) == (400, 0, 0)


def test_covering_counts_people_apart_from_need() -> None:
    """People are counted apart from people weighted by need."""
    found = maximal_covering(PEOPLE, ROAD, 1_000, opening=1, people=np.ones(10))
    assert found.opened.tolist() == [3]
    assert found.new_people.tolist() == [2]


def test_covering_beats_greedy_where_greedy_is_wrong() -> None:
    """The plan is the best there is, not the greedy one."""
    reach = np.array([[1, 1, 0], [1, 0, 1], [1, 1, 0], [1, 0, 1], [0, 1, 0], [0, 0, 1]])
    weights = np.array([5.0, 5, 4, 4, 8, 8])
    found = maximal_covering(weights, np.where(reach, 1.0, 9.0), 2, opening=2)
    assert sorted(found.opened.tolist()) == [1, 2]
    assert (found.greedy_covered, found.covered_after, found.bound) == (26, 34, 34)


def test_sites_that_bring_nothing_are_not_opened() -> None:
    """Sites that bring nothing stay closed, and those left are counted."""
    covering = maximal_covering(PEOPLE, ROAD, 20_000, existing=[1], opening=2)
    assert (covering.opened.tolist(), covering.left, covering.gap_pct) == ([], 2, 0)
    median = p_median(PEOPLE, np.repeat(ROAD[:, :1], 3, axis=1), existing=[1], opening=2)
    assert (median.opened.tolist(), median.left, median.gap_pct) == ([], 2, 0)


def test_ties_go_to_the_smaller_row() -> None:
    """Of equal sites the one in the smaller row opens."""
    same = np.repeat(ROAD[:, 2:3], 4, axis=1)
    assert maximal_covering(PEOPLE, same, 1_000, opening=1).opened.tolist() == [0]
    found = p_median(PEOPLE, same, opening=1)
    assert found.opened.tolist() == [0]
    assert set(found.nearest.tolist()) == {0}


def test_median_says_what_each_site_saves() -> None:
    """Cost before, savings and cost after add up."""
    found = p_median(PEOPLE, ROAD, existing=[0], opening=2)
    assert found.opened.tolist() == [3, 2]
    assert found.cost_before == pytest.approx(float(PEOPLE @ ROAD[:, 0]))
    assert found.cost_before - found.saved.sum() == pytest.approx(found.cost_after)
    assert found.mean_after == pytest.approx(found.cost_after / PEOPLE.sum())
    assert found.cost_after == pytest.approx(float(PEOPLE @ found.nearest_cost))
    assert found.nearest.tolist() == [0, 0, 0, 2, 2, 2, 2, 2, 3, 3]
    assert found.gap_pct == 0


def test_median_without_a_site_today_has_no_before() -> None:
    """Without a site today there is no cost before."""
    found = p_median(PEOPLE, ROAD, opening=2)
    assert np.isnan(found.cost_before)
    assert np.isnan(found.mean_before)
    assert np.isnan(found.saved[0])
    assert found.saved[1] > 0


def test_median_opens_the_only_candidate() -> None:
    """A lone candidate opens, and sites without cost tie."""
    found = p_median(PEOPLE, ROAD[:, :1], opening=1)
    assert found.opened.tolist() == [0]
    assert found.gap_pct == 0
    free = p_median(PEOPLE, np.zeros((10, 3)), opening=1)
    assert (free.opened.tolist(), free.cost_after, free.gap_pct) == ([0], 0, 0)


def test_median_is_the_same_for_the_same_seed() -> None:
    """One seed gives one plan."""
    random = np.random.default_rng(4)
    costs = random.uniform(0, 100, (60, 25))
    one, two = (p_median(np.ones(60), costs, existing=[3], opening=5, seed=7) for _ in range(2))
    assert one.opened.tolist() == two.opened.tolist()
    assert (one.cost_after, one.bound, one.swaps, one.rounds) == (two.cost_after, two.bound, two.swaps, two.rounds)


def test_median_of_a_thousand_places_is_within_one_percent() -> None:
    """A plan of an ICB's size is within 1 % of its bound."""
    random = np.random.default_rng(6)
    places, sites = random.uniform(0, 50_000, (1_000, 2)), random.uniform(0, 50_000, (300, 2))
    costs = np.hypot(*(places[:, None, :] - sites[None, :, :]).transpose(2, 0, 1))
    found = p_median(random.uniform(100, 2_000, 1_000), costs, existing=range(5), opening=20)
    assert found.gap_pct <= 1
    assert len(found.opened) == 20


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


@BOTH
def test_pairs_give_what_the_table_gives(solve: Any) -> None:
    """Pairs of places and sites give the plan of the whole table."""
    table, pairs = solve(PEOPLE, ROAD, [0], 2), solve(PEOPLE, pairs_of(ROAD), [0], 2)
    assert table.opened.tolist() == pairs.opened.tolist()
    assert table.bound == pytest.approx(pairs.bound)


def test_places_without_people_need_no_site() -> None:
    """A place where nobody lives may stay out of reach."""
    costs = ROAD.copy()
    costs[0] = np.nan
    found = p_median(np.where(np.arange(10) == 0, 0.0, PEOPLE), costs, existing=[1], opening=1)
    assert found.nearest[0] == -1
    assert np.isnan(found.nearest_cost[0])
    assert np.isfinite(found.cost_after)


def test_unreachable_today_but_by_every_candidate() -> None:
    """Where somebody is unreachable today, the cost before is missing, not 0."""
    costs = ROAD.copy()
    costs[9, 0] = np.inf
    found = p_median(PEOPLE, costs, existing=[0], opening=1)
    assert np.isnan(found.cost_before)
    assert found.nearest[9] in found.opened


def test_a_cost_beyond_is_taken_only_when_given() -> None:
    """Missing costs are filled only with the cost that is given for them."""
    pairs = pairs_of(ROAD, ROAD <= 2_000)
    with pytest.raises(UsageError, match="could be left without any site"):
        p_median(PEOPLE, pairs, existing=[0], opening=1)
    found = p_median(PEOPLE, pairs, existing=[0], opening=1, beyond=5_000)
    assert found.cost_before == pytest.approx(float(PEOPLE @ np.where(ROAD[:, 0] <= 2_000, ROAD[:, 0], 5_000)))
    with pytest.raises(UsageError, match=r"1000, while the greatest known cost is 2000"):
        p_median(PEOPLE, pairs, existing=[0], opening=1, beyond=1_000)


@BOTH
@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"opening": 4}, "4 to open, 3 candidates.*expected 1 fewer"),
        ({"opening": -1}, "negative; found -1"),
        ({"existing": [0, 2, 2]}, "row 2 2 times"),
        ({"existing": [4]}, "rows 4; expected rows 0 to 3"),
        ({"weights": PEOPLE[:9]}, "same places"),
        ({"weights": -PEOPLE}, "10 place.s. have a weight"),
        ({"weights": PEOPLE * 0}, "no place has any weight"),
        ({"costs": ROAD[0]}, "no table"),
        ({"costs": -ROAD}, "negative"),
        ({"costs": ROAD[:, :0]}, "nothing to choose from"),
        ({"costs": Pairs(np.array([0, 0]), np.array([1, 1]), np.array([1.0, 2.0]), 10, 4)}, "two costs; found 1"),
        ({"costs": Pairs(np.array([10]), np.array([1]), np.array([1.0]), 10, 4)}, "place that is not there"),
        ({"costs": Pairs(np.array([1]), np.array([1]), np.array([1.0, 2.0]), 10, 4)}, "not complete"),
    ],
)
def test_what_cannot_be_had_is_refused(solve: Any, change: dict[str, Any], says: str) -> None:
    """A request that contradicts itself is refused in words."""
    request: dict[str, Any] = {"weights": PEOPLE, "costs": ROAD, "existing": [0], "opening": 1} | change
    with pytest.raises(UsageError, match=says):
        solve(request["weights"], request["costs"], request["existing"], request["opening"])


@pytest.mark.parametrize("reach", [0.0, -5.0, float("nan"), float("inf")])
def test_a_reach_must_be_a_distance(reach: float) -> None:
    """A reach is a finite distance above 0."""
    with pytest.raises(UsageError, match="reach cannot be used"):
        maximal_covering(PEOPLE, ROAD, reach)


@pytest.mark.parametrize("costs", [ROAD + 700, pairs_of(ROAD + 700)], ids=["table", "pairs"])
def test_no_candidate_in_reach_says_how_far_off(costs: Any) -> None:
    """Where no candidate is in reach, the refusal says how much farther it would take."""
    with pytest.raises(UsageError, match="nearest place with people at 700; expected a reach greater by 200"):
        maximal_covering(PEOPLE, costs, 500)
    with pytest.raises(UsageError, match="no cost between"):
        maximal_covering(PEOPLE, np.full((10, 4), np.nan), 500)


def test_the_solver_needs_time() -> None:
    """No time for the solver is refused."""
    with pytest.raises(UsageError, match="time for the solver"):
        maximal_covering(PEOPLE, ROAD, 1_000, seconds=0)


def test_people_are_of_the_same_places() -> None:
    """People and weights must be of the same places."""
    with pytest.raises(UsageError, match="people and weights"):
        maximal_covering(PEOPLE, ROAD, 1_000, people=PEOPLE[:3])


def test_median_needs_a_site() -> None:
    """A plan without any site is refused."""
    with pytest.raises(UsageError, match="no site is open and none is to be opened"):
        p_median(PEOPLE, ROAD, opening=0)
