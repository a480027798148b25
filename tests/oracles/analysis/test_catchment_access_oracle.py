"""Floating catchments against a published worked example and against PySAL's access."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sp_geo.services.catchment_access import Pairs, floating_catchment, selection_sums, straight_line_pairs
from sp_geo.services.decay import Decay

POPULATION = np.array([100.0, 50.0, 10.0])
SUPPLY = np.array([[15.0], [20.0], [100.0]])
BINARY = Decay("step", (1.0,), (1.0,))

# Worked example of Saxon and Snow's access package: three places that are both demand and supply, cost to oneself 1.
COSTS = {"S0": (40, 40, 80), "S1": (20, 40, 80), "S2": (40, 20, 80), "S3": (20, 20, 40)}
PUBLISHED: list[tuple[str, float, str, list[float]]] = [
    ("inverse", 61.0, "S0", [0.3314441170, 0.5798281321, 7.2864181699]),
    ("inverse", 61.0, "S1", [0.4353402209, 0.6837242360, 5.7279766114]),
    ("inverse", 61.0, "S2", [0.3310719132, 0.5778577858, 7.2999919395]),
    ("inverse", 61.0, "S3", [0.4425683954, 0.6667582800, 5.7405246462]),
    ("binary", 61.0, "S0", [0.76136364, 0.95833333, 1.09469697]),
    ("binary", 61.0, "S3", [0.84375, 0.84375, 0.84375]),
    ("steps", 30.0, "S0", [0.15, 0.4, 10.0]),
    ("steps", 30.0, "S1", [0.75714286, 1.00714286, 0.89285714]),
    ("steps", 30.0, "S2", [0.14044944, 0.35211268, 10.33494224]),
    ("steps", 30.0, "S3", [0.7475923, 0.95925553, 1.22779938]),
    ("steps", 60.0, "S0", [0.7475923, 0.95925553, 1.22779938]),
    ("steps", 60.0, "S1", [0.76544944, 0.97711268, 0.95994224]),
    ("steps", 60.0, "S2", [0.74350649, 0.94047619, 1.36255411]),
    ("steps", 60.0, "S3", [0.83541667, 0.85208333, 0.88541667]),
]
THREE_STEP = {
    "S0": [0.1562565883, 0.4062164525, 9.9063518548],
    "S1": [0.1738135429, 0.4237724401, 9.6430023703],
    "S2": [0.1565259274, 0.4063727410, 9.9028770211],
    "S3": [0.1748021481, 0.4240355086, 9.6318009764],
}
DECAYS: dict[str, Callable[[Any], Any]] = {
    "inverse": Decay("power", exponent=1.0, nearest=1e-6).function(),
    "binary": BINARY.function(),
    "steps": Decay().function(),
}


def three_nodes(scenario: str, reach: float) -> list[Pairs]:
    """All pairs of the example within reach: row the place people come from, column the service."""
    inbound, outbound, cross = COSTS[scenario]
    cost = np.array([[1, cross, inbound], [cross, 1, inbound], [outbound, outbound, 1]], dtype=float)
    place, service = np.nonzero(cost <= reach)
    return [Pairs(np.arange(3), place, service, cost[place, service])]


@pytest.mark.parametrize(("decay", "reach", "scenario", "expected"), PUBLISHED)
def test_scores_are_those_of_the_published_example(
    decay: str, reach: float, scenario: str, expected: list[float]
) -> None:
    """Scores are those of the published worked example."""
    found = floating_catchment(three_nodes(scenario, reach), POPULATION, SUPPLY, reach, DECAYS[decay])
    assert found.score[:, 0] == pytest.approx(expected, abs=1e-8)
    assert POPULATION @ found.score[:, 0] == pytest.approx(135.0, abs=1e-9)


@pytest.mark.parametrize("scenario", list(THREE_STEP))
def test_published_example_in_three_steps(scenario: str) -> None:
    """The three-step method divides people as the published example does."""
    pairs, decay = three_nodes(scenario, 61.0), DECAYS["inverse"]
    # The published example divides people over all services, those beyond the catchment too.
    sums = selection_sums(three_nodes(scenario, np.inf), 3, 61.0, lambda u: 1.0 / u)
    found = floating_catchment(pairs, POPULATION, SUPPLY, 61.0, decay, sums)
    assert found.score[:, 0] == pytest.approx(THREE_STEP[scenario], abs=1e-8)
    assert POPULATION @ found.score[:, 0] == pytest.approx(135.0, abs=1e-9)


@pytest.mark.realdata
def test_the_figures_here_are_those_of_the_reference(reference: Path) -> None:
    """The figures of the example are those of the reference file."""
    given = json.loads((reference / "fca_three_node.json").read_text(encoding="utf-8"))
    names = {
        ("inverse", 61.0): "two_step_inverse_cost",
        ("binary", 61.0): "two_step_binary_61",
        ("steps", 30.0): "enhanced_steps_10_20_30__1_068_022",
        ("steps", 60.0): "enhanced_steps_20_40_60__1_068_022",
    }
    for decay, reach, scenario, expected in PUBLISHED:
        assert given[names[decay, reach]][scenario] == expected
    assert given["three_step_inverse_cost"] == THREE_STEP
    assert {
        name: tuple(case[key] for key in ("in", "out", "cross")) for name, case in given["scenarios"].items()
    } == COSTS


@pytest.fixture(scope="module")
def peer() -> Any:
    """The peer, from the extra ``oracles``."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the peer's own libraries are not under test
        return pytest.importorskip("access", reason="access is not installed: pip install -e '.[oracles]'")


@pytest.mark.parametrize("shape", ["step", "gaussian"])
def test_scores_agree_with_access(peer: Any, shape: str) -> None:
    """Where both define a score, ours is that of PySAL's access."""
    random = np.random.default_rng(5)
    places, sites = random.uniform(0, 20_000, (150, 2)), random.uniform(0, 20_000, (60, 2))
    people = random.integers(500, 3_000, 150).astype(float)
    capacity = random.integers(1, 90, (60, 3)).astype(float)
    decay = Decay("gaussian", spread=0.5) if shape == "gaussian" else Decay()
    mine = floating_catchment(straight_line_pairs(places, sites, 9_000.0), people, capacity, 9_000.0, decay.function())
    assert (mine.reached > 0).all(), "the case must reach every place"
    theirs = of_access(peer, places, sites, people, capacity, decay)
    assert mine.score == pytest.approx(theirs, abs=1e-9, rel=1e-9)


def of_access(peer: Any, places: Any, sites: Any, people: Any, capacity: Any, decay: Decay) -> Any:
    """Scores by the peer, from the same distances."""
    distance = np.linalg.norm(places[:, None, :] - sites[None, :, :], axis=2)
    origin, destination = np.nonzero(distance <= 9_000.0)
    costs = pd.DataFrame({"origin": origin, "dest": destination, "cost": distance[origin, destination]})
    names = [f"s{number}" for number in range(capacity.shape[1])]
    weight = peer.weights.gaussian(4_500.0)
    if decay.shape == "step":
        weight = peer.weights.step_fn(dict(zip([3_000.0, 6_000.0, 9_000.0], decay.weights, strict=True)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = peer.Access(
            demand_df=pd.DataFrame({"origin": np.arange(len(people)), "people": people}),
            demand_index="origin",
            demand_value="people",
            supply_df=pd.DataFrame(capacity, columns=names).rename_axis("dest").reset_index(),
            supply_index="dest",
            supply_value=names,
            cost_df=costs,
            cost_origin="origin",
            cost_dest="dest",
            cost_name="cost",
        )
        found = model.enhanced_two_stage_fca(max_cost=9_000.0, weight_fn=weight)
    return found.reindex(np.arange(len(people))).to_numpy()
