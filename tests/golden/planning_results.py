"""Plans of posts, money and sites on small invented data, and plans side by side, as text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from sp_geo.planning.covering import maximal_covering
from sp_geo.planning.effects import state
from sp_geo.planning.funding import Terms, fund
from sp_geo.planning.medians import p_median
from sp_geo.planning.plan import Plan, compare
from sp_geo.planning.posts import allocate, promised_gain, shortage, survival, water_level
from sp_geo.planning.problem import Bounds, Objective, PostsProblem, posts_problem, treat_unreported
from sp_geo.planning.recommend import before_and_after, frontier, per_head, recommendation, scenarios, sequence
from tests.golden.writing import cell, of_frame, of_object

ROUGH = 4
"""Digits of what is found by search or by drawing."""


def pcns() -> pd.DataFrame:
    """Nine PCNs of two ICBs, two of them silent, one at the very top."""
    return pd.DataFrame(
        {
            "pcn_code": [f"U0000{number}" for number in range(1, 10)],
            "splw_fte": [0.0, 1.2, 2.0, 3.5, np.nan, 0.8, 1.6, np.nan, 6.0],
            "list_size": [30_000.0, 41_000, 52_000, 38_000, 45_000, 29_000, 61_000, 33_000, 47_000],
            "icb_code": ["QAA"] * 5 + ["QBB"] * 4,
            "region_code": "Y01",
            "reporting_status": [
                "true_zero",
                *["reported"] * 3,
                "not_reported",
                *["reported"] * 2,
                "not_reported",
                "reported",
            ],
            "need": [28.0, 35.5, 12.0, 41.0, 22.0, 30.0, 18.5, 26.0, 9.0],
            "need_std_error": [2.0, 3.0, 1.0, 4.0, 2.5, 2.0, 1.5, 2.0, 0.0],
        }
    )


def problem(objective: Objective, fte: float = 4.0, bounds: Bounds | None = None, **more: float) -> PostsProblem:
    """Posts to be given to those nine."""
    rows = treat_unreported(pcns(), "impute")
    return posts_problem(rows, "need", fte, 0.25, objective, bounds=bounds or Bounds({}, {}), **more)


def _posts(objective: Objective, fte: float = 4.0, bounds: Bounds | None = None, **more: float) -> Callable[[], str]:
    def made() -> str:
        asked = problem(objective, fte, bounds, **more)
        plan = allocate(asked)
        frames = [
            recommendation(asked, plan, draws=200, seed=2),
            sequence(asked, plan),
            before_and_after(asked, plan, 10.0),
        ]
        numbers = [survival(asked, plan.given, 100, 5), *shortage(asked, asked.need), per_head(asked)]
        parts = [of_object(asked), of_object(plan), *[of_frame(frame) for frame in frames]]
        parts.append("\n".join(cell(value, 6) for value in numbers))
        parts.append(f"{cell(water_level(asked), 6)} {cell(promised_gain(asked, asked.need), 6)}\n")
        parts.append(of_object(state(asked, np.zeros(9, dtype=np.int64), 10.0)))
        return "\n".join(parts)

    return made


def _scenarios() -> str:
    asked = problem("shortfall", 6.0)
    return "\n".join([of_frame(scenarios(asked, 10.0, 2_642.0, 2026)), of_frame(frontier(asked, 10.0, 5))])


def _silent() -> str:
    excluded = treat_unreported(pcns(), "exclude")
    alone = pcns().assign(splw_fte=[np.nan] * 5 + [0.8, 1.6, np.nan, 6.0])
    alone["reporting_status"] = np.where(alone["splw_fte"].isna(), "not_reported", "reported")
    return "\n".join(of_frame(frame) for frame in (excluded, treat_unreported(alone, "impute")))


def lines() -> pd.DataFrame:
    """Unmet demand of eight lines: one unknown, one none, one tiny."""
    return pd.DataFrame(
        {
            "area_code": ["A1", "A1", "A2", "A2", "A3", "A3", "A4", "A4"],
            "category": ["money", "housing"] * 4,
            "unmet_demand": [40.0, 12.0, 25.0, np.nan, 0.0, 60.0, 0.6, 9.0],
            "need_weight": [1.2, 1.2, 0.8, 0.8, 1.0, 1.0, 1.5, 1.5],
        }
    )


def _funding() -> str:
    cost = pd.Series({"money": 120.0, "housing": 200.0})
    terms = [
        Terms(100_000, 2),
        Terms(100_001, 3, smallest=9_000),
        Terms(60_000, 1, floor=2_000),
        Terms(90_000, 2, smallest=5_000, floor=1_000, ceiling=30_000),
        Terms(0, 2),
        Terms(5_000_000, 2),
    ]
    return "\n".join(of_object(fund(lines(), each, cost)) for each in terms)


def road() -> tuple[np.ndarray, np.ndarray]:
    """People of fourteen places, and metres from each to seven sites."""
    chance = np.random.default_rng(21)
    places, sites = chance.uniform(0, 20_000, (14, 2)), chance.uniform(0, 20_000, (7, 2))
    costs = np.hypot(*(places[:, None, :] - sites[None, :, :]).transpose(2, 0, 1))
    return np.round(chance.uniform(0, 900, 14)), costs


def _sites() -> str:
    people, costs = road()
    holes = np.where(costs > 15_000, np.nan, costs)
    found = [
        maximal_covering(people, costs, 5_000.0, opening=2),
        maximal_covering(people, costs, 5_000.0, [0, 4], 3, people=np.ones(14)),
        maximal_covering(people, costs, 30_000.0, opening=3),
        p_median(people, costs, opening=2),
        p_median(people, costs, [3], 2, seed=7, restarts=2, rounds=50),
        p_median(people, holes, [0, 1], 2, beyond=40_000.0),
        p_median(people, costs, [1, 2], 0),
    ]
    return "\n".join(of_object(one, ROUGH) for one in found)


def plan(kind: str = "posts", **changed: object) -> Plan:
    """A saved plan."""
    rows: dict[str, list[dict[str, object]]] = {
        "posts": [{"pcn_code": "U00001", "added_fte": 1.0}, {"pcn_code": "U00002", "added_fte": 0.5},
                  {"pcn_code": "U00003", "added_fte": None}],
        "funding": [{"area_code": "A", "category": "money", "amount_gbp": 5_000},
                    {"area_code": "A", "category": "food", "amount_gbp": 7_000}],
        "sites": [{"site_id": "S1"}, {"site_id": "S2"}],
    }  # fmt: skip
    made = Plan(
        name="Plan of May", kind=kind, author="Team", created_at="2026-05-01T09:00:00+00:00",
        request={"area": "QOP", "fte": 1.5, "bounds": {"most": 1.0, "none": {}}}, data_digest="abc",
        data_tables={"out_pcn_quarter": "abc"}, software_version="1", is_synthetic=True, rows=rows[kind],
        summary={"before": {"slope": 0.1, "pcns": 4, "proven": True}, "after": {"slope": 0.2}}, version=1,
    )  # fmt: skip
    return replace(made, **changed)  # type: ignore[arg-type]


def _compared() -> str:
    first = plan()
    second = plan(
        name="Plan of June",
        data_digest="def",
        request={"area": "QOP", "fte": 2.0, "bounds": {"most": 1.0}, "need": "imd_score"},
        rows=[
            {"pcn_code": "U00001", "added_fte": 1.0 + 1e-9},
            {"pcn_code": "U00002", "added_fte": 2.0},
            {"pcn_code": "U00003", "added_fte": None},
            {"pcn_code": "U00004", "added_fte": 0.25},
        ],
        summary={"before": {"slope": 0.1, "pcns": 5, "proven": False}, "after": {"slope": "unknown"}, "more": 1},
    )
    fewer = plan(rows=first.rows[1:], data_digest="abc")
    money = plan("funding"), plan("funding", rows=[{"area_code": "A", "category": "money", "amount_gbp": 9_500}])
    sites = plan("sites"), plan("sites", rows=[{"site_id": "S2"}, {"site_id": "S3"}])
    pairs = [(first, second), (second, first), (first, fewer), (first, first), money, sites]
    return "\n".join(of_object(compare(*pair)) for pair in pairs)


RESULTS: dict[str, Callable[[], str]] = {
    "posts_shortfall": _posts("shortfall"),
    "posts_target": _posts("shortfall", 3.0, target=0.5),
    "posts_worst_first": _posts("worst_first", 5.0),
    "posts_proportional": _posts("proportional", 4.0),
    "posts_bounds": _posts(
        "shortfall", 6.0, Bounds({"U00009": 0.5, "U00003": 1.0}, {"U00001": 0.5}, most=2.0, smallest=0.5)
    ),
    "scenarios": _scenarios,
    "silent_pcns": _silent,
    "funding": _funding,
    "sites": _sites,
    "plans_compared": _compared,
}
