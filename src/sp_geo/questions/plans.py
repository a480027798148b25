"""Plans out of the built tables: posts for PCNs, money for services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import resources
from typing import Any, Final

import numpy as np
import pandas as pd
import yaml

from sp_geo.build.areas import in_area
from sp_geo.build.view import LARGE, Build
from sp_geo.core.errors import InvalidContent, UsageError, WorkspaceError
from sp_geo.core.parameters import read_parameters
from sp_geo.core.suggest import shown
from sp_geo.panel.indicator import Indicator, indicator_of
from sp_geo.planning.funding import Funding, Terms, fund
from sp_geo.planning.posts import Allocation, allocate
from sp_geo.planning.problem import OBJECTIVES, UNREPORTED, Bounds, PostsProblem, posts_problem, treat_unreported
from sp_geo.planning.recommend import before_and_after, frontier, recommendation, scenarios, sequence
from sp_geo.questions.panel import (
    ALL,
    PATIENTS,
    SERIES,
    Answer,
    answered,
    choose,
    in_quarters,
    patients_notes,
    provision_of,
    valued_panel,
)
from sp_geo.questions.requests.plans import FundingRequest, PostsRequest
from sp_geo.questions.services.request import in_area as small_areas_of
from sp_geo.questions.services.request import refuse_unfit_weights, small_area_needs
from sp_geo.tables.referrals import REFERRAL_CATEGORIES

POST_VIEWS: Final = ("pcns", "order", "effects", "needs", "scenarios", "frontier")
LEVELS: Final = {"pcn": "pcn_code", "local_authority": "local_authority_code", "sub_icb": "sub_icb_ons_code"}
POSTS_TABLES: Final = ("out_pcn_quarter", "out_pcn_need")
FUNDING_TABLES: Final = ("out_lsoa_demand", "out_lsoa11")
STEP_OF_NEED: Final = 10.0
_SUMMARY: Final = ("mean_rate", "lowest_rate", "slope", "concentration_index", "people_under_target")


MOST_COST_GBP: Final = 10_000_000
"""Pounds a year for one post that are still a cost and not a slip."""


@dataclass(frozen=True)
class PostsPlan:
    """A plan of posts with what it was computed from.

    Attributes:
        request: what was asked.
        problem: as it was solved.
        allocation: its solution.
        panel: PCNs of the area, also those left out.
        need: measure of need.
        quarter: of the panel.
        excluded: PCNs left out because they did not report.
        uncounted: PCNs left out because their weighted patients are not known.
        values_notes: which values of a survey need it rests on, in words.
    """

    request: PostsRequest
    problem: PostsProblem
    allocation: Allocation
    panel: pd.DataFrame
    need: Indicator
    quarter: str
    excluded: tuple[str, ...]
    uncounted: tuple[str, ...] = ()
    values_notes: tuple[str, ...] = ()

    @property
    def error_is_unknown(self) -> bool:
        """Whether need has a sampling error that nobody knows, so that nothing can be said of robustness."""
        return not self.problem.need_error.any() and bool(self.need.unknown_error)

    @property
    def rate_unit(self) -> str:
        """Unit of every rate of the plan, with its denominator."""
        return provision_of(ALL, self.request.patients).unit

    @property
    def per(self) -> float:
        """Step of need that slopes are said in, in need's own unit."""
        return STEP_OF_NEED / 100.0 if self.need.is_share else STEP_OF_NEED


def _limits(given: tuple[str, ...], name: str) -> dict[str, float]:
    """``CODE=FTE`` as a mapping.

    Raises:
        UsageError: one of them is not of that form, or a code stands twice.
    """
    found: dict[str, float] = {}
    for text in given:
        code, _, value = text.partition("=")
        try:
            number = float(value)
        except ValueError:
            raise UsageError(
                f"{name} cannot be used", found=shown(text), expected="CODE=FTE, such as U12345=0.5"
            ) from None
        if code.upper() in found:
            raise UsageError(f"{name} name a PCN twice", found=code.upper(), expected="each PCN once")
        found[code.upper()] = number
    return found


def plan_posts(build: Build, request: PostsRequest) -> PostsPlan:
    """The posts asked for.

    Raises:
        UsageError: something is unknown, or PCNs did not report and nobody said what to make of that.
        InfeasibleError: the conditions contradict each other.
        WorkspaceError: nothing has been built.
    """
    cost = request.cost_per_post
    if cost is not None and not 0 <= cost <= MOST_COST_GBP:
        raise UsageError(
            "the cost of a post cannot be used", found=f"{cost:g}", expected=f"0 to {MOST_COST_GBP:,} pounds"
        )
    need = indicator_of(request.need, build.needs)
    panel = in_quarters(build.table("out_pcn_quarter"), (request.quarter,))
    quarter = str(panel["quarter"].iloc[0])
    panel, errors, values_notes = valued_panel(build, panel, [need.name], request.need_values)
    errors = errors[(errors["need"] == need.name) & (errors["quarter"] == quarter)].set_index("pcn_code")
    panel = in_area(panel.join(errors["std_error"].rename(f"{need.name}_std_error"), on="pcn_code"), request.area)
    non_response = choose("handling of PCNs that did not report", request.unreported, UNREPORTED)
    rows = treat_unreported(panel, non_response)
    excluded = tuple(sorted(set(panel["pcn_code"]) - set(rows["pcn_code"])))
    patients = PATIENTS[choose("kind of patients", request.patients, list(PATIENTS))]
    # A few PCNs without a figure do not keep the others from a plan; where none has one, there is no plan to make.
    unknown = rows[patients].isna()
    uncounted = () if unknown.all() else tuple(sorted(rows.loc[unknown, "pcn_code"]))
    rows = rows[~rows["pcn_code"].isin(uncounted)]
    bounds = Bounds(
        at_least=_limits(request.at_least, "promised posts"),
        at_most=_limits(request.at_most, "limits of single PCNs"),
        most=request.most,
        smallest=request.smallest,
    )
    problem = posts_problem(
        rows,
        need.name,
        request.fte,
        request.step,
        choose("objective", request.objective, OBJECTIVES),
        request.target,
        bounds,
        patients,
    )
    return PostsPlan(request, problem, allocate(problem), panel, need, quarter, excluded, uncounted, values_notes)


def posts_rows(plan: PostsPlan) -> pd.DataFrame:
    """The recommendation with names, ICB and cost."""
    rows = recommendation(plan.problem, plan.allocation)
    names = plan.panel.set_index("pcn_code")[["pcn_name", "icb_code", "reporting_status"]]
    rows = rows.join(names, on="pcn_code")
    if plan.request.cost_per_post is not None:
        rows["cost_gbp"] = rows["added_fte"] * plan.request.cost_per_post
    if plan.error_is_unknown:
        rows["robustness_pct"] = float("nan")
    return rows


def posts(build: Build, request: PostsRequest) -> Answer:
    """The plan in one of its views.

    Raises:
        UsageError: something is unknown, or PCNs did not report and nobody said what to make of that.
        InfeasibleError: the conditions contradict each other.
        WorkspaceError: nothing has been built.
    """
    chosen = choose("view", request.show, POST_VIEWS)
    plan = build.once(plan_posts, request, weight=LARGE)
    national = in_quarters(build.table("out_pcn_quarter"), (request.quarter,))["splw_fte"].sum()
    # A financial year begins in April.
    year = int(plan.quarter[:4]) - (plan.quarter[-1] == "1")
    if chosen == "pcns":
        rows = posts_rows(plan)
    elif chosen == "order":
        rows = sequence(plan.problem, plan.allocation)
    elif chosen == "effects":
        rows = before_and_after(plan.problem, plan.allocation, plan.per)
    elif chosen == "needs":
        # How the recommendation changes with the need measure: added FTE by PCN, a column a measure.
        columns: dict[str, pd.Series] = {}
        for name in build.needs:
            # A need that is negative somewhere cannot weigh posts.
            if name not in plan.panel or plan.panel[name].isna().any() or (plan.panel[name] < 0).any():
                continue
            other = plan_posts(build, replace(plan.request, need=name))
            columns[name] = pd.Series(other.allocation.given * other.problem.step, index=list(other.problem.pcn_codes))
        frame = pd.DataFrame(columns).rename_axis("pcn_code").reset_index()
        given = frame[list(columns)] > 0
        frame.insert(1, "needs_that_give", given.sum(axis=1))
        frame.insert(2, "needs_asked", len(columns))
        rows = frame.sort_values(["needs_that_give", "pcn_code"], ascending=[False, True], ignore_index=True)
    elif chosen == "scenarios":
        rows = scenarios(plan.problem, plan.per, float(national), year)
    else:
        rows = frontier(plan.problem, plan.per)
    heading = f"Posts for {request.area.upper() or 'England'}, {request.fte:g} FTE: {chosen}"
    return answered(build, rows.reset_index(drop=True), heading, posts_notes(plan))


def posts_notes(plan: PostsPlan) -> tuple[str, ...]:
    """What must be known with a plan of posts."""
    problem, found = plan.problem, plan.allocation
    changes = before_and_after(problem, found, plan.per).set_index("measure")
    told = "; ".join(
        f"{name.replace('_', ' ')} {_figure(name, changes['before'][name])} to {_figure(name, changes['after'][name])}"
        for name in _SUMMARY
    )
    notes = [
        f"{plan.quarter}. Series: {SERIES}. Need: {plan.need.label}. Objective {problem.objective}, target "
        f"{problem.target:.3f} FTE per 10,000 {plan.request.patients} patients.",
        f"Optimum by HiGHS {found.value:.6g}, bound {found.bound:.6g}, gap {found.gap_pct:.2g} %; greedy "
        f"{found.greedy_value:.6g}. Ties go to the lower rate, then to the smaller code.",
        f"Before and after: {told}. Slope per {STEP_OF_NEED:g} {plan.need.unit}.",
    ]
    if found.left:
        why = "nothing is lacking any more, so raise the target to give them"
        if found.left < problem.block:
            why = "too little for another post of the smallest size, or nothing is lacking any more"
        notes.append(f"{found.left * problem.step:g} FTE were not given: {why}.")
    if plan.excluded:
        notes.append(
            f"{len(plan.excluded):,} PCN(s) that did not report are left out: {', '.join(plan.excluded[:5])}"
            f"{' and more' if len(plan.excluded) > 5 else ''}."  # noqa: PLR2004 - a line
        )
    if plan.uncounted:
        notes.append(
            f"{len(plan.uncounted):,} PCN(s) whose weighted patients are not known are left out: "
            f"{', '.join(plan.uncounted[:5])}{' and more' if len(plan.uncounted) > 5 else ''}."  # noqa: PLR2004 - a line
        )
    notes += plan.values_notes
    notes += patients_notes(plan.panel, plan.request.patients)
    if problem.is_imputed.any():
        notes.append(f"{int(problem.is_imputed.sum()):,} PCN(s) did not report: their posts are imputed, and flagged.")
    if plan.need.is_own:
        notes.append(plan.need.caveat)
    if plan.error_is_unknown:
        notes.append(f"{plan.need.unknown_error} No redraws can test the recommendations: robustness_pct is missing.")
    elif not problem.need_error.any():
        notes.append(f"{plan.need.no_error_words} No redraws test the recommendations.")
    if plan.request.cost_per_post is not None:
        cost = float((found.given * problem.step).sum()) * plan.request.cost_per_post
        notes.append(
            f"Cost {cost:,.0f} pounds a year at {plan.request.cost_per_post:,.0f} a full-time post (your figure)."
        )
    notes.append("An association between need and provision, not a forecast of what posts achieve.")
    return tuple(notes)


def _figure(name: str, value: float) -> str:
    """A figure of the summary: people whole, everything else to three places."""
    return f"{float(value):,.0f}" if name.startswith("people") else f"{float(value):,.3f}"


def posts_summary(plan: PostsPlan) -> dict[str, dict[str, float]]:
    """State before and after, for the record of a saved plan."""
    changes = before_and_after(plan.problem, plan.allocation, plan.per).set_index("measure")
    return {when: {str(name): float(value) for name, value in changes[when].items()} for when in ("before", "after")}


def costs(build: Build) -> tuple[pd.Series, bool]:
    """Pounds for a place by category, and whether any is a stand-in.

    Raises:
        InvalidContent: a category is unknown, or a cost is not above 0.
    """
    text = resources.files("sp_geo.planning").joinpath("costs.yaml").read_text(encoding="utf-8")
    defaults: Mapping[str, Any] = yaml.safe_load(text)
    own = read_parameters(build.workspace).cost_per_place_gbp
    for name, value in own.items():
        good = isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0
        if name not in REFERRAL_CATEGORIES or not good:
            raise InvalidContent(
                "a cost per place cannot be used",
                column=str(name),
                found=repr(value),
                expected=f"pounds above 0 for one of {', '.join(REFERRAL_CATEGORIES)}",
            )
    return pd.Series({**defaults, **own}, dtype=float), set(own) != set(REFERRAL_CATEGORIES)


def funding_lines(build: Build, request: FundingRequest) -> pd.DataFrame:
    """area_code, category, unmet_demand, need_weight, patients_count of the areas in an area.

    Raises:
        UsageError: the level, a category or the area is unknown.
        WorkspaceError: there is no access to services, or no need, or nothing says the level of each small area.
    """
    demand, people = build.table("out_lsoa_demand"), build.table("out_lsoa11")
    if demand.empty:
        raise WorkspaceError(
            "there is no unmet demand to fund",
            advice="Add a directory of services and patients by small area, and build",
        )
    column = LEVELS[choose("level", request.level, list(LEVELS))]
    if request.area:
        people = people[people["lsoa11_code"].isin(small_areas_of(build, people, request.area))]
    if people[column].isna().all():
        raise WorkspaceError(f"nothing says the {request.level} of small areas", advice="Choose another level of areas")
    wanted = [choose("category", name, REFERRAL_CATEGORIES) for name in request.category] or list(REFERRAL_CATEGORIES)
    need = choose("need of small areas", request.need, small_area_needs(people))
    if people[need].isna().all():
        raise WorkspaceError(f"nothing says the {need} of small areas", advice="Add the indices of deprivation")
    refuse_unfit_weights(people[people["patients_count"] > 0], need)
    joined = demand[demand["category"].isin(wanted)].merge(people, on="lsoa11_code").dropna(subset=[column])
    joined["weighted_need"] = joined[need] * joined["patients_count"]
    groups = joined.groupby([column, "category"])
    # A sum of which nothing is known is not known; the parts that are known count.
    lines = groups[["unmet_demand", "weighted_need", "patients_count"]].sum(min_count=1)
    mean = float(joined["weighted_need"].sum() / joined["patients_count"].sum())
    lines["need_weight"] = lines["weighted_need"] / lines["patients_count"] / mean
    return lines.reset_index().rename(columns={column: "area_code"}).drop(columns="weighted_need")


def fund_lines(build: Build, request: FundingRequest) -> tuple[pd.DataFrame, Funding]:
    """The budget divided over the lines that could be funded: the lines, and what each gets.

    Raises:
        UsageError: something is unknown or cannot be used.
        InfeasibleError: terms contradict each other.
        WorkspaceError: demand, access or need are missing.
    """
    terms = Terms(request.budget, request.years, request.smallest, request.floor, request.ceiling)
    lines = funding_lines(build, request)
    return lines, fund(lines, terms, costs(build)[0])


def funding(build: Build, request: FundingRequest) -> Answer:
    """The budget divided.

    Raises:
        UsageError: something is unknown or cannot be used.
        InfeasibleError: terms contradict each other.
        WorkspaceError: demand, access or need are missing.
    """
    price, stand_in = costs(build)
    lines, found = build.once(fund_lines, request, weight=LARGE)
    before, after = found.rows["unmet_before"].sum(), found.rows["unmet_after"].sum()
    given = int(found.rows["amount_gbp"].sum())
    notes = (
        f"{given:,} pounds over {request.years} years in {int((found.amount_gbp > 0).sum()):,} grants of "
        f"{len(lines):,} lines ({request.level} x category). Smallest {request.smallest:,}, floor {request.floor:,}, "
        f"ceiling {'none' if request.ceiling is None else f'{request.ceiling:,}'}.",
        f"Unmet demand {before:,.0f} to {after:,.0f} people a quarter while the money lasts, where it is known "
        f"({int(np.isnan(found.rows['unmet_before']).sum()):,} lines are not).",
        "Costs per place: "
        + ", ".join(f"{name} {value:,.0f}" for name, value in price.items())
        + (" pounds; stand-ins, set your own under cost_per_place_gbp in parameters.yaml." if stand_in else " pounds."),
        *found.warnings,
    )
    heading = f"Funding for {request.area.upper() or 'England'}, {request.budget:,} pounds"
    return answered(build, found.rows, heading, notes)
