"""Plans of money and of sites: from the address to a request, and from its answer to what the page shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from sp_geo.build.view import Build
from sp_geo.core.errors import SpGeoError, UsageError
from sp_geo.core.parameters import read_parameters
from sp_geo.planning.funding import Funding, Terms, fund
from sp_geo.questions.panel import Answer
from sp_geo.questions.plans import costs, funding_lines
from sp_geo.questions.requests.plans import FundingRequest, SitesRequest
from sp_geo.questions.services.request import PUBLISHED_NEEDS, small_area_needs
from sp_geo.questions.sites import plan_sites
from sp_geo.reports.findings.measures import measures
from sp_geo.reports.findings.service_words import CATEGORY_WORDS
from sp_geo.statistics.quantiles import FIFTHS, equal_parts, fifth_words
from sp_geo.tables.referrals import REFERRAL_CATEGORIES
from sp_geo.web import fields
from sp_geo.web.outcome import Outcome, outcome
from sp_geo.web.state import ENGLAND, Field, View

ALL: Final = "all"
MOST_AREAS: Final = 3_000
"""Small areas for which sites are planned on the page: every ICB fits, England does not."""
COST: Final = "cost_"


def category_words(name: str) -> str:
    """A category as it is said."""
    return CATEGORY_WORDS.get(name, name)


def funding_fields(build: Build) -> tuple[Field, ...]:
    """All fields of the page."""
    pcn = fields.pcn(build) if build.has_panel else Field("pcn", "PCN", "", {"": "none"}, kind="hidden")
    return (*money_fields(build), *cost_fields(build), *site_fields(build), pcn)


def money_fields(build: Build) -> tuple[Field, ...]:
    """The terms of the fund."""
    area = fields.area(build) if build.has_panel else Field("area", "Area", ENGLAND, {ENGLAND: ENGLAND})
    categories = {ALL: "All categories", **{name: category_words(name) for name in REFERRAL_CATEGORIES}}
    return (
        area,
        fields.asked(FundingRequest, "budget", "500000"),
        *(fields.asked(FundingRequest, name) for name in ("years", "smallest", "floor", "ceiling", "level")),
        fields.asked(FundingRequest, "need", words=_needs(build)),
        fields.asked(FundingRequest, "category", ALL, categories),
    )


def _needs(build: Build) -> dict[str, str]:
    """Needs of small areas with their names."""
    has_areas = build.rows_count("out_lsoa11") > 0
    names = small_area_needs(build.table("out_lsoa11")) if has_areas else PUBLISHED_NEEDS
    return {name: measures(build.needs)[name].label for name in names}


def cost_fields(build: Build) -> tuple[Field, ...]:
    """The cost of one place in each category."""
    known = outcome(build, _costs, "").found
    return tuple(
        Field(
            f"{COST}{name}", f"{category_words(name)}, £ a place", "" if known is None else f"{known.price[name]:g}",
            kind="number", low=0.01, high=1e7, step=0.01,
            hint="" if known is None or name in known.own else "A stand-in.",
        )
        for name in REFERRAL_CATEGORIES
    )  # fmt: skip


def site_fields(build: Build) -> tuple[Field, ...]:
    """What a plan of sites is told beside the area."""
    stays = {"": "None of them", **{name: category_words(name) for name in REFERRAL_CATEGORIES}}
    return (
        fields.asked(SitesRequest, "opening", "5"),
        fields.asked(SitesRequest, "objective"),
        fields.asked(SitesRequest, "reach_km"),
        fields.asked(SitesRequest, "candidates", "venues"),
        fields.asked(SitesRequest, "category", words=stays),
        fields.asked(SitesRequest, "need", words={**_needs(build), "none": "None"}),
    )


@dataclass(frozen=True)
class Costs:
    """Pounds for a place.

    Attributes:
        price: by category.
        own: categories whose cost the workspace sets; the others are stand-ins.
    """

    price: pd.Series
    own: frozenset[str]


def _costs(build: Build, _asked: str) -> Costs:
    return Costs(costs(build)[0], frozenset(read_parameters(build.workspace).cost_per_place_gbp))


@dataclass(frozen=True)
class FundingAsked:
    """What the page asks: the request of the command line, and the costs that stand on the page."""

    request: FundingRequest
    prices: tuple[tuple[str, float], ...]
    stand_ins: tuple[str, ...]


def funding_asked(build: Build, view: View) -> FundingAsked:
    """The request of a view.

    Raises:
        SpGeoError: the workspace's own costs cannot be used.
    """
    known = outcome(build, _costs, "").answer
    price = {name: view.number(f"{COST}{name}") or float(known.price[name]) for name in REFERRAL_CATEGORIES}
    return FundingAsked(
        fields.request_in(view, FundingRequest),
        tuple(price.items()),
        tuple(name for name in REFERRAL_CATEGORIES if name not in known.own and price[name] == known.price[name]),
    )


@dataclass(frozen=True)
class FundingFound:
    """A budget divided, with what the page says of it.

    Attributes:
        asked: what was asked.
        funding: as divided.
        rows: its rows, those that get money first.
        categories: one row a category: grants, amount_gbp, unmet_before, unmet_after, unknown (lines), cost_gbp.
        fifths: one row a fifth of areas by need; empty with fewer areas than fifths.
        areas: one row an area: amount_gbp (NaN where no demand is known), unmet demand, patients, need (mean weight).
    """

    asked: FundingAsked
    funding: Funding
    rows: pd.DataFrame
    categories: pd.DataFrame
    fifths: pd.DataFrame
    areas: pd.DataFrame


def _find_funding(build: Build, asked: FundingAsked) -> FundingFound:
    request = asked.request
    lines = funding_lines(build, request)
    terms = Terms(request.budget, request.years, request.smallest, request.floor, request.ceiling)
    price = pd.Series(dict(asked.prices), dtype=float)
    found = fund(lines, terms, price)
    categories = _sums(found.rows, "category").reset_index()
    categories = categories.assign(
        words=categories["category"].map(category_words), cost_gbp=categories["category"].map(price)
    )
    areas = areas_of(lines, found.rows)
    return FundingFound(asked, found, found.rows, categories, by_fifth(areas), areas)


def areas_of(lines: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """A divided budget by area.

    Args:
        lines: that could be funded.
        rows: what each gets.

    Returns:
        area_code, amount_gbp, grants, unmet_before, unmet_after, unknown (lines), patients, need (mean weight).
    """
    people = lines.groupby("area_code").agg(patients=("patients_count", "max"), need=("need_weight", "mean"))
    return _sums(rows, "area_code").join(people).reset_index()


def _sums(rows: pd.DataFrame, by: str) -> pd.DataFrame:
    """Pounds, grants and unmet demand of groups of lines; demand that nobody knows stays unknown."""
    marked = rows.assign(is_grant=rows["amount_gbp"] > 0, is_unknown=rows["unmet_before"].isna())
    groups = marked.groupby(by)
    sums: pd.DataFrame = groups[["unmet_before", "unmet_after"]].sum(min_count=1)
    sums.insert(0, "amount_gbp", groups["amount_gbp"].sum())
    sums.insert(1, "grants", groups["is_grant"].sum())
    return sums.assign(unknown=groups["is_unknown"].sum())


def by_fifth(areas: pd.DataFrame) -> pd.DataFrame:
    """Areas in fifths of need, the greatest need first; areas of equal need are never parted.

    Args:
        areas: of :func:`areas_of`.

    Returns:
        fifth, words, areas, patients, amount_gbp, per_1000 (pounds for 1,000 patients), unmet_before, unmet_after,
        unknown; empty with fewer areas than fifths.
    """
    names = [
        "fifth", "words", "areas", "patients", "amount_gbp", "per_1000", "unmet_before", "unmet_after", "unknown",
    ]  # fmt: skip
    held = areas.dropna(subset=["need"]).sort_values(["need", "area_code"], kind="stable")
    if len(held) < FIFTHS:
        return pd.DataFrame({name: [] for name in names})
    fifth = equal_parts(held["need"].to_numpy(dtype=np.float64))
    rows = []
    for number in sorted({int(part) for part in fifth}):
        part = held[fifth == number]
        people, pounds = part["patients"].sum(), part["amount_gbp"].sum()
        unmet = [part[name].sum(min_count=1) for name in ("unmet_before", "unmet_after")]
        rows.append(
            (number, fifth_words(number), len(part), people, pounds, 1_000 * pounds / people, *unmet,
             part["unknown"].sum())
        )  # fmt: skip
    return pd.DataFrame(rows, columns=names)


def _find_sites(build: Build, request: SitesRequest) -> Answer:
    if not request.area and len(build.table("out_lsoa11")) > MOST_AREAS:
        raise UsageError(
            "sites are planned for one ICB at a time",
            advice="Choose an ICB under 'Area' at the head of this page; the command 'sp-geo plan sites' takes more",
        )
    answer = plan_sites(build, request)
    rows = answer.rows
    people = build.table("out_lsoa11").set_index("lsoa11_code")["pcn_code"]
    return Answer(rows.assign(pcn_code=rows["lsoa11_code"].map(people)), answer.title, answer.notes)


def funding_found(build: Build, view: View) -> Outcome[FundingFound]:
    """The budget of a view divided, worked out once."""
    try:
        asked = funding_asked(build, view)
    except SpGeoError as fault:
        return Outcome(None, fault)
    return outcome(build, _find_funding, asked)


def sites_found(build: Build, view: View) -> Outcome[Answer]:
    """The sites of a view, worked out once."""
    try:
        asked = fields.request_in(view, SitesRequest)
    except SpGeoError as fault:
        return Outcome(None, fault)
    return outcome(build, _find_sites, asked)
