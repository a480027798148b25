"""The measurements measure: the fit of growth, the agreement of results, and the guard over the committed figures."""

from __future__ import annotations

import copy
import importlib
import json
import math
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from tests.conftest import REPOSITORY

FOLDER = REPOSITORY / "benchmarks"


@pytest.fixture(scope="module")
def modules() -> Iterator[dict[str, ModuleType]]:
    """The benchmarks are scripts, not a package: their folder is looked into for a while."""
    names = ("measuring", "guard", "telling")
    sys.path.insert(0, str(FOLDER))
    try:
        yield {name: importlib.import_module(name) for name in names}
    finally:
        sys.path.remove(str(FOLDER))
        for name in names:
            sys.modules.pop(name, None)


def figure(seconds: float = 1.0, memory: float = 100.0, exponent: float = 1.0, error: float = 0.01) -> dict[str, Any]:
    """A figure with a peer of 10 s and 1,000 MB."""

    def side(ours: float, peer: float) -> dict[str, Any]:
        return {"ratio": peer / ours, "ours": {"median": ours}, "peer": {"median": peer}}

    return {
        "warm": side(seconds, 10.0),
        "cold": side(2.0, 20.0),
        "peak": side(memory, 1_000.0),
        "growth": {"exponent": exponent, "std_error": error},
        "agreement": 1e-12,
        "agreement_limit": 1e-9,
    }


@pytest.mark.parametrize(("share", "told"), [(1.2, 0), (1.21, 1)])
@pytest.mark.parametrize("what", ["seconds", "memory"])
def test_guard_speaks_up_at_a_fifth(modules: dict[str, ModuleType], what: str, share: float, told: int) -> None:
    """The guard reports whatever got over 20 % slower or hungrier."""
    base = {"seconds": 1.0, "memory": 100.0}
    found = modules["guard"].worse({"one": figure(**base)}, {"one": figure(**{**base, what: share * base[what]})})
    assert len(found) == told
    if told:
        assert found[0].by == pytest.approx(share - 1)
        assert found[0].what == {"seconds": "time", "memory": "memory"}[what]


@pytest.mark.parametrize(
    ("exponent", "error", "told"),
    [(1.19, 0.01, 0), (1.21, 0.01, 1), (1.21, 0.2, 0), (1.21, math.nan, 1), (0.5, 0.01, 0)],
)
def test_guard_watches_growth(modules: dict[str, ModuleType], exponent: float, error: float, told: int) -> None:
    """The guard reports growth that is clearly steeper than before."""
    found = modules["guard"].worse({"one": figure()}, {"one": figure(exponent=exponent, error=error)})
    assert [item.what for item in found] == ["growth"] * told


def test_guard_refuses_what_does_not_agree(modules: dict[str, ModuleType]) -> None:
    """The guard compares ratios, and refuses results that do not agree with the peer's or are not of whole runs."""
    wrong = {**figure(), "agreement": 1e-3}
    assert [item.what for item in modules["guard"].worse({}, {"one": wrong})] == ["agreement"]
    with pytest.raises(ValueError, match="do not agree"):
        modules["guard"].accepted({}, {"one": wrong})
    unknown = {**figure(), "agreement": math.nan}
    assert [item.what for item in modules["guard"].worse({}, {"one": unknown})] == ["agreement"]
    with pytest.raises(ValueError, match="quick"):
        modules["guard"].accepted({}, {"one": {**figure(), "quick": True}})
    kept = json.loads(modules["guard"].accepted({"one": figure(), "two": figure()}, {"two": figure(seconds=2.0)}))
    assert kept["one"] == figure()
    assert kept["two"]["warm"]["ratio"] == 5.0
    slower = figure()
    slower["warm"] = {"ratio": 10.0, "ours": {"median": 9.0}, "peer": {"median": 90.0}}
    assert modules["guard"].worse({"one": figure()}, {"one": slower}) == []


@pytest.mark.parametrize("exponent", [0.0, 0.5, 1.0, 1.58, 2.0])
def test_exponent_is_found(modules: dict[str, ModuleType], exponent: float) -> None:
    """The exponent of growth is that of the times."""
    sizes = np.array([1_000, 2_000, 5_000, 10_000, 40_000])
    exact = modules["measuring"].growth(sizes, 3e-4 * sizes**exponent)
    assert exact.exponent == pytest.approx(exponent, abs=1e-9)
    assert exact.std_error == pytest.approx(0, abs=1e-6)


def test_error_of_the_exponent_is_honest(modules: dict[str, ModuleType]) -> None:
    """The exponent's standard error is its spread over noisy runs; results differ by their largest difference."""
    random = np.random.default_rng(1)
    sizes = np.array([1.0, 2.0, 4.0, 8.0])
    fits = [modules["measuring"].growth(sizes, sizes**1.3 * np.exp(random.normal(0, 0.1, 4))) for _ in range(500)]
    spread = np.std([fit.exponent for fit in fits])
    assert np.mean([fit.exponent for fit in fits]) == pytest.approx(1.3, abs=0.01)
    assert np.sqrt(np.mean([fit.std_error**2 for fit in fits])) == pytest.approx(spread, rel=0.1)
    apart = modules["measuring"].apart
    peer = np.array([[1.0, 200.0], [np.nan, 4.0]])
    assert apart(peer.copy(), peer) == 0
    assert apart(peer + np.array([[0, 0], [0, 2.0]]), peer) == pytest.approx(0.01)
    assert apart(np.nan_to_num(peer), peer) == math.inf
    assert apart(peer[:1], peer) == math.inf


@pytest.mark.parametrize(("sizes", "seconds"), [([1], [1.0]), ([2, 2], [1.0, 2.0]), ([1, 2], [0.0, 1.0])])
def test_growth_without_a_curve_is_refused(
    modules: dict[str, ModuleType], sizes: list[float], seconds: list[float]
) -> None:
    """Growth needs two sizes and positive times."""
    with pytest.raises(ValueError, match="two sizes"):
        modules["measuring"].growth(sizes, seconds)


def test_committed_figures_agree_and_stand_beside_themselves(modules: dict[str, ModuleType]) -> None:
    """The committed figures are of whole runs, agree with peers, pass the guard and stand on the page on quality."""
    committed = modules["guard"].read_committed()
    # What the project promised to measure; a figure that is missing would never be guarded.
    assert set(committed) >= {
        "start_application", "access", "join", "bootstrap", "median", "covering", "posts", "build", "page_first", "recolour",
        "click", "small_areas_drawn",
    }  # fmt: skip
    assert modules["guard"].worse(committed, copy.deepcopy(committed)) == []
    for name, one in committed.items():
        assert not one["quick"], name
        assert one["warm"]["ours"]["runs"] >= 5, name
        assert modules["telling"].lines(name, one), name
    page = (REPOSITORY / "docs" / "quality.md").read_text(encoding="utf-8")
    assert modules["guard"].with_table(page, committed) == page
