"""Decays and deserts that can be worked out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely

from sp_geo.services.decay import Decay
from sp_geo.services.deserts import (
    Rule,
    clusters,
    deserts,
    high_need,
    neighbours,
    overlap,
    resampled_capacity,
    survival,
)
from sp_geo.services.gap_agreement import ONLY_MODELLED, ONLY_REPORTED, agreement, compare


def test_decays_are_one_next_door_and_zero_beyond() -> None:
    """Each decay has its published value next door, at the edge of the catchment and beyond it."""
    u = np.array([0.0, 1 / 3, 0.34, 1.0, 1.0001])
    assert Decay().function()(u) == pytest.approx([1.0, 1.0, 0.68, 0.22, 0.0])
    gaussian = Decay("gaussian", spread=0.5).function()(np.array([0.0, 0.5, 1.0, 1.1]))
    assert gaussian == pytest.approx([1.0, np.exp(-0.5), np.exp(-2.0), 0.0])
    power = Decay("power", exponent=2.0, nearest=0.1).function()(np.array([0.0, 0.1, 0.5, 1.1]))
    assert power == pytest.approx([100.0, 100.0, 4.0, 0.0])


def test_a_desert_by_hand() -> None:
    """A desert is covered, of high need, and under the printed share of the mean access over people."""
    score = np.array([0.0, 0.4, 1.0, 3.0, 0.0, np.nan])
    covered = np.array([True, True, True, True, False, True])
    need = np.array([50.0, 40.0, 30.0, 20.0, 60.0, 70.0])
    people = np.array([100.0, 100.0, 100.0, 100.0, 100.0, 100.0])
    found = deserts(score, covered, need, people, Rule("imd_score", 4, 0.5))
    # Mean of the four that are judged: 4.4 / 4 = 1.1; limit 0.55; need in the top four fifths: 30 and more.
    assert found.mean == pytest.approx(1.1)
    assert found.limit == pytest.approx(0.55)
    assert found.is_desert.tolist() == [True, True, False, False, False, False]
    assert found.is_judged.tolist() == [True, True, True, True, False, False]
    need = np.arange(100, dtype=float)
    assert [int(high_need(need, fifths).sum()) for fifths in (1, 2, 5)] == [20, 40, 100]
    assert not high_need(np.array([np.nan, np.nan]), 2).any()
    found = deserts(
        np.array([1.0, 4.0]), np.array([True, True]), np.array([1.0, 2.0]), np.array([300.0, 100.0]), Rule("x")
    )
    assert found.mean == pytest.approx((300 * 1 + 100 * 4) / 400)


def test_clusters_their_survival_and_overlap_by_hand() -> None:
    """Deserts that touch are one cluster, which survives while it stays under the limit; overlap is shared over all."""
    boxes = np.array([shapely.box(x, 0, x + 1, 1) for x in range(6)], dtype=object)
    touching = neighbours(boxes)
    assert clusters(np.array([True, True, False, True, True, True]), touching).tolist() == [0, 0, -1, 1, 1, 1]
    assert clusters(np.zeros(6, dtype=bool), touching).tolist() == [-1] * 6
    scores = np.array([[0.1, 0.9], [0.1, 0.9], [0.1, 0.1]])
    label, people = np.array([0, 0, 1]), np.array([1.0, 1.0, 1.0])
    assert survival(scores, np.array([1.0, 1.0]), label, people, 0.5).tolist() == [50.0, 100.0]
    a, b = np.array([True, True, False]), np.array([True, False, True])
    assert overlap(a, b) == pytest.approx(1 / 3)
    assert overlap(~a & ~b, ~a & ~b & a) == 1.0


def test_capacities_drawn_again() -> None:
    """A known zero stays, an unknown capacity is drawn from the whole ones of its kind, and a seed fixes the draws."""
    capacity = np.array([0.0, 40.0, np.nan, 7.0, np.nan, np.nan])
    of_category = np.array([[1, 0, 0], [1, 1, 0], [1, 0, 0], [0, 1, 0], [0, 1, 0], [0, 0, 1]], dtype=bool)
    drawn = resampled_capacity(capacity, of_category, 4_000, 7)
    assert (drawn[0] == 0).all()
    assert drawn[1].mean() == pytest.approx(40.0, rel=0.02)
    assert set(np.unique(drawn[2])) == {0.0, 40.0}
    assert set(np.unique(drawn[4])) == {40.0, 7.0}
    assert set(np.unique(drawn[5])) == {0.0, 40.0, 7.0}, "of a category of which nobody says what it can take"
    assert (drawn == resampled_capacity(capacity, of_category, 4_000, 7)).all()
    assert (resampled_capacity(capacity[[2, 4]], of_category[[2, 4]], 5, 7) == 0).all()


def test_reports_beside_the_model() -> None:
    """A report where the model sees nothing is a disagreement; an area that never reports has no row."""
    categories = ["money", "housing"]
    reports = pd.DataFrame(
        {"area_code": ["A", "B"], "category": ["money", "housing"], "people": [90, 30], "reports": [9, 3]}
    )
    modelled = pd.DataFrame(
        [(area, category, 10_000.0, 0.0) for area in "ABC" for category in categories],
        columns=["area_code", "category", "patients_count", "desert_share"],
    )
    modelled.loc[(modelled["area_code"] == "B") & (modelled["category"] == "money"), "desert_share"] = 0.4
    rows = compare(reports, modelled).set_index(["area_code", "category"])
    assert "C" not in rows.index.get_level_values(0), "an area that never reports says nothing"
    assert rows.loc[("A", "money"), "reported_per_10k"] == pytest.approx(90.0)
    assert rows.loc[("A", "money"), "verdict"] == ONLY_REPORTED
    assert rows.loc[("B", "money"), "verdict"] == ONLY_MODELLED
    assert agreement(rows.reset_index()).reason.startswith("fewer than")


def test_agreement_by_hand() -> None:
    """Full agreement has a kappa of 1, and chance has one near 0."""
    rows = pd.DataFrame(
        {
            "reported_per_10k": np.arange(10.0),
            "desert_share": np.arange(10.0) / 10,
            "is_reported": [False] * 5 + [True] * 5,
            "is_modelled": [False] * 5 + [True] * 5,
        }
    )
    full = agreement(rows)
    assert (full.cells, full.rank_correlation, full.kappa) == (10, pytest.approx(1.0), pytest.approx(1.0))
    half = agreement(rows.assign(is_modelled=[True, False] * 5))
    assert half.kappa == pytest.approx(1 - 1.2 * 0.5 / 0.6 * 0.5 / 0.5, abs=1.1)
    assert abs(half.kappa) < 0.25
