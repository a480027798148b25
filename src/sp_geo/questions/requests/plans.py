"""Plans: where the next posts, pounds and sites should go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Final, TypeAlias

from sp_geo.questions.requests import fields, words
from sp_geo.questions.requests.asked import Asked, Request
from sp_geo.questions.requests.services import MOST_ROWS

_MOST_GBP = 1e10


@dataclass(frozen=True)
class PostsRequest(Request):
    """Which PCNs should get the next posts, and why.

    Also what that changes and how sure it is. Where PCNs did not report, --unreported says how they count.

    Reads: the tables of the workspace.
    Writes: nothing, or the plan named with --save.
    Example: sp-geo plan posts --area QOP --fte 12 --unreported exclude
    Example: sp-geo plan posts --area QOP --fte 6 --unreported exclude --save spring --author planning
    """

    command: ClassVar[str] = "plan posts"
    most_rows: ClassVar[int | None] = MOST_ROWS

    fte: Annotated[
        float,
        Asked("FTE", "Posts to give, full-time equivalents.", label="Posts to give, FTE", low=0, high=20_000, step=0.1),
    ]
    area: fields.Area = ""
    step: Annotated[
        float,
        Asked(
            "FTE",
            "Smallest increment of a post, such as 0.1, 0.5 or 1.",
            label="Smallest increment",
            words={"0.1": "a tenth", "0.2": "a fifth", "0.25": "a quarter", "0.5": "a half", "1": "whole posts only"},
        ),
    ] = 0.5
    objective: Annotated[
        str,
        Asked(
            "AIM",
            "shortfall, worst_first or proportional.",
            words.POST_OBJECTIVES,
            label="Who comes first",
            words=words.POST_OBJECTIVES,
        ),
    ] = "shortfall"
    quarter: fields.QuarterOrLatest = words.LATEST
    need: fields.Need = "imd_score"
    target: Annotated[
        float | None,
        Asked(
            "RATE",
            "Rate to reach, FTE per 10,000 patients; default: chosen from the data.",
            label="Target rate, FTE per 10,000",
            low=0.001,
            high=100,
            step=0.001,
        ),
    ] = None
    patients: Annotated[
        str,
        Asked(
            "KIND",
            "Patients that a rate is of: raw, or weighted by the national formula.",
            words.PATIENTS,
            label="Patients counted",
            words={"raw": "As registered", "weighted": "Weighted by the formula"},
        ),
    ] = words.RAW
    unreported: Annotated[
        str,
        Asked(
            "HANDLING",
            "PCNs that did not report: ask, exclude or impute.",
            words.UNREPORTED,
            label="PCNs that did not report",
            words={"exclude": "Leave them out", "impute": "Assume their ICB's rate"},
        ),
    ] = "ask"
    at_least: Annotated[
        tuple[str, ...],
        Asked(
            "CODE=FTE",
            "Posts promised to a PCN; may be repeated.",
            options=("--at-least", "--protect"),
            address="promised",
            label="Promised posts",
        ),
    ] = ()
    at_most: Annotated[
        tuple[str, ...], Asked("CODE=FTE", "Limit of a PCN; may be repeated.", label="Limits of single PCNs")
    ] = ()
    most: Annotated[
        float | None,
        Asked("FTE", "Limit of every PCN; default: none.", label="Most for any PCN, FTE", low=0, high=1_000, step=0.1),
    ] = None
    smallest: Annotated[
        float | None,
        Asked(
            "FTE",
            "Least that a PCN gets if it gets any; default: one step.",
            label="Smallest post, FTE",
            low=0,
            high=100,
            step=0.1,
        ),
    ] = None
    cost_per_post: Annotated[
        float | None,
        Asked(
            "POUNDS",
            "Your cost of a full-time post a year; default: none is said.",
            address="cost",
            label="Your cost of a full-time post, £ a year",
            low=0,
            high=1_000_000,
        ),
    ] = None
    show: Annotated[str, Asked("WHAT", "pcns, order, effects, needs, scenarios or frontier.", words.POST_VIEWS)] = (
        "pcns"
    )
    need_values: fields.NeedValues = "observed"


@dataclass(frozen=True)
class FundingRequest(Request):
    """Where the next community money should go.

    Whole pounds over areas and referral reasons, the budget met exactly, a reason in every line.

    Reads: the tables of the workspace, with directories of services.
    Writes: nothing, or the plan named with --save.
    Example: sp-geo plan funding --area QOP --budget 500000 --years 3 --smallest 10000
    """

    command: ClassVar[str] = "plan funding"
    most_rows: ClassVar[int | None] = MOST_ROWS
    formerly: ClassVar[Mapping[str, str]] = {"categories": "category"}

    budget: Annotated[
        int, Asked("POUNDS", "Whole pounds over all years.", label="Budget over all years, £", low=0, high=_MOST_GBP)
    ]
    area: fields.AnyArea = ""
    years: Annotated[int, Asked("NUMBER", "For how many years.", label="For how many years", low=1, high=20)] = 2
    smallest: Annotated[
        int,
        Asked(
            "POUNDS",
            "Smallest grant over all years.",
            address="smallest_grant",
            label="Smallest grant, £",
            low=0,
            high=_MOST_GBP,
        ),
    ] = 10_000
    floor: Annotated[
        int,
        Asked(
            "POUNDS", "Least for every line with unmet demand.", label="Least for every line, £", low=0, high=_MOST_GBP
        ),
    ] = 0
    ceiling: Annotated[
        int | None,
        Asked(
            "POUNDS",
            "Most for any line; default: no limit.",
            label="Most for any line, £ (empty: no limit)",
            low=0,
            high=_MOST_GBP,
        ),
    ] = None
    level: Annotated[
        str,
        Asked(
            "LEVEL",
            "Areas of the lines: pcn, local_authority or sub_icb.",
            words.LEVELS,
            label="Areas of the lines",
            words=words.LEVELS,
        ),
    ] = "pcn"
    need: Annotated[
        str,
        Asked(
            "NEED",
            "Need of small areas: imd_score, minority_ethnic, or an own measure of areas.",
            "small_area_needs",
            address="funding_need",
            label="Need",
        ),
    ] = "imd_score"
    category: Annotated[
        tuple[str, ...],
        Asked(
            "CATEGORY",
            "Only this referral reason; may be repeated; default: all.",
            words.CATEGORIES,
            label="Category",
        ),
    ] = ()


@dataclass(frozen=True)
class SitesRequest(Request):
    """Where new or outreach sites should go, existing ones fixed.

    Reads: the tables of the workspace, and a file of candidates if one is named.
    Writes: nothing, or the plan named with --save.
    Example: sp-geo plan sites --area QOP --opening 5 --category money --reach-km 5
    """

    command: ClassVar[str] = "plan sites"
    most_rows: ClassVar[int | None] = MOST_ROWS

    opening: Annotated[int, Asked("NUMBER", "How many sites to open.", label="Sites to open", low=0, high=500)]
    area: fields.AnyArea = ""
    objective: Annotated[
        str,
        Asked(
            "AIM",
            "covering (people within reach) or median (shortest ways).",
            words.SITE_OBJECTIVES,
            address="site_objective",
            label="What they are for",
            words=words.SITE_OBJECTIVES,
        ),
    ] = "covering"
    reach_km: Annotated[
        float,
        Asked(
            "KM",
            "For covering: how far a site reaches, along the way.",
            address="reach",
            label="A site reaches, km along the way",
            low=0.1,
            high=100,
            step=0.1,
        ),
    ] = 5.0
    candidates: Annotated[
        str,
        Asked(
            "WHERE",
            "areas, venues, practices, or a CSV file with site_id and a place.",
            words.CANDIDATES,
            label="Where sites could be",
            words=words.CANDIDATES,
        ),
    ] = "areas"
    category: Annotated[
        str,
        Asked(
            "CATEGORY",
            "Recorded services of this referral reason are sites that stay; default: none stay.",
            words.CATEGORIES,
            address="stays",
            label="Recorded sites that stay",
        ),
    ] = ""
    need: Annotated[
        str,
        Asked(
            "NEED",
            "imd_score, minority_ethnic, an own measure of areas, or none (people alone).",
            "site_needs",
            address="site_need",
            label="Need that weighs people",
        ),
    ] = "imd_score"


PlanRequest: TypeAlias = PostsRequest | FundingRequest | SitesRequest
PLANS: Final[Mapping[str, type[PlanRequest]]] = {
    "posts": PostsRequest,
    "funding": FundingRequest,
    "sites": SitesRequest,
}
"""The request of each kind of plan."""
