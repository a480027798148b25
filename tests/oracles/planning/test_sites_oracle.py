"""Sites against spopt, which hands the textbook programmes to another solver; against all choices: tests/properties."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

from sp_geo.planning.covering import maximal_covering
from sp_geo.planning.medians import p_median

CASES = [(30, 12, 0, 3), (60, 20, 2, 4), (90, 25, 3, 6)]
REACH = 9_000.0


@pytest.fixture(scope="module")
def locate() -> Any:
    """The peer, from the extra ``oracles``."""
    pytest.importorskip("pulp", reason="pulp is not installed: pip install -e '.[oracles]'")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the peer's own libraries are not under test
        return pytest.importorskip("spopt.locate", reason="spopt is not installed: pip install -e '.[oracles]'")


def case(places: int, sites: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Weights, and costs in metres over 50 km: half of the places in towns."""
    random = np.random.default_rng(seed)
    towns = random.uniform(0, 50_000, (4, 2))
    at = random.uniform(0, 50_000, (places, 2))
    at[::2] = towns[random.integers(0, 4, len(at[::2]))] + random.normal(0, 2_500, at[::2].shape)
    to = at[random.choice(places, sites, replace=False)] + random.normal(0, 400, (sites, 2))
    return random.integers(800, 2_500, places) * random.uniform(5, 60, places), np.hypot(
        *(at[:, None, :] - to[None, :, :]).transpose(2, 0, 1)
    )


def theirs(model: Any, *given: Any, existing: int, **more: Any) -> tuple[float, list[int]]:
    """The peer's objective and the sites that it opens."""
    import pulp

    sites = given[0].shape[1]
    fixed = np.zeros(sites, dtype=int)
    fixed[:existing] = 1
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        solved = model.from_cost_matrix(*given, predefined_facilities_arr=fixed, **more)
        solved = solved.solve(pulp.PULP_CBC_CMD(msg=False, gapRel=0.0))
    # Stopped without a solution, the peer would leave the values of its relaxation behind.
    assert solved.problem.sol_status == pulp.LpSolutionOptimal
    opened = [site for site, variable in enumerate(solved.fac_vars) if variable.value() > 0.5]
    return float(pulp.value(solved.problem.objective)), opened


@pytest.mark.parametrize(("places", "sites", "existing", "opening"), CASES)
def test_covering_agrees_with_spopt(locate: Any, places: int, sites: int, existing: int, opening: int) -> None:
    """As many people are covered as by spopt's optimum."""
    weights, costs = case(places, sites, seed=places)
    peer, opened = theirs(locate.MCLP, costs, weights, REACH, existing + opening, existing=existing)
    ours = maximal_covering(weights, costs, REACH, range(existing), opening)
    assert ours.covered_after == pytest.approx(peer, rel=1e-9)
    assert ours.covered_after == pytest.approx(weights[(costs[:, opened] <= REACH).any(axis=1)].sum(), rel=1e-9)
    assert ours.gap_pct == pytest.approx(0, abs=1e-4)


@pytest.mark.parametrize(("places", "sites", "existing", "opening"), CASES)
def test_median_agrees_with_spopt(locate: Any, places: int, sites: int, existing: int, opening: int) -> None:
    """The cost is that of spopt's optimum, and the bound is a bound."""
    weights, costs = case(places, sites, seed=places)
    peer, opened = theirs(locate.PMedian, costs, weights, existing + opening, existing=existing)
    ours = p_median(weights, costs, range(existing), opening)
    assert float(weights @ costs[:, opened].min(axis=1)) == pytest.approx(peer, rel=1e-6)
    assert ours.cost_after == pytest.approx(peer, rel=1e-6)
    assert ours.bound <= peer * (1 + 1e-9)
    assert ours.gap_pct == pytest.approx(0, abs=1e-4)
