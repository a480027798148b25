"""Plans of posts: from the address to a request, and from its answer to the frames that the page shows."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from sp_geo.build.view import Build
from sp_geo.core.errors import UsageError
from sp_geo.planning.problem import PER
from sp_geo.planning.recommend import before_and_after, sequence
from sp_geo.questions.plans import PostsPlan, plan_posts, posts, posts_rows
from sp_geo.questions.requests.plans import PostsRequest
from sp_geo.reports.findings.measures import STATUS_WORDS
from sp_geo.statistics.quantiles import FIFTHS, equal_parts, fifth_words
from sp_geo.web import fields
from sp_geo.web.outcome import Outcome, outcome
from sp_geo.web.state import ENGLAND, Field, View

Floats = npt.NDArray[np.float64]
NOT_APPLICABLE: Final = "[z]"
LEFT_OUT: Final = "did not report, so it is left out: nobody knows how many link workers it has"
UNCOUNTED: Final = "weighted patients are not known, so it is left out: nobody knows its rate"
OBJECTIVES: Final = {
    "shortfall": "Gaps, high need first",
    "worst_first": "Whoever has least",
    "proportional": "In line with need",
}
NON_RESPONSES: Final = {"exclude": "Leave them out", "impute": "Assume their ICB's rate"}
BESIDE: Final = {
    "frontier": "Fewer posts",
    "scenarios": "Other ways of giving them",
    "needs": "Other measures of need",
}


def posts_fields(build: Build) -> tuple[Field, ...]:
    """Fields of a plan of posts; its first view is a plan already."""
    return (*main_fields(build), *more_fields(), beside_field(), fields.pcn(build))


def main_fields(build: Build) -> tuple[Field, ...]:
    """What every plan of posts must be told."""
    steps = {"0.1": "a tenth", "0.2": "a fifth", "0.25": "a quarter", "0.5": "a half", "1": "whole posts only"}
    return (
        fields.area(build),
        replace(fields.quarter(build), kind="choice"),
        Field("fte", "Posts to give, FTE", "50", kind="number", low=0, high=20_000, step=0.1),
        Field("step", "Least part of a post", "0.5", steps),
        Field("objective", "Who comes first", "shortfall", OBJECTIVES),
        fields.need(build),
    )


def more_fields() -> tuple[Field, ...]:
    """Conditions that may be left as they are."""
    list_hint = "PCN and FTE, such as U12345=0.5 U23456=1."
    return (
        Field("unreported", "PCNs that did not report", "exclude", NON_RESPONSES),
        Field("patients", "Patients counted", "raw", {"raw": "As registered", "weighted": "Weighted by the formula"}),
        Field(
            "target", "Target rate, FTE per 10,000", "", kind="number", low=0.001, high=100, step=0.001,
            hint="Empty: the average with the new posts.",
        ),
        Field(
            "smallest", "Smallest post, FTE", "", kind="number", low=0, high=100, step=0.1,
            hint="Empty: the least part of a post.",
        ),
        Field(
            "most", "Most for any PCN, FTE", "", kind="number", low=0, high=1_000, step=0.1,
            hint="Empty: no limit.",
        ),
        Field("promised", "Promised posts", "", kind="text", hint=list_hint),
        Field("at_most", "Limits of single PCNs", "", kind="text", hint=list_hint),
        Field(
            "cost", "Your cost of a full-time post, £ a year", "", kind="number", low=0, high=1_000_000, step=1,
            hint="Empty: no cost is worked out.",
        ),
        Field("prices", "Prices of which year", "", kind="text", hint="Such as 2026/27."),
    )  # fmt: skip


def beside_field() -> Field:
    """What the plan is set beside."""
    return Field("beside", "Set the plan beside", "frontier", BESIDE)


def posts_request(view: View) -> PostsRequest:
    """The request of a view."""
    return PostsRequest(
        area="" if view["area"] == ENGLAND else view["area"],
        fte=view.number("fte") or 0.0,
        step=float(view["step"]),
        objective=view["objective"],
        quarter=view["quarter"],
        need=view["need"],
        target=view.number("target"),
        patients=view["patients"],
        unreported=view["unreported"],
        at_least=_listed(view["promised"]),
        at_most=_listed(view["at_most"]),
        most=view.number("most"),
        smallest=view.number("smallest"),
        cost_per_post=view.number("cost"),
    )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part for part in re.split(r"[\s,;]+", text) if part)


@dataclass(frozen=True)
class PostsFound:
    """A plan of posts with what the page says of it.

    Attributes:
        plan: as computed.
        rows: one a PCN, those that get posts first; PCNs left out come last and have no figures.
        effects: measure, before, after, change.
        fifths: of :func:`by_fifth`.
        covered_pct: of :func:`covered`, before and after.
        silent: PCNs that did not report.
        silent_patients: their registered patients.
    """

    plan: PostsPlan
    rows: pd.DataFrame
    effects: pd.DataFrame
    fifths: pd.DataFrame
    covered_pct: tuple[float, float]
    silent: int
    silent_patients: float

    @property
    def given(self) -> float:
        """FTE that the plan gives."""
        return float(self.rows["added_fte"].sum())

    @property
    def getting(self) -> int:
        """PCNs that get any."""
        return int((self.rows["added_fte"] > 0).sum())

    def change(self, measure: str) -> tuple[float, float]:
        """A measure before and after."""
        row = self.effects[self.effects["measure"] == measure]
        return float(row["before"].iloc[0]), float(row["after"].iloc[0])


def _find(build: Build, request: PostsRequest) -> PostsFound:
    if request.area and build.rows(request.quarter, request.area).empty:
        raise UsageError(
            f"no PCN of this area was active in {request.quarter}",
            advice="ICBs changed in July 2022 and April 2026: choose another quarter or area",
        )
    plan = plan_posts(build, request)
    silent = plan.panel[plan.panel["reporting_status"] == "not_reported"]
    return PostsFound(
        plan=plan,
        rows=pcn_rows(plan),
        effects=before_and_after(plan.problem, plan.allocation, plan.per),
        fifths=by_fifth(plan),
        covered_pct=covered(plan),
        silent=len(silent),
        silent_patients=float(silent["list_size"].sum()),
    )


def pcn_rows(plan: PostsPlan) -> pd.DataFrame:
    """One row a PCN of the area, also those left out.

    Returns:
        The columns of the recommendation, pcn_name, icb_code, status (words), added_state, robustness_state (marks of
        cells that do not apply), cost_gbp where a cost was given.
    """
    rows = posts_rows(plan)
    status = rows["reporting_status"].map(STATUS_WORDS)
    rows["status"] = status.where(~rows["is_imputed"], "Did not report: its ICB's rate is assumed")
    # A need that is no sample, or that does not enter, has nothing to be drawn again.
    if not plan.problem.need_error.any() or plan.problem.objective == "worst_first":
        rows["robustness_pct"] = np.nan
    left = plan.panel[plan.panel["pcn_code"].isin((*plan.excluded, *plan.uncounted))]
    absent = left[["pcn_code", "pcn_name", "icb_code"]].assign(
        patients=left["list_size"],
        need_value=left[plan.need.name],
        status=left["reporting_status"].map(STATUS_WORDS),
        reason=left["pcn_code"].isin(plan.uncounted).map({True: UNCOUNTED, False: LEFT_OUT}),
        is_imputed=False,
    )
    rows = pd.concat([rows, absent], ignore_index=True) if len(absent) else rows
    rows["added_state"] = rows["added_fte"].isna().map({True: NOT_APPLICABLE, False: ""})
    rows["robustness_state"] = rows["robustness_pct"].isna().map({True: NOT_APPLICABLE, False: ""})
    return rows


def covered(plan: PostsPlan) -> tuple[float, float]:
    """Share of need that is covered before and after, in percent.

    Patients are weighted by need; a PCN counts in full when it reaches the target rate, and by its rate over the
    target while it is below.
    """
    problem = plan.problem
    weight = problem.patients * problem.need
    after = problem.fte + plan.allocation.given * problem.step
    shares = [np.minimum(fte / problem.patients * PER / problem.target, 1.0) for fte in (problem.fte, after)]
    before, later = (100.0 * float((weight * share).sum() / weight.sum()) for share in shares)
    return before, later


def by_fifth(plan: PostsPlan) -> pd.DataFrame:
    """PCNs of the plan in fifths of need, the greatest need first; empty with fewer PCNs than fifths.

    Returns:
        fifth (1 is the greatest need), words, PCNs, patients, fte_before, added_fte, rate_before, rate_after (FTE
        per 10,000 patients of the fifth). A fifth that ties leave empty has no row.
    """
    problem = plan.problem
    added = (plan.allocation.given * problem.step).astype(np.float64)
    return fifths_of(problem.need, problem.patients, problem.fte, added)


def fifths_of(need: Floats, patients: Floats, fte: Floats, added: Floats) -> pd.DataFrame:
    """PCNs in fifths of need, as :func:`by_fifth` gives them.

    They are the fifths of the tables of inequality: PCNs of equal need are never parted.

    Args:
        need: of each PCN; greater is more need.
        patients: of each.
        fte: posts of each today.
        added: posts that the plan adds to each.
    """
    names = ["fifth", "words", "pcns", "patients", "fte_before", "added_fte", "rate_before", "rate_after"]
    if len(need) < FIFTHS:
        return pd.DataFrame({name: [] for name in names})
    fifth = equal_parts(need)
    rows = []
    for number in sorted({int(held) for held in fifth}):
        part = fifth == number
        people, posts_held, more = patients[part].sum(), fte[part].sum(), added[part].sum()
        rates = (posts_held / people * PER, (posts_held + more) / people * PER)
        rows.append((number, fifth_words(number), int(part.sum()), people, posts_held, more, *rates))
    return pd.DataFrame(rows, columns=names)


def _beside(build: Build, asked: tuple[PostsRequest, str]) -> pd.DataFrame:
    request, what = asked
    return posts(build, replace(request, show=what)).rows


def posts_found(build: Build, view: View) -> Outcome[PostsFound]:
    """The plan of a view, worked out once."""
    return outcome(build, _find, posts_request(view))


def posts_beside(build: Build, view: View, what: str) -> Outcome[pd.DataFrame]:
    """What the plan is set beside: ``frontier``, ``scenarios`` or ``needs``."""
    return outcome(build, _beside, (posts_request(view), what))


def order_rows(found: PostsFound) -> pd.DataFrame:
    """The order in which posts are given, a row a step, with the names of the PCNs."""
    names = found.rows.set_index("pcn_code")["pcn_name"]
    rows = sequence(found.plan.problem, found.plan.allocation)
    return rows.assign(pcn_name=rows["pcn_code"].map(names))


def scenario_words(rows: pd.DataFrame) -> pd.DataFrame:
    """Scenarios with their names as they are said."""
    words = {
        "none": "No new posts",
        "per head": "By patients alone",
        "by need": "In line with need",
        "worst first": "Whoever has least first",
        "shortfall": "Gaps to the target, high need first",
    }
    said = rows["scenario"].map(words)
    grown = "National " + rows["scenario"].str.removeprefix("national ")
    return rows.assign(scenario=said.where(said.notna(), grown))
