"""Survey need: shrunk as the textbook says, predicted with intervals, refused where there is too little, always told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import minimize

from sp_geo.build.view import Build
from sp_geo.core.errors import UsageError
from sp_geo.questions.need_values import need
from sp_geo.questions.panel import regress
from sp_geo.questions.requests.statistics import NeedRequest, RegressRequest
from sp_geo.statistics.estimates import NotEstimable
from sp_geo.statistics.need_values import all_values, with_need_values
from sp_geo.statistics.predicted_need import evaluation, predicted_need
from sp_geo.statistics.small_area_need import shrunk_need, smoothed_variance
from tests.simulation.worlds import World, surveyed


def test_shrinking_is_that_of_the_full_likelihood() -> None:
    """Variance, values and weights are those of the restricted likelihood, written out with whole matrices."""
    rng = np.random.default_rng(3)
    x = rng.standard_normal((80, 2))
    psi = rng.uniform(0.0005, 0.003, 80)
    y = 0.3 + x @ [0.02, -0.01] + rng.normal(0, 0.04, 80) + rng.normal(0, np.sqrt(psi))
    design = np.column_stack([np.ones(80), x])

    def minus(log_variance: np.ndarray) -> float:
        v = np.diag(np.exp(log_variance[0]) + psi)
        inverse = np.linalg.inv(v)
        inside = design.T @ inverse @ design
        p = inverse - inverse @ design @ np.linalg.inv(inside) @ design.T @ inverse
        return float(np.linalg.slogdet(v)[1] + np.linalg.slogdet(inside)[1] + y @ p @ y)

    variance = float(np.exp(minimize(minus, [np.log(0.001)], method="Nelder-Mead", options={"xatol": 1e-10}).x[0]))
    found = shrunk_need(y, psi, x)
    assert not isinstance(found, NotEstimable)
    assert found.variance == pytest.approx(variance, rel=1e-4)
    inverse = np.diag(1 / (variance + psi))
    beta = np.linalg.solve(design.T @ inverse @ design, design.T @ inverse @ y)
    gamma = variance / (variance + psi)
    np.testing.assert_allclose(found.values, gamma * y + (1 - gamma) * (design @ beta), rtol=1e-5)
    np.testing.assert_allclose(found.weights, gamma, rtol=1e-4)
    assert (found.std_errors**2 > gamma * psi * 0.999).all()


def test_one_base_for_all_shrinks_all_alike_and_too_few_are_refused() -> None:
    """The smoothed variance is p (1 - p) d over the base, on average; 39 PCNs are too few."""
    error, base = np.full(4, 0.03), np.array([100.0, 200.0, 400.0, 100.0])
    np.testing.assert_allclose(smoothed_variance(error, base) * base, (0.0009 * base).mean())
    few = shrunk_need(np.full(39, 0.3), np.full(39, 0.001), np.ones((39, 1)))
    assert isinstance(few, NotEstimable)
    assert "fewer than 40" in few.reason
    few_icbs = predicted_need(np.ones(60), np.ones((60, 1)), np.zeros(60, dtype=np.intp), np.ones((1, 1)))
    assert isinstance(few_icbs, NotEstimable)
    assert isinstance(evaluation(np.ones(60), np.ones((60, 1)), np.zeros(60, dtype=np.intp)), NotEstimable)


def test_pcns_without_answers_are_predicted_and_the_others_shrunk() -> None:
    """Each value of a chosen kind stands in the panel with its error; without bases nothing is shrunk."""
    rows, errors = surveyed(World(pcns=300, icbs=20), 1)
    silent = np.arange(len(rows)) % 10 == 0
    rows.loc[silent, "lack_of_support"] = np.nan
    behind = errors[~silent].assign(value=rows["lack_of_support"][~silent])
    found = all_values(rows, behind, "lack_of_support")
    assert (found.not_shrunk, found.not_predicted) == ("", "")
    assert found.model in {"mean", "ridge", "trees"}
    told = found.rows
    assert told.loc[silent, "predicted"].notna().all()
    assert told.loc[~silent, "predicted"].isna().all()
    assert (told.loc[silent, "predicted_low"] < told.loc[silent, "predicted_high"]).all()
    panel, after = with_need_values(rows, behind, "lack_of_support", "predicted")
    assert panel["lack_of_support"].notna().all()
    np.testing.assert_allclose(panel.loc[~silent, "lack_of_support"], told.loc[~silent, "shrunk"])
    assert after["std_error"].notna().all()
    with pytest.raises(UsageError, match="no shrunk values of lack_of_support"):
        with_need_values(rows, behind.assign(std_error=np.nan, base_count=np.nan), "lack_of_support", "shrunk")


def test_the_values_of_a_need_are_always_told(built: Path) -> None:
    """A slope on a survey need names its values; the list of needs says why nothing is shrunk with few PCNs."""
    build = Build.open(built)
    request = RegressRequest("lack_of_support", "reporters", quarter="latest")
    assert any("lack_of_support: observed values" in note for note in regress(build, request).notes)
    answer = need(build, NeedRequest())
    assert answer.rows["shrunk"].isna().all()
    assert any("Nothing is shrunk" in note for note in answer.notes)
    assert any("design effect of 1.4" in note for note in answer.notes)
    with pytest.raises(UsageError, match="imd_score is no survey"):
        need(build, NeedRequest("imd_score"))
    with pytest.raises(UsageError, match="cannot be tried"):
        need(build, NeedRequest(show="card"))
