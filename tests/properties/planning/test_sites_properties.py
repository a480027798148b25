"""What must hold of every choice of sites."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sp_geo.planning.covering import maximal_covering
from sp_geo.planning.medians import p_median

REACH = 5.5


@st.composite
def requests(draw: st.DrawFn) -> dict[str, Any]:
    """A few places and sites with whole costs, so that ties are common; some sites are open."""
    places, sites = draw(st.integers(1, 9)), draw(st.integers(1, 7))
    numbers = st.integers(0, 12).map(float)
    costs = np.array([[draw(numbers) for _ in range(sites)] for _ in range(places)])
    weights = np.array([draw(st.integers(0, 6)) * draw(st.sampled_from([0.1, 1.0, 733.7])) for _ in range(places)])
    assume(weights.sum() > 0)
    existing = sorted(draw(st.sets(st.integers(0, sites - 1), max_size=sites)))
    opening = draw(st.integers(0 if existing else 1, max(sites - len(existing), 0)))
    return {"weights": weights, "costs": costs, "existing": existing, "opening": opening}


def reachable(request: dict[str, Any], opening: int | None = None) -> bool:
    """Whether some candidate reaches somebody, so that the request is not refused."""
    free = np.setdiff1d(np.arange(request["costs"].shape[1]), request["existing"])
    wanted = request["opening"] if opening is None else opening
    return wanted == 0 or bool((request["costs"][request["weights"] > 0][:, free] <= REACH).any())


def cover(request: dict[str, Any], **change: Any) -> Any:
    """The covering of a request, with something changed."""
    return maximal_covering(reach=REACH, **(request | change))


def covered(request: dict[str, Any], opened: Any) -> float:
    """Weight within reach of the existing sites and of those opened."""
    rows = [*request["existing"], *opened]
    return float(request["weights"][(request["costs"][:, rows] <= REACH).any(axis=1)].sum())


def cost(request: dict[str, Any], opened: Any) -> float:
    """Weighted cost with the existing sites and those opened."""
    rows = [*request["existing"], *opened]
    return float(request["weights"] @ request["costs"][:, rows].min(axis=1))


def choices(request: dict[str, Any]) -> Any:
    """All choices of as many sites."""
    free = np.setdiff1d(np.arange(request["costs"].shape[1]), request["existing"])
    return combinations(free.tolist(), request["opening"])


def shuffled(request: dict[str, Any], seed: int) -> dict[str, Any]:
    """The same places and sites in another order."""
    random = np.random.default_rng(seed)
    places, sites = (random.permutation(size) for size in request["costs"].shape)
    where = np.argsort(sites)
    return request | {
        "weights": request["weights"][places],
        "costs": request["costs"][np.ix_(places, sites)],
        "existing": where[request["existing"]].tolist() if request["existing"] else [],
    }


def opens_what_was_asked(request: dict[str, Any], found: Any) -> None:
    """Sites that are open stay so, and no more open than asked for."""
    opened = found.opened.tolist()
    assert not set(opened) & set(request["existing"])
    assert len(set(opened)) == len(opened) == request["opening"] - found.left


@given(requests())
def test_covering_is_the_best_of_all_choices(request: dict[str, Any]) -> None:
    """Of all choices of sites none covers more, and the bound says so."""
    assume(reachable(request))
    found = cover(request)
    best = max(covered(request, choice) for choice in choices(request))
    assert found.covered_after == pytest.approx(best)
    assert found.covered_after == pytest.approx(covered(request, found.opened))
    assert found.covered_after >= found.greedy_covered
    assert found.bound >= found.covered_after
    assert found.gap_pct == pytest.approx(0, abs=1e-5)
    assert found.new_weight.sum() == pytest.approx(found.covered_after - found.covered_before)
    assert (np.diff(found.new_weight) <= 1e-9).all()
    opens_what_was_asked(request, found)


@given(requests())
def test_median_is_the_best_of_all_choices(request: dict[str, Any]) -> None:
    """Of all choices of sites none costs less, and the bound says so."""
    found = p_median(**request)
    best = min(cost(request, choice) for choice in choices(request))
    assert found.cost_after == pytest.approx(best)
    assert found.cost_after == pytest.approx(cost(request, found.opened))
    assert found.cost_after <= found.greedy_cost
    assert found.bound <= found.cost_after
    assert found.gap_pct == pytest.approx(0, abs=1e-5)
    opens_what_was_asked(request, found)
    assert set(found.nearest.tolist()) <= set(request["existing"]) | set(found.opened.tolist())


@given(requests(), st.integers(0, 1_000))
def test_order_changes_no_objective(request: dict[str, Any], seed: int) -> None:
    """The order of places and sites changes no plan's value."""
    other = shuffled(request, seed)
    assert p_median(**request).cost_after == pytest.approx(p_median(**other).cost_after)
    if reachable(request):
        assert cover(request).covered_after == pytest.approx(cover(other).covered_after)


@given(requests())
def test_more_sites_never_do_harm(request: dict[str, Any]) -> None:
    """Further sites never lower coverage or raise cost."""
    free = request["costs"].shape[1] - len(request["existing"])
    first = 0 if request["existing"] else 1
    costs = [p_median(**(request | {"opening": count})).cost_after for count in range(first, free + 1)]
    assert (np.diff(costs) <= 1e-9 * max(costs)).all()
    if reachable(request, opening=1):
        reached = [cover(request, opening=count).covered_after for count in range(free + 1)]
        assert (np.diff(reached) >= -1e-9 * max(reached)).all()


@given(requests())
def test_no_sites_returns_today(request: dict[str, Any]) -> None:
    """A plan for no further site is today."""
    found = cover(request, opening=0)
    assert found.covered_after == found.covered_before == pytest.approx(covered(request, []))
    if request["existing"]:
        today = p_median(**(request | {"opening": 0}))
        assert today.cost_after == today.cost_before == today.bound == pytest.approx(cost(request, []))
