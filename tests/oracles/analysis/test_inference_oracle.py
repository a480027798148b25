"""Small-sample errors against textbook formulas in full matrices, the wild bootstrap against refitting every draw."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import scipy.stats

from sp_geo.statistics.inference import estimate_under
from sp_geo.statistics.least_squares import fit
from sp_geo.statistics.measures import Need
from sp_geo.statistics.permutation import DEALS, permuted
from sp_geo.statistics.regression import quarter_slopes
from sp_geo.statistics.wild_bootstrap import DRAWS, wild_bootstrap
from tests.synthetic_panel import make_panel

IMD = Need("imd_score", is_share=False, label="Deprivation")


def case(seed: int, rows: int = 90, icbs: int = 9, columns: int = 3) -> tuple[Any, Any, Any, Any]:
    """Design, outcome, weights and unequal clusters, one of which is a single row."""
    rng = np.random.default_rng(seed)
    clusters = np.sort(rng.choice(icbs - 1, rows - 1, p=rng.dirichlet(np.full(icbs - 1, 2.0))))
    clusters = np.append(pd.factorize(clusters)[0], len(np.unique(clusters)))
    design = np.column_stack([np.ones(rows), rng.gamma(2.0, 1.0, (rows, columns - 1))])
    outcome = design @ rng.normal(size=columns) + rng.normal(size=rows) + rng.normal(size=icbs)[clusters]
    return design, outcome, rng.uniform(0.5, 3.0, rows), clusters


def power(matrix: Any, exponent: float) -> Any:
    """A symmetric matrix to a power."""
    values, vectors = np.linalg.eigh(matrix)
    return (vectors * values**exponent) @ vectors.T


def textbook(design: Any, outcome: Any, clusters: Any, contrast: Any, exponent: float) -> tuple[float, float]:
    """Standard error and Satterthwaite's degrees of freedom with n x n matrices, as Bell and McCaffrey write them."""
    bread = np.linalg.inv(design.T @ design)
    hat = design @ bread @ design.T
    left = np.eye(len(design)) - hat
    residuals = left @ outcome
    meat, columns = np.zeros_like(bread), []
    for number in range(clusters.max() + 1):
        rows = clusters == number
        adjusted = power(np.eye(rows.sum()) - hat[np.ix_(rows, rows)], exponent)
        score = design[rows].T @ adjusted @ residuals[rows]
        meat += np.outer(score, score)
        columns.append(left[:, rows] @ adjusted @ design[rows] @ bread @ contrast)
    products = np.array(columns) @ np.array(columns).T
    variance = contrast @ bread @ meat @ bread @ contrast
    return float(np.sqrt(variance)), float(np.trace(products) ** 2 / (products**2).sum())


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("weighted", [False, True])
def test_cr2_and_its_degrees_are_those_of_the_textbook(seed: int, weighted: bool) -> None:
    """CR2 errors and Satterthwaite degrees of freedom are those of the full matrices, for any contrast."""
    design, outcome, weights, clusters = case(seed)
    root = np.sqrt(weights) if weighted else np.ones(len(outcome))
    found = fit(design, outcome, weights if weighted else None, clusters, "CR2")
    for contrast in (*np.eye(3), np.array([1.0, -2.0, 0.5])):
        error, degrees = textbook(design * root[:, None], outcome * root, clusters, contrast, -0.5)
        ours = found.combination(contrast)
        assert ours.std_error == pytest.approx(error, rel=1e-9)
        assert ours.degrees == pytest.approx(degrees, rel=1e-9)
        half = scipy.stats.t.ppf(0.975, degrees) * error
        assert ours.ci_high - ours.estimate == pytest.approx(half, rel=1e-9)


def test_degrees_of_hc3_are_those_of_clusters_of_one() -> None:
    """The effective degrees of freedom under HC3 are those of the textbook with every row a cluster."""
    design, outcome, _, _ = case(1, rows=25)
    error, degrees = textbook(design, outcome, np.arange(25), np.eye(3)[1], -1.0)
    found = fit(design, outcome, se_type="HC3")
    assert found.estimate(1).std_error == pytest.approx(error, rel=1e-9)
    assert found.effective_degrees(1) == pytest.approx(degrees, rel=1e-9)
    assert found.estimate(1).degrees == 22


def test_a_mean_over_equal_clusters_has_one_degree_less_than_clusters() -> None:
    """With an intercept alone and equal clusters, CR2 is the spread of cluster means on (clusters - 1) degrees."""
    outcome = np.random.default_rng(3).normal(size=60)
    clusters = np.repeat(np.arange(10), 6)
    found = fit(np.ones((60, 1)), outcome, None, clusters, "CR2").estimate(0)
    means = outcome.reshape(10, 6).mean(axis=1)
    assert found.std_error == pytest.approx(means.std(ddof=1) / np.sqrt(10), rel=1e-12)
    assert found.degrees == pytest.approx(9.0, rel=1e-12)


def refitted(design: Any, outcome: Any, clusters: Any, null: float, draws: int, seed: int) -> float:
    """The wild cluster bootstrap done plainly: the null imposed, and each draw fitted anew."""
    rng = np.random.default_rng(seed)
    count = clusters.max() + 1
    if count < 12:
        weights = rng.choice(np.sqrt([0.5, 1.0, 1.5, 0.5, 1.0, 1.5]) * np.repeat([-1, 1], 3), (draws, count))
    else:
        weights = rng.choice([-1.0, 1.0], (draws, count))
    others = np.delete(design, 1, axis=1)
    held = outcome - null * design[:, 1]
    fitted = others @ np.linalg.lstsq(others, held, rcond=None)[0]

    def distance(values: Any) -> float:
        found = fit(design, values, None, clusters, "cluster")
        return abs(found.coefficients[1] - null) / float(np.sqrt(found.covariance[1, 1]))

    asked = distance(outcome)
    drawn = [distance(fitted + null * design[:, 1] + row[clusters] * (held - fitted)) for row in weights]
    return (1 + np.sum(np.array(drawn) >= asked)) / (draws + 1)


@pytest.mark.parametrize(("seed", "icbs"), [(0, 9), (1, 9), (2, 20), (3, 20)])
def test_the_wild_bootstrap_is_that_of_refitting_every_draw(seed: int, icbs: int) -> None:
    """p-values of the wild bootstrap are those of an independent one that fits every draw, to Monte Carlo error."""
    design, outcome, _, clusters = case(seed, rows=120, icbs=icbs)
    outcome = outcome - design[:, 1] * np.linalg.lstsq(design, outcome, rcond=None)[0][1] * 0.8
    ours = wild_bootstrap(design, outcome, None, clusters, 1)
    for null in (0.0, 0.1):
        theirs = refitted(design, outcome, clusters, null, 1_500, seed + 10)
        spread = np.sqrt(max(theirs * (1 - theirs), 0.01) * (1 / DRAWS + 1 / 1_500))
        assert ours.p_value(null) == pytest.approx(theirs, abs=3.5 * spread)


def test_the_wild_interval_is_where_the_test_does_not_reject() -> None:
    """Values inside the interval are not rejected and values outside are; asked for by name it is in the row."""
    design, outcome, _, clusters = case(5, rows=150, icbs=16)
    found = wild_bootstrap(design, outcome, None, clusters, 1)
    low, high = found.interval()
    width = high - low
    assert low < found.estimate < high
    assert min(found.p_value(low + width / 50), found.p_value(high - width / 50)) >= 0.05
    assert max(found.p_value(low - width / 50), found.p_value(high + width / 50)) < 0.05
    row = quarter_slopes(make_panel(quarters=("2021Q1",)), IMD, ("reporters",), se_type="wild").iloc[0]
    assert row["se_type"] == "wild"
    assert row["ci_low"] < row["estimate"] < row["ci_high"]
    assert (row["p_value"] < 0.05) == (row["ci_low"] > 0 or row["ci_high"] < 0)


def test_permuting_is_exact_where_pcns_are_exchangeable() -> None:
    """Under permutation of the outcome p is uniform, and p is below 0.05 exactly where the interval leaves out zero."""
    rng = np.random.default_rng(4)
    need = rng.gamma(1.5, 1.0, 24)
    outcome = np.where(rng.random(24) < 0.3, 0.0, rng.gamma(1.0, 1.0, 24))
    design = np.column_stack([np.ones(24), need])
    p_values = []
    for _ in range(600):
        dealt = rng.permutation(outcome)
        found = permuted(design, dealt, None, 1, fit(design, dealt, se_type="HC3"))
        assert (found.p_value < 0.05) == (found.ci_low > 0 or found.ci_high < 0)
        p_values.append(found.p_value)
    for level in (0.05, 0.2, 0.5):
        assert np.mean(np.array(p_values) <= level) == pytest.approx(
            level, abs=3.5 * np.sqrt(level * (1 - level) / 600)
        )


def test_all_orders_of_a_few_rows_are_what_deals_are_drawn_from() -> None:
    """For six rows the p-value is the share over all 720 orders, to Monte Carlo error."""
    from itertools import permutations

    need, outcome = np.array([0.0, 1, 2, 4, 7, 9]), np.array([0.1, 0.0, 0.7, 0.4, 1.1, 0.8])
    design = np.column_stack([np.ones(6), need])

    def distance(values: Any) -> float:
        found = fit(design, values, se_type="HC3").estimate(1)
        return abs(found.estimate) / found.std_error

    every = [distance(np.array(order)) for order in permutations(outcome)]
    exact = np.mean(np.array(every) >= distance(outcome) * (1 - 1e-10))
    found = permuted(design, outcome, None, 1, fit(design, outcome, se_type="HC3"))
    assert found.p_value == pytest.approx(exact, abs=3.5 * np.sqrt(exact * (1 - exact) / DEALS) + 1e-3)


def guarded(need: Any) -> str:
    """The reason that 30 PCNs of one ICB with a need give under the default, empty if there is an estimate."""
    outcome = np.random.default_rng(1).normal(size=len(need))
    design = np.column_stack([np.ones(len(need)), need])
    found = estimate_under(design, outcome, None, pd.Series(["QOP"] * len(need)), "auto", 1)
    return str(found.as_record()["reason"])


def test_a_design_that_a_few_pcns_settle_gets_no_number() -> None:
    """A leverage above a half, fewer than eight values or few effective degrees of freedom: a reason, by default only."""
    spread = np.arange(30.0)
    assert guarded(spread) == ""
    assert "more than 0.5" in guarded(np.append(spread[:-1] / 30, 50.0))
    assert "5 different values" in guarded(spread % 5)
    assert "effective degrees of freedom" in guarded(np.append(spread[:-2] / 30, [4.0, 4.0]))
    row = quarter_slopes(make_panel(60).assign(icb_code="QOP", rural=0.0), IMD, ("reporters",)).iloc[0]
    assert (row["se_type"], row["reason"]) == ("permuted", "")
    assert np.isnan(row["wild_p_value"])
