"""What is refused, each with the whole line that a person reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd

from sp_geo.core.errors import SpGeoError
from sp_geo.planning.covering import maximal_covering
from sp_geo.planning.funding import Terms, fund
from sp_geo.planning.medians import p_median
from sp_geo.planning.plan import checked_name, compare, data_tables, plain
from sp_geo.planning.problem import Bounds, posts_problem, steps_of, treat_unreported
from sp_geo.planning.sites import Pairs, sites_problem
from sp_geo.services.catchment_access import floating_catchment, straight_line_pairs
from sp_geo.services.decay import Decay
from sp_geo.statistics.outcome_note import PublishedOddsRatio, expected_change, outcome_note
from sp_geo.statistics.regression import quarter_slopes
from tests.golden.analysis_results import ETHNIC, IMD, told
from tests.golden.planning_results import lines, pcns, plan, road

COST = pd.Series({"money": 120.0, "housing": 200.0})
NAN = float("nan")


def posts(fte: float = 3.0, bounds: Bounds | None = None, target: float | None = None, **columns: object) -> object:
    """Posts for the PCNs that reported."""
    rows = treat_unreported(pcns().assign(**columns), "exclude")
    return posts_problem(rows, "need", fte, 0.25, "shortfall", target=target, bounds=bounds or Bounds({}, {}))


def pairs(place: list[int], site: list[int], cost: list[float]) -> Pairs:
    """Costs of some pairs of three places and two sites."""
    return Pairs(np.array(place), np.array(site), np.array(cost), 3, 2)


def _unsolved() -> object:
    people, costs = road()
    return maximal_covering(people, costs, 1.0, opening=1)


def _stranded() -> object:
    people, costs = road()
    return p_median(people, np.where(costs > 4_000, np.nan, costs), opening=1)


def _rows(*rows: dict[str, object]) -> object:
    return plan(rows=list(rows))


TWO = np.array([1.0, 2.0])
SQUARE = np.ones((2, 2))

CALLS: dict[str, Callable[[], object]] = {
    "step of need: zero": lambda: IMD.step(0.0),
    "step of need: not a number": lambda: ETHNIC.step(NAN),
    "choice: non-response": lambda: quarter_slopes(told(), IMD, ("reporter",)),  # type: ignore[arg-type]
    "choice: weights": lambda: quarter_slopes(told(), IMD, weights="patient"),  # type: ignore[arg-type]
    "choice: standard error": lambda: quarter_slopes(told(), IMD, se_type="robust"),  # type: ignore[arg-type]
    "choice: covariate": lambda: quarter_slopes(told(), IMD, covariates=("rurality",)),
    "note: nobody": lambda: outcome_note(1.0, 0.0, {}),
    "note: not a number": lambda: outcome_note(NAN, 10.0, {}),
    "note: far beyond": lambda: outcome_note(900.0, 50_000.0, {}),
    "note: unknown outcome": lambda: outcome_note(1.0, 50_000.0, {"enough_support": 0.5}),
    "note: no share": lambda: expected_change(PublishedOddsRatio("x", "X", 1.1, 1.0, 1.2), 1.0, 1.5),
    "decay: unknown": lambda: Decay("linear"),  # type: ignore[arg-type]
    "decay: steps": lambda: Decay("step", ends=(0.5, 1.0), weights=(0.2, 0.4)),
    "decay: width": lambda: Decay("gaussian", spread=0.0),
    "catchment: reach": lambda: list(straight_line_pairs(np.zeros((1, 2)), np.zeros((1, 2)), 0.0)),
    "catchment: detour": lambda: list(straight_line_pairs(np.zeros((1, 2)), np.zeros((1, 2)), 900.0, 0.5)),
    "catchment: people": lambda: floating_catchment([], np.array([-1.0]), np.ones((1, 1)), 1.0, np.ones_like),
    "catchment: capacity": lambda: floating_catchment([], np.array([1.0]), np.array([[-3.0]]), 1.0, np.ones_like),
    "steps: not whole": lambda: steps_of(1.3, 0.25, "the posts"),
    "steps: negative": lambda: steps_of(-1.0, 0.25, "the posts"),
    "steps: too many": lambda: steps_of(3.0, 1e-9, "the posts"),
    "silent: asked": lambda: treat_unreported(pcns(), "ask"),
    "silent: many": lambda: treat_unreported(pcns().assign(splw_fte=NAN, reporting_status="not_reported"), "ask"),
    "silent: all": lambda: treat_unreported(pcns().assign(splw_fte=NAN, reporting_status="not_reported"), "impute"),
    "posts: target": lambda: posts(target=-1.0),
    "posts: nobody": lambda: posts(splw_fte=NAN, reporting_status="not_reported"),
    "posts: need missing": lambda: posts(need=[NAN, 1, 2, 3, 4, NAN, 6, 7, 8]),
    "posts: need negative": lambda: posts(need=-1.0),
    "posts: patients missing": lambda: posts(list_size=NAN),
    "posts: unknown PCN": lambda: posts(bounds=Bounds({"U99999": 1.0}, {})),
    "posts: promised too much": lambda: posts(1.0, Bounds({"U00001": 2.0}, {})),
    "posts: more than it may": lambda: posts(3.0, Bounds({"U00001": 2.0}, {"U00001": 1.0})),
    "posts: less than the smallest": lambda: posts(3.0, Bounds({"U00001": 0.25}, {}, None, 1.0)),
    "posts: no room": lambda: posts(9.0, Bounds({}, {}, 0.5)),
    "fund: terms": lambda: fund(lines(), Terms(-1, 0), COST),
    "fund: cost missing": lambda: fund(lines(), Terms(9_000, 1), COST[:1]),
    "fund: cost of zero": lambda: fund(lines(), Terms(9_000, 1), COST * 0),
    "fund: ceiling under floor": lambda: fund(lines(), Terms(90_000, 1, floor=900, ceiling=400), COST),
    "fund: no claim": lambda: fund(lines().assign(unmet_demand=NAN), Terms(9_000, 1), COST),
    "fund: floor": lambda: fund(lines(), Terms(9_000, 1, floor=2_000), COST),
    "fund: ceilings": lambda: fund(lines(), Terms(90_000, 1, ceiling=2_000), COST),
    "fund: smallest": lambda: fund(lines(), Terms(900, 1, smallest=1_000), COST),
    "fund: no way": lambda: fund(lines(), Terms(13_000, 1, smallest=7_000, ceiling=8_000), COST),
    "sites: weights": lambda: sites_problem([1.0], SQUARE, (), 1),
    "sites: negative weight": lambda: sites_problem([-1.0, NAN], SQUARE, (), 1),
    "sites: nobody": lambda: sites_problem([0.0, 0.0], SQUARE, (), 1),
    "sites: negative number": lambda: sites_problem(TWO, SQUARE, (), -1),
    "sites: too many": lambda: sites_problem(TWO, SQUARE, (0,), 2),
    "sites: no table": lambda: sites_problem(TWO, TWO, (), 1),
    "sites: empty": lambda: sites_problem([], np.ones((0, 2)), (), 1),
    "sites: negative cost": lambda: sites_problem(TWO, -SQUARE, (), 1),
    "sites: outside": lambda: sites_problem(TWO, SQUARE, (7, -1), 1),
    "sites: twice": lambda: sites_problem(TWO, SQUARE, (1, 1), 1),
    "sites: pairs": lambda: sites_problem([1.0, 1, 1], pairs([0, 1], [0], [5.0]), (), 1),
    "sites: no such place": lambda: sites_problem([1.0, 1, 1], pairs([0, 9], [0, 1], [5.0, 6.0]), (), 1),
    "sites: no such site": lambda: sites_problem([1.0, 1, 1], pairs([0, 1], [0, 4], [5.0, 6.0]), (), 1),
    "sites: two costs": lambda: sites_problem([1.0, 1, 1], pairs([0, 0], [1, 1], [5.0, 6.0]), (), 1),
    "covering: time": lambda: maximal_covering(TWO, SQUARE, 1.0, seconds=0.0),
    "covering: people": lambda: maximal_covering(TWO, SQUARE, 1.0, people=[1.0]),
    "covering: reach": lambda: maximal_covering(TWO, SQUARE, 0.0),
    "covering: nobody in reach": _unsolved,
    "covering: no way at all": lambda: maximal_covering(TWO, np.full((2, 2), NAN), 5.0),
    "median: no site": lambda: p_median(TWO, SQUARE, (), 0),
    "median: beyond": lambda: p_median(TWO, np.array([[1.0, NAN], [9.0, 2.0]]), opening=1, beyond=3.0),
    "median: stranded": _stranded,
    "plan: kind": lambda: replace(plan(), kind="post"),
    "plan: name": lambda: checked_name("a/b"),
    "plan: empty name": lambda: checked_name(""),
    "plan: name with a space": lambda: checked_name(" a"),
    "plan: long name": lambda: checked_name("x" * 81),
    "plan: author": lambda: replace(plan(), author=""),
    "plan: author's line": lambda: replace(plan(), author="a\nb"),
    "plan: date": lambda: replace(plan(), created_at="yesterday"),
    "plan: rows": lambda: replace(plan(), rows={"a": 1}),  # type: ignore[arg-type]
    "plan: columns": lambda: _rows({"pcn_code": "U00001"}),
    "plan: twice": lambda: _rows(*[{"pcn_code": "U00001", "added_fte": 1.0}] * 2),
    "plan: key": lambda: _rows({"pcn_code": 5, "added_fte": 1.0}),
    "plan: amount": lambda: _rows({"pcn_code": "U00001", "added_fte": "much"}),
    "plan: truth as amount": lambda: _rows({"pcn_code": "U00001", "added_fte": True}),
    "plan: infinite": lambda: plain({"a": [float("inf")]}, "request"),
    "plan: key that is no text": lambda: plain({"a": {1: 2}}, "request"),
    "plan: other value": lambda: plain({"a": object}, "request"),
    "plan: not built": lambda: data_tables(SimpleNamespace(tables={}), ["out_b", "out_a"]),
    "plans: kinds": lambda: compare(plan(), plan("sites")),
}


def said(call: Callable[[], object]) -> str:
    """Kind and line of a refusal; whatever else happens is said too, and will not be the text expected."""
    try:
        call()
    except SpGeoError as fault:
        return f"{type(fault).__name__}: {fault.line()}"
    except Exception as fault:  # noqa: BLE001 - the kept text says which
        return f"{type(fault).__name__}! {fault}"
    return "accepted"


def text() -> str:
    """Every refusal in a line."""
    return "".join(f"{name}\n    {said(call)}\n" for name, call in CALLS.items())
