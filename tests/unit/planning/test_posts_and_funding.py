"""Plans that can be worked out by hand; what is refused stands in tests/golden."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sp_geo.planning.effects import state
from sp_geo.planning.funding import Terms, fund
from sp_geo.planning.posts import allocate, survival, water_level
from sp_geo.planning.problem import Bounds, posts_problem, treat_unreported
from sp_geo.planning.recommend import before_and_after, frontier, per_head, recommendation, scenarios, sequence
from sp_geo.statistics.inequality_by_quarter import inequality_table
from sp_geo.statistics.measures import Need
from tests.synthetic_panel import make_panel


def pcns(**columns: object) -> pd.DataFrame:
    """Four PCNs of 10,000 patients: so FTE are rates."""
    frame = pd.DataFrame(
        {
            "pcn_code": ["U00001", "U00002", "U00003", "U00004"],
            "splw_fte": [0.0, 1.0, 2.0, 3.0],
            "list_size": 10_000.0,
            "icb_code": "QAA",
            "region_code": "Y01",
            "reporting_status": "reported",
            "need": [10.0, 30.0, 20.0, 40.0],
            "need_std_error": 0.0,
        }
    )
    return frame.assign(**columns)


def ready(**columns: object) -> pd.DataFrame:
    """The same, after the treatment of those that did not report."""
    return treat_unreported(pcns(**columns), "ask")


def test_each_objective_by_hand() -> None:
    """Posts go where one lacks most, raise the lowest rates, or follow need; ties go to the smaller code."""
    # Target 2.5: lacking 2.5, 1.5, 0.5 and nothing. Weights by need over its mean (25): 0.4, 1.2, 0.8.
    problem = posts_problem(ready(), "need", 3.0, 0.5, "shortfall", target=2.5)
    plan = allocate(problem)
    assert (plan.given * 0.5).tolist() == [1.0, 1.5, 0.5, 0.0]
    assert plan.value == pytest.approx(1.0 * 0.4 + 1.5 * 1.2 + 0.5 * 0.8)
    assert plan.gap_pct == 0.0
    assert [problem.pcn_codes[row] for row in plan.order] == ["U00002"] * 3 + ["U00003"] + ["U00001"] * 2
    problem = posts_problem(ready(), "need", 3.0, 0.5, "worst_first")
    assert water_level(problem) == pytest.approx(2.0)
    assert (allocate(problem).given * 0.5).tolist() == [2.0, 1.0, 0.0, 0.0]
    # 10 posts in all, by need 1:3:2:4: fair shares 1, 3, 2, 4; lacking 1, 2, 0, 1.
    problem = posts_problem(ready(), "need", 4.0, 0.5, "proportional")
    plan = allocate(problem)
    assert (plan.given * 0.5).tolist() == [1.0, 2.0, 0.0, 1.0]
    # Of 7 posts in all the fair shares are 0.7, 2.1, 1.4, 2.8: squares of 0.7 and 1.1 lacking, each over its share.
    assert allocate(posts_problem(ready(), "need", 1.0, 0.5, "proportional")).given.tolist() == [1, 1, 0, 0]
    after = state(problem, plan.given, 10.0)
    assert after.slope == pytest.approx(1.0), "a rate in proportion to need rises by 1 FTE for each 10 points"
    assert after.concentration_index < 0, "more where need is greater"
    even = ready(splw_fte=[1.0, 1.0, 1.0, 1.0], need=20.0)
    plan = allocate(posts_problem(even, "need", 1.0, 0.5, "shortfall", target=2.0))
    # All equal: the first code is served until its rate is no longer the lowest ... but gains stay equal.
    assert plan.given.tolist() == [2, 0, 0, 0]


def test_the_slope_index_is_that_of_the_tables_of_inequality() -> None:
    """A plan and the tables of inequality give one figure for the same PCNs."""
    panel = make_panel(pcns=63, quarters=("2022Q2",), reporting=1.0)
    rows = panel.assign(imd_score=panel["imd_score"].round(0), imd_score_std_error=0.0)
    need = Need("imd_score", is_share=False, label="Deprivation")
    table = inequality_table(rows, need, seed=1, draws=20).set_index("measure")["estimate"]
    problem = posts_problem(treat_unreported(rows, "ask"), "imd_score", 1.0, 0.5, "shortfall")
    today = state(problem, np.zeros(63, dtype=np.int64), 10.0)
    assert today.slope_index == pytest.approx(table["slope_index"])
    assert today.concentration_index == pytest.approx(table["concentration_index"])
    tied = replace(problem, need=np.where(problem.need > problem.need.min(), 50.0, 40.0))
    assert np.isnan(state(tied, np.zeros(63, dtype=np.int64), 10.0).slope_index), "ties leave a fifth empty"


def test_promises_limits_and_smallest_posts() -> None:
    """Promises, limits and the smallest post hold in every plan, and posts that nobody lacks are left over."""
    bounds = Bounds({"U00004": 1.0}, {"U00002": 0.5}, most=1.5)
    plan = allocate(posts_problem(ready(), "need", 3.0, 0.5, "shortfall", target=2.5, bounds=bounds))
    assert (plan.given * 0.5).tolist() == [1.0, 0.5, 0.5, 1.0]
    whole = allocate(
        posts_problem(ready(), "need", 3.0, 0.5, "shortfall", target=2.5, bounds=Bounds({}, {}, None, 1.0))
    )
    assert all(value == 0 or value >= 2 for value in whole.given)
    plan = allocate(posts_problem(ready(), "need", 10.0, 0.5, "shortfall", target=2.0))
    assert plan.given.sum() * 0.5 == 3.0
    assert plan.left * 0.5 == 7.0


def test_the_optimum_is_found_where_the_greedy_order_misses_it() -> None:
    """The plan is the proven best, also where the greedy order misses it."""
    # Two PCNs lack 1.6 and 1.1 FTE; the first is promised 1 of the 2 there are, and nobody gets less than 1. Greedy goes
    # on with the first, whose need is greater, and cannot open the second any more: 1.6 x 10.1 against 10.1 + 10.
    rows = ready(splw_fte=[0.0, 0.5, 9.0, 9.0], need=[10.1, 10.0, 1.0, 1.0]).head(2)
    bounds = Bounds({"U00001": 1.0}, {}, None, 1.0)
    plan = allocate(posts_problem(rows, "need", 2.0, 0.5, "shortfall", target=1.6, bounds=bounds))
    assert (plan.given * 0.5).tolist() == [1.0, 1.0]
    assert plan.value == pytest.approx(2.0)
    assert plan.greedy_value == pytest.approx(1.6 * 10.1 / 10.05)
    assert (plan.bound, plan.gap_pct) == (pytest.approx(2.0), pytest.approx(0.0, abs=1e-6))


def test_a_pcn_that_did_not_report_is_not_an_empty_one() -> None:
    """Silent PCNs are left out or imputed, and never taken for zero."""
    silent = pcns(splw_fte=[np.nan, 1.0, 2.0, 3.0], reporting_status=["not_reported"] + ["reported"] * 3)
    assert treat_unreported(silent, "exclude")["pcn_code"].tolist() == ["U00002", "U00003", "U00004"]
    imputed = treat_unreported(silent, "impute")
    assert imputed["fte"].tolist() == [2.0, 1.0, 2.0, 3.0]
    assert imputed["is_imputed"].tolist() == [True, False, False, False]


def test_rows_say_why() -> None:
    """Each row says how much a PCN gets, and why or why not."""
    problem = posts_problem(ready(), "need", 3.0, 0.5, "shortfall", target=2.5)
    rows = recommendation(problem, allocate(problem)).set_index("pcn_code")
    assert rows.loc["U00002", ["added_fte", "rank", "robustness_pct"]].tolist() == [1.5, 1.0, 100.0]
    assert "1.50 FTE under the target of 2.500" in rows.loc["U00002", "reason"]
    assert rows.loc["U00004", "reason"].endswith("nothing lacking")
    steps = sequence(problem, allocate(problem))
    assert steps["fte_so_far"].tolist() == [0.5, 1.0, 1.5, 2.0, 2.5, 3.0]
    assert steps.loc[0, ["rate_before", "rate_after"]].tolist() == [1.0, 1.5]
    changes = before_and_after(problem, allocate(problem), 10.0).set_index("measure")
    assert changes.loc["fte", ["before", "after"]].tolist() == [6.0, 9.0]
    assert changes.loc["people_under_target", ["before", "after"]].tolist() == [30_000.0, 10_000.0]


def test_survival_falls_with_the_error_of_need() -> None:
    """The share of redraws falls where needs are as close as their errors."""
    close = ready(splw_fte=[1.0, 1.0, 1.0, 1.0], need=[20.0, 21.0, 5.0, 60.0])
    problem = posts_problem(close.assign(need_std_error=6.0), "need", 2.0, 0.5, "shortfall", target=2.0)
    plan = allocate(problem)
    found = survival(problem, plan.given, 500, 3)
    assert (plan.given * 0.5).tolist() == [0.0, 1.0, 0.0, 1.0]
    assert found[3] > 99.0
    assert 45.0 < found[1] < 65.0, "0.55 by the normal distribution of a difference of 1 with error 8.5"
    assert (found == survival(problem, plan.given, 500, 3)).all()


def test_scenarios_and_frontier() -> None:
    """Scenarios share one set of measures, and further posts leave fewer under the target."""
    problem = posts_problem(ready(), "need", 4.0, 0.5, "shortfall")
    assert per_head(problem).tolist() == [2, 2, 2, 2]
    rows = scenarios(problem, 10.0, 2_642.0, 2026).set_index("scenario")
    assert rows.loc["none", "fte"] == 6.0
    assert rows.loc["per head", "posts_fte"] == 4.0
    assert rows.loc["worst first", "lowest_rate"] >= rows["lowest_rate"].loc[["none", "per head", "by need"]].max()
    growth = rows[rows.index.str.startswith("national growth")]
    assert len(growth) == 10
    assert growth.index[-1] == "national growth 2036/37"
    # The area has 6 of 2,642 posts, so of 6,358 new ones its share is 14.4, in steps of a half.
    assert growth["posts_fte"].iloc[-1] == 14.0
    assert growth["fte"].is_monotonic_increasing
    curve = frontier(problem, 10.0)
    assert curve["posts_fte"].tolist()[0] == 0.0
    assert curve["people_under_target"].is_monotonic_decreasing


def lines(*claims: float) -> pd.DataFrame:
    """Lines of money advice with equal need."""
    return pd.DataFrame(
        {
            "area_code": [f"A{number}" for number in range(len(claims))],
            "category": "money",
            "unmet_demand": claims,
            "need_weight": 1.0,
        }
    )


COST = pd.Series({"money": 100.0})


def test_funding_by_hand() -> None:
    """Pounds follow unmet demand within smallest grant and ceiling; unknown demand gets none, with a reason."""
    found = fund(lines(1.0, 1.0, 1.0), Terms(100_000, 2), COST)
    assert found.rows["amount_gbp"].tolist() == [33_334, 33_333, 33_333]
    assert found.rows["area_code"].tolist() == ["A0", "A1", "A2"]
    first = found.rows.iloc[0]
    assert first["places_a_quarter"] == pytest.approx(33_334 / 100 / 8)
    assert first["unmet_after"] == 0.0
    found = fund(lines(80.0, 15.0, 5.0), Terms(100_000, 2, smallest=10_000, ceiling=70_000), COST)
    amounts = found.rows.set_index("area_code")["amount_gbp"]
    assert amounts["A0"] == 70_000
    assert amounts[["A1", "A2"]].isin([0, 10_000, 20_000, 30_000]).all()
    assert found.amount_gbp.sum() == 100_000
    assert len(fund(lines(1.0, 1.0), Terms(8_000, 1), COST).warnings) == 2
    assert fund(lines(1.0, 1.0), Terms(80_000, 2), COST).warnings == ()
    rows = fund(lines(5.0, float("nan"), 0.0), Terms(10_000, 2), COST).rows.set_index("area_code")
    assert rows.loc["A1", "amount_gbp"] == 0
    assert rows.loc["A1", "reason"].startswith("unmet demand is not known")
    assert rows.loc["A2", "reason"] == "no unmet demand"
