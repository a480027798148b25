"""How likely each PCN was to report: what the model answers, and when it says that it has no answer."""

from __future__ import annotations

import numpy as np
import pytest

from sp_geo.statistics.estimates import NotEstimable
from sp_geo.statistics.reporting_model import ReportingWeights, fitted_probabilities, reporting_weights

N = 200
CHANCE = np.random.default_rng(3)
NEED = CHANCE.gamma(6.0, 4.0, N)
LISTS = np.round(CHANCE.lognormal(10.7, 0.4, N))
REGION = CHANCE.choice(["Y56", "Y60", "Y61"], N).astype(object)
REPORTED = CHANCE.random(N) < 1 / (1 + np.exp((NEED - 30) / 10))


def test_the_unit_of_need_and_of_lists_does_not_matter() -> None:
    """Weights are the same in percent and in shares, in patients and in thousands of patients."""
    plain = reporting_weights(REPORTED, NEED, LISTS, REGION)
    other = reporting_weights(REPORTED, 1e4 * NEED - 7, LISTS / 1_000, REGION)
    assert isinstance(plain, ReportingWeights)
    assert isinstance(other, ReportingWeights)
    np.testing.assert_allclose(plain.weights, other.weights, rtol=1e-9)
    assert np.ptp(plain.weights) > 0.5


@pytest.mark.parametrize("constant", [0.0, 17.3, 1e9])
def test_a_need_that_is_the_same_everywhere_says_nothing(constant: float) -> None:
    """With lists of one size too, every PCN is as likely to report as the share that did."""
    same = np.full(N, constant)
    chances = fitted_probabilities(np.column_stack([same, same + 1]), REPORTED)
    assert chances is not None
    np.testing.assert_allclose(chances, REPORTED.mean(), rtol=1e-12)


SETTLED = {
    "by need": NEED < 20,
    "by list size": LISTS > 45_000,
    "by both together": NEED / 10 + np.log(LISTS) > 12.5,
    "but for the PCNs at one need": np.where(np.round(NEED) == 20, REPORTED, np.round(NEED) < 20),
}


@pytest.mark.parametrize("reported", SETTLED.values(), ids=SETTLED.keys())
def test_reporting_that_is_settled_has_a_reason_instead_of_weights(reported: np.ndarray) -> None:
    """Separated data, whole or in part, have no finite answer, and none is given."""
    assert 0 < reported.sum() < N
    found = reporting_weights(reported.astype(bool), np.round(NEED), LISTS, REGION)
    assert isinstance(found, NotEstimable)
    assert "settled by need and list size" in found.cause


def test_a_need_that_follows_from_list_size_cannot_be_told_from_it() -> None:
    """Collinear columns have no one answer, and three PCNs cannot settle an intercept and two slopes."""
    assert fitted_probabilities(np.column_stack([NEED, 3 - 2 * NEED]), REPORTED) is None
    numbers = np.column_stack([[1.0, 2.0, 3.0, 2.0, 1.0], [1.0, 0.0, 1.0, 0.5, 2.0]])
    happened = np.array([True, False, True, True, False])
    assert fitted_probabilities(numbers[:3], happened[:3]) is None
    assert fitted_probabilities(numbers[:, :1], happened) is not None


@pytest.mark.parametrize("seed", [182, 427, 1021])
def test_a_finite_answer_is_found_where_the_first_steps_shoot_past_it(seed: int) -> None:
    """Need with a long tail, nearly separated: the likelihood has a top, and there its gradient is nothing."""
    chance = np.random.default_rng(seed)
    need, lists = chance.lognormal(0, 2, 60), np.exp(chance.normal(10.7, 0.3, 60))
    region = chance.integers(7, size=60)
    reported = chance.random(60) < 1 / (1 + np.exp(-3 * (need - need.mean()) / need.std()))
    numbers = np.column_stack([need / need.std(), np.log(lists) - 10.7, region[:, None] == np.arange(1, 7)])
    chances = fitted_probabilities(numbers, reported)
    assert chances is not None
    np.testing.assert_allclose(np.column_stack([np.ones(60), numbers]).T @ (reported - chances), 0, atol=1e-9)
    assert isinstance(reporting_weights(reported, need, lists, region.astype(object)), ReportingWeights)
