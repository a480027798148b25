"""Measures of inequality: hand-worked cases, conventions, bootstrap and degenerate input."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sp_geo.core.quarters import Quarter
from sp_geo.statistics.inequality import concentration_index, gini_index, slope_index
from sp_geo.statistics.inequality_by_quarter import RATE, drawn_again, inequality_table
from sp_geo.statistics.measures import Need
from sp_geo.statistics.quantiles import FIFTHS, equal_parts, fifth_limits, fifth_words
from tests.synthetic_panel import make_panel

IMD = Need("imd_score", is_share=False, label="Deprivation")


def test_the_slope_index_is_that_of_its_definition() -> None:
    """Groups with rates of 2 and 4 have indices of 4 and 5; the index is weighted least squares."""
    # Middles 0.25 and 0.75: slope (4 - 2) / 0.5 = 4, start 2 - 0.25 x 4 = 1, ratio (1 + 4) / 1.
    found = slope_index(np.array([100.0, 100.0]), np.array([2.0, 4.0]))
    assert (float(found.slope), float(found.relative)) == pytest.approx((4.0, 5.0))
    rng = np.random.default_rng(5)
    population, value = rng.uniform(50, 200, 10), rng.uniform(1, 3, 10)
    share = population / population.sum()
    middle = share.cumsum() - share / 2
    design = np.column_stack([np.sqrt(share), middle * np.sqrt(share)])
    start, slope = np.linalg.lstsq(design, value * np.sqrt(share), rcond=None)[0]
    found = slope_index(population, value)
    assert float(found.slope) == pytest.approx(slope, rel=1e-10)
    assert float(found.relative) == pytest.approx((start + slope) / start, rel=1e-10)


def test_concentration_and_gini_are_those_of_their_definitions() -> None:
    """Twice the covariance with rank over the mean, and half the mean difference over the mean."""
    rng = np.random.default_rng(6)
    population, value = rng.uniform(50, 200, 30), rng.uniform(0, 3, 30)
    share = population / population.sum()
    rank = share.cumsum() - share / 2
    mean = (share * value).sum()
    expected = 2 * (share * (value - mean) * (rank - 0.5)).sum() / mean
    assert float(concentration_index(population, value)) == pytest.approx(expected, rel=1e-10)
    people = np.full(4, 10.0)
    assert float(gini_index(people, np.array([0.0, 4.0, 0.0, 0.0]))) == pytest.approx(0.75)
    assert float(gini_index(people, np.full(4, 2.0))) == pytest.approx(0.0, abs=1e-12)
    rng = np.random.default_rng(8)
    people, value = rng.uniform(1, 9, 25), rng.uniform(0, 5, 25)
    share = people / people.sum()
    pairs = np.abs(value[:, None] - value[None, :])
    expected = (share[:, None] * share[None, :] * pairs).sum() / (2 * (share * value).sum())
    assert float(gini_index(people, value)) == pytest.approx(expected, rel=1e-10)


def test_many_draws_at_once_equal_one_at_a_time() -> None:
    """Batched draws give the measure that each draw gives alone."""
    rng = np.random.default_rng(7)
    people, value = rng.integers(1, 9, (6, 20)).astype(float), rng.uniform(0, 5, 20)
    for batched in (concentration_index, gini_index):
        single = [float(batched(row, value)) for row in people]
        np.testing.assert_allclose(batched(people, value), single)


def test_more_provision_at_higher_need_is_negative() -> None:
    """More provision where need is higher is negative; a fifth's rate is FTE over patients; fifth 1 needs most."""
    panel = make_panel(pcns=300, quarters=("2022Q2",), slope_per_point=0.02, reporting=0.9)
    table = inequality_table(panel, IMD, seed=1, draws=200).set_index(["measure", "fifth"])
    for measure in ("gap", "slope_index", "concentration_index"):
        row = table.loc[(measure, "")]
        assert row["ci_high"] < 0
        assert "positive: provision favours lower need" in row["convention"]
    assert table.loc[("relative_index", ""), "ci_high"] < 1
    rates = [table.loc[("rate", str(fifth)), "estimate"] for fifth in range(1, 6)]
    assert rates == sorted(rates, reverse=True)
    assert table.loc[("gap", ""), "estimate"] == pytest.approx(rates[4] - rates[0])
    panel = make_panel(pcns=50, quarters=("2022Q2",), reporting=1.0)
    table = inequality_table(panel, IMD, seed=1, draws=50)
    top = panel.nlargest(10, "imd_score")
    expected = top["splw_fte"].sum() / top["list_size"].sum() * 10_000
    assert table.loc[(table["measure"] == "rate") & (table["fifth"] == "1"), "estimate"].item() == pytest.approx(
        expected
    )
    assert [fifth_words(number) for number in range(1, 6)] == ["1, greatest need", "2", "3", "4", "5, least need"]
    assert RATE.convention == "fifth 1: greatest need; fifth 5: least need"


def test_the_seed_decides_the_intervals() -> None:
    """One seed gives one table in any order of rows; another seed moves intervals and no estimate."""
    panel = make_panel(pcns=60, quarters=("2022Q2",))
    first = inequality_table(panel, IMD, seed=1, draws=100)
    pd.testing.assert_frame_equal(first, inequality_table(panel, IMD, seed=1, draws=100))
    other = inequality_table(panel, IMD, seed=2, draws=100)
    assert not first["ci_low"].equals(other["ci_low"])
    assert first["estimate"].equals(other["estimate"])
    panel = make_panel(pcns=60)
    shuffled = inequality_table(panel.sample(frac=1, random_state=3), IMD, ("reporters",), seed=1, draws=50)
    pd.testing.assert_frame_equal(shuffled, inequality_table(panel, IMD, ("reporters",), seed=1, draws=50))


def test_a_quarters_interval_does_not_depend_on_the_others() -> None:
    """A quarter has the same figures alone as among others."""
    panel = make_panel(pcns=60)
    whole = inequality_table(panel, IMD, ("reporters", "reweighted"), seed=1, draws=120)
    for quarter in panel["quarter"].unique():
        alone = inequality_table(
            panel[panel["quarter"] == quarter], IMD, ("reporters", "reweighted"), seed=1, draws=120
        )
        pd.testing.assert_frame_equal(alone, whole[whole["quarter"] == quarter].reset_index(drop=True))
    first, second = (drawn_again(30, 10, 1, Quarter(2022, number)) for number in (1, 2))
    assert not np.array_equal(first, second), "quarters have draws of their own"
    assert drawn_again(0, 10, 1, Quarter(2022, 1)).shape == (10, 0)


def test_bootstrap_errors_agree_with_theory() -> None:
    """Every draw holds as many PCNs as there are, with replacement."""
    times = drawn_again(40, 4000, 3, Quarter(2022, 2))
    assert (times.sum(axis=1) == 40).all()
    values = np.random.default_rng(1).normal(size=40)
    spread = (times @ values / 40).std()
    assert spread == pytest.approx(values.std() / np.sqrt(40), rel=0.05)


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"imd_score": 5.0}, "the same in every PCN"),
        ({"imd_score": float("nan")}, "fifths need 5 PCNs"),
        ({"reporting_status": "not_reported"}, "fifths need 5 PCNs"),
    ],
)
def test_degenerate_need_gives_reasons(change: dict[str, object], part: str) -> None:
    """A need that is constant, missing or known of nobody gives reasons and no number."""
    table = inequality_table(make_panel().assign(**change), IMD, seed=1, draws=20)
    assert table["reason"].str.contains(part).all()
    assert table[["estimate", "ci_low", "ci_high", "std_error"]].isna().all(axis=None)


def test_no_provision_at_all_has_rates_but_no_index() -> None:
    """Without any provision the rates are 0 and the relative indices have no value."""
    panel = make_panel(quarters=("2022Q2",), reporting=1.0).assign(splw_fte=0.0, reporting_status="true_zero")
    table = inequality_table(panel, IMD, seed=1, draws=20).set_index("measure")
    assert (table.loc[["rate", "gap", "slope_index"], "estimate"] == 0).all()
    assert table.loc[["relative_index", "concentration_index", "gini"], "estimate"].isna().all()


def test_a_handful_of_pcns_never_gives_an_interval_without_its_estimate() -> None:
    """In small areas each estimate lies within its interval or is missing with a reason."""
    for seed in range(8):
        panel = make_panel(pcns=6, quarters=("2022Q2",), seed=seed, reporting=1.0)
        table = inequality_table(panel, IMD, seed=seed, draws=100)
        known = table.loc[table["reason"] == ""]
        assert ((known["ci_low"] <= known["estimate"]) & (known["estimate"] <= known["ci_high"])).all()
        assert table.loc[table["reason"] != "", "estimate"].isna().all()


def test_fifths_hold_equal_numbers_and_never_split_ties() -> None:
    """Fifths are of equal size; the two rules differ in ties and borders alone; limits lie between values."""
    assert np.bincount(equal_parts(np.arange(50.0)), minlength=6).tolist() == [0, 10, 10, 10, 10, 10]
    assert equal_parts(np.array([9.0, 1.0, 5.0, 3.0, 7.0])).tolist() == [1, 5, 3, 4, 2]
    assert len(set(equal_parts(np.array([2.0, 2.0, 2.0, 2.0, 1.0]))[:4])) == 1
    assert len(equal_parts(np.array([]))) == 0
    need = np.array([9.0, 9.0, 9.0, 9.0, 1.0])
    assert equal_parts(need).tolist() == [3, 3, 3, 3, 5]
    assert equal_parts(need, ties="highest").tolist() == [1, 1, 1, 1, 5]
    assert equal_parts(np.array([5.0])).tolist() == [5]
    assert equal_parts(np.array([5.0]), ties="highest").tolist() == [1]
    assert fifth_limits(pd.Series([10.0, 20.0, np.nan, 30.0, 40.0, 50.0])) == pytest.approx((18.0, 26.0, 34.0, 42.0))
    assert fifth_limits(pd.Series([np.nan])) == ()


@pytest.mark.parametrize("count", [1, 2, 5, 6, 33, 100, 32_844])
@pytest.mark.parametrize("places", [0, 3])
def test_the_highest_rule_takes_ties_with_a_border_into_the_top_fifths(count: int, places: int) -> None:
    """It is the cut at the quantile that is a value of the row, ties with it included, for every number of fifths."""
    need = np.round(np.random.default_rng(count).gamma(2.0, 10.0, count), places)
    part = equal_parts(need, ties="highest")
    for fifths in range(1, FIFTHS):
        border = np.quantile(need, 1.0 - fifths / FIFTHS, method="higher")
        assert ((part <= fifths) == (need >= border)).all()
    assert (part <= FIFTHS).all()
