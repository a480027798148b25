"""Plans of posts: from the address to a request, and from its answer to the frames that the page shows."""

from __future__ import annotations

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
from sp_geo.web.state import Field, View

Floats = npt.NDArray[np.float64]
NOT_APPLICABLE: Final = "[z]"
LEFT_OUT: Final = "did not report, so it is left out: nobody knows how many link workers it has"
UNCOUNTED: Final = "weighted patients are not known, so it is left out: nobody knows its rate"
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
    return (
        fields.area(build),
        replace(fields.quarter(build), kind="choice"),
        fields.asked(PostsRequest, "fte", "50"),
        fields.asked(PostsRequest, "step"),
        fields.asked(PostsRequest, "objective"),
        fields.need(build),
    )


def more_fields() -> tuple[Field, ...]:
    """Conditions that may be left as they are."""
    list_hint = "PCN and FTE, such as U12345=0.5 U23456=1."
    return (
        fields.asked(PostsRequest, "unreported", "exclude"),
        fields.asked(PostsRequest, "patients"),
        fields.asked(PostsRequest, "target", hint="Empty: the average with the new posts."),
        fields.asked(PostsRequest, "smallest", hint="Empty: the smallest increment."),
        fields.asked(PostsRequest, "most", hint="Empty: no limit."),
        fields.asked(PostsRequest, "at_least", hint=list_hint),
        fields.asked(PostsRequest, "at_most", hint=list_hint),
        fields.asked(PostsRequest, "cost_per_post", hint="Empty: no cost is worked out."),
        Field("prices", "Prices of which year", "", kind="text", hint="Such as 2026/27."),
    )


def beside_field() -> Field:
    """What the plan is set beside."""
    return Field("beside", "Set the plan beside", "frontier", BESIDE)


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
    return outcome(build, _find, fields.request_in(view, PostsRequest))


def posts_beside(build: Build, view: View, what: str) -> Outcome[pd.DataFrame]:
    """What the plan is set beside: ``frontier``, ``scenarios`` or ``needs``."""
    return outcome(build, _beside, (fields.request_in(view, PostsRequest), what))


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
